//! A region that is relying party of a BankID of ours, and a kit of it.

use std::sync::atomic::{AtomicI64, Ordering};

use fleet_api::{BankIdFrame, BankIdState, JoinGrant, paths};
use fleet_server::{domain::identity::settings::IdentitySettings, store::Store};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    bank_id_frames::{Socket, next, open},
    bank_id_stand_in::{Says, StandIn},
    common::{TestKit, TestServer},
};

/// Somebody else.
pub(crate) const ANOTHER: &str = "198507099805";

pub(crate) struct Site {
    pub(crate) server: TestServer,
    pub(crate) bank_id: StandIn,
    pub(crate) kit: TestKit,
    /// Hours from now to the next meeting: a kit has one at a time.
    pub(crate) hours: AtomicI64,
    pub(crate) _files: tempfile::TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let bank_id = StandIn::start().await;
        let root = bank_id.root.clone();
        Self::trusting(bank_id, &root).await
    }

    /// A server that trusts this root for BankID.
    pub(crate) async fn trusting(bank_id: StandIn, root: &str) -> Self {
        let files = tempfile::tempdir().unwrap();
        let settings = bank_id.settings(files.path(), root);
        let server = TestServer::start_with_files(&[("bank-id.toml", &settings)]).await;
        let kit = server.site.enrolled_kit("Kit 14").await;
        let site = Self {
            server,
            bank_id,
            kit,
            hours: AtomicI64::new(1),
            _files: files,
        };
        let settings = IdentitySettings {
            bank_id: true,
            ..IdentitySettings::default()
        };
        let tenant = site.kit.enrolled.tenant;
        let act = Timestamp::now().into();
        site.store()
            .change_identity_settings(tenant, &settings, &act)
            .await
            .unwrap();
        site
    }

    pub(crate) fn store(&self) -> &Store {
        &self.server.server.app().store
    }

    /// A meeting for whoever has this number.
    pub(crate) async fn meeting_for(&self, person: Option<&str>) -> String {
        let hours = self.hours.fetch_add(2, Ordering::Relaxed);
        let kit = self.kit.enrolled.kit;
        self.server.site.invite(kit, hours, person).await
    }

    /// A whole identification: the last frame.
    pub(crate) async fn identify(&self, reservation: &str, script: &[Says]) -> BankIdFrame {
        self.bank_id.will_say(script);
        let mut socket = open(&self.kit, reservation).await.unwrap();
        last(&mut socket).await
    }

    pub(crate) async fn use_grant(&self, kit: &TestKit, grant: &JoinGrant) -> (StatusCode, Value) {
        kit.post(paths::JOIN_GRANTS, &json!({ "grant": grant })).await
    }
}

pub(crate) async fn last(socket: &mut Socket) -> BankIdFrame {
    let mut last = None;
    while let Some(frame) = next(socket).await {
        last = Some(frame);
    }
    last.expect("at least one frame")
}

pub(crate) fn granted(frame: &BankIdFrame) -> JoinGrant {
    match &frame.state {
        BankIdState::Done { grant } => grant.clone(),
        other => panic!("{other:?}"),
    }
}
