//! Reservations that are moved or cancelled: the kits follow, what is gone or past stays out of it.

use crate::{
    care_worker::care_worker,
    common::{LINK, TestKit, TestServer, event, problem, reservation},
    follow_up::meeting,
};
use fleet_api::EventKind;
use fleet_server::{audit::Act, domain::life_cycle::LifeState, store::KitKey};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn moving_and_cancelling_reach_the_kits() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let other = server.site.enrolled_kit("Kit 15").await;
    let (_, first) = server.site.reserve(kit.enrolled.kit, 2).await;
    let mut second = reservation(kit.enrolled.kit, 4);
    second["link"] = json!("https://video.example/m/other");
    server
        .site
        .rest(Method::POST, "/api/v1/reservations", Some(second))
        .await;
    let path = format!("/api/v1/reservations/{}", first["id"].as_str().unwrap());
    let to = |kit: &TestKit, hours| {
        let wanted = reservation(kit.enrolled.kit, hours);
        json!({ "kit_id": wanted["kit_id"], "starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"] })
    };
    let (status, body) = server.site.rest(Method::PATCH, &path, Some(to(&kit, 4))).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "overlap"));
    let (status, _) = server.site.rest(Method::PATCH, &path, Some(to(&other, 4))).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(kit.sync(Vec::new()).await.desired.reservations.len(), 1);
    let there = other.sync(Vec::new()).await.desired.reservations;
    assert_eq!(there[0].link.expose(), LINK, "the link goes with it");
    let stranger = server.other_tenant().await;
    for (method, body) in [(Method::PATCH, Some(to(&other, 6))), (Method::DELETE, None)] {
        assert_eq!(stranger.rest(method, &path, body).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_meeting_is_at_one_home_at_a_time_whether_booked_or_moved() {
    let server = TestServer::start().await;
    let here = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let there = server.site.enrolled_kit("Kit 15").await.enrolled.kit;
    let (status, _) = server.site.reserve(here, 2).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, body) = server.site.reserve(there, 2).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "booked-twice"));
    let (status, body) = server.site.reserve(there, 5).await;
    assert_eq!(status, StatusCode::CREATED, "the same room at another time");
    let path = format!("/api/v1/reservations/{}", body["id"].as_str().unwrap());
    let move_to = async |kit, hours| {
        let wanted = reservation(kit, hours);
        let to = json!({ "kit_id": wanted["kit_id"], "starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"] });
        server.site.rest(Method::PATCH, &path, Some(to)).await
    };
    let (status, body) = move_to(there, 2).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "booked-twice"));
    assert_eq!(
        move_to(here, 5).await.0,
        StatusCode::OK,
        "to the other kit, away from itself"
    );
}

#[tokio::test]
async fn no_meeting_and_nobody_gets_a_kit_that_is_gone_and_what_is_over_stays() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let lost = server.site.enrolled_kit("Kit 15").await;
    let key = KitKey {
        tenant: lost.enrolled.tenant,
        kit: lost.enrolled.kit,
    };
    let (store, now) = (&server.server.app().store, Act::from(Timestamp::now()));
    store
        .take_step(key, LifeState::Lost, &now)
        .await
        .unwrap()
        .unwrap();
    let (_, booked) = server.site.reserve(kit.enrolled.kit, 2).await;
    let meeting = booked["id"].as_str().unwrap();
    let path = format!("/api/v1/reservations/{meeting}");
    let move_to = async |kit: &TestKit| {
        let wanted = reservation(kit.enrolled.kit, 4);
        let to = json!({ "kit_id": wanted["kit_id"], "starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"] });
        let (status, body) = server.site.rest(Method::PATCH, &path, Some(to)).await;
        (status, problem(&body).to_owned())
    };
    let refused = |why: &str| (StatusCode::CONFLICT, why.to_owned());
    assert_eq!(move_to(&lost).await, refused("out-of-service"));
    // Nor does anybody take it along, whatever the reason.
    let worker = care_worker(&server, key.tenant).await;
    let out = json!({ "care_worker": worker, "without_sign_off": "acute" });
    let out_path = format!("/api/v1/kits/{}/check-out", key.kit);
    let (status, body) = server.site.rest(Method::POST, &out_path, Some(out)).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "out-of-service"));
    let wiped = EventKind::Wiped {
        reservation: meeting.parse().unwrap(),
        confirmed: true,
    };
    kit.sync(vec![event(1, wiped)]).await;
    assert_eq!(move_to(&kit).await, refused("meeting-over"), "its link is gone");
}

#[tokio::test]
async fn what_a_kit_has_joined_is_neither_moved_nor_cancelled_and_a_cancelling_is_noted_once() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let path_of = |booked: &Value| format!("/api/v1/reservations/{}", booked["id"].as_str().unwrap());
    let cancel = async |path: &str| server.site.rest(Method::DELETE, path, None).await;
    let (_, coming) = server.site.reserve(kit.enrolled.kit, 4).await;
    for _ in 0..2 {
        assert_eq!(cancel(&path_of(&coming)).await.0, StatusCode::NO_CONTENT);
    }
    let (_, trail) = server.site.rest(Method::GET, "/api/v1/audit", None).await;
    let cancellings = trail.to_string().matches("reservation_cancelled").count();
    let once = trail.to_string().matches(coming["id"].as_str().unwrap()).count();
    assert!(
        cancellings > 0 && once == 2,
        "booked and cancelled, each once: {trail}"
    );

    let (_, booked) = server.site.reserve(kit.enrolled.kit, 2).await;
    let path = path_of(&booked);
    let joined = EventKind::MeetingJoined {
        reservation: serde_json::from_value(booked["id"].clone()).unwrap(),
    };
    kit.sync(vec![event(1, joined)]).await;
    let later = reservation(kit.enrolled.kit, 6);
    let to = json!({ "starts_at": later["starts_at"], "ends_at": later["ends_at"] });
    for (method, body) in [(Method::PATCH, Some(to)), (Method::DELETE, None)] {
        let (status, body) = server.site.rest(method, &path, body).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::CONFLICT, "meeting-joined"),
            "{body}"
        );
    }
    let visitor = server.log_in().await;
    let (_, html) = visitor.get(&path.replace("/api/v1", "")).await;
    assert!(
        html.contains("Kitet har gått in i mötet") && !html.contains("value=\"cancel\""),
        "{html}"
    );
    let (status, html) = visitor.post(&path.replace("/api/v1", ""), "act=cancel").await;
    assert_eq!(status, StatusCode::CONFLICT, "{html}");
}

#[tokio::test]
async fn a_meeting_of_last_month_stays_in_the_figures_and_a_forgotten_one_frees_its_kit() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    let held = meeting(&server, &kit, kit.enrolled.tenant, 60).await;
    let path = format!("/api/v1/reservations/{held}");
    let (status, body) = server.site.rest(Method::DELETE, &path, None).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "meeting-over"));
    assert_eq!(server.site.rest(Method::GET, &path, None).await.0, StatusCode::OK);

    let (_, booked) = server.site.reserve(kit.enrolled.kit, 2).await;
    let wiped = EventKind::Wiped {
        reservation: serde_json::from_value(booked["id"].clone()).unwrap(),
        confirmed: true,
    };
    kit.sync(vec![event(1, wiped)]).await;
    assert_eq!(
        server.site.reserve(kit.enrolled.kit, 2).await.0,
        StatusCode::CREATED
    );
}
