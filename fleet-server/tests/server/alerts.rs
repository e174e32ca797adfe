//! Alerts from the facts to the receiver: grace, snooze, signature, and who is told.

use crate::{
    common::TestStore,
    sinks::{HttpSink, Manner},
};
use aws_lc_rs::hmac;
use axum::http::StatusCode as Status;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fleet_api::{Fault, FaultSource, MeetingLink, ReservationId, TenantId};
use fleet_server::{
    alert_settings::AlertSettings,
    audit::Act,
    device::Nudges,
    domain::{alert::ChannelKind, ticket::TicketState},
    store::{KitKey, NewReservation, NewTenant, Settings, Store},
    work::{alerts, deliveries, outlets::Outlets},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretSlice;
use serde_json::Value;

const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A region and a municipality with a kit, at ten o'clock in Sweden.
pub(crate) struct Fleet {
    pub(crate) store: Store,
    pub(crate) region: TenantId,
    pub(crate) key: KitKey,
    pub(crate) now: Timestamp,
    _database: TestStore,
}

impl Fleet {
    pub(crate) async fn new() -> Self {
        let database = TestStore::make().await;
        let now: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let store = database.open([7; 32]).await;
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
            _database: database,
        }
    }

    /// A visit that begins in so many minutes.
    pub(crate) async fn visit(&self, minutes: i64) -> ReservationId {
        let starts_at = self.now + SignedDuration::from_mins(minutes);
        reserve(&self.store, self.key, starts_at, self.now).await
    }

    pub(crate) async fn webhook(&self, tenant: TenantId, sink: &HttpSink) {
        webhook(&self.store, tenant, sink, self.now).await;
    }

    pub(crate) fn after(&self, minutes: i64) -> Timestamp {
        self.now + SignedDuration::from_mins(minutes)
    }

    pub(crate) async fn look(&self, minutes: i64) {
        alerts::turn(&self.store, &Nudges::default(), self.after(minutes))
            .await
            .unwrap();
    }

    pub(crate) async fn deliver(&self, outlets: &Outlets, minutes: i64) -> usize {
        deliveries::turn(&self.store, outlets, self.after(minutes))
            .await
            .unwrap()
    }
}

pub(crate) async fn reserve(
    store: &Store,
    key: KitKey,
    starts_at: Timestamp,
    now: Timestamp,
) -> ReservationId {
    let new = NewReservation {
        kit: key.kit,
        title: fleet_api::NeutralTitle::CarePlanMeeting,
        starts_at,
        ends_at: starts_at + SignedDuration::from_hours(1),
        link: MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap(),
    };
    store.reserve(key.tenant, &new, now).await.unwrap()
}

pub(crate) async fn webhook(store: &Store, tenant: TenantId, sink: &HttpSink, now: Timestamp) {
    let key: SecretSlice<u8> = KEY.to_vec().into();
    let channel = (ChannelKind::Webhook, sink.url.as_str());
    store
        .add_channel(tenant, channel, Some(&key), &now.into())
        .await
        .unwrap();
}

pub(crate) fn lab() -> Outlets {
    let settings = AlertSettings {
        webhooks_over_http: true,
        ..AlertSettings::default()
    };
    Outlets::new(&settings).unwrap()
}

pub(crate) fn kinds(sink: &HttpSink) -> Vec<String> {
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
        let (to, act) = (TicketState::Acknowledged, Act::from(fleet.after(hours(24))));
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
