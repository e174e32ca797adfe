//! A meeting is on one kit at a time in the whole region, however its link is written, whoever books, and however close together.

use fleet_api::KitId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::{LINK, Site, TestServer, problem, reservation},
    replacement::broken,
};

/// All that whoever books is told.
const REFUSAL: &str = "that meeting is booked already on a kit at that time; look in the calendar, or ask whoever booked the \
                       room for one of its own";

async fn book(site: &Site, kit: KitId, hours: i64, link: &str) -> (StatusCode, Value) {
    let mut body = reservation(kit, hours);
    body["link"] = json!(link);
    site.rest(Method::POST, "/api/v1/reservations", Some(body)).await
}

async fn move_to(site: &Site, booked: &Value, kit: KitId, hours: i64) -> (StatusCode, Value) {
    let mut to = reservation(kit, hours);
    to.as_object_mut()
        .unwrap()
        .retain(|name, _| ["kit_id", "starts_at", "ends_at"].contains(&name.as_str()));
    let path = format!("/api/v1/reservations/{}", booked["id"].as_str().unwrap());
    site.rest(Method::PATCH, &path, Some(to)).await
}

fn is_refused((status, body): (StatusCode, Value)) {
    assert_eq!(
        (status, problem(&body), &body["detail"]),
        (StatusCode::CONFLICT, "booked-twice", &json!(REFUSAL)),
        "{body}"
    );
}

/// What a statement changes or counts, past the server.
async fn past_the_server(server: &TestServer, change: &'static str, count: &'static str) -> i64 {
    if let Some(cluster) = server.cluster() {
        let look = cluster.look().await;
        sqlx::query(change).execute(&look).await.unwrap();
        return sqlx::query_scalar(count).fetch_one(&look).await.unwrap();
    }
    let file = server.data.path().join("data/fleet.db");
    let file = sqlx::SqlitePool::connect(file.to_str().unwrap()).await.unwrap();
    sqlx::query(change).execute(&file).await.unwrap();
    sqlx::query_scalar(count).fetch_one(&file).await.unwrap()
}

#[tokio::test]
async fn another_spelling_is_the_same_meeting_in_every_municipality_of_the_region() {
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let (_, tallnas) = server.municipality("Tallnäs kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await.enrolled.kit;
    let (status, body) = book(&grano, kit, 2, LINK).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let neighbour = grano.enrolled_kit("Kit 15").await.enrolled.kit;
    let elsewhere = tallnas.enrolled_kit("Kit 14").await.enrolled.kit;
    for link in [
        LINK,
        "https://VIDEO.example:443/webapp3/m/sesame",
        "https://video.example/webapp3/m/s%65same#x",
        "https://video.example/webapp3/m/sesame?pin=12",
    ] {
        for (site, kit) in [(&grano, neighbour), (&tallnas, elsewhere)] {
            let (status, body) = book(site, kit, 2, link).await;
            assert_eq!(
                (status, problem(&body)),
                (StatusCode::CONFLICT, "booked-twice"),
                "{link}"
            );
            // Whose it is, is nobody else's business, nor is when, nor on which kit.
            assert_eq!(body["detail"], json!(REFUSAL), "{body}");
        }
    }
    let (status, _) = book(&tallnas, elsewhere, 5, LINK).await;
    assert_eq!(status, StatusCode::CREATED, "the same room at another time");
    // Another region's rooms are another's.
    let another = server.other_tenant().await;
    let theirs = another.enrolled_kit("Kit 14").await.enrolled.kit;
    assert_eq!(book(&another, theirs, 2, LINK).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn of_two_bookings_at_once_one_gets_the_meeting() {
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let (_, tallnas) = server.municipality("Tallnäs kommun").await;
    let here = grano.enrolled_kit("Kit 14").await.enrolled.kit;
    let neighbour = grano.enrolled_kit("Kit 15").await.enrolled.kit;
    let there = tallnas.enrolled_kit("Kit 14").await.enrolled.kit;
    for hours in 1..=10 {
        let link = format!("https://video.example/webapp3/m/room{hours}");
        let (one, two, three) = tokio::join!(
            book(&grano, here, 2 * hours, &link),
            book(&grano, neighbour, 2 * hours, &link),
            book(&tallnas, there, 2 * hours, &link),
        );
        let mut statuses = [one.0.as_u16(), two.0.as_u16(), three.0.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409], "{one:?} {two:?} {three:?}");
    }
}

#[tokio::test]
async fn a_meeting_that_moves_is_in_nobody_s_way_but_that_of_its_new_time() {
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let (_, tallnas) = server.municipality("Tallnäs kommun").await;
    let here = grano.enrolled_kit("Kit 14").await.enrolled.kit;
    let neighbour = grano.enrolled_kit("Kit 15").await.enrolled.kit;
    let there = tallnas.enrolled_kit("Kit 14").await.enrolled.kit;
    let (_, ours) = book(&grano, here, 2, LINK).await;
    let (_, theirs) = book(&tallnas, there, 5, LINK).await;
    // To the other kit, and back to a time that overlaps its own.
    assert_eq!(move_to(&grano, &ours, neighbour, 2).await.0, StatusCode::OK);
    assert_eq!(move_to(&grano, &ours, neighbour, 2).await.0, StatusCode::OK);
    is_refused(move_to(&grano, &ours, neighbour, 5).await);
    is_refused(move_to(&tallnas, &theirs, there, 2).await);
    assert_eq!(move_to(&grano, &ours, here, 8).await.0, StatusCode::OK);
    assert_eq!(
        move_to(&tallnas, &theirs, there, 2).await.0,
        StatusCode::OK,
        "the time that it left is free"
    );
    is_refused(book(&grano, neighbour, 2, LINK).await);
}

#[tokio::test]
async fn a_meeting_that_a_spare_has_taken_over_is_still_booked_and_still_moves() {
    let server = TestServer::start().await;
    let broken = broken(&server).await;
    let spare = broken.spare.enrolled.kit;
    let (status, body) = broken.replace(&broken.site, spare).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    let (_, tallnas) = server.municipality("Tallnäs kommun").await;
    let there = tallnas.enrolled_kit("Kit 14").await.enrolled.kit;
    is_refused(book(&tallnas, there, 3, LINK).await);
    let (_, booked) = broken.site.rest(Method::GET, "/api/v1/reservations", None).await;
    assert_eq!(booked[0]["kit_id"], json!(spare), "{booked}");
    assert_eq!(
        move_to(&broken.site, &booked[0], spare, 3).await.0,
        StatusCode::OK
    );
    assert_eq!(
        move_to(&broken.site, &booked[0], spare, 6).await.0,
        StatusCode::OK
    );
    assert_eq!(book(&tallnas, there, 3, LINK).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_an_older_server_booked_counts_and_nothing_is_left_when_the_link_goes() {
    const LEFT: &str = "SELECT count(*) FROM reservations WHERE link_hash IS NOT NULL";
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await.enrolled.kit;
    let other = grano.enrolled_kit("Kit 15").await.enrolled.kit;
    let (_, booked) = book(&grano, kit, 2, LINK).await;
    let left = past_the_server(&server, "UPDATE reservations SET link_hash = NULL", LEFT).await;
    assert_eq!(left, 0, "as an older server leaves it");
    let store = &server.server.app().store;
    assert_eq!(store.hash_older_bookings().await.unwrap(), 1);
    assert_eq!(store.hash_older_bookings().await.unwrap(), 0);
    let (status, body) = book(&grano, other, 2, LINK).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "booked-twice"));

    let path = format!("/api/v1/reservations/{}", booked["id"].as_str().unwrap());
    assert_eq!(
        grano.rest(Method::DELETE, &path, None).await.0,
        StatusCode::NO_CONTENT
    );
    let left = past_the_server(&server, "UPDATE reservations SET title = title", LEFT).await;
    assert_eq!(left, 0, "cancelled, so it is forgotten");
    assert_eq!(book(&grano, other, 2, LINK).await.0, StatusCode::CREATED);
    let later = |hours| jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours);
    assert_eq!(store.erase_old_links(later(26)).await.unwrap(), 0);
    let left = past_the_server(&server, "UPDATE reservations SET title = title", LEFT).await;
    assert_eq!(left, 1, "as long as its link");
    assert_eq!(store.erase_old_links(later(28)).await.unwrap(), 1);
    let left = past_the_server(&server, "UPDATE reservations SET title = title", LEFT).await;
    assert_eq!(left, 0, "24 hours after its end");
}

#[tokio::test]
async fn what_an_older_server_cancels_or_wipes_is_in_nobody_s_way_and_forgotten_in_time() {
    let server = TestServer::start().await;
    let (_, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await.enrolled.kit;
    let other = grano.enrolled_kit("Kit 15").await.enrolled.kit;
    assert_eq!(book(&grano, kit, 2, LINK).await.0, StatusCode::CREATED);
    let left = past_the_server(
        &server,
        "UPDATE reservations SET sealed_link = NULL, wiped_at = 1",
        "SELECT count(*) FROM reservations WHERE link_hash IS NOT NULL",
    )
    .await;
    assert_eq!(left, 1, "as an older server leaves it");
    assert_eq!(book(&grano, other, 2, LINK).await.0, StatusCode::CREATED);
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(28);
    let store = &server.server.app().store;
    assert_eq!(store.erase_old_links(later).await.unwrap(), 1);
    let left = past_the_server(
        &server,
        "UPDATE reservations SET title = title",
        "SELECT count(*) FROM reservations WHERE link_hash IS NOT NULL",
    )
    .await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_link_that_names_somebody_is_refused_and_not_repeated() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    for link in [
        "https://video.example/webapp3/m/room?name=Anna%20Andersson",
        "https://video.example/webapp3/m/room?email=anna@kommun.example",
        "https://video.example/webapp3/m/anna@kommun.example",
    ] {
        let (status, body) = book(&server.site, kit, 2, link).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "link"),
            "{link}"
        );
        assert!(!body.to_string().to_lowercase().contains("anna"), "{body}");
    }
    let room = "https://video.example/webapp3/m/meet.room@video.example?pin=1234&role=guest";
    let (status, body) = book(&server.site, kit, 2, room).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
}
