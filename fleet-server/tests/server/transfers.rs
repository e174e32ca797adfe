//! A kit goes from one municipality to another: what must be closed first, what ends with it, and that nothing that is past
//! changes.

use fleet_api::{CleaningPhase, EventKind, TenantId};
use fleet_server::store::KitKey;
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use rcgen::KeyPair;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    care_worker::care_worker,
    common::{Site, TestKit, TestServer, event, problem},
    follow_up::{last_month, meeting},
    visitor::Visitor,
};

async fn hand_over(server: &TestServer, kit: &TestKit, to: TenantId) -> (StatusCode, String) {
    let path = format!("/api/v1/kits/{}/hand-over", kit.enrolled.kit);
    let body = json!({ "municipality": to });
    let (status, body) = server.site.rest(Method::POST, &path, Some(body)).await;
    (status, problem(&body).to_owned())
}

async fn post(site: &Site, kit: &TestKit, what: &str, body: Value) -> Value {
    let path = format!("/api/v1/kits/{}/{what}", kit.enrolled.kit);
    let (status, body) = site.rest(Method::POST, &path, Some(body)).await;
    assert!(status.is_success(), "{what}: {body}");
    body
}

fn done() -> (StatusCode, String) {
    (StatusCode::NO_CONTENT, String::new())
}

fn refused(why: &str) -> (StatusCode, String) {
    (StatusCode::CONFLICT, why.to_owned())
}

#[tokio::test]
async fn a_cleaning_and_a_fault_are_closed_before_a_kit_goes() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, _) = server.municipality("Tallnäs kommun").await;
    let kit = site.enrolled_kit("Kit 14").await;
    let worker = care_worker(&server, grano).await;
    let takes = json!({ "care_worker": worker, "without_sign_off": "acute" });
    post(&site, &kit, "check-out", takes).await;
    assert_eq!(hand_over(&server, &kit, tallnas).await, refused("in-use"));
    post(&site, &kit, "return", json!({ "care_worker": worker })).await;
    assert_eq!(hand_over(&server, &kit, tallnas).await, refused("not-clean"));
    // Signed on the kit itself, which counts as it does everywhere else.
    let signed = EventKind::HygieneSigned {
        phase: CleaningPhase::After,
        reservation: None,
        by: Some(worker),
        checklist: None,
    };
    kit.sync(vec![event(1, signed)]).await;
    let ticket = post(&site, &kit, "faults", json!({ "fault": "no_picture" })).await;
    assert_eq!(hand_over(&server, &kit, tallnas).await, refused("fault-open"));
    let steps = format!("/api/v1/tickets/{}/steps", ticket["id"].as_str().unwrap());
    let close = json!({ "to": "closed", "resolution": "repaired" });
    let (status, body) = server.site.rest(Method::POST, &steps, Some(close)).await;
    assert!(status.is_success(), "{body}");
    assert_eq!(hand_over(&server, &kit, tallnas).await, done());
}

#[tokio::test]
async fn codes_and_the_mark_of_a_spare_end_where_the_kit_leaves() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, _) = server.municipality("Tallnäs kommun").await;
    let kit = site.enrolled_kit("Kit 14").await;
    let spare = format!("/api/v1/kits/{}/spare", kit.enrolled.kit);
    assert!(site.rest(Method::PUT, &spare, None).await.0.is_success());
    let code = site.code("Kit 14").await;
    assert_eq!(hand_over(&server, &kit, tallnas).await, done());
    let (status, body) = site.enrol(&code, &KeyPair::generate().unwrap()).await;
    assert_eq!((status, problem(&body)), (StatusCode::FORBIDDEN, "code-refused"));
    assert_eq!(hand_over(&server, &kit, grano).await, done());
    let (_, kits) = site.rest(Method::GET, "/api/v1/kits", None).await;
    assert_eq!(kits[0]["spare"], json!(false), "{kits}");
    let (status, _) = site.enrol(&code, &KeyPair::generate().unwrap()).await;
    assert_eq!(
        status,
        StatusCode::FORBIDDEN,
        "nor does it work once the kit is back"
    );
}

#[tokio::test]
async fn months_that_are_past_stay_as_they_were() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    let store = &server.server.app().store;
    let long_ago = last_month(0) - SignedDuration::from_hours(24);
    let name = "Kit 14".parse().unwrap();
    store.kit_named(grano, &name, long_ago).await.unwrap();
    let kit = site.enrolled_kit("Kit 14").await;
    meeting(&server, &kit, grano, 60).await;

    let sweden = TimeZone::get("Europe/Stockholm").unwrap();
    let day = last_month(60).to_zoned(sweden).date();
    let of = |page: &str, tenant| format!("/{page}?municipality={tenant}&month={}", day.strftime("%Y-%m"));
    let (granos, tallnass) = (Visitor::log_in(&site).await, Visitor::log_in(&tallnas_site).await);
    let before = granos.get(&of("utilisation.csv", grano)).await;
    assert!(before.1.contains("Kit 14;I drift;"), "{}", before.1);
    assert_eq!(hand_over(&server, &kit, tallnas).await, done());
    assert_eq!(granos.get(&of("utilisation.csv", grano)).await, before);
    // Another kit gets the name. What happened under it is still told so.
    site.code("Kit 14").await;
    assert_eq!(granos.get(&of("utilisation.csv", grano)).await, before);
    let (_, html) = granos
        .get(&format!("/calendar?municipality={grano}&day={day}"))
        .await;
    assert!(html.contains(&format!("/kits/{}", kit.enrolled.kit)), "{html}");
    let (_, html) = granos.get(&of("utilisation", grano)).await;
    assert!(html.contains(&format!("/kits/{}", kit.enrolled.kit)), "{html}");
    let (_, csv) = tallnass.get(&of("utilisation.csv", tallnas)).await;
    assert!(!csv.contains("Kit 14"), "it was not there then: {csv}");
    let next = day.first_of_month() + 1.month();
    let now = format!(
        "/utilisation.csv?municipality={grano}&month={}",
        next.strftime("%Y-%m")
    );
    let (_, csv) = granos.get(&now).await;
    assert!(csv.contains("Kit 14;Hos en annan kommun;"), "{csv}");
}

#[tokio::test]
async fn whoever_has_a_kit_reads_its_whole_life_and_whoever_had_it_their_part() {
    let server = TestServer::start().await;
    let (grano, site) = server.municipality("Granö kommun").await;
    let (tallnas, tallnas_site) = server.municipality("Tallnäs kommun").await;
    let (_, stranger) = server.municipality("Almviks kommun").await;
    let kit = site.enrolled_kit("Kit 14").await;
    post(&site, &kit, "life", json!({ "to": "in_repair" })).await;
    assert_eq!(hand_over(&server, &kit, tallnas).await, done());
    post(&tallnas_site, &kit, "life", json!({ "to": "replaced" })).await;

    let path = format!("/api/v1/kits/{}/life", kit.enrolled.kit);
    let life = async |site: &Site| {
        let (status, steps) = site.rest(Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK, "{steps}");
        let steps = steps.as_array().unwrap().iter().map(|step| {
            let text = |field: &str| step[field].as_str().unwrap_or("-").to_owned();
            assert!(text("by").starts_with("administrator "), "{step}");
            [text("municipality_name"), text("state"), text("moved_to")]
        });
        steps.collect::<Vec<_>>()
    };
    let step = |place: &str, state: &str, to: &str| [place, state, to].map(str::to_owned);
    let granos = [
        step("Granö kommun", "in_repair", &tallnas.to_string()),
        step("Granö kommun", "in_repair", "-"),
        step("Granö kommun", "in_service", "-"),
    ];
    let tallnass = [
        step("Tallnäs kommun", "replaced", "-"),
        step("Tallnäs kommun", "in_repair", "-"),
    ];
    assert_eq!(life(&tallnas_site).await, [&tallnass[..], &granos].concat());
    assert_eq!(life(&server.site).await, [&tallnass[..], &granos].concat());
    assert_eq!(life(&site).await, granos);
    let (status, _) = stranger.rest(Method::GET, &path, None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let page = format!("/kits/{}", kit.enrolled.kit);
    let (status, html) = Visitor::log_in(&site).await.get(&page).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("Kit 14")
            && html.contains("Överlämnat till Tallnäs kommun")
            && !html.contains("Utbytt"),
        "{html}"
    );
    let (_, html) = Visitor::log_in(&tallnas_site).await.get(&page).await;
    assert!(html.contains("Granö kommun") && html.contains("Utbytt"), "{html}");
    let (status, _) = Visitor::log_in(&stranger).await.get(&page).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let store = &server.server.app().store;
    let gone = KitKey {
        tenant: grano,
        kit: kit.enrolled.kit,
    };
    let now = Timestamp::now().into();
    let asked = store.add_command(gone, fleet_api::CommandKind::RunSelfTest, &now);
    assert!(asked.await.is_err(), "nothing is asked of a kit where it was");
}
