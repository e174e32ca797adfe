//! Whom kits call for help and where meetings may be held: who decides it, that it is recorded, and that a kit that is connected
//! has it within seconds.

use std::time::Duration;

use clap::Parser;
use fleet_server::{
    domain::role::Role,
    operator::{self, Setting, TenantOptions},
};
use futures_util::StreamExt;
use reqwest::{
    Method, StatusCode,
    header::{ETAG, IF_MATCH},
};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    common::{Site, TestKit, TestServer, problem},
    sync::{Nudges, nudge_socket},
    visitor::{Visitor, encoded},
};

const SOON: Duration = Duration::from_secs(20);

/// The command line after `fleet-server settings`.
#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    tenant: TenantOptions,
}

fn command_line(options: &[&str]) -> TenantOptions {
    let words = [&["settings", "--tenant", "Granö kommun"], options].concat();
    CommandLine::try_parse_from(words).unwrap().tenant
}

/// A kit's channel on which the server has greeted it.
pub(crate) async fn connected(kit: &TestKit) -> Nudges {
    let mut socket = nudge_socket(kit).await;
    let greeting = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert!(matches!(greeting, Message::Ping(_)));
    socket
}

pub(crate) async fn nudged(socket: &mut Nudges) {
    let frame = timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap();
    assert_eq!(frame, Message::text("\"sync_now\""));
}

async fn newest_change(site: &Site) -> Value {
    let (status, trail) = site.rest(Method::GET, "/api/v1/audit?limit=100", None).await;
    assert_eq!(status, StatusCode::OK, "{trail}");
    let events = trail.as_array().unwrap().iter();
    let mut events =
        events.map(|entry| serde_json::from_str::<Value>(entry["event"].as_str().unwrap()).unwrap());
    events.rfind(|event| event["kind"] == "settings_changed").unwrap()
}

#[tokio::test]
async fn a_new_help_desk_reaches_a_connected_kit_at_once() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await;
    assert_eq!(kit.sync(Vec::new()).await.desired.help_desk, None);
    let mut socket = connected(&kit).await;
    let manager = Site {
        token: server.token_as(municipality, Role::MunicipalManager).await,
        ..grano.clone()
    };
    let path = format!("/api/v1/municipalities/{municipality}/settings");
    let wanted = json!({
        "help_desk": { "number": "060-12 34 56", "hours": "vardagar 07.30–16.30" },
        "meeting_hosts": ["video.example"],
    });
    let (status, body) = manager.rest(Method::PUT, &path, Some(wanted.clone())).await;
    assert_eq!((status, &body), (StatusCode::OK, &wanted));
    nudged(&mut socket).await;
    let desired = kit.sync(Vec::new()).await.desired;
    let desk = desired.help_desk.unwrap();
    assert_eq!(desk.number.as_str(), "060-12 34 56");
    assert_eq!(desk.hours.unwrap().as_str(), "vardagar 07.30–16.30");
    assert_eq!(desired.meeting_hosts.len(), 1, "what was repeated stays");
    let recorded = newest_change(&manager).await;
    assert_eq!(
        (&recorded["help_desk"], &recorded["meeting_hosts"]),
        (&wanted["help_desk"], &wanted["meeting_hosts"])
    );
}

#[tokio::test]
async fn the_region_decides_where_meetings_are_held_and_nobody_else() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    let path = format!("/api/v1/municipalities/{municipality}/settings");
    let other = json!({ "help_desk": null, "meeting_hosts": ["meet.region.example:8443"] });
    // As the municipality's program, and as its manager.
    let manager = Site {
        token: server.token_as(municipality, Role::MunicipalManager).await,
        ..grano.clone()
    };
    for site in [&grano, &manager] {
        let (status, body) = site.rest(Method::PUT, &path, Some(other.clone())).await;
        assert_eq!(
            (status, problem(&body)),
            (StatusCode::FORBIDDEN, "meeting-services-of-region")
        );
    }
    let form = format!("municipality={municipality}&hosts=meet.region.example");
    let as_municipality = Visitor::log_in(&grano).await;
    let (status, _) = as_municipality.post("/settings/meeting-services", &form).await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let (status, body) = server.site.rest(Method::PUT, &path, Some(other.clone())).await;
    assert_eq!((status, &body), (StatusCode::OK, &other));
    for (wrong, kind) in [
        (json!(["meet.example:*"]), "meeting-services"),
        (json!(vec!["meet.example"; 51]), "meeting-services"),
        (json!(["https://meet.example/"]), "not-understood"),
    ] {
        let wanted = json!({ "meeting_hosts": wrong });
        let (status, body) = server.site.rest(Method::PUT, &path, Some(wanted)).await;
        assert_eq!((status, problem(&body)), (StatusCode::UNPROCESSABLE_ENTITY, kind));
    }
}

#[tokio::test]
async fn settings_are_changed_only_as_they_were_seen() {
    let server = TestServer::start().await;
    let (municipality, site) = server.municipality("Granö kommun").await;
    let path = format!("{}/api/v1/municipalities/{municipality}/settings", site.console);
    let seen = site
        .http(None)
        .get(&path)
        .bearer_auth(&site.token)
        .send()
        .await
        .unwrap();
    let seen = seen.headers()[ETAG].clone();
    let put = async |number: &str| {
        let wanted = json!({ "help_desk": { "number": number }, "meeting_hosts": ["video.example"] });
        let request = site.http(None).put(&path).bearer_auth(&site.token).json(&wanted);
        request.header(IF_MATCH, &seen).send().await.unwrap().status()
    };
    assert_eq!(put("060-1").await, StatusCode::OK);
    assert_eq!(put("060-2").await, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn a_manager_sets_the_help_desk_on_a_page_and_is_told_what_is_wrong() {
    let server = TestServer::start().await;
    let (municipality, site) = server.municipality("Granö kommun").await;
    let visitor = Visitor::log_in(&site).await;
    let form = |number: &str, hours: &str| {
        let (number, hours) = (encoded(number), encoded(hours));
        format!("municipality={municipality}&number={number}&hours={hours}")
    };
    for (number, hours, sentence) in [
        ("växeln", "", "Telefonnumret är fel."),
        ("", "dygnet runt", "Telefonnumret är fel."),
        ("060-1", &*"h".repeat(81), "Tiderna är för långa."),
    ] {
        let (status, page) = visitor.post("/settings/help-desk", &form(number, hours)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(sentence), "{page}");
    }
    let (status, to) = visitor
        .post("/settings/help-desk", &form("060-12 34 56", "dygnet runt"))
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    let (_, page) = visitor.get(&to).await;
    assert!(
        page.contains("060-12 34 56") && page.contains("Kiten visar det nya numret"),
        "{page}"
    );
    visitor.post("/settings/help-desk", &form("", "")).await;
    let (_, page) = visitor.get("/settings").await;
    assert!(page.contains("Inget nummer är ifyllt."), "{page}");

    let region = server.log_in().await;
    let services = |hosts: &str| format!("municipality={municipality}&hosts={}", encoded(hosts));
    let (status, page) = region
        .post("/settings/meeting-services", &services("https://video.example"))
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Ett värdnamn är fel."), "{page}");
    let (status, to) = region
        .post(
            "/settings/meeting-services",
            &services("video.example\r\n*.meet.example\r\n"),
        )
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    let (_, page) = region.get(&to).await;
    assert!(page.contains("*.meet.example"), "{page}");
}

#[tokio::test]
async fn the_command_line_changes_what_it_is_given_and_connected_kits_follow() {
    let server = TestServer::start().await;
    let (municipality, grano) = server.municipality("Granö kommun").await;
    let kit = grano.enrolled_kit("Kit 14").await;
    let mut socket = connected(&kit).await;
    let store = &server.server.app().store;
    let settings = async || store.tenant(municipality).await.unwrap().settings;
    let given = ["--help-desk", "060-12 34 56", "--help-desk-hours", "dygnet runt"];
    operator::change_settings(store, command_line(&given), &[])
        .await
        .unwrap();
    nudged(&mut socket).await;
    assert!(kit.sync(Vec::new()).await.desired.help_desk.is_some());
    assert_eq!(settings().await.meeting_hosts.len(), 1, "not given, so it stays");

    let given = ["--help-desk", "060-99 99 99", "--update-target", "1.9"];
    operator::change_settings(store, command_line(&given), &[])
        .await
        .unwrap();
    nudged(&mut socket).await;
    let desk = kit.sync(Vec::new()).await.desired.help_desk.unwrap();
    assert_eq!(desk.number.as_str(), "060-99 99 99");
    assert_eq!(desk.hours.unwrap().as_str(), "dygnet runt");
    operator::change_settings(store, command_line(&["--meeting-host", "meet.example"]), &[])
        .await
        .unwrap();
    let recorded = newest_change(&grano).await;
    assert_eq!(
        (
            &recorded["help_desk"]["number"],
            &recorded["update_target"],
            &recorded["meeting_hosts"]
        ),
        (&json!("060-99 99 99"), &json!("1.9"), &json!(["meet.example"]))
    );

    let without = [Setting::HelpDesk, Setting::UpdateTarget, Setting::MeetingHosts];
    operator::change_settings(store, command_line(&[]), &without)
        .await
        .unwrap();
    assert_eq!(settings().await, fleet_server::store::Settings::default());
    let hours = command_line(&["--help-desk-hours", "dygnet runt"]);
    assert!(
        operator::change_settings(store, hours, &[]).await.is_err(),
        "hours of no number"
    );
}
