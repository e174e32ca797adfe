//! Who gets alerts is chosen in the console, and alerts are put off there.

use crate::{
    common::{TestServer, problem, reservation},
    visitor::{Visitor, encoded},
};
use fleet_server::work::alerts;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one operator's morning, step by step")]
async fn receivers_are_chosen_in_the_console_and_alerts_are_put_off_there() {
    let server = TestServer::start().await;
    let (tenant, site) = server.municipality("Almviks kommun").await;
    let channels = format!("/api/v1/municipalities/{tenant}/alert-channels");
    let add = async |kind: &str, target: &str| {
        let body = json!({ "kind": kind, "target": target });
        site.rest(Method::POST, &channels, Some(body)).await
    };
    for (kind, target, refused) in [
        ("email", "no address", "channel-address"),
        ("email", "a@b\r\nBcc: c@d", "channel-address"),
        ("webhook", "http://alerts.example/hook", "channel-url"),
        ("webhook", "https://127.0.0.1/hook", "channel-url"),
        ("webhook", "https://alerts.example/\0", "channel-url"),
    ] {
        let (status, body) = add(kind, target).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::UNPROCESSABLE_ENTITY, refused),
            "{target}"
        );
    }
    let (status, body) = add("webhook", "https://alerts.example/hook").await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    assert!(body["secret"].as_str().unwrap().starts_with("whsec_"));
    let (status, _) = add("webhook", "https://alerts.example/hook").await;
    assert_eq!(status, StatusCode::CONFLICT, "once is enough");
    let (_, listed) = site.rest(Method::GET, &channels, None).await;
    assert!(!listed.to_string().contains("whsec_"), "the key is shown once");
    let stranger = server.other_tenant().await;
    assert_eq!(
        stranger.rest(Method::GET, &channels, None).await.0,
        StatusCode::NOT_FOUND
    );

    let kit = site.enrolled_kit("Kit 14").await.enrolled.kit;
    let mut soon = reservation(kit, 0);
    soon["starts_at"] = json!(Timestamp::now() + SignedDuration::from_mins(20));
    let (status, booked) = site.rest(Method::POST, "/api/v1/reservations", Some(soon)).await;
    assert_eq!(status, StatusCode::CREATED, "{booked}");
    let app = server.server.app();
    alerts::turn(&app.store, &app.nudges, Timestamp::now())
        .await
        .unwrap();
    let (_, open) = site.rest(Method::GET, "/api/v1/alerts", None).await;
    let alert = open[0]["id"].as_str().unwrap().to_owned();
    let snooze = format!("/api/v1/alerts/{alert}/snooze");
    let until = |hours| json!({ "until": Timestamp::now() + SignedDuration::from_hours(hours) });
    for (who, hours, status) in [
        (&stranger, 1, StatusCode::NOT_FOUND),
        (&site, -1, StatusCode::UNPROCESSABLE_ENTITY),
        (&site, 15 * 24, StatusCode::UNPROCESSABLE_ENTITY),
        (&site, 1, StatusCode::NO_CONTENT),
    ] {
        let (given, _) = who.rest(Method::POST, &snooze, Some(until(hours))).await;
        assert_eq!(given, status, "{hours}");
    }

    let visitor = Visitor::log_in(&site).await;
    let (_, html) = visitor.get("/tasks").await;
    for shown in ["Inte hämtat inför besöket", "Tyst till", "Vem får larm?"] {
        assert!(html.contains(shown), "{shown} in {html}");
    }
    let form = |until: &str| format!("chosen={alert}&until={}", encoded(until));
    let (status, html) = visitor.post("/alerts/bulk", &form("2026-01-01T10:00")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("Det här ändras inte"), "that is past: {html}");
    let tomorrow = (Timestamp::now() + SignedDuration::from_hours(24)).to_string();
    let (_, html) = visitor.post("/alerts/bulk", &form(&tomorrow[..16])).await;
    assert!(html.contains("Ja, ändra 1"), "{html}");
    let confirmed = format!("{}&confirmed=true", form(&tomorrow[..16]));
    let (_, html) = visitor.post("/alerts/bulk", &confirmed).await;
    assert!(html.contains("Det gick för 1"), "{html}");
    let unknown = format!("chosen={tenant}&until={}", encoded(&tomorrow[..16]));
    assert_eq!(
        visitor.post("/alerts/bulk", &unknown).await.0,
        StatusCode::NOT_FOUND
    );
    let form = format!(
        "act=add&kind=email&municipality={tenant}&target={}",
        encoded("drift@kommun.example")
    );
    let (status, to) = visitor.post("/alerts/receivers", &form).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, "/alerts/receivers?done=channel_added")
    );
    let form = format!(
        "act=add&kind=webhook&municipality={tenant}&target={}",
        encoded("https://two.example")
    );
    let (status, html) = visitor.post("/alerts/receivers", &form).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        html.contains("whsec_") && html.contains("drift@kommun.example"),
        "{html}"
    );
    let channel = listed[0]["id"].as_str().unwrap();
    let form = format!("act=remove&municipality={tenant}&channel={channel}");
    assert_eq!(
        visitor.post("/alerts/receivers", &form).await.0,
        StatusCode::SEE_OTHER
    );
    assert_eq!(
        visitor.post("/alerts/receivers", &form).await.0,
        StatusCode::NOT_FOUND
    );
}
