//! A server as whoever uses it sees it: the REST interface, enrolment, reservations.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the answers of their own server"
)]

use std::sync::Arc;

use crate::common::LINK;
use crate::test_kit::TestKit;
use fleet_api::{KitId, paths};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use reqwest::{Method, StatusCode};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::{Value, json};

/// Where a server is and who may use it.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) device: String,
    pub(crate) console: String,
    pub(crate) server_authority: Vec<u8>,
    pub(crate) token: String,
}

impl Site {
    pub(crate) fn http(&self, identity: Option<(&str, &KeyPair)>) -> reqwest::Client {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls(identity))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()
            .unwrap()
    }

    pub(crate) fn tls(&self, identity: Option<(&str, &KeyPair)>) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_slice(&self.server_authority).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let Some((certificate, key)) = identity else {
            return builder.with_no_client_auth();
        };
        let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        builder.with_client_auth_cert(chain, key).unwrap()
    }

    /// A REST call as the administrator.
    pub(crate) async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self
            .http(None)
            .request(method, format!("{}{path}", self.console))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn code(&self, kit: &str) -> String {
        let (status, body) = self
            .rest(
                Method::POST,
                "/api/v1/enrolment-codes",
                Some(json!({ "kit": kit })),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn enrol(&self, code: &str, key: &KeyPair) -> (StatusCode, Value) {
        let body = json!({ "code": code, "signing_request": signing_request(key) });
        let request = self
            .http(None)
            .post(format!("{}{}", self.device, paths::ENROL))
            .json(&body);
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn enrolled_kit(&self, name: &str) -> TestKit {
        let key = KeyPair::generate().unwrap();
        let (status, body) = self.enrol(&self.code(name).await, &key).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        TestKit::new(self.clone(), key, serde_json::from_value(body).unwrap())
    }

    /// Reserves a kit from in `hours` hours on, for an hour.
    pub(crate) async fn reserve(&self, kit: KitId, hours: i64) -> (StatusCode, Value) {
        self.rest(
            Method::POST,
            "/api/v1/reservations",
            Some(reservation(kit, hours)),
        )
        .await
    }

    /// As [`Site::reserve`], for whoever has this personal number; its id.
    pub(crate) async fn invite(&self, kit: KitId, hours: i64, person: Option<&str>) -> String {
        let mut body = reservation(kit, hours);
        body["invited_person"] = json!(person);
        let (status, body) = self.rest(Method::POST, "/api/v1/reservations", Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn reservation(kit: KitId, hours: i64) -> Value {
    let starts_at = Timestamp::now() + jiff::SignedDuration::from_hours(hours);
    json!({
        "kit_id": kit,
        "title": "Ditt bokade SIP-möte",
        "starts_at": starts_at,
        "ends_at": starts_at + jiff::SignedDuration::from_hours(1),
        "link": LINK,
    })
}

pub(crate) fn signing_request(key: &KeyPair) -> String {
    CertificateParams::default()
        .serialize_request(key)
        .unwrap()
        .pem()
        .unwrap()
}

pub(crate) async fn read(response: reqwest::Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
