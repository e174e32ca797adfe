//! Spans reach a collector that is asked for, and hold nothing of whom they are about.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Bytes, extract::State, routing::post};
use reqwest::Method;
use tokio::{net::TcpListener, sync::Mutex, sync::Notify, task::JoinSet, time::timeout};

use crate::{
    common::{LINK, Site},
    program::{run, serving, started},
};

/// A trace that a caller began, and their span in it.
const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const CALLER: u64 = 0x00f0_67aa_0ba9_02b7;

/// What a collector was sent.
#[derive(Clone, Default)]
struct Collected {
    bytes: Arc<Mutex<Vec<u8>>>,
    came: Arc<Notify>,
}

/// A collector that takes whatever comes (OTLP over HTTP, protobuf).
async fn collector(tasks: &mut JoinSet<()>) -> (String, Collected) {
    let collected = Collected::default();
    let take = async |State(collected): State<Collected>, spans: Bytes| {
        collected.bytes.lock().await.extend_from_slice(&spans);
        collected.came.notify_one();
    };
    let router = Router::new()
        .route("/v1/traces", post(take))
        .with_state(collected.clone());
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", tcp.local_addr().unwrap());
    tasks.spawn(async move { axum::serve(tcp, router).await.unwrap() });
    (address, collected)
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn spans_tell_of_requests_and_of_nobody() {
    let mut tasks = JoinSet::new();
    let (address, collected) = collector(&mut tasks).await;
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let token = run(&["init", "--meeting-host", "video.example"], &data).await;
    let mut command = serving(&data);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        .env("OTEL_BSP_SCHEDULE_DELAY", "100");
    let (_server, device, console) = started(&mut command).await;
    let site = Site {
        device,
        console,
        server_authority: std::fs::read(data.join("server-ca.pem")).unwrap(),
        token,
    };
    let kit = site.enrolled_kit("Kit of Granö").await.enrolled.kit;
    let (_, made) = site.reserve(kit, 2).await;
    let reservation = made["id"].as_str().unwrap();
    site.rest(Method::GET, "/api/v1/reservations?from=19121212-1212", None)
        .await;
    site.http(None)
        .get(format!("{}/api/v1/reservations/{reservation}", site.console))
        .bearer_auth(&site.token)
        .header("traceparent", format!("00-{TRACE:032x}-{CALLER:016x}-01"))
        .header("tracestate", "somebody=19121212-1212")
        .send()
        .await
        .unwrap();

    let last = "GET /api/v1/reservations/{id}";
    timeout(Duration::from_secs(30), async {
        while !holds(&collected.bytes.lock().await, last) {
            collected.came.notified().await;
        }
    })
    .await
    .expect("the span of the last request comes");
    let bytes = collected.bytes.lock().await;
    for told in [
        "POST /api/v1/reservations",
        "fleet-server",
        "http.route",
        "http.response.status_code",
    ] {
        assert!(holds(&bytes, told), "{told} is missing");
    }
    let joined = bytes.windows(16).any(|window| window == TRACE.to_be_bytes());
    assert!(joined, "the caller's trace goes on");
    let kit = kit.to_string();
    let secrets = [
        LINK,
        "sesame",
        &*site.token,
        reservation,
        &*kit,
        "Granö",
        "19121212",
        "Bearer",
    ];
    for secret in secrets {
        assert!(!holds(&bytes, secret), "{secret} is told");
    }
}
