//! Figures for Prometheus: what they count, that they name nobody, and that only this machine can read them.

use std::net::SocketAddr;

use fleet_api::EventKind;
use fleet_server::{
    data_dir::DataDir,
    server::{Addresses, Server},
};
use reqwest::Method;

use crate::{
    common::{LINK, Site, TestServer, event},
    sync::nudge_socket,
};

const ANY: &str = "127.0.0.1:0";

pub(crate) async fn watched(server: &TestServer) -> (Server, Site) {
    let directory = DataDir::open(&server.data.path().join("data")).unwrap();
    let any: SocketAddr = ANY.parse().unwrap();
    let addresses = Addresses {
        device: any,
        console: any,
        metrics: Some(any),
    };
    let watched = Server::start_at(&directory, addresses).await.unwrap();
    let site = Site {
        device: format!("https://{}", watched.device_address),
        console: format!("https://{}", watched.console_address),
        ..server.site.clone()
    };
    (watched, site)
}

pub(crate) async fn figures(site: &Site, server: &Server) -> String {
    let url = format!("http://{}/metrics", server.metrics_address.unwrap());
    let answer = site.http(None).get(url).send().await.unwrap();
    let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(
        media_type.starts_with("application/openmetrics-text"),
        "{media_type}"
    );
    crate::common::read(answer).await.1.as_str().unwrap().to_owned()
}

pub(crate) fn figure(figures: &str, name: &str) -> f64 {
    let line = figures
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is not among\n{figures}"))
        .parse()
        .unwrap()
}

#[tokio::test]
async fn what_happens_is_counted_and_nobody_is_named() {
    let server = TestServer::start().await;
    let (watched, site) = watched(&server).await;
    let kit = site.enrolled_kit("Kit of Granö").await;
    let _socket = nudge_socket(&kit).await;
    kit.sync(vec![
        event(1, EventKind::HelpRequested),
        event(2, EventKind::HelpRequested),
    ])
    .await;
    let (_, made) = site.reserve(kit.enrolled.kit, 2).await;
    let reservation = made["id"].as_str().unwrap();
    site.rest(Method::GET, &format!("/api/v1/reservations/{reservation}"), None)
        .await;
    site.rest(Method::GET, "/no/such/page-19121212-1212", None).await;

    let (kit_id, text) = (kit.enrolled.kit.to_string(), figures(&site, &watched).await);
    for (name, value) in [
        ("fleet_kits_online", 1.0),
        ("fleet_events_stored_total", 2.0),
        ("fleet_sync_seconds_count", 1.0),
        ("fleet_nudges_total", 1.0),
        ("fleet_deliveries_waiting", 0.0),
        ("fleet_database_up", 1.0),
        (
            "fleet_http_requests_total{port=\"Console\",method=\"GET\",route=\"/api/v1/reservations/{id}\",status=\"200\"}",
            1.0,
        ),
        (
            "fleet_http_requests_total{port=\"Console\",method=\"GET\",route=\"(none)\",status=\"404\"}",
            1.0,
        ),
    ] {
        assert!(
            (figure(&text, name) - value).abs() < f64::EPSILON,
            "{name} in\n{text}"
        );
    }
    assert!(figure(&text, "process_resident_memory_bytes") > 1e6);
    assert!(figure(&text, "fleet_connections{port=\"Device\"}") >= 1.0);
    assert!(text.contains("fleet_database_connections{"));
    assert!(text.ends_with("# EOF\n"));
    for secret in [reservation, &*kit_id, "Granö", "19121212", LINK, &*site.token] {
        assert!(!text.contains(secret), "{secret} is told");
    }
}

#[tokio::test]
async fn only_this_machine_reads_them() {
    let server = TestServer::start().await;
    let directory = DataDir::open(&server.data.path().join("data")).unwrap();
    let addresses = Addresses {
        device: ANY.parse().unwrap(),
        console: ANY.parse().unwrap(),
        metrics: Some("0.0.0.0:0".parse().unwrap()),
    };
    let refused = Server::start_at(&directory, addresses).await.unwrap_err();
    assert!(refused.to_string().contains("loopback"), "{refused}");
    for address in [&server.site.device, &server.site.console] {
        let answer = server
            .site
            .http(None)
            .get(format!("{address}/metrics"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), 404);
    }
}
