//! The register goes out, through a spreadsheet, and in again; kits change names and municipalities.

use fleet_api::TenantId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    common::{Site, TestServer, problem},
    kits::take_in,
};

const TABLE: &str =
    "kit;owner;part;serial;condition;warranty_until;screen_inches;iccid;operator;subscription_owner
Kit 14;region;tablet;0471;good;2028-06-30;12.6;;;
Kit 14;region;stand;1;good;;;;;
";

/// The register as it goes out.
pub(crate) async fn exported(site: &Site, municipality: TenantId) -> String {
    let path = format!("/api/v1/municipalities/{municipality}/inventory");
    let request = site.http(None).get(format!("{}{path}", site.console));
    let response = request.bearer_auth(&site.token).send().await.unwrap();
    let (status, table) = crate::common::read(response).await;
    assert_eq!(status, StatusCode::OK);
    table.as_str().unwrap().to_owned()
}

async fn kit_of(site: &Site, name: &str) -> Value {
    let (_, kits) = site.rest(Method::GET, "/api/v1/kits", None).await;
    let kits = kits.as_array().unwrap().clone();
    kits.into_iter()
        .find(|kit| kit["name"] == name)
        .unwrap_or(Value::Null)
}

async fn hand_over(server: &TestServer, kit: &Value, to: TenantId) -> StatusCode {
    let path = format!("/api/v1/kits/{}/hand-over", kit["id"].as_str().unwrap());
    let body = json!({ "municipality": to });
    server.site.rest(Method::POST, &path, Some(body)).await.0
}

#[tokio::test]
async fn what_was_changed_in_a_spreadsheet_is_changed_and_nothing_else() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    assert_eq!(
        take_in(&site, grano, TABLE).await,
        json!({ "taken_in": 2, "changed": 2, "errors": [] })
    );
    site.code("Kit without parts").await;
    let out = exported(&site, grano).await;
    assert!(out.contains("Kit without parts;"), "{out}");
    let again = take_in(&site, grano, &out).await;
    assert_eq!(
        (&again["changed"], &again["errors"]),
        (&json!(0), &json!([])),
        "{again}"
    );

    let changed = out.replace(";stand;1;good;", ";stand;1;worn;");
    assert_eq!(take_in(&site, grano, &changed).await["changed"], 1);
    // As a spreadsheet's cells are copied: tabs between them.
    let copied = changed.replace(';', "\t").replace("worn", "broken");
    assert_eq!(take_in(&site, grano, &copied).await["changed"], 1);
    let kit = kit_of(&site, "Kit 14").await;
    let parts = format!("/api/v1/kits/{}/parts", kit["id"].as_str().unwrap());
    let (_, parts) = site.rest(Method::GET, &parts, None).await;
    let stand = parts
        .as_array()
        .unwrap()
        .iter()
        .find(|part| part["part"]["kind"] == "stand")
        .unwrap();
    assert_eq!(stand["part"]["condition"], "broken");

    let other_owner = TABLE.replace(";region;", ";municipality;");
    let refused = take_in(&site, grano, &other_owner).await;
    assert_eq!(
        refused["taken_in"], 0,
        "an owner is not changed by the way: {refused}"
    );
    assert_eq!(refused["errors"][0]["column"], "owner", "{refused}");
}

#[tokio::test]
async fn a_name_is_free_where_its_kit_has_left_and_two_kits_can_change_places() {
    let server = TestServer::start().await;
    let (grano, grano_site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    take_in(&grano_site, grano, TABLE).await;
    take_in(
        &tallnas_site,
        tallnas,
        &TABLE.replace("0471", "9").replace("stand;1", "stand;2"),
    )
    .await;
    let (first, second) = (
        kit_of(&grano_site, "Kit 14").await,
        kit_of(&tallnas_site, "Kit 14").await,
    );
    assert_eq!(
        hand_over(&server, &first, tallnas).await,
        StatusCode::CONFLICT,
        "there is one of that name"
    );
    let rename = async |site: &Site, kit: &Value, name: &str| {
        let path = format!("/api/v1/kits/{}", kit["id"].as_str().unwrap());
        site.rest(Method::PATCH, &path, Some(json!({ "name": name })))
            .await
            .0
    };
    assert_eq!(
        rename(&tallnas_site, &second, "Kit 15").await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(hand_over(&server, &first, tallnas).await, StatusCode::NO_CONTENT);
    assert_eq!(
        rename(&tallnas_site, &second, "Kit 14").await,
        StatusCode::CONFLICT
    );
    assert_eq!(hand_over(&server, &second, grano).await, StatusCode::NO_CONTENT);
    // The name that left is free again at the giver's.
    assert_eq!(
        rename(&grano_site, &second, "Kit 14").await,
        StatusCode::NO_CONTENT
    );
    let (_, life) = grano_site
        .rest(
            Method::GET,
            &format!("/api/v1/kits/{}/life", first["id"].as_str().unwrap()),
            None,
        )
        .await;
    assert!(
        !life.as_array().unwrap().is_empty(),
        "its past here is told here: {life}"
    );
}

#[tokio::test]
async fn of_two_who_hand_a_kit_over_at_once_one_does() {
    let server = TestServer::start().await;
    let (grano, grano_site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    let (almvik, almvik_site) = server.municipality("Almviks kommun").await;
    take_in(&grano_site, grano, TABLE).await;
    let kit = kit_of(&grano_site, "Kit 14").await;
    let (one, other) = tokio::join!(
        hand_over(&server, &kit, tallnas),
        hand_over(&server, &kit, almvik)
    );
    let done = [one, other]
        .iter()
        .filter(|status| **status == StatusCode::NO_CONTENT)
        .count();
    assert_eq!(done, 1, "{one} {other}");
    let mut places = 0;
    for site in [&grano_site, &tallnas_site, &almvik_site] {
        places += usize::from(!kit_of(site, "Kit 14").await.is_null());
    }
    assert_eq!(places, 1);
}

#[tokio::test]
async fn a_kit_that_is_not_in_service_is_taken_by_nobody_and_a_stolen_one_is_not_enrolled() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = crate::care_worker::with_worker(&server).await;
    let id = kit.enrolled.kit;
    let path = |what: &str| format!("/api/v1/kits/{id}/{what}");
    let step = async |to: &str| {
        let (status, body) = server
            .site
            .rest(Method::POST, &path("life"), Some(json!({ "to": to })))
            .await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{to}: {body}");
    };
    step("in_repair").await;
    let takes = json!({ "care_worker": worker, "without_sign_off": "acute" });
    let (status, body) = server
        .site
        .rest(Method::POST, &path("check-out"), Some(takes))
        .await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::CONFLICT, "not-in-service"),
        "{tenant}"
    );
    let code = server.site.code("Kit 14").await;
    step("stolen").await;
    let key = rcgen::KeyPair::generate().unwrap();
    let (status, body) = server.site.enrol(&code, &key).await;
    assert!(status.is_client_error(), "the code is void: {body}");
    let asked = json!({ "kit": "Kit 14" });
    let (status, body) = server
        .site
        .rest(Method::POST, "/api/v1/enrolment-codes", Some(asked))
        .await;
    assert_eq!(status, StatusCode::CONFLICT, "no new one is made: {body}");
}

#[tokio::test]
async fn days_beyond_any_calendar_are_answered() {
    let server = TestServer::start().await;
    let visitor = server.log_in().await;
    for address in [
        "/calendar?day=9999-12-31",
        "/calendar?day=-009999-01-01",
        "/hygiene?month=9999-12-01",
        "/hygiene?month=-009999-01-01",
        "/responsibility?on=9999-12-31",
    ] {
        let (status, _) = visitor.get(address).await;
        assert!(!status.is_server_error(), "{address}: {status}");
    }
}
