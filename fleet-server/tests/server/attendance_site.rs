//! A municipality with two care providers, and a kit that tells what happens in a meeting.

use fleet_api::{
    AttendeeMethod, AttendeeOrganisation, AttendeeRole, CareProviderId, CareWorkerId, EventKind, GateAnswer,
    GateName, ReservationId, TenantId, TextVersion,
};
use fleet_server::{
    audit::Act,
    store::{CareWorker, Store},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::common::{TestKit, TestServer};

/// Two care providers with a care worker each.
async fn workers(store: &Store, tenant: TenantId) -> Vec<(CareProviderId, CareWorkerId)> {
    let act = Act::from(Timestamp::now());
    let mut found = Vec::new();
    for (number, name) in ["Kommunens hemtjänst", "Omsorg AB"].into_iter().enumerate() {
        let provider = store.add_care_provider(tenant, name, &act).await.unwrap();
        let unit = store.add_unit(tenant, provider, name, &act).await.unwrap();
        let worker = CareWorker {
            id: CareWorkerId::generate(),
            pseudonym: format!("7K{number}"),
            name: "Amina Berg".to_owned(),
            unit,
            has_left: false,
        };
        store.add_care_worker(tenant, &worker, &act).await.unwrap();
        found.push((provider, worker.id));
    }
    found
}

pub(crate) fn answered(reservation: ReservationId, by: CareWorkerId, answer: GateAnswer) -> EventKind {
    EventKind::GateAnswered {
        reservation,
        gate: GateName::Sharing,
        answer,
        text: Some(TextVersion {
            number: 3,
            year: 2026,
        }),
        relative: None,
        party: None,
        by: Some(by),
    }
}

pub(crate) fn doctor(reservation: ReservationId) -> EventKind {
    let to = Timestamp::now();
    EventKind::Attended {
        reservation,
        role: AttendeeRole::Doctor,
        organisation: AttendeeOrganisation::Region,
        method: AttendeeMethod::MeetingLogin,
        from: to - SignedDuration::from_mins(30),
        to,
    }
}

pub(crate) struct Site {
    pub(crate) server: TestServer,
    pub(crate) kit: TestKit,
    pub(crate) tenant: TenantId,
    pub(crate) workers: Vec<(CareProviderId, CareWorkerId)>,
    pub(crate) reservation: ReservationId,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let server = TestServer::start().await;
        let kit = server.site.enrolled_kit("Kit 14").await;
        let tenant = kit.enrolled.tenant;
        let workers = workers(&server.server.app().store, tenant).await;
        let (_, booked) = server.site.reserve(kit.enrolled.kit, 1).await;
        Self {
            reservation: booked["id"].as_str().unwrap().parse().unwrap(),
            server,
            kit,
            tenant,
            workers,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.server.server.app().store
    }

    pub(crate) async fn read(&self) -> Vec<Value> {
        let path = format!("/api/v1/municipalities/{}/attendance", self.tenant);
        let (status, body) = self.server.site.rest(Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body.as_array().unwrap().clone()
    }
}

/// The care provider, how many entries, and whether the chain is whole.
pub(crate) fn summed(chains: &[Value]) -> Vec<(&str, usize, bool)> {
    chains
        .iter()
        .map(|chain| {
            let entries = chain["entries"].as_array().unwrap().len();
            (
                chain["name"].as_str().unwrap_or("-"),
                entries,
                chain["whole"].as_bool().unwrap(),
            )
        })
        .collect()
}
