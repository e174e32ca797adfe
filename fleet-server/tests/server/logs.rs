//! Reads everything that a server logs while it is used and misused: no link, token, code or personal number in it.

use std::sync::Arc;

use crate::common::{TestServer, event, reservation};
use fleet_api::EventKind;
use rcgen::KeyPair;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn logs_hold_no_link_token_code_or_personal_number() {
    let captured = tempfile::NamedTempFile::new().unwrap();
    // Everything, of all crates: what they log of our requests counts too.
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(Arc::new(captured.reopen().unwrap()));
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let server = TestServer::start().await;
    let code = server.site.code("Kit 14").await;
    let kit = server.site.enrolled_kit("Kit 15").await;
    server.site.enrol(&code, &KeyPair::generate().unwrap()).await;
    server.site.enrol(&code, &KeyPair::generate().unwrap()).await;
    server.site.reserve(kit.enrolled.kit, 1).await;
    for (field, value) in [
        ("link", json!("http://video.example/m/sesame")),
        ("link", json!("https://video.example/m/19121212-1212")),
        ("title", json!("19121212-1212")),
        ("link", json!({ "sesame": 1 })),
    ] {
        let mut body = reservation(kit.enrolled.kit, 4);
        body[field] = value;
        server
            .site
            .rest(Method::POST, "/api/v1/reservations", Some(body))
            .await;
    }
    for person in ["19121212-1212", "191212121213"] {
        let mut body = reservation(kit.enrolled.kit, 7);
        body["invited_person"] = json!(person);
        body["telephone"] = json!({ "number": "060-12 34 56", "code": "482917" });
        server
            .site
            .rest(Method::POST, "/api/v1/reservations", Some(body))
            .await;
    }
    kit.sync(vec![event(1, EventKind::HelpRequested)]).await;
    server
        .site
        .rest(Method::GET, "/api/v1/reservations?from=sesame", None)
        .await;
    server.site.rest(Method::GET, "/webapp3/m/sesame", None).await;
    let token = server.site.token.clone();
    server.server.stop().await;

    let log = std::fs::read(captured.path()).unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(
        log.contains("kit enrolled") && log.contains("enrolment refused"),
        "something was logged"
    );
    let secrets = [
        "sesame",
        "19121212",
        "482917",
        &token,
        &token[15..],
        &code,
        &code.replace('-', ""),
        &code[6..],
    ];
    for line in log.lines().filter(|line| !from_the_stand_in(line)) {
        for secret in secrets {
            assert!(!line.contains(secret), "{secret} in {line}");
        }
    }
}

/// The stand-in kit and administrator run in this process too; what their HTTP client says is not the server's log.
fn from_the_stand_in(line: &str) -> bool {
    [" reqwest::", " hyper_util::client", " rustls::client"]
        .iter()
        .any(|client| line.contains(client))
}
