//! Who is not trained is named before a check-out, and stopped only where the municipality says so.

use crate::common::{TestServer, problem};
use crate::{
    care_worker::with_worker, follow_up::check_out, openid_provider::Trick, openid_site,
    staff_login_site::Site,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn who_is_not_trained_is_warned_and_stopped_only_where_the_municipality_says_so() {
    let server = TestServer::start().await;
    let (kit, worker, tenant) = with_worker(&server).await;
    let path = |rest: &str| format!("/api/v1/municipalities/{tenant}/{rest}");
    let visitor = server.log_in().await;
    let (_, html) = visitor.get(&format!("/kits/{}", kit.enrolled.kit)).await;
    assert!(
        html.contains("Saknar utbildning eller har inte läst rutinen: 7K2"),
        "{html}"
    );

    let put = async |body: Value| {
        server
            .site
            .rest(Method::PUT, &path("follow-up-settings"), Some(body))
            .await
            .0
    };
    assert_eq!(
        put(json!({ "untrained": "stop", "required": ["kit_use"] })).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        put(json!({ "inhabitants": 4_000_000_000_u32 })).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (status, body) = check_out(&server, &kit, worker).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::UNPROCESSABLE_ENTITY, "training")
    );

    let post =
        async |rest: &str, body: Value| server.site.rest(Method::POST, &path(rest), Some(body)).await.0;
    let train = |on: &str, until: &str| json!({ "care_worker": worker, "topic": "kit_use", "on": on, "valid_until": until });
    assert_eq!(
        post("training", train("2199-01-01", "2199-01-02")).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        post("training", train("2025-02-01", "2025-01-01")).await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        post("training", train("2025-01-01", "2190-01-01")).await,
        StatusCode::NO_CONTENT
    );
    let routine = json!({ "title": "Rutin 2026", "from": "2026-01-01", "review_on": "2190-01-01" });
    assert_eq!(post("routine-versions", routine).await, StatusCode::CREATED);
    assert_eq!(
        check_out(&server, &kit, worker).await.0,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not read"
    );
    let read = |version: u32| json!({ "care_worker": worker, "version": version });
    assert_eq!(post("acknowledgements", read(2)).await, StatusCode::NOT_FOUND);
    assert_eq!(post("acknowledgements", read(1)).await, StatusCode::NO_CONTENT);
    let (_, view) = server.site.rest(Method::GET, &path("training"), None).await;
    assert_eq!(view["care_workers"][0]["lacks_training"], json!([]));
    assert_eq!(view["routine_in_force"], json!(1));
    assert_eq!(check_out(&server, &kit, worker).await.0, StatusCode::NO_CONTENT);

    let (_, html) = visitor.get("/training").await;
    assert!(
        html.contains("1 av 1 medarbetare är klara") && html.contains("1 jan 2190"),
        "{html}"
    );
    let form = format!("act=read&worker={worker}&version=1");
    let (status, to) = visitor
        .post(&format!("/training?municipality={tenant}"), &form)
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
}

#[tokio::test]
async fn a_care_worker_says_themselves_that_they_have_read_the_routine() {
    let site = Site::start().await;
    let path = |rest: &str| format!("/api/v1/municipalities/{}/{rest}", site.tenant);
    let routine = json!({ "title": "Rutin 2026", "from": "2026-01-01", "review_on": "2190-01-01" });
    let (status, _) = site
        .grano
        .rest(Method::POST, &path("routine-versions"), Some(routine))
        .await;
    assert_eq!(status, StatusCode::CREATED);
    let (amina, bo) = (
        site.somebody("amina").await.pseudonym,
        site.somebody("bo").await.pseudonym,
    );
    let (grano, training) = (&site.grano, path("training"));
    let page = format!("/training?municipality={}", site.tenant);
    let own = format!("/training/own?municipality={}", site.tenant);
    let browser = openid_site::Site {
        server: site.server,
        provider: site.provider,
        _files: site.files,
    };
    let log_in = async |subject: &str| {
        let claims = json!({ "roles": "care", "sub": subject, "name": subject });
        let answer = browser.log_in(&claims, Trick::None).await;
        openid_site::cookie(&answer, "__Host-session").unwrap()
    };

    let cookie = log_in("amina").await;
    let html = openid_site::text(browser.get(&page, &cookie).await).await;
    assert!(html.contains("Jag har läst rutinen"), "{html}");
    let answer = browser.post(&own, &cookie, "version=1").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let html = openid_site::text(browser.get(&page, &cookie).await).await;
    assert!(
        html.contains("Du läste den") && !html.contains("Jag har läst rutinen"),
        "{html}"
    );
    assert_eq!(
        browser.post(&own, &cookie, "version=2").await.status(),
        StatusCode::NOT_FOUND
    );

    let (_, view) = grano.rest(Method::GET, &training, None).await;
    let read_by = |worker: fleet_api::CareWorkerId| {
        let workers = view["care_workers"].as_array().unwrap();
        let of = workers.iter().find(|of| of["care_worker"] == json!(worker));
        of.unwrap()["read"].clone()
    };
    assert_eq!(
        (read_by(amina), read_by(bo)),
        (json!([1]), json!([])),
        "nobody else has"
    );
    let (_, trail) = grano.rest(Method::GET, "/api/v1/audit", None).await;
    let read = trail
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["event"].as_str().unwrap().contains("routine_read"))
        .unwrap();
    assert!(
        read["actor"].as_str().unwrap().starts_with("care_worker "),
        "{read}"
    );

    // Whoever has never logged in on a kit is nobody's care worker.
    let cookie = log_in("cecilia").await;
    let html = openid_site::text(browser.get(&page, &cookie).await).await;
    assert!(html.contains("Logga in på ett kit en gång"), "{html}");
    assert_eq!(
        browser.post(&own, &cookie, "version=1").await.status(),
        StatusCode::NOT_FOUND
    );
}
