//! Visits: booked by link or invitation, moved, cancelled; kits checked out clean, or with a reason that is recorded.

use crate::{
    care_worker::with_worker,
    checklists::checklist_form,
    common::{LINK, TestKit, TestServer, event, problem, reservation},
    visitor::{Visitor, encoded},
};
use fleet_api::{CareWorkerId, CleaningPhase, EventKind};
use fleet_server::store::KitKey;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn post(server: &TestServer, kit: &TestKit, route: &str, body: Value) -> (StatusCode, Value) {
    let path = format!("/api/v1/kits/{}/{route}", kit.enrolled.kit);
    server.site.rest(Method::POST, &path, Some(body)).await
}

#[tokio::test]
async fn a_kit_is_checked_out_signed_for_or_with_a_reason_that_is_recorded() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let all = json!(["surface", "speakerphone", "cable", "rucksack"]);
    let sign = async |phase: &str, parts: &Value| {
        post(
            &server,
            &kit,
            "sign-offs",
            json!({ "care_worker": worker, "phase": phase, "version": 1, "parts": parts }),
        )
        .await
    };
    let (status, _) = sign("before", &all).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "no checklist is adopted yet"
    );
    let visitor = server.log_in().await;
    let (status, _) = visitor
        .post("/hygiene", &format!("municipality={tenant}&{}", checklist_form()))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);

    let out = async |reason: Option<&str>| {
        let body = json!({ "care_worker": worker, "without_sign_off": reason });
        post(&server, &kit, "check-out", body).await
    };
    let (status, body) = out(None).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "hygiene")
    );
    assert_eq!(
        sign("before", &json!(["surface", "cable"])).await.0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(sign("before", &all).await.0, StatusCode::NO_CONTENT);
    assert_eq!(out(None).await.0, StatusCode::NO_CONTENT);
    let (status, body) = out(None).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::CONFLICT, "in-use"),
        "one person at a time"
    );
    let back = json!({ "care_worker": worker });
    assert_eq!(
        post(&server, &kit, "return", back.clone()).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(post(&server, &kit, "return", back).await.0, StatusCode::NOT_FOUND);
    // Not cleaned afterwards: only with a reason, and that stands in the trail in the care worker's name.
    assert_eq!(out(None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(out(Some("acute")).await.0, StatusCode::NO_CONTENT);
    let (_, trail) = server.site.rest(Method::GET, "/api/v1/audit", None).await;
    let overridden = trail.as_array().unwrap().iter().find(|entry| {
        entry["event"]
            .as_str()
            .unwrap()
            .contains("\"without_sign_off\":\"acute\"")
    });
    assert_eq!(overridden.unwrap()["on_behalf_of"], json!(worker.to_string()));
    let (_, html) = visitor.get(&format!("/hygiene?municipality={tenant}")).await;
    assert!(
        html.contains("0 av 1 besök"),
        "the first visit came back and was not signed for: {html}"
    );
    let stranger = CareWorkerId::generate();
    let (status, _) = post(&server, &kit, "check-out", json!({ "care_worker": stranger })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_visit_whose_kit_nobody_fetched_raises_an_alert_until_somebody_does() {
    let server = TestServer::start().await;
    let (kit, worker, _) = with_worker(&server).await;
    // It has begun a minute ago, so that it belongs to today whatever the time is.
    let mut body = reservation(kit.enrolled.kit, 0);
    body["starts_at"] = json!(Timestamp::now() - SignedDuration::from_mins(1));
    body["ends_at"] = json!(Timestamp::now() + SignedDuration::from_mins(1));
    let (status, booked) = server
        .site
        .rest(Method::POST, "/api/v1/reservations", Some(body))
        .await;
    assert_eq!(status, StatusCode::CREATED, "{booked}");
    let alerts = async || {
        server
            .site
            .rest(Method::GET, "/api/v1/alerts/not-fetched", None)
            .await
            .1
    };
    assert_eq!(alerts().await[0]["reservation"], booked["id"]);
    let body = json!({ "care_worker": worker, "without_sign_off": "acute" });
    assert_eq!(
        post(&server, &kit, "check-out", body).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(alerts().await, json!([]));
    let back = json!({ "care_worker": worker });
    assert_eq!(
        post(&server, &kit, "return", back).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(alerts().await, json!([]), "it was along: the visit had begun");
}

#[tokio::test]
async fn the_office_books_by_invitation_and_is_told_which_kits_are_free() {
    let server = TestServer::start().await;
    let kit = server.site.enrolled_kit("Kit 14").await;
    server.site.enrolled_kit("Kit 15").await;
    let tenant = server.server.app().store.tenant_named("Region").await.unwrap().id;
    let visitor = Visitor::log_in(&server.site).await;
    let starts = Timestamp::now() + SignedDuration::from_hours(48);
    let stamp = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
    let form = |link: &str| {
        let file = format!(
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:SIP Anna 19121212-1212\r\nDTSTART:{}\r\nDTEND:{}\r\n\
             LOCATION:{link}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            stamp(starts),
            stamp(starts + SignedDuration::from_hours(1)),
        );
        let kit = kit.enrolled.kit;
        format!(
            "municipality={tenant}&kit={kit}&title=care_plan_meeting&invitation={}",
            encoded(&file)
        )
    };
    let (status, location) = visitor.post("/book", &form(LINK)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{location}");
    let (_, html) = visitor.get(&location).await;
    assert!(
        html.contains("Kitet är bokat") && html.contains("class=\"block\""),
        "{html}"
    );
    assert!(!html.contains("Anna") && !html.contains("sesame"));
    let (status, html) = visitor.post("/book", &form("https://video.example/m/two")).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        html.contains("redan bokat") && html.contains("<b>Kit 15</b>"),
        "{html}"
    );
    let (status, html) = visitor
        .post(
            "/book",
            &form(LINK).replace(&kit.enrolled.kit.to_string(), &other(&server).await),
        )
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(html.contains("Det mötet är redan bokat"), "{html}");
    let (status, html) = visitor.post("/book", &form("https://evil.example/m/a")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(html.contains("tjänst som ni inte använder"), "{html}");
    let booked = server
        .site
        .rest(Method::GET, "/api/v1/reservations", None)
        .await
        .1;
    let path = format!("/reservations/{}", booked[0]["id"].as_str().unwrap());
    let (status, location) = visitor.post(&path, "act=cancel").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{location}");
    assert!(location.ends_with("done=cancelled"));
}

async fn other(server: &TestServer) -> String {
    let kits = server.site.rest(Method::GET, "/api/v1/kits", None).await.1;
    let kit = kits
        .as_array()
        .unwrap()
        .iter()
        .find(|kit| kit["name"] == "Kit 15")
        .unwrap();
    kit["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_changed_entry_of_the_trail_is_found_and_the_database_refuses_the_change() {
    let server = TestServer::start().await;
    let (kit, _, tenant) = with_worker(&server).await;
    let store = &server.server.app().store;
    let key = KitKey {
        tenant,
        kit: kit.enrolled.kit,
    };
    assert_eq!(store.kit(key).await.unwrap().name.as_str(), "Kit 14");
    let export = fleet_server::operator::audit_trail::export(store, "Region")
        .await
        .unwrap();
    let file = server.data.path().join("trail.jsonl");
    std::fs::write(&file, export.join("\n")).unwrap();
    assert!(fleet_server::operator::audit_trail::verify_file(&file, None).is_ok());
    let changed = export.join("\n").replacen("Hemtjänsten", "Hemtjansten", 1);
    std::fs::write(&file, changed).unwrap();
    let error = fleet_server::operator::audit_trail::verify_file(&file, None).unwrap_err();
    assert!(
        format!("{error:#}").contains("was changed after it was recorded"),
        "{error:#}"
    );
    let (status, html) = server.log_in().await.get("/audit").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("Vårdgivare tillagd") && html.contains("den som driver servern"),
        "{html}"
    );
}

#[tokio::test]
async fn what_is_signed_on_the_kit_counts_once_and_stands_for_the_offices_signature() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let visitor = server.log_in().await;
    let (status, _) = visitor
        .post("/hygiene", &format!("municipality={tenant}&{}", checklist_form()))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let checklist = kit
        .sync(Vec::new())
        .await
        .desired
        .checklist
        .expect("the kit shows it");
    let signed = |phase| EventKind::HygieneSigned {
        phase,
        reservation: None,
        by: Some(worker),
        checklist: Some(checklist.version),
    };
    let out = async || post(&server, &kit, "check-out", json!({ "care_worker": worker })).await;
    let (status, body) = out().await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "hygiene")
    );
    let before = vec![event(1, signed(CleaningPhase::Before))];
    kit.sync(before.clone()).await;
    kit.sync(before).await;
    assert_eq!(out().await.0, StatusCode::NO_CONTENT);
    let (status, _) = post(&server, &kit, "return", json!({ "care_worker": worker })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    kit.sync(vec![
        event(2, signed(CleaningPhase::After)),
        event(3, signed(CleaningPhase::Before)),
    ])
    .await;
    assert_eq!(out().await.0, StatusCode::NO_CONTENT, "nothing is missing");
}
