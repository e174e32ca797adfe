//! Walks every route of the console as every role of other organisations, and as the region's own support without consent:
//! what is another's does not exist for them, and whoever lacks a right learns nothing by being refused.
//!
//! The routes come from the console itself. A new one without a row in `walk_attempts` fails the walk.

use fleet_api::{KitId, PersonId, TenantId};
use fleet_server::{
    console::{Door, Need, Route, route_table},
    domain::{
        authorisation::{Action, may},
        role::Role,
    },
};
use jiff::Timestamp;
use reqwest::{
    Client, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION},
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    common::{Site, TestServer},
    walk_attempts::{Attempt, Theirs, attempts},
};

/// Somebody from elsewhere, at both doors.
struct Stranger {
    role: Role,
    from: String,
    token: String,
    cookie: String,
}

impl Stranger {
    async fn new(server: &TestServer, from: &str, role: Role) -> Self {
        let tenant = server.tenant(from).await;
        Self {
            role,
            from: from.to_owned(),
            token: server.token_as(tenant, role).await,
            cookie: server.session_as(tenant, role).await.0,
        }
    }

    async fn send(
        &self,
        http: &Client,
        console: &str,
        route: Route,
        attempt: &Attempt,
    ) -> (StatusCode, String) {
        let method: Method = route.method.parse().unwrap();
        let request = http.request(method, format!("{console}{}", attempt.path));
        let (request, media_type) = match route.door {
            Door::Rest => (
                request.header(AUTHORIZATION, format!("Bearer {}", self.token)),
                "application/json",
            ),
            Door::Page => (
                request.header(COOKIE, &self.cookie),
                "application/x-www-form-urlencoded",
            ),
        };
        let request = match &attempt.body {
            Some(body) => request.header(CONTENT_TYPE, media_type).body(body.clone()),
            None => request,
        };
        let response = request.send().await.unwrap();
        let to = response.headers().get(LOCATION).cloned();
        if response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|of| of == "text/event-stream")
        {
            // It has no end, and says nothing but that something has changed.
            return (response.status(), String::new());
        }
        let (status, body) = crate::common::read(response).await;
        let to = to.map(|to| to.to_str().unwrap().to_owned());
        (status, to.unwrap_or_else(|| body.to_string()))
    }
}

async fn strangers(server: &TestServer) -> Vec<Stranger> {
    let mut strangers = Vec::new();
    for (from, is_region) in [("Another", true), ("Tallnäs kommun", false)] {
        for role in Role::ALL.iter().filter(|role| role.fits(is_region)) {
            strangers.push(Stranger::new(server, from, *role).await);
        }
    }
    // Of the same region, but Granö has not let them in.
    strangers.push(Stranger::new(server, "Region", Role::RegionSupport).await);
    strangers
}

/// A fault of Granö's kit, and an alert because a visit has begun for which nobody fetched it.
async fn fault_and_alert(server: &TestServer, grano: &Site, kit: KitId) -> (String, String) {
    let fault = json!({ "fault": "no_picture" });
    let path = format!("/api/v1/kits/{kit}/faults");
    let (_, ticket) = grano.rest(Method::POST, &path, Some(fault)).await;
    grano.reserve(kit, 0).await;
    let app = server.server.app();
    fleet_server::work::alerts::turn(&app.store, &app.nudges, Timestamp::now())
        .await
        .unwrap();
    let (_, alerts) = grano.rest(Method::GET, "/api/v1/alerts", None).await;
    let id = |found: &serde_json::Value| found["id"].as_str().unwrap().to_owned();
    (id(&ticket), id(&alerts[0]))
}

#[tokio::test]
async fn what_is_anothers_does_not_exist_and_a_refusal_says_nothing() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    server.municipality("Tallnäs kommun").await;
    server.other_tenant().await;
    let kit = grano.enrolled_kit("Kit of Granö").await.enrolled.kit;
    let (_, reservation) = grano.reserve(kit, 2).await;
    let (ticket, alert) = fault_and_alert(&server, &grano, kit).await;
    let theirs = Theirs {
        municipality,
        kit,
        reservation: reservation["id"].as_str().unwrap().to_owned(),
        ticket,
        alert,
        person: PersonId::generate(),
    };
    let nobodys = Theirs {
        municipality: TenantId::generate(),
        kit: KitId::generate(),
        reservation: Uuid::now_v7().to_string(),
        ticket: Uuid::now_v7().to_string(),
        alert: Uuid::now_v7().to_string(),
        person: theirs.person,
    };
    let (http, console) = (server.site.http(None), &server.site.console);
    let strangers = strangers(&server).await;
    let mut walked = 0;
    for route in route_table() {
        let Need::Right(resource, action) = route.need else {
            continue;
        };
        for (attempt, at_nothing) in attempts(route, &theirs).iter().zip(attempts(route, &nobodys)) {
            for stranger in &strangers {
                let who = format!(
                    "{} of {}: {} {}",
                    stranger.role.name(),
                    stranger.from,
                    route.method,
                    attempt.path
                );
                let (status, answer) = stranger.send(&http, console, route, attempt).await;
                let allowed = may(stranger.role, resource, action)
                    && attempt
                        .form_needs
                        .is_none_or(|resource| may(stranger.role, resource, Action::Change));
                walked += 1;
                // Whoever wrote the name knows it; it must not come back with anything else.
                for secret in ["Kit of Granö", "Granö kommun"] {
                    let support = stranger.from == "Region" && route.path == "/support";
                    assert!(!answer.contains(secret) || support, "{who}: {answer}");
                }
                if !allowed && stranger.role == Role::Newcomer && route.door == Door::Page {
                    assert_eq!((status, &*answer), (StatusCode::SEE_OTHER, "/welcome"), "{who}");
                } else if !allowed {
                    assert_eq!(status, StatusCode::FORBIDDEN, "{who}: {answer}");
                    let same = stranger.send(&http, console, route, &at_nothing).await;
                    assert_eq!(
                        same,
                        (status, answer),
                        "{who}: the refusal is the same for what does not exist"
                    );
                } else if attempt.names {
                    assert_eq!(status, StatusCode::NOT_FOUND, "{who}: {answer}");
                } else {
                    let fine = status == StatusCode::OK
                        || status == StatusCode::SEE_OTHER
                        || route.path == "/support" && status == StatusCode::CONFLICT;
                    assert!(fine, "{who}: {status} {answer}");
                }
            }
        }
    }
    assert!(walked > 700, "only {walked} were walked");
    let (_, kits) = grano.rest(Method::GET, "/api/v1/kits", None).await;
    assert_eq!(kits[0]["enrolled"], json!(true), "nothing was changed");
    assert_eq!(kits[0]["life"], json!("in_service"));
}

#[tokio::test]
async fn one_door_does_not_open_the_other_and_nobody_gets_through_either() {
    let server = TestServer::start().await;
    let manager = Stranger::new(&server, "Region", Role::RegionOperator).await;
    let (http, console) = (server.site.http(None), &server.site.console);
    for route in route_table() {
        if route.need == Need::Nothing {
            continue;
        }
        let path = route.path.replace("{id}", &Uuid::now_v7().to_string());
        let method: Method = route.method.parse().unwrap();
        let request = || http.request(method.clone(), format!("{console}{path}"));
        let expected = match route.door {
            Door::Rest => StatusCode::UNAUTHORIZED,
            Door::Page => StatusCode::SEE_OTHER,
        };
        let wrong_key = match route.door {
            Door::Rest => request().header(COOKIE, &manager.cookie),
            Door::Page => request().header(AUTHORIZATION, format!("Bearer {}", manager.token)),
        };
        for request in [request(), wrong_key] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), expected, "{} {}", route.method, route.path);
        }
    }
}
