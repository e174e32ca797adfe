//! What is looked at, tried and refused stands in the trail: who works here, logins and their end, codes, support's looks by what
//! they were at. Never a name, never a secret.

use fleet_api::{Fault, TenantId};
use fleet_server::{
    domain::{agreement::Arrangement, role::Role},
    operator,
};
use jiff::Timestamp;
use rcgen::KeyPair;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    common::{Site, TestServer, event, logged_in},
    faults::{reported, tickets, with_agreement},
    openid_provider::Trick,
    openid_site::{self, cookie},
};

/// A tenant's events of one kind.
async fn recorded(server: &TestServer, tenant: TenantId, kind: &str) -> Vec<String> {
    let store = &server.server.app().store;
    let entries = store.audit_after(tenant, 0, 1_000).await.unwrap();
    let wanted = format!("{{\"kind\":\"{kind}\"");
    let events = entries.into_iter().map(|entry| entry.event);
    events.filter(|event| event.starts_with(&wanted)).collect()
}

#[tokio::test]
async fn whoever_looks_at_who_works_here_is_recorded_without_their_names() {
    let server = TestServer::start().await;
    let (tenant, site) = with_agreement(&server, "Almviks kommun", Arrangement::Rented).await;
    let region = server.tenant("Region").await;
    let store = &server.server.app().store;
    logged_in(store, region, "Amina", Role::RegionSupport).await;
    let (session, _) = server.session_as(region, Role::RegionOperator).await;
    let url = format!("{}/people", server.site.console);
    let page = server.site.http(None).get(url).header("cookie", session);
    assert_eq!(page.send().await.unwrap().status(), StatusCode::OK);
    let read = recorded(&server, region, "people_read").await;
    assert_eq!(read, [r#"{"kind":"people_read","people":2}"#]);

    let kit = site.enrolled_kit("Kit 14").await;
    kit.sync(vec![event(1, reported(Fault::HearNothing))]).await;
    let ticket = tickets(&site, "").await[0]["id"].as_str().unwrap().to_owned();
    let asking = Site {
        token: server.token_as(region, Role::RegionOperator).await,
        ..server.site.clone()
    };
    let path = format!("/api/v1/tickets/{ticket}");
    let (status, _) = asking.rest(Method::GET, &format!("{path}/assignees"), None).await;
    assert_eq!(status, StatusCode::OK);
    let expected = format!(r#"{{"kind":"assignees_read","ticket":"{ticket}","people":2}}"#);
    assert_eq!(recorded(&server, region, "assignees_read").await, [expected]);
    let nobody = json!({ "person": null });
    let (status, _) = asking
        .rest(Method::PUT, &format!("{path}/assignee"), Some(nobody))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let read = recorded(&server, region, "assignees_read").await;
    assert_eq!(read.len(), 1, "to decide is not to look");
    assert!(recorded(&server, tenant, "assignees_read").await.is_empty());
}

#[tokio::test]
async fn a_login_by_token_a_refused_one_and_a_logout_are_recorded() {
    let server = TestServer::start().await;
    let region = server.tenant("Region").await;
    let name = server.site.token.split('_').nth(1).unwrap().to_owned();
    let visitor = server.log_in().await;
    let by_token = format!(r#"{{"kind":"logged_in_by_token","token_name":"{name}"}}"#);
    assert_eq!(recorded(&server, region, "logged_in_by_token").await, [by_token]);
    visitor.post("/logout", "").await;
    assert_eq!(recorded(&server, region, "logged_out").await.len(), 1);
    visitor.post("/logout", "").await;
    assert_eq!(
        recorded(&server, region, "logged_out").await.len(),
        1,
        "nobody was logged in"
    );

    let guess = format!("fleet_{name}_{}", "A".repeat(26));
    for token in [&*guess, &*guess, "fleet_AAAAAAAA_AAAA", "x"] {
        let form = server
            .site
            .http(None)
            .post(format!("{}/login", server.site.console));
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        let refused = form.body(format!("token={token}")).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }
    let refused = recorded(&server, region, "token_refused").await;
    assert_eq!(refused.len(), 1, "one a minute: {refused:?}");
    assert!(!refused[0].contains("AAAA"), "never the secret");
}

#[tokio::test]
async fn refused_logins_and_one_time_codes_are_recorded() {
    let site = openid_site::Site::start().await;
    let server = &site.server;
    let (region, store) = (server.tenant("Region").await, &server.server.app().store);
    let (_, cookie_of_login) = site.begin().await;
    site.get("/login/callback?error=access_denied", &cookie_of_login)
        .await;
    let refused = recorded(server, region, "login_refused").await;
    assert_eq!(refused.len(), 1, "{refused:?}");

    operator::first_code(store, "Region").await.unwrap();
    let newcomer = json!({ "sub": "Amina", "name": "Amina" });
    let session = cookie(&site.log_in(&newcomer, Trick::None).await, "__Host-session").unwrap();
    site.post("/welcome", &session, "code=AAAAA-AAAAA-AAAAA-AAAAA")
        .await;
    let refused = recorded(server, region, "first_code_refused").await;
    assert_eq!(refused.len(), 1);
    assert!(
        !refused[0].contains("AAAAA") && !refused[0].contains("Amina"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn supports_looks_say_at_what() {
    let server = TestServer::start().await;
    let (tenant, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit of Granö").await.enrolled.kit;
    let until = Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let store = &server.server.app().store;
    store
        .allow_support(tenant, until, &Timestamp::now().into())
        .await
        .unwrap();
    let region = server.tenant("Region").await;
    let support = Site {
        token: server.token_as(region, Role::RegionSupport).await,
        ..server.site.clone()
    };
    let (status, body) = support
        .rest(Method::GET, &format!("/api/v1/kits/{kit}"), None)
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    support.rest(Method::GET, "/api/v1/kits?name=Amina", None).await;
    let looks = recorded(&server, tenant, "support_looked").await;
    assert!(
        looks[0].contains(&format!(r#""looked_at":["{kit}"]"#)),
        "{looks:?}"
    );
    assert!(looks[1].contains(r#""looked_at":null"#), "{looks:?}");
    assert!(!looks.concat().contains("Amina"), "never a name: {looks:?}");
}

#[tokio::test]
async fn a_code_that_does_not_work_is_recorded_for_its_kit() {
    let server = TestServer::start().await;
    let region = server.tenant("Region").await;
    let code = server.site.code("Kit 14").await;
    let key = || KeyPair::generate().unwrap();
    let (status, first) = server.site.enrol(&code, &key()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(recorded(&server, region, "enrolment_refused").await.is_empty());
    let (status, _) = server.site.enrol(&code, &key()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let refused = recorded(&server, region, "enrolment_refused").await;
    let kit = first["kit"].as_str().unwrap();
    let expected = format!(r#"{{"kind":"enrolment_refused","kit":"{kit}","reason":"used code"}}"#);
    assert_eq!(refused, [expected]);
}
