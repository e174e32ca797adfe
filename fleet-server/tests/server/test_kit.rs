//! A stand-in kit that speaks the wire directly.

use crate::common::{Site, read};
use fleet_api::{
    EnrolResponse, Event, EventKind, NumberedEvent, Sequence, SpoolId, SyncRequest, SyncResponse, paths,
};
use jiff::Timestamp;
use rcgen::KeyPair;
use reqwest::StatusCode;
use serde_json::Value;

/// A kit as the server sees one.
pub(crate) struct TestKit {
    pub(crate) site: Site,
    pub(crate) key: KeyPair,
    pub(crate) enrolled: EnrolResponse,
    pub(crate) http: reqwest::Client,
    pub(crate) spool: SpoolId,
}

impl TestKit {
    pub(crate) fn new(site: Site, key: KeyPair, enrolled: EnrolResponse) -> Self {
        let http = site.http(Some((enrolled.certificate.as_str(), &key)));
        Self {
            site,
            key,
            enrolled,
            http,
            spool: SpoolId::generate(),
        }
    }

    pub(crate) fn request(&self, events: Vec<NumberedEvent>) -> SyncRequest {
        SyncRequest {
            spool: self.spool,
            agent_version: "1.8".parse().unwrap(),
            events,
            state: None,
        }
    }

    pub(crate) async fn post(&self, path: &str, body: &impl serde::Serialize) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}{path}", self.site.device)).json(body);
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn sync(&self, events: Vec<NumberedEvent>) -> SyncResponse {
        let (status, body) = self.post(paths::SYNC, &self.request(events)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }
}

pub(crate) fn event(sequence: u32, kind: EventKind) -> NumberedEvent {
    NumberedEvent {
        sequence: Sequence(sequence),
        event: Event {
            at: Timestamp::now(),
            kind,
        },
    }
}
