//! What a replacement leaves alone: a meeting that the broken kit has joined, spares that are broken themselves, a kit that was
//! replaced before.

use crate::{
    common::{TestServer, event, problem, reservation},
    faults::{post, reported, tickets},
    replacement::broken,
};
use fleet_api::{EventKind, Fault, ReservationId};
use fleet_server::audit::Act;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_meeting_that_the_broken_kit_has_joined_stays_its_own() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let (kit, spare) = (&broken.kit, &broken.spare);
    let mut running = reservation(kit.enrolled.kit, 0);
    let half_an_hour = SignedDuration::from_mins(30);
    let time = (Timestamp::now() - half_an_hour, Timestamp::now() + half_an_hour);
    running["starts_at"] = json!(time.0);
    running["ends_at"] = json!(time.1);
    let (status, booked) = post(&broken.site, "/api/v1/reservations", running.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{booked}");
    let reservation: ReservationId = serde_json::from_value(booked["id"].clone()).unwrap();
    kit.sync(vec![
        event(2, EventKind::JoinTapped { reservation }),
        event(3, EventKind::MeetingJoined { reservation }),
    ])
    .await;
    assert_eq!(
        broken.replace(&broken.site, spare.enrolled.kit).await.0,
        StatusCode::NO_CONTENT
    );

    let told = spare.sync(Vec::new()).await.desired.reservations;
    assert_eq!(told.len(), 1, "the coming visit alone: {told:?}");
    assert_ne!(told[0].id, reservation);
    let store = &server.server.app().store;
    let tenant = kit.enrolled.tenant;
    let begun = (time.0 - half_an_hour, time.1);
    assert_eq!(store.home_meetings(tenant, begun).await.unwrap(), 1);
    assert!(
        store
            .kit_reports(tenant, begun)
            .await
            .unwrap()
            .contains_key(&reservation)
    );
    // The kit is in repair: another may go on with the meeting in its place.
    running["kit_id"] = json!(spare.enrolled.kit);
    let (status, body) = post(&broken.site, "/api/v1/reservations", running).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let wiped = EventKind::Wiped {
        reservation,
        confirmed: true,
    };
    kit.sync(vec![event(4, wiped)]).await;
    assert!(
        store.reservation(tenant, reservation).await.unwrap().wiped,
        "its receipt is its own"
    );
}

#[tokio::test]
async fn a_broken_kit_takes_no_other_kit_s_place_and_none_is_replaced_twice() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let spare = broken.spare.enrolled.kit;
    broken
        .spare
        .sync(vec![event(1, reported(Fault::NoPicture))])
        .await;
    assert_eq!(broken.spares(&broken.site).await, Vec::<Value>::new());
    let (status, body) = broken.replace(&broken.site, spare).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "replacement")
    );
    let store = &server.server.app().store;
    let (tenant, act) = (broken.kit.enrolled.tenant, Act::from(Timestamp::now()));
    let ticket = broken.ticket.rsplit('/').next().unwrap().parse().unwrap();
    let replaced = store.replace_kit(tenant, ticket, spare, &act).await.unwrap();
    assert!(replaced.is_err(), "the store holds the same");

    let whole = broken.site.enrolled_kit("Kit 16").await.enrolled.kit;
    let path = format!("/api/v1/kits/{whole}/spare");
    assert_eq!(
        broken.site.rest(Method::PUT, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    broken
        .kit
        .sync(vec![event(2, reported(Fault::HearNothing))])
        .await;
    assert_eq!(
        broken.replace(&broken.site, whole).await.0,
        StatusCode::NO_CONTENT
    );
    // The other fault of the same kit, which is in repair by now.
    let all = tickets(&broken.site, "").await;
    let other = all
        .iter()
        .find(|ticket| ticket["fault"] == "hear_nothing")
        .unwrap();
    let path = format!("/api/v1/tickets/{}", other["id"].as_str().unwrap());
    let another = broken.site.enrolled_kit("Kit 17").await.enrolled.kit;
    let spare = format!("/api/v1/kits/{another}/spare");
    assert_eq!(
        broken.site.rest(Method::PUT, &spare, None).await.0,
        StatusCode::NO_CONTENT
    );
    let offered = broken
        .site
        .rest(Method::GET, &format!("{path}/spares"), None)
        .await;
    assert_eq!(offered, (StatusCode::OK, json!([])));
    let (status, body) = post(
        &broken.site,
        &format!("{path}/replacement"),
        json!({ "kit": another }),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(body["detail"].as_str().unwrap().contains("in repair"), "{body}");
}
