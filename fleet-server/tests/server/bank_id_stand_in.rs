//! A stand-in for BankID in this process, that says what a test tells it to say, in any order and however wrong. The one with all the
//! rules and a phone is in `tests/lab`.

use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::post,
};
use fleet_server::{
    identity::authority,
    web::{Limits, Listener},
};
use jiff::Timestamp;
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use rcgen::{CertificateParams, Issuer, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

/// Who identifies, unless a test says otherwise.
pub(crate) const TOLVAN: &str = "191212121212";

/// What BankID answers next.
#[derive(Clone)]
pub(crate) enum Says {
    Pending(&'static str),
    Failed(&'static str),
    /// Somebody has identified.
    Complete(&'static str),
    /// Somebody has identified, in another order than the one that was asked for.
    Replayed(&'static str),
    Error(u16, &'static str),
}

#[derive(Default)]
pub(crate) struct Seen {
    /// Orders that were begun, and with what.
    pub(crate) begun: Vec<Value>,
    /// How often it was asked how an order stands.
    pub(crate) collected: usize,
    /// Orders that were let go.
    pub(crate) cancelled: Vec<String>,
    script: VecDeque<Says>,
    at_begin: VecDeque<Says>,
}

pub(crate) struct StandIn {
    pub(crate) address: String,
    pub(crate) root: String,
    certificate: String,
    key: String,
    pub(crate) seen: Arc<Mutex<Seen>>,
    _tasks: JoinSet<()>,
}

/// An authority: certificate and key.
pub(crate) fn authority_pair() -> (String, String) {
    authority::create("stand-in", Timestamp::now()).unwrap()
}

fn issued(by: &(String, String), names: &[&str]) -> (String, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::from_ca_cert_pem(&by.0, KeyPair::from_pem(&by.1).unwrap()).unwrap();
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let certificate = CertificateParams::new(names)
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    (certificate.pem(), key)
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let (root, bank) = (authority_pair(), authority_pair());
        let (server, server_key) = issued(&root, &["127.0.0.1"]);
        let (certificate, key) = issued(&bank, &["relying-party.example"]);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut banks = RootCertStore::empty();
        banks
            .add(CertificateDer::from_pem_slice(bank.0.as_bytes()).unwrap())
            .unwrap();
        let known = WebPkiClientVerifier::builder_with_provider(Arc::new(banks), provider.clone());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(known.build().unwrap())
            .with_single_cert(
                vec![CertificateDer::from_pem_slice(server.as_bytes()).unwrap()],
                PrivateKeyDer::try_from(server_key.serialize_der()).unwrap(),
            )
            .unwrap();
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://{}/rp/v6.0/", tcp.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let listener = Listener {
            tcp,
            tls: Some(watch::channel(Arc::new(tls)).1),
            router: routes(seen.clone()),
            limits: Limits::at_most(20),
            connections: Gauge::default(),
            refused: Counter::default(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(listener.run(CancellationToken::new()));
        Self {
            address,
            root: root.0,
            certificate,
            key: key.serialize_pem(),
            seen,
            _tasks: tasks,
        }
    }

    /// Writes `bank-id.toml` and its files for the region, with trust in this root.
    pub(crate) fn settings(&self, folder: &Path, root: &str) -> String {
        for (name, content) in [
            ("root.pem", root),
            ("rp.pem", &self.certificate),
            ("rp.key", &self.key),
        ] {
            std::fs::write(folder.join(name), content).unwrap();
        }
        let file = |name| folder.join(name).display().to_string();
        format!(
            "[[relying_party]]\nregion = \"Region\"\nenvironment = \"stand_in\"\naddress = \"{}\"\n\
             root_file = \"{}\"\ncertificate_file = \"{}\"\nkey_file = \"{}\"\n",
            self.address,
            file("root.pem"),
            file("rp.pem"),
            file("rp.key"),
        )
    }

    /// What it says each time that it is asked how an order stands; afterwards it is still waiting.
    pub(crate) fn will_say(&self, script: &[Says]) {
        self.seen.lock().unwrap().script = script.iter().cloned().collect();
    }

    /// What it says where an order is begun, in place of beginning it.
    pub(crate) fn will_refuse(&self, says: Says) {
        self.seen.lock().unwrap().at_begin.push_back(says);
    }
}

fn routes(seen: Arc<Mutex<Seen>>) -> Router {
    Router::new()
        .route("/rp/v6.0/auth", post(begin))
        .route("/rp/v6.0/collect", post(collect))
        .route("/rp/v6.0/cancel", post(cancel))
        .with_state(seen)
}

type Shared = State<Arc<Mutex<Seen>>>;

fn json_of(headers: &HeaderMap, body: &Bytes) -> Value {
    assert_eq!(headers[CONTENT_TYPE], "application/json", "a charset gets 415");
    serde_json::from_slice(body).unwrap()
}

async fn begin(State(seen): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let mut seen = seen.lock().unwrap();
    let body = json_of(&headers, &body);
    if let Some(says) = seen.at_begin.pop_front() {
        return answer("", &says);
    }
    seen.begun.push(body);
    let order = seen.begun.len();
    let begun = json!({
        "orderRef": format!("order-{order}"),
        "autoStartToken": "auto-start-token",
        "qrStartToken": format!("qr-start-token-{order}"),
        "qrStartSecret": "qr-start-secret",
    });
    axum::Json(begun).into_response()
}

async fn collect(State(seen): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let mut seen = seen.lock().unwrap();
    seen.collected += 1;
    let asked = json_of(&headers, &body)["orderRef"].as_str().unwrap().to_owned();
    assert_eq!(asked, format!("order-{}", seen.begun.len()), "the newest order");
    let says = seen
        .script
        .pop_front()
        .unwrap_or(Says::Pending("outstandingTransaction"));
    answer(&asked, &says)
}

async fn cancel(State(seen): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let order = json_of(&headers, &body)["orderRef"].as_str().unwrap().to_owned();
    seen.lock().unwrap().cancelled.push(order);
    axum::Json(json!({})).into_response()
}

fn answer(order: &str, says: &Says) -> Response {
    let said = |status: &str, hint: &str| json!({ "orderRef": order, "status": status, "hintCode": hint });
    let complete = |order: &str, person: &str| {
        json!({
            "orderRef": order, "status": "complete",
            "completionData": {
                "user": { "personalNumber": person, "name": "Tolvan Tolvansson", "givenName": "Tolvan", "surname": "Tolvansson" },
                "device": { "ipAddress": "127.0.0.1", "uhi": "uhi" }, "bankIdIssueDate": "2026-01-01",
                "signature": "c2lnbmF0dXJl", "ocspResponse": "b2NzcA==",
            },
        })
    };
    let said = match says {
        Says::Pending(hint) => said("pending", hint),
        Says::Failed(hint) => said("failed", hint),
        Says::Complete(person) => complete(order, person),
        Says::Replayed(person) => complete("order-of-yesterday", person),
        Says::Error(status, code) => {
            let body = json!({ "errorCode": code, "details": "sesame" });
            return (StatusCode::from_u16(*status).unwrap(), axum::Json(body)).into_response();
        }
    };
    axum::Json(said).into_response()
}
