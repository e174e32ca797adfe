//! The REST interface: what may be booked, what may not, and whose it is.

use crate::common::{TestServer, problem, reservation};
use fleet_api::KitId;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/reservations";

async fn booked(server: &TestServer) -> (KitId, Value) {
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let (status, body) = server.site.reserve(kit, 2).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    (kit, body)
}

#[tokio::test]
async fn links_titles_and_times_are_checked_at_once() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await.enrolled.kit;
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    for (field, value, kind) in [
        ("link", json!("https://evil.example/webapp3/m/room"), "link"),
        ("link", json!("https://video.example/m/19121212-1212"), "link"),
        ("link", json!("https://video.example/m/19121212%2D1212"), "link"),
        ("link", json!("http://video.example/m/room"), "not-understood"),
        (
            "link",
            json!("https://video.example@evil.example/m/room"),
            "not-understood",
        ),
        (
            "link",
            json!(format!("https://video.example/{}", "a".repeat(2048))),
            "not-understood",
        ),
        ("title", json!("SIP-möte med Anna"), "title"),
        ("title", json!("Ditt bokade SIP-möte 19121212-1212"), "title"),
        ("ends_at", json!(yesterday), "time"),
        ("starts_at", json!("i morgon"), "not-understood"),
        ("kit_id", json!(KitId::generate()), "not-found"),
        ("patient", json!("Anna"), "not-understood"),
    ] {
        let mut body = reservation(kit, 2);
        body[field] = value;
        let (status, answer) = server.site.rest(Method::POST, PATH, Some(body.clone())).await;
        assert_eq!(problem(&answer), kind, "{body} → {status} {answer}");
        assert!(
            !answer.to_string().contains("19121212"),
            "a refusal repeats no personal number: {answer}"
        );
        assert_eq!(answer["status"], status.as_u16());
    }
    let (_, list) = server.site.rest(Method::GET, PATH, None).await;
    assert_eq!(list, json!([]), "nothing of it was kept");
}

#[tokio::test]
async fn a_kit_is_booked_once_at_a_time() {
    let server = TestServer::start().await;
    let (kit, first) = booked(&server).await;
    let (status, body) = server.site.reserve(kit, 2).await;
    assert_eq!((status, problem(&body)), (StatusCode::CONFLICT, "overlap"));
    assert_eq!(server.site.reserve(kit, 4).await.0, StatusCode::CREATED);
    let path = format!("{PATH}/{}", first["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, _) = server.site.rest(Method::DELETE, &path, None).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "cancelling twice is harmless");
    }
    assert_eq!(
        server.site.reserve(kit, 2).await.0,
        StatusCode::CREATED,
        "a cancelled time is free again"
    );
}

#[tokio::test]
async fn another_tenant_sees_and_touches_nothing() {
    let server = TestServer::start().await;
    let (kit, reservation) = booked(&server).await;
    let other = server.other_tenant().await;
    let path = format!("{PATH}/{}", reservation["id"].as_str().unwrap());
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(other.rest(method, &path, None).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(other.reserve(kit, 8).await.0, StatusCode::NOT_FOUND);
    for list in [PATH, "/api/v1/kits"] {
        assert_eq!(
            other.rest(Method::GET, list, None).await,
            (StatusCode::OK, json!([]))
        );
    }
    let (status, body) = server.site.rest(Method::GET, &path, None).await;
    assert_eq!((status, &body["kit_id"]), (StatusCode::OK, &json!(kit)));
}

#[tokio::test]
async fn every_route_but_health_and_its_own_description_demands_a_token() {
    let server = TestServer::start().await;
    let document = fleet_server::console::openapi_document();
    let document = serde_json::to_value(document).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 6);
    for (path, operations) in paths.iter().filter(|(path, _)| {
        !path.ends_with("/health") && !path.ends_with("/ready") && !path.ends_with("/openapi.json")
    }) {
        let path = path.replace("{id}", &KitId::generate().to_string());
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for token in [
                "",
                "Bearer fleet_",
                "Bearer fleet_AAAAAAAA_BBBBBBBBBBBBBBBBBBBBBBBBBB",
                "Basic x",
            ] {
                let request = server
                    .site
                    .http(None)
                    .request(method.clone(), format!("{}{path}", server.site.console))
                    .header("authorization", token);
                let (status, body) = crate::common::read(request.send().await.unwrap()).await;
                assert_eq!(
                    (status, problem(&body)),
                    (StatusCode::UNAUTHORIZED, "unauthorized"),
                    "{path}"
                );
            }
        }
    }
    let health = format!("{}/api/v1/health", server.site.console);
    assert_eq!(
        server.site.http(None).get(health).send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn unreadable_requests_are_refused_as_problems() {
    let server = TestServer::start().await;
    let (status, body) = server
        .site
        .rest(Method::GET, &format!("{PATH}?from=soon"), None)
        .await;
    assert_eq!((status, problem(&body)), (StatusCode::BAD_REQUEST, "query"));
    let (status, body) = server
        .site
        .rest(Method::GET, &format!("{PATH}/not-an-id"), None)
        .await;
    assert_eq!((status, problem(&body)), (StatusCode::NOT_FOUND, "not-found"));
    let large = json!({ "kit": "k".repeat(20_000) });
    let (status, body) = server
        .site
        .rest(Method::POST, "/api/v1/enrolment-codes", Some(large))
        .await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    );
    let request = server
        .site
        .http(None)
        .post(format!("{}{PATH}", server.site.console))
        .bearer_auth(&server.site.token)
        .body("{");
    let (status, body) = crate::common::read(request.send().await.unwrap()).await;
    assert_eq!((status, problem(&body)), (StatusCode::BAD_REQUEST, "not-json"));
}
