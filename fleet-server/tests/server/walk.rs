//! Walks every route of the console as every role of other organisations, and as the region's own support without consent:
//! what is another's does not exist for them, and whoever lacks a right learns nothing by being refused.
//!
//! The routes come from the console itself. A new one without a row in [`attempts`] fails the walk.

use fleet_api::{KitId, PersonId, TenantId};
use fleet_server::{
    console::{Door, Need, Route, route_table},
    domain::{
        authorisation::{Action, Resource, may},
        role::Role,
    },
};
use jiff::{SignedDuration, Timestamp};
use reqwest::{
    Client, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION},
};
use serde_json::json;
use uuid::Uuid;

use crate::common::{Site, TestServer};

/// What belongs to Granö.
struct Theirs {
    municipality: TenantId,
    kit: KitId,
    reservation: String,
    ticket: String,
    alert: String,
    person: PersonId,
}

/// One request.
struct Attempt {
    path: String,
    body: Option<String>,
    /// Whether it names something that is Granö's.
    names: bool,
    /// A right that the form needs beside the route's.
    form_needs: Option<Resource>,
}

impl Attempt {
    /// Names nothing: an answer with one's own things only.
    fn plain(path: &str) -> Vec<Self> {
        vec![Self {
            path: path.to_owned(),
            body: None,
            names: false,
            form_needs: None,
        }]
    }

    fn naming(path: String) -> Vec<Self> {
        vec![Self {
            path,
            body: None,
            names: true,
            form_needs: None,
        }]
    }

    fn with(path: String, body: &impl ToString) -> Vec<Self> {
        vec![Self {
            path,
            body: Some(body.to_string()),
            names: true,
            form_needs: None,
        }]
    }
}

/// What is tried on a route.
#[expect(clippy::too_many_lines, reason = "one table, read from top to bottom")]
fn attempts(route: Route, theirs: &Theirs) -> Vec<Attempt> {
    let Theirs {
        municipality,
        kit,
        reservation,
        ticket,
        alert,
        person,
    } = theirs;
    let id = match route.path {
        path if path.contains("kits/{id}") => kit.to_string(),
        path if path.contains("municipalities/{id}") => municipality.to_string(),
        path if path.contains("tickets/{id}") || path.contains("tasks/{id}") => ticket.clone(),
        path if path.contains("alerts/{id}") => alert.clone(),
        _ => reservation.clone(),
    };
    let path = route
        .path
        .replace("{id}", &id)
        .replace("{month}", "2026-10")
        .replace("{channel}", &id);
    let of = |path: &str| Attempt::naming(format!("{path}?municipality={municipality}"));
    let (begins, ends) = (Timestamp::now(), Timestamp::now() + SignedDuration::from_hours(1));
    match (route.method, route.path) {
        (
            "GET",
            "/api/v1/kits"
            | "/api/v1/municipalities"
            | "/api/v1/reservations"
            | "/api/v1/alerts/not-fetched"
            | "/api/v1/alerts"
            | "/api/v1/tickets"
            | "/tasks"
            | "/alerts/receivers"
            | "/"
            | "/kits"
            | "/kits/register"
            | "/support",
        ) => Attempt::plain(route.path),
        ("GET", "/api/v1/audit") => Attempt::naming(format!("{path}?tenant={municipality}")),
        ("GET" | "DELETE", path_of_one) if path_of_one.contains("{id}") => Attempt::naming(path),
        (
            "GET",
            "/responsibility"
            | "/responsibility.csv"
            | "/kits/register.csv"
            | "/calendar"
            | "/book"
            | "/hygiene"
            | "/training"
            | "/training.csv"
            | "/follow-up"
            | "/follow-up.csv"
            | "/follow-up/settings"
            | "/utilisation"
            | "/utilisation.csv"
            | "/audit"
            | "/identification"
            | "/attendance"
            | "/attendance.csv"
            | "/attendance.jsonl"
            | "/people",
        ) => of(route.path),
        ("POST", "/api/v1/kits/{id}/commands") => Attempt::with(path, &json!({ "kind": "run_self_test" })),
        ("POST", "/api/v1/kits/{id}/life") => Attempt::with(path, &json!({ "to": "in_repair" })),
        ("POST", "/api/v1/kits/{id}/hand-over") => {
            Attempt::with(path, &json!({ "municipality": municipality }))
        }
        ("POST", "/api/v1/kits/{id}/parts") => {
            let part = json!({ "kind": "stand", "serial": "1", "condition": "good" });
            Attempt::with(path, &part)
        }
        ("PUT", "/api/v1/municipalities/{id}/inventory") => Attempt::with(path, &"kit;owner"),
        ("POST", "/api/v1/kits/{id}/check-out" | "/api/v1/kits/{id}/return") => {
            Attempt::with(path, &json!({ "care_worker": person }))
        }
        ("POST", "/api/v1/kits/{id}/sign-offs") => {
            let signed = json!({ "care_worker": person, "phase": "before", "parts": [] });
            Attempt::with(path, &signed)
        }
        ("POST", "/api/v1/municipalities/{id}/training") => {
            let trained = json!({
                "care_worker": person, "topic": "kit_use", "on": "2026-01-01", "valid_until": "2027-01-01",
            });
            Attempt::with(path, &trained)
        }
        ("POST", "/api/v1/municipalities/{id}/routine-versions") => {
            let adopted = json!({ "title": "Rutin", "from": "2026-01-01", "review_on": "2027-01-01" });
            Attempt::with(path, &adopted)
        }
        ("POST", "/api/v1/municipalities/{id}/acknowledgements") => {
            Attempt::with(path, &json!({ "care_worker": person, "version": 1 }))
        }
        ("PUT", "/api/v1/municipalities/{id}/follow-up-settings") => {
            Attempt::with(path, &json!({ "inhabitants": 1000 }))
        }
        ("PUT", "/api/v1/municipalities/{id}/identification") => {
            Attempt::with(path, &json!({ "staff": true }))
        }
        ("POST", "/api/v1/municipalities/{id}/consent-texts") => {
            let text = json!({ "swedish": "a", "english": "b", "author": "c" });
            Attempt::with(path, &text)
        }
        ("POST", "/identification") => {
            let form = format!("municipality={municipality}&staff=1&shift_hours=8&portal_logins=1");
            Attempt::with(path, &form)
        }
        ("POST", "/identification/consent") => {
            let form = format!("municipality={municipality}&swedish=a&english=b&author=c");
            Attempt::with(path, &form)
        }
        ("PUT", "/api/v1/reservations/{id}/cause") => Attempt::with(path, &json!({ "cause": "not_clean" })),
        ("POST", "/api/v1/kits/{id}/faults") => Attempt::with(path, &json!({ "fault": "no_picture" })),
        ("PUT", "/api/v1/kits/{id}/spare") => Attempt::naming(path),
        ("POST", "/api/v1/tickets/{id}/steps") => Attempt::with(path, &json!({ "to": "in_work" })),
        ("POST", "/api/v1/tickets/{id}/replacement") => Attempt::with(path, &json!({ "kit": kit })),
        ("POST", "/api/v1/alerts/{id}/snooze") => Attempt::with(path, &json!({ "until": ends })),
        ("POST", "/api/v1/municipalities/{id}/alert-channels") => Attempt::with(
            path,
            &json!({ "kind": "email", "target": "drift@kommun.example" }),
        ),
        ("POST", "/api/v1/municipalities/{id}/agreements") => {
            Attempt::with(path, &json!({ "arrangement": "owned", "from": "2030-01-01" }))
        }
        ("POST", "/api/v1/enrolment-codes") => {
            Attempt::with(path, &json!({ "kit": "Kit 99", "municipality": municipality }))
        }
        ("POST", "/api/v1/reservations") => Attempt::with(path, &crate::common::reservation(*kit, 5)),
        ("PATCH", "/api/v1/reservations/{id}") => {
            Attempt::with(path, &json!({ "starts_at": begins, "ends_at": ends }))
        }
        ("POST", "/agreements") => {
            let form = format!("municipality={municipality}&arrangement=owned&from=2030-01-01&until=");
            Attempt::with(path, &form)
        }
        ("POST", "/kits/register") => Attempt::with(path, &format!("municipality={municipality}&table=kit")),
        ("POST", "/kits/{id}") => forms_of_a_kit(&path, theirs),
        ("POST", "/book") => {
            let form = format!(
                "municipality={municipality}&kit={kit}&title=care_visit&link=https://video.example/m/x\
                 &starts_at=2030-01-01T10:00&ends_at=2030-01-01T11:00"
            );
            Attempt::with(path, &form)
        }
        ("POST", "/reservations/{id}") => Attempt::with(path, &"act=cancel"),
        ("POST", "/hygiene") => {
            let form =
                format!("municipality={municipality}&minutes=1&surface=a&speakerphone=b&cable=c&rucksack=d");
            Attempt::with(path, &form)
        }
        ("POST", "/training") => {
            let path = format!("{path}?municipality={municipality}");
            Attempt::with(path, &"act=adopt&title=x&from=2026-01-01&review_on=2026-01-01")
        }
        ("POST", "/follow-up") => Attempt::with(
            path,
            &format!("reservation={reservation}&cause=weak_network&back="),
        ),
        ("POST", "/follow-up/settings") => {
            Attempt::with(path, &format!("municipality={municipality}&untrained=warn"))
        }
        ("POST", "/follow-up/plan") => {
            let form = format!("municipality={municipality}&meetings=1&home_percent=1&division=equal");
            Attempt::with(path, &form)
        }
        ("POST", "/tasks/{id}") => forms_of_a_ticket(&path, *kit),
        ("GET", "/live") => Attempt::plain(route.path),
        ("GET", "/kits/chosen.csv" | "/kits/labels" | "/kits/sheets") => {
            Attempt::naming(format!("{}?chosen={kit}", route.path))
        }
        ("POST", "/kits/bulk") => bulk(&path, &kit.to_string(), "to=in_repair"),
        ("POST", "/tasks/bulk") => bulk(&path, ticket, "to=in_work"),
        ("POST", "/alerts/bulk") => bulk(&path, alert, "until=2030-01-01T10:00"),
        ("POST", "/alerts/receivers") => {
            let form =
                format!("act=add&kind=email&municipality={municipality}&target=drift%40kommun.example");
            Attempt::with(path, &form)
        }
        ("POST", "/people") => Attempt::with(path, &format!("person={person}")),
        // Consent is for one's own municipality alone; the form cannot name another.
        ("POST", "/support") => vec![Attempt {
            names: false,
            ..Attempt::with(path, &"act=end").remove(0)
        }],
        _ => panic!("{} {} has no row in this walk", route.method, route.path),
    }
}

/// What names theirs before anything is done, and what does it.
fn bulk(path: &str, theirs: &str, act: &str) -> Vec<Attempt> {
    ["", "&confirmed=true"]
        .map(|confirmed| {
            Attempt::with(path.to_owned(), &format!("chosen={theirs}&{act}{confirmed}")).remove(0)
        })
        .into()
}

fn forms_of_a_kit(path: &str, theirs: &Theirs) -> Vec<Attempt> {
    let someone = theirs.person;
    let forms = [
        (Resource::Kits, "act=step&to=in_repair".to_owned()),
        (
            Resource::HandOvers,
            format!("act=hand_over&municipality={}", theirs.municipality),
        ),
        (
            Resource::CheckOuts,
            format!("act=check_out&worker={someone}&reason=acute"),
        ),
        (Resource::CheckOuts, format!("act=take_back&worker={someone}")),
        (
            Resource::Hygiene,
            format!("act=sign&worker={someone}&phase=before"),
        ),
        (
            Resource::Parts,
            format!("act=condition&part={someone}&condition=broken"),
        ),
        (Resource::Faults, "act=report&fault=no_picture".to_owned()),
        (Resource::Spares, "act=mark_spare".to_owned()),
        (Resource::Spares, "act=unmark_spare".to_owned()),
    ];
    of_forms(path, forms)
}

fn forms_of_a_ticket(path: &str, spare: KitId) -> Vec<Attempt> {
    let forms = [
        (Resource::Tickets, "act=step&to=in_work".to_owned()),
        (Resource::Tickets, "act=close&resolution=repaired".to_owned()),
        (Resource::Spares, format!("act=replace&spare={spare}")),
    ];
    of_forms(path, forms)
}

fn of_forms<const N: usize>(path: &str, forms: [(Resource, String); N]) -> Vec<Attempt> {
    let attempt = |(needs, form): (Resource, String)| Attempt {
        form_needs: Some(needs),
        ..Attempt::with(path.to_owned(), &form).remove(0)
    };
    forms.into_iter().map(attempt).collect()
}

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
