//! Delivering alerts: retries, redirects, mails, several servers, and a server that is killed in the middle.

use std::time::Duration;

use crate::{
    alerts::{Fleet, lab, reserve, webhook},
    program::{run, serve},
    sinks::{HttpSink, Manner, SmtpSink},
};
use axum::http::StatusCode as Status;
use fleet_server::{
    alert_settings::{AlertSettings, Security, Smtp},
    data_dir::DataDir,
    domain::alert::ChannelKind,
    store::{CLAIM, KitKey},
    work::{deliveries, outlets::Outlets},
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::timeout;

const SOON: Duration = Duration::from_mins(1);

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
        ids.dedup();
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
