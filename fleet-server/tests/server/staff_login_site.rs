//! A municipality whose care workers log in for kits at a provider of ours.

use std::time::Duration;

use fleet_api::{
    CareWorkerId, StaffLoginAnswer, StaffLoginEnd, StaffLoginStarted, StaffOnShift, TenantId, paths,
};
use fleet_server::{
    audit::Act,
    domain::identity::settings::IdentitySettings,
    store::{KitKey, Store},
};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    common::{self, TestKit, TestServer},
    openid_provider::{Provider, Trick},
};

/// Longest wait for something that should happen within seconds.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// How often the kit asks.
pub(crate) const A_MOMENT: Duration = Duration::from_millis(50);

/// Who becomes what.
const RULES: &str = r#"
    kits = true
    [[provider.rule]]
    when = { roles = "care" }
    role = "care_worker"
    tenant = "Granö kommun"
    unit = "Hemtjänst norr"
    [[provider.rule]]
    when = { roles = "care-elsewhere" }
    role = "care_worker"
    tenant = "Tallnäs kommun"
    [[provider.rule]]
    when = { roles = "manager" }
    role = "municipal_manager"
    tenant = "Granö kommun"
"#;

pub(crate) struct Site {
    pub(crate) server: TestServer,
    pub(crate) provider: Provider,
    pub(crate) tenant: TenantId,
    pub(crate) grano: common::Site,
    pub(crate) kit: TestKit,
    pub(crate) files: tempfile::TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let provider = Provider::start().await;
        let server = TestServer::start_with(Some(&provider.settings(files.path(), RULES))).await;
        let (tenant, grano) = server.municipality("Granö kommun").await;
        let (elsewhere, _) = server.municipality("Tallnäs kommun").await;
        let store = &server.server.app().store;
        let act = Act::from(Timestamp::now());
        for (tenant, names) in [
            (tenant, &["Hemtjänst norr", "Akuten"][..]),
            (elsewhere, &["Hemtjänst"][..]),
        ] {
            let provider = store
                .add_care_provider(tenant, "Hemtjänsten", &act)
                .await
                .unwrap();
            for name in names {
                store.add_unit(tenant, provider, name, &act).await.unwrap();
            }
        }
        let on = IdentitySettings {
            staff_login: true,
            shift_hours: 8,
            ..IdentitySettings::default()
        };
        store.change_identity_settings(tenant, &on, &act).await.unwrap();
        let kit = grano.enrolled_kit("Kit 14").await;
        Self {
            server,
            provider,
            tenant,
            grano,
            kit,
            files,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.server.server.app().store
    }

    pub(crate) fn key(&self) -> KitKey {
        KitKey {
            tenant: self.tenant,
            kit: self.kit.enrolled.kit,
        }
    }

    pub(crate) async fn begin(&self) -> StaffLoginStarted {
        let (status, body) = self.kit.post(paths::STAFF_LOGIN, &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    pub(crate) async fn look(&self, kit: &TestKit, started: &StaffLoginStarted) -> (StatusCode, Value) {
        let path = format!("{}/{}", paths::STAFF_LOGIN, started.id);
        kit.post(&path, &json!({})).await
    }

    /// Asks until it is over.
    pub(crate) async fn until_over(&self, started: &StaffLoginStarted) -> StaffLoginAnswer {
        let asking = async {
            loop {
                let (status, body) = self.look(&self.kit, started).await;
                assert_eq!(status, StatusCode::OK, "{body}");
                match serde_json::from_value(body).unwrap() {
                    StaffLoginAnswer::Pending => tokio::time::sleep(A_MOMENT).await,
                    over => return over,
                }
            }
        };
        timeout(SOON, asking).await.expect("the login comes to an end")
    }

    pub(crate) async fn log_in(&self, claims: &Value, trick: Trick) -> StaffLoginAnswer {
        let started = self.begin().await;
        self.provider.device_completed(claims, trick);
        self.until_over(&started).await
    }

    pub(crate) async fn somebody(&self, subject: &str) -> StaffOnShift {
        let claims = json!({ "roles": "care", "sub": subject, "name": format!("Amina {subject}") });
        match self.log_in(&claims, Trick::None).await {
            StaffLoginAnswer::Done { staff } => staff,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn holder(&self) -> Option<CareWorkerId> {
        let outs = self
            .store()
            .check_outs(self.tenant, Timestamp::now())
            .await
            .unwrap();
        outs.into_iter()
            .find(|out| out.returned_at.is_none())
            .map(|out| out.worker)
    }
}

pub(crate) fn ended(why: StaffLoginEnd) -> StaffLoginAnswer {
    StaffLoginAnswer::Ended { why }
}
