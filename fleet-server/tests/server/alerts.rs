//! Alerts from the facts to the receiver: grace, snooze, who is told, signatures, retries, and that none is lost.

use std::time::Duration;

use crate::{
    common::{TestServer, problem, reservation},
    durability::{run, serve},
    sinks::{HttpSink, Manner, SmtpSink},
    visitor::{Visitor, encoded},
};
use aws_lc_rs::hmac;
use axum::http::StatusCode as Status;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fleet_api::{Fault, FaultSource, MeetingLink, TenantId};
use fleet_server::{
    alert_settings::{AlertSettings, Security, Smtp},
    audit::Act,
    data_dir::DataDir,
    device::Nudges,
    domain::alert::ChannelKind,
    store::{CLAIM, KitKey, NewReservation, NewTenant, Settings, Store, Vault},
    work::{alerts, deliveries, outlets::Outlets},
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use secrecy::SecretSlice;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const SOON: Duration = Duration::from_mins(1);

/// A region and a municipality with a kit, at ten o'clock in Sweden.
struct Fleet {
    store: Store,
    region: TenantId,
    key: KitKey,
    now: Timestamp,
    _directory: TempDir,
}

impl Fleet {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let store = Store::open(&directory.path().join("fleet.db"), Vault::new(&[7; 32]))
            .await
            .unwrap();
        let new = |name: &str| NewTenant {
            name: name.to_owned(),
            settings: Settings::default(),
        };
        let region = store.add_tenant(&new("Region"), now).await.unwrap();
        let tenant = store
            .add_municipality(region, &new("Almviks kommun"), &now.into())
            .await
            .unwrap();
        let kit = store
            .kit_named(tenant, &"Kit 14".parse().unwrap(), now)
            .await
            .unwrap();
        Self {
            store,
            region,
            key: KitKey { tenant, kit },
            now,
            _directory: directory,
        }
    }

    /// A visit that begins in so many minutes.
    async fn visit(&self, minutes: i64) {
        reserve(
            &self.store,
            self.key,
            self.now + SignedDuration::from_mins(minutes),
            self.now,
        )
        .await;
    }

    async fn webhook(&self, tenant: TenantId, sink: &HttpSink) {
        webhook(&self.store, tenant, sink, self.now).await;
    }

    fn after(&self, minutes: i64) -> Timestamp {
        self.now + SignedDuration::from_mins(minutes)
    }

    async fn look(&self, minutes: i64) {
        alerts::turn(&self.store, &Nudges::default(), self.after(minutes))
            .await
            .unwrap();
    }

    async fn deliver(&self, outlets: &Outlets, minutes: i64) -> usize {
        deliveries::turn(&self.store, outlets, self.after(minutes))
            .await
            .unwrap()
    }
}

async fn reserve(store: &Store, key: KitKey, starts_at: Timestamp, now: Timestamp) {
    let new = NewReservation {
        kit: key.kit,
        title: fleet_api::NeutralTitle::CarePlanMeeting,
        starts_at,
        ends_at: starts_at + SignedDuration::from_hours(1),
        link: MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap(),
    };
    store.reserve(key.tenant, &new, now).await.unwrap();
}

async fn webhook(store: &Store, tenant: TenantId, sink: &HttpSink, now: Timestamp) {
    let key: SecretSlice<u8> = KEY.to_vec().into();
    let channel = (ChannelKind::Webhook, sink.url.as_str());
    store
        .add_channel(tenant, channel, Some(&key), &now.into())
        .await
        .unwrap();
}

fn lab() -> Outlets {
    let settings = AlertSettings {
        webhooks_over_http: true,
        ..AlertSettings::default()
    };
    Outlets::new(&settings).unwrap()
}

fn kinds(sink: &HttpSink) -> Vec<String> {
    let mut kinds: Vec<String> = sink
        .calls()
        .iter()
        .map(|call| {
            let body: Value = serde_json::from_str(&call.body).unwrap();
            body["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn an_alert_is_told_once_signed_and_again_only_after_its_snooze() {
    let fleet = Fleet::new().await;
    let sink = HttpSink::start(Manner::Answer(Status::OK)).await;
    fleet.webhook(fleet.key.tenant, &sink).await;
    fleet.visit(40).await;
    let outlets = lab();
    fleet.look(0).await;
    // Not fetched comes half an hour before; a kit that was never heard has its quarter of an hour.
    assert_eq!(fleet.deliver(&outlets, 0).await, 1);
    assert_eq!(kinds(&sink), ["hygiene_missing"]);
    fleet.look(10).await;
    assert_eq!(fleet.deliver(&outlets, 10).await, 1);
    assert_eq!(kinds(&sink), ["hygiene_missing", "not_fetched"]);
    for minute in [11, 14] {
        fleet.look(minute).await;
        assert_eq!(fleet.deliver(&outlets, minute).await, 0, "each is told once");
    }
    fleet.look(15).await;
    assert_eq!(fleet.deliver(&outlets, 15).await, 1);
    assert_eq!(
        kinds(&sink),
        ["hygiene_missing", "not_fetched", "offline_before_visit"]
    );

    let call = &sink.calls()[0];
    let header = |name: &str| call.headers[name].to_str().unwrap();
    let signed = format!(
        "{}.{}.{}",
        header("webhook-id"),
        header("webhook-timestamp"),
        call.body
    );
    let signature = header("webhook-signature").strip_prefix("v1,").unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    assert!(!call.body.contains("sesame"), "no link: {}", call.body);

    let open = fleet.store.open_alerts(fleet.key.tenant).await.unwrap();
    assert_eq!(open.len(), 3);
    let act = Act::from(fleet.after(16));
    let until = fleet.after(20);
    fleet
        .store
        .snooze_alert(fleet.key.tenant, open[0].id, until, &act)
        .await
        .unwrap();
    for (minute, told) in [(19, 0), (20, 1), (21, 0)] {
        fleet.look(minute).await;
        assert_eq!(fleet.deliver(&outlets, minute).await, told, "minute {minute}");
    }
    fleet.look(100).await;
    assert_eq!(
        fleet.store.open_alerts(fleet.key.tenant).await.unwrap(),
        [],
        "the visit is over"
    );
}

#[tokio::test]
async fn who_answers_is_told_and_about_a_visit_the_municipality_too() {
    let fleet = Fleet::new().await;
    let (region, municipality) = (
        HttpSink::start(Manner::Answer(Status::OK)).await,
        HttpSink::start(Manner::Answer(Status::NO_CONTENT)).await,
    );
    fleet.webhook(fleet.region, &region).await;
    fleet.webhook(fleet.key.tenant, &municipality).await;
    let act = Act::from(fleet.now);
    for fault in [Fault::NoPicture, Fault::StandMissing] {
        fleet
            .store
            .report_fault(fleet.key, fault, FaultSource::Room, &act)
            .await
            .unwrap();
    }
    let outlets = lab();
    let hours = |hours: i64| hours * 60;
    fleet.look(hours(4) - 1).await;
    assert_eq!(
        fleet.deliver(&outlets, hours(4) - 1).await,
        0,
        "they have time to look"
    );
    fleet.look(hours(4)).await;
    fleet.deliver(&outlets, hours(4)).await;
    // No agreement is in force: what is broken is seen to by the region.
    assert_eq!((kinds(&region).len(), kinds(&municipality).len()), (1, 0));
    fleet.look(hours(24)).await;
    fleet.deliver(&outlets, hours(24)).await;
    assert_eq!(
        (kinds(&region).len(), kinds(&municipality).len()),
        (1, 1),
        "the stand was lost"
    );

    let tickets = fleet
        .store
        .tickets(fleet.key.tenant, fleet.now, 10)
        .await
        .unwrap();
    for ticket in tickets {
        let (to, act) = (
            fleet_server::domain::ticket::TicketState::Acknowledged,
            Act::from(fleet.after(hours(24))),
        );
        let stepped = fleet
            .store
            .step_ticket(fleet.key.tenant, ticket.id, to, None, &act)
            .await;
        stepped.unwrap().unwrap();
    }
    fleet.visit(hours(25)).await;
    fleet.look(hours(24) + 45).await;
    assert!(fleet.deliver(&outlets, hours(24) + 45).await > 0);
    assert!(kinds(&municipality).contains(&"not_fetched".to_owned()));
    assert!(
        !kinds(&region).contains(&"not_fetched".to_owned()),
        "not the region's"
    );
}

#[tokio::test]
async fn what_does_not_arrive_is_tried_again_and_a_redirect_is_not_followed() {
    let fleet = Fleet::new().await;
    let elsewhere = HttpSink::start(Manner::Answer(Status::OK)).await;
    let sink = HttpSink::start(Manner::Redirect(elsewhere.url.clone())).await;
    fleet.webhook(fleet.key.tenant, &sink).await;
    fleet.visit(25).await;
    fleet.look(0).await;
    let outlets = lab();
    assert_eq!(fleet.deliver(&outlets, 0).await, 0);
    assert_eq!(elsewhere.calls().len(), 0, "never to another host");
    let channels = fleet.store.channels(fleet.key.tenant).await.unwrap();
    assert!(channels[0].failing_since.is_some());
    let first = sink.calls().len();
    assert_eq!(first, 2, "not fetched, not signed for");
    sink.behave(Manner::Answer(Status::INTERNAL_SERVER_ERROR));
    assert_eq!(fleet.deliver(&outlets, 0).await, 0);
    assert_eq!(sink.calls().len(), first, "not before its pause is over");
    assert_eq!(fleet.deliver(&outlets, 1).await, 0);
    sink.behave(Manner::Answer(Status::OK));
    assert_eq!(fleet.deliver(&outlets, 3).await, 2);
    let ids = |from: usize| {
        let mut ids: Vec<_> = sink.calls()[from..]
            .iter()
            .map(|call| call.headers["webhook-id"].clone())
            .collect();
        ids.sort();
        ids.truncate(2);
        ids
    };
    assert_eq!(ids(0), ids(first), "a receiver knows a second copy by its id");
    assert_eq!(
        fleet.deliver(&outlets, 60).await,
        0,
        "what arrived is not sent again"
    );
    let channels = fleet.store.channels(fleet.key.tenant).await.unwrap();
    assert!(channels[0].failing_since.is_none());
}

#[tokio::test]
async fn without_tls_nothing_is_sent_unless_the_lab_allows_it() {
    let fleet = Fleet::new().await;
    let sink = HttpSink::start(Manner::Answer(Status::OK)).await;
    fleet.webhook(fleet.key.tenant, &sink).await;
    fleet.visit(25).await;
    fleet.look(0).await;
    let outlets = Outlets::new(&AlertSettings::default()).unwrap();
    assert_eq!(fleet.deliver(&outlets, 0).await, 0);
    assert_eq!(sink.calls().len(), 0);
}

#[tokio::test]
async fn a_mail_names_the_kit_and_nobody() {
    let fleet = Fleet::new().await;
    let sink = SmtpSink::start().await;
    let channel = (ChannelKind::Email, "drift@kommun.example");
    fleet
        .store
        .add_channel(fleet.key.tenant, channel, None, &fleet.now.into())
        .await
        .unwrap();
    fleet.visit(25).await;
    fleet.look(0).await;
    let settings = AlertSettings {
        console: Some("https://fleet.region.example:9443/".to_owned()),
        smtp: Some(Smtp {
            host: "127.0.0.1".to_owned(),
            port: sink.port,
            security: Security::None,
            from: "Hembesök <fleet@region.example>".to_owned(),
            user: None,
            password: None,
        }),
        ..AlertSettings::default()
    };
    let outlets = Outlets::new(&settings).unwrap();
    assert_eq!(fleet.deliver(&outlets, 0).await, 2);
    assert_eq!(fleet.deliver(&outlets, 60).await, 0);
    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        assert!(mail.contains("RCPT TO:<drift@kommun.example>"), "{mail}");
        assert!(mail.contains("Kit 14"), "{mail}");
        assert!(mail.contains("Message-ID: <"), "{mail}");
        for hidden in ["sesame", "video.example"] {
            assert!(!mail.contains(hidden), "{hidden} in {mail}");
        }
    }
    let path = format!("kits/{}", fleet.key.kit);
    assert!(
        mails.iter().all(|mail| mail.replace("=\n", "").contains(&path)),
        "{mails:?}"
    );
    let without = lab();
    fleet.visit(200).await;
    fleet.look(180).await;
    assert_eq!(fleet.deliver(&without, 180).await, 0, "no mail server: it waits");
    assert!(fleet.deliver(&outlets, 183).await > 0);
}

#[tokio::test]
async fn of_two_servers_one_delivers_and_what_a_dead_one_claimed_is_delivered_by_the_other() {
    let fleet = Fleet::new().await;
    let sink = HttpSink::start(Manner::Answer(Status::OK)).await;
    fleet.webhook(fleet.key.tenant, &sink).await;
    fleet.visit(25).await;
    // Both look at once.
    tokio::join!(fleet.look(0), fleet.look(0));
    let claimed = fleet.store.claim_deliveries(fleet.now).await.unwrap();
    assert_eq!(claimed.len(), 2, "each alert once");
    assert_eq!(fleet.store.claim_deliveries(fleet.now).await.unwrap().len(), 0);
    // The one that claimed them dies here.
    let later = CLAIM.as_mins();
    assert_eq!(fleet.deliver(&lab(), later).await, 2);
}

#[tokio::test]
async fn an_alert_that_was_raised_arrives_although_the_server_was_killed_in_the_middle() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    run(&["init"], &data).await;
    std::fs::write(data.join("alerts.toml"), "webhooks_over_http = true\n").unwrap();
    let sink = HttpSink::start(Manner::Hang).await;
    let now = Timestamp::now();
    let tenant = {
        let store = DataDir::open(&data).unwrap().store().await.unwrap();
        let tenant = store.tenant_named("Region").await.unwrap().id;
        let kit = store
            .kit_named(tenant, &"Kit 14".parse().unwrap(), now)
            .await
            .unwrap();
        webhook(&store, tenant, &sink, now).await;
        reserve(
            &store,
            KitKey { tenant, kit },
            now + SignedDuration::from_mins(20),
            now,
        )
        .await;
        store.close().await;
        tenant
    };
    let (mut child, _, _) = serve(&data).await;
    timeout(SOON, sink.wait_for(1))
        .await
        .expect("the alert is on its way");
    child.kill().await.unwrap();

    sink.behave(Manner::Answer(Status::OK));
    let store = DataDir::open(&data).unwrap().store().await.unwrap();
    let raised = store.open_alerts(tenant).await.unwrap().len();
    assert!(raised >= 2, "not fetched, not signed for: {raised}");
    let later = now + SignedDuration::from_hours(1);
    assert_eq!(deliveries::turn(&store, &lab(), later).await.unwrap(), raised);
}

#[tokio::test]
async fn receivers_are_chosen_in_the_console_and_alerts_are_put_off_there() {
    let server = TestServer::start().await;
    let (tenant, site) = server.municipality("Almviks kommun").await;
    let channels = format!("/api/v1/municipalities/{tenant}/alert-channels");
    let add = async |kind: &str, target: &str| {
        let body = json!({ "kind": kind, "target": target });
        site.rest(Method::POST, &channels, Some(body)).await
    };
    for (kind, target, refused) in [
        ("email", "no address", "channel_address"),
        ("email", "a@b\r\nBcc: c@d", "channel_address"),
        ("webhook", "http://alerts.example/hook", "channel_url"),
    ] {
        let (status, body) = add(kind, target).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, refused),
            "{target}"
        );
    }
    let (status, body) = add("webhook", "https://alerts.example/hook").await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert!(body["secret"].as_str().unwrap().starts_with("whsec_"));
    let (status, _) = add("webhook", "https://alerts.example/hook").await;
    assert_eq!(status, StatusCode::CONFLICT, "once is enough");
    let (_, listed) = site.rest(Method::GET, &channels, None).await;
    assert!(!listed.to_string().contains("whsec_"), "the key is shown once");
    let stranger = server.other_tenant().await;
    assert_eq!(
        stranger.rest(Method::GET, &channels, None).await.0,
        StatusCode::NOT_FOUND
    );

    let kit = site.enrolled_kit("Kit 14").await.enrolled.kit;
    let mut soon = reservation(kit, 0);
    soon["starts_at"] = json!(Timestamp::now() + SignedDuration::from_mins(20));
    let (status, booked) = site.rest(Method::POST, "/api/v1/reservations", Some(soon)).await;
    assert_eq!(status, StatusCode::CREATED, "{booked}");
    let app = server.server.app();
    alerts::turn(&app.store, &app.nudges, Timestamp::now())
        .await
        .unwrap();
    let (_, open) = site.rest(Method::GET, "/api/v1/alerts", None).await;
    let alert = open[0]["id"].as_str().unwrap().to_owned();
    let snooze = format!("/api/v1/alerts/{alert}/snooze");
    let until = |hours| json!({ "until": Timestamp::now() + SignedDuration::from_hours(hours) });
    for (who, hours, status) in [
        (&stranger, 1, StatusCode::NOT_FOUND),
        (&site, -1, StatusCode::UNPROCESSABLE_ENTITY),
        (&site, 15 * 24, StatusCode::UNPROCESSABLE_ENTITY),
        (&site, 1, StatusCode::NO_CONTENT),
    ] {
        let (given, _) = who.rest(Method::POST, &snooze, Some(until(hours))).await;
        assert_eq!(given, status, "{hours}");
    }

    let visitor = Visitor::log_in(&site).await;
    let (_, html) = visitor.get("/tasks").await;
    for shown in ["Inte hämtat inför besöket", "Tyst till", "Vem får larm?"] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let form = format!("until={}", encoded("2026-01-01T10:00"));
    let (status, _) = visitor.post(&format!("/alerts/{alert}"), &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "that is past");
    let form = format!(
        "act=add&kind=email&municipality={tenant}&target={}",
        encoded("drift@kommun.example")
    );
    let (status, to) = visitor.post("/alerts/receivers", &form).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/alerts/receivers?done=channel_added")
    );
    let form = format!(
        "act=add&kind=webhook&municipality={tenant}&target={}",
        encoded("https://two.example")
    );
    let (status, html) = visitor.post("/alerts/receivers", &form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("whsec_") && html.contains("drift@kommun.example"),
        "{html}"
    );
    let channel = listed[0]["id"].as_str().unwrap();
    let form = format!("act=remove&municipality={tenant}&channel={channel}");
    assert_eq!(
        visitor.post("/alerts/receivers", &form).await.0,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        visitor.post("/alerts/receivers", &form).await.0,
        StatusCode::NOT_FOUND
    );
}
