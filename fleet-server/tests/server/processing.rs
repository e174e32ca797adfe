//! The register of agreements on processing personal data: who keeps it, what is lacking, and that it is recorded.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::{TestServer, problem},
    visitor::encoded,
};

#[tokio::test]
async fn a_rental_without_an_agreement_on_processing_is_pointed_out_until_it_is_noted() {
    let server = TestServer::start().await;
    let (tenant, grano) = server.municipality("Granö kommun").await;
    let path = format!("/api/v1/municipalities/{tenant}/processing-agreements");
    let page = format!("/responsibility?municipality={tenant}");
    let lacking = async || grano.rest(Method::GET, &path, None).await.1["is_lacking"].clone();
    assert_eq!(lacking().await, json!(false), "nothing is rented yet");

    let rented = json!({ "arrangement": "rented", "from": "2026-01-01" });
    let agreements = format!("/api/v1/municipalities/{tenant}/agreements");
    let (status, body) = server.site.rest(Method::POST, &agreements, Some(rented)).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert_eq!(lacking().await, json!(true));
    let visitor = server.log_in().await;
    assert!(
        visitor
            .get(&page)
            .await
            .1
            .contains("inget avtal med regionen om personuppgifter")
    );

    // An agreement of somebody whom the region engages does not stand in for the region's own.
    let noted = |reference: &str, kind: &str, from: &str, until: Value| json!({ "reference": reference, "kind": kind, "from": from, "until": until });
    let note = async |body: Value| grano.rest(Method::POST, &path, Some(body)).await;
    let sub = noted("RVN 2026/7", "sub_processor", "2026-01-01", json!(null));
    assert_eq!(note(sub).await.0, StatusCode::OK);
    assert_eq!(lacking().await, json!(true));
    let form = format!(
        "reference={}&kind=processor&from=2026-01-01&until=",
        encoded("RVN 2026/123")
    );
    let (status, to) = visitor
        .post(&format!("/agreements/processing?municipality={tenant}"), &form)
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    assert_eq!(lacking().await, json!(false));
    let html = visitor.get(&page).await.1;
    assert!(
        html.contains("RVN 2026/123") && !html.contains("inget avtal med regionen om personuppgifter"),
        "{html}"
    );

    // The same reference again corrects it, and both stand in the trail.
    let ended = noted(" RVN 2026/123 ", "processor", "2026-01-01", json!("2026-01-31"));
    assert_eq!(note(ended).await.0, StatusCode::OK);
    let (_, view) = grano.rest(Method::GET, &path, None).await;
    assert_eq!(
        (view["agreements"].as_array().unwrap().len(), &view["is_lacking"]),
        (2, &json!(true))
    );
    let (_, trail) = grano.rest(Method::GET, "/api/v1/audit", None).await;
    assert_eq!(trail.to_string().matches("processing_agreement_noted").count(), 3);
}

#[tokio::test]
async fn what_cannot_be_found_again_is_not_noted() {
    let server = TestServer::start().await;
    let (tenant, grano) = server.municipality("Granö kommun").await;
    let path = format!("/api/v1/municipalities/{tenant}/processing-agreements");
    for (reference, from, until) in [
        ("  ", "2026-01-01", json!(null)),
        ("a\u{0}b", "2026-01-01", json!(null)),
        ("Avtal 19121212-1212", "2026-01-01", json!(null)),
        ("RVN 1", "2026-02-01", json!("2026-01-01")),
    ] {
        let body = json!({ "reference": reference, "kind": "processor", "from": from, "until": until });
        let (status, body) = grano.rest(Method::POST, &path, Some(body)).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, "processing"),
            "{reference}"
        );
    }
}
