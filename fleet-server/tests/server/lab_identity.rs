//! Against the lab's stand-ins, which keep the rules of the real ones: a care worker's phone completes a login at an OpenID provider of
//! the Swedish profile, a patient's phone scans the QR code of the second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use fleet_api::{BankIdFrame, BankIdState, StaffLoginAnswer, StaffLoginEnd, StaffLoginStarted, paths};
use fleet_server::{audit::Act as AuditAct, domain::identity::settings::IdentitySettings};
use jiff::Timestamp;
use lab::{
    bank_id::{BankId, BankIdConfig},
    jose::{Signing, SigningKey},
    openid::{OpenIdClient, OpenIdConfig, OpenIdProvider},
    phone::{Act, App, Code, Phone},
    tls::Authority,
};
use reqwest::StatusCode;
use serde_json::json;
use tokio::time::timeout;

use crate::{
    bank_id_frames::{SOON, Socket, next, open},
    common::{TestKit, TestServer},
};

/// Elsa Berg, in the lab.
const ELSA: &str = "189001019802";
const CLIENT: &str = "fleet";

struct Site {
    bank_id: BankId,
    provider: OpenIdProvider,
    server: TestServer,
    kit: TestKit,
    /// Hours from now to the next meeting: a kit has one at a time.
    hours: AtomicI64,
    _files: tempfile::TempDir,
}

impl Site {
    async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let bank_id = BankId::start(BankIdConfig::default()).await.unwrap();
        let authority = Arc::new(Authority::new("Lab web").unwrap());
        let provider = OpenIdProvider::start(OpenIdConfig::new(authority, bank_id.control()))
            .await
            .unwrap();
        let mut settings = provider.control().settings();
        settings.device_interval_s = 1;
        provider.control().set_settings(settings);
        let key = SigningKey::new(Signing::ES256).unwrap();
        provider.control().put_client(OpenIdClient {
            client_id: CLIENT.into(),
            redirect_uris: vec!["https://console.example/login/callback".into()],
            post_logout_redirect_uris: Vec::new(),
            jwks: key.public_set(),
            signed_with: Signing::ES256,
            staff: true,
        });
        let party = bank_id.relying_party();
        let written = [
            ("op-ca.pem", provider.ca_pem()),
            ("client.key", key.pem()),
            ("root.pem", bank_id.ca_pem()),
            ("rp.pem", party.certificate_pem.as_str()),
            ("rp.key", party.key_pem.as_str()),
        ];
        for (name, content) in written {
            std::fs::write(files.path().join(name), content).unwrap();
        }
        let file = |name| files.path().join(name).display().to_string();
        let openid = format!(
            r#"
            console = "https://console.example"
            [[provider]]
            key = "region"
            name = "Provlegitimation"
            tenant = "Region"
            issuer = "{}"
            client_id = "{CLIENT}"
            client_key_file = "{}"
            ca_file = "{}"
            scopes = ["staff"]
            kits = true
            [[provider.rule]]
            when = {{ roles = "fleet-care_worker" }}
            role = "care_worker"
            "#,
            provider.issuer(),
            file("client.key"),
            file("op-ca.pem"),
        );
        let relying_party = format!(
            "[[relying_party]]\nregion = \"Region\"\nenvironment = \"stand_in\"\naddress = \"{}\"\n\
             root_file = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n",
            bank_id.rp_url(),
            file("root.pem"),
            file("rp.pem"),
            file("rp.key"),
        );
        let server =
            TestServer::start_with_files(&[("openid.toml", &openid), ("bank-id.toml", &relying_party)]).await;
        let kit = server.site.enrolled_kit("Kit 14").await;
        let (store, tenant) = (&server.server.app().store, kit.enrolled.tenant);
        let act = AuditAct::from(Timestamp::now());
        let care = store
            .add_care_provider(tenant, "Hemtjänsten", &act)
            .await
            .unwrap();
        store
            .add_unit(tenant, care, "Hemtjänst norr", &act)
            .await
            .unwrap();
        let on = IdentitySettings {
            bank_id: true,
            staff_login: true,
            ..IdentitySettings::default()
        };
        store.change_identity_settings(tenant, &on, &act).await.unwrap();
        Self {
            bank_id,
            provider,
            server,
            kit,
            hours: AtomicI64::new(1),
            _files: files,
        }
    }

    async fn phone(&self, person: &str) -> Phone {
        let app = App::of(self.bank_id.control_url(), person, &[self.provider.ca_pem()]).await;
        Phone::new(app.unwrap())
    }

    /// Somebody takes their phone and scans the kit's QR code for care workers.
    async fn staff_login(&self, person: &str, act: Act) -> StaffLoginAnswer {
        let (status, body) = self.kit.post(paths::STAFF_LOGIN, &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        let started: StaffLoginStarted = serde_json::from_value(body).unwrap();
        let code = Code::of(started.verification_uri.as_str()).unwrap();
        self.phone(person).await.act_on(&code, act).await.unwrap();
        let path = format!("{}/{}", paths::STAFF_LOGIN, started.id);
        let asking = async {
            loop {
                let (status, body) = self.kit.post(&path, &json!({})).await;
                assert_eq!(status, StatusCode::OK, "{body}");
                match serde_json::from_value(body).unwrap() {
                    StaffLoginAnswer::Pending => tokio::task::yield_now().await,
                    over => return over,
                }
            }
        };
        timeout(SOON, asking).await.expect("the login comes to an end")
    }

    async fn open(&self) -> Login {
        let hours = self.hours.fetch_add(2, Ordering::Relaxed);
        let kit = self.kit.enrolled.kit;
        let meeting = self.server.site.invite(kit, hours, Some(ELSA)).await;
        Login(open(&self.kit, &meeting).await.unwrap())
    }
}

struct Login(Socket);

impl Login {
    /// What a phone before the screen reads now.
    async fn code(&mut self) -> Code {
        loop {
            let frame = next(&mut self.0).await.expect("it waits");
            if let Some(qr) = frame.qr {
                return Code::of(qr.expose()).unwrap();
            }
        }
    }

    async fn last(mut self) -> BankIdFrame {
        let mut last = None;
        while let Some(frame) = next(&mut self.0).await {
            last = Some(frame);
        }
        last.expect("at least one frame")
    }
}

#[tokio::test]
async fn a_care_worker_logs_in_for_the_kit_by_phone_and_nobody_else_does() {
    let site = Box::pin(Site::start()).await;
    let hanna = site.staff_login("hanna", Act::Identify).await;
    let StaffLoginAnswer::Done { staff } = hanna else {
        panic!("{hanna:?}")
    };
    assert_eq!(site.kit.sync(Vec::new()).await.desired.on_shift, Some(staff));
    for (person, act, why) in [
        ("mats", Act::Identify, StaffLoginEnd::NotAllowed),
        ("hanna", Act::Cancel, StaffLoginEnd::Declined),
    ] {
        let answer = site.staff_login(person, act).await;
        assert_eq!(answer, StaffLoginAnswer::Ended { why }, "{person}");
    }
}

#[tokio::test]
async fn the_invited_patient_gets_in_by_phone_and_another_does_not() {
    let site = Box::pin(Site::start()).await;
    for (person, gets_in) in [("olof", false), ("elsa", true)] {
        let mut socket = site.open().await;
        let code = socket.code().await;
        site.phone(person)
            .await
            .act_on(&code, Act::Identify)
            .await
            .unwrap();
        let last = socket.last().await;
        let got_in = matches!(last.state, BankIdState::Done { .. });
        assert_eq!(got_in, gets_in, "{person}: {last:?}");
        if let BankIdState::Done { grant } = last.state {
            let used = site
                .kit
                .post(paths::JOIN_GRANTS, &json!({ "grant": grant }))
                .await;
            assert_eq!(used.0, StatusCode::OK);
        } else {
            assert_eq!(last.message.code.as_str(), "KIT-PERSON");
        }
    }
}

#[tokio::test]
async fn an_old_code_is_worth_nothing_and_whoever_gives_up_is_told_so() {
    let site = Box::pin(Site::start()).await;
    let mut socket = site.open().await;
    let code = socket.code().await;
    site.phone("elsa").await.act_on(&code, Act::Cancel).await.unwrap();
    assert_eq!(socket.last().await.message.code.as_str(), "RFA6");

    let mut socket = site.open().await;
    let code = socket.code().await;
    site.bank_id.control().clock().advance(Duration::from_secs(10));
    site.phone("elsa")
        .await
        .act_on(&code, Act::Identify)
        .await
        .unwrap_err();
}
