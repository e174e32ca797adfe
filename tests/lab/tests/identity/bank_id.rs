//! The BankID stand-in over the wire: who may connect, what is refused, and a phone that reads the code off a picture.

use std::time::Duration;

use lab::Clock;
use lab::bank_id::{BankId, BankIdConfig, BankIdFault, BankIdSettings, QrStart, RateLimit};
use lab::phone::{Act, App, Code, Phone};
use reqwest::{Client, StatusCode, header};
use serde_json::{Value, json};

use crate::support::read;

struct Rp<'a> {
    bank_id: &'a BankId,
    http: Client,
}

impl<'a> Rp<'a> {
    fn of(bank_id: &'a BankId) -> Self {
        let http = lab::http::client(&[bank_id.ca_pem()], Some(bank_id.relying_party())).unwrap();
        Self { bank_id, http }
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let request = self
            .http
            .post(format!("{}{path}", self.bank_id.rp_url()))
            .json(body);
        answer(request.send().await.unwrap()).await
    }

    async fn auth(&self) -> Value {
        let (status, order) = self.post("auth", &json!({"endUserIp": "192.0.2.7"})).await;
        assert_eq!(status, StatusCode::OK);
        order
    }
}

async fn answer(answer: reqwest::Response) -> (StatusCode, Value) {
    let status = answer.status();
    (
        status,
        serde_json::from_slice(&read(answer).await).unwrap_or_default(),
    )
}

async fn standing() -> BankId {
    let config = BankIdConfig {
        clock: Clock::standing(),
        ..BankIdConfig::default()
    };
    BankId::start(config).await.unwrap()
}

#[tokio::test]
async fn only_a_relying_party_of_the_bank_gets_in_and_only_the_own_root_vouches() {
    let bank_id = standing().await;
    let stranger = standing().await;
    for http in [
        lab::http::client(&[bank_id.ca_pem()], None),
        lab::http::client(&[bank_id.ca_pem()], Some(stranger.relying_party())),
        lab::http::client(&[stranger.ca_pem()], Some(bank_id.relying_party())),
    ] {
        let request = http.unwrap().post(format!("{}auth", bank_id.rp_url()));
        let request = request.json(&json!({"endUserIp": "192.0.2.7"}));
        assert!(request.send().await.is_err());
    }
    assert_eq!(bank_id.control().counts().orders, 0);
    Rp::of(&bank_id).auth().await;
}

#[tokio::test]
async fn wrong_requests_get_the_documented_errors() {
    let bank_id = standing().await;
    let rp = Rp::of(&bank_id);
    let url = |path: &str| format!("{}{path}", bank_id.rp_url());
    let body = r#"{"endUserIp":"192.0.2.7"}"#;
    let with_type = |kind: &'static str| {
        rp.http
            .post(url("auth"))
            .header(header::CONTENT_TYPE, kind)
            .body(body)
    };
    for (request, status, code) in [
        (rp.http.get(url("auth")), 405, "methodNotAllowed"),
        (rp.http.post(url("payments")).json(&json!({})), 404, "notFound"),
        (
            with_type("application/json; charset=utf-8"),
            415,
            "unsupportedMediaType",
        ),
        (with_type("text/plain"), 415, "unsupportedMediaType"),
        (
            rp.http.post(url("collect")).json(&json!({"orderRef": "x"})),
            400,
            "invalidParameters",
        ),
        (
            rp.http.post(url("cancel")).json(&json!({})),
            400,
            "invalidParameters",
        ),
    ] {
        let (got, error) = answer(request.send().await.unwrap()).await;
        assert_eq!((got.as_u16(), error["errorCode"].as_str()), (status, Some(code)));
        assert!(error["details"].is_string());
    }
    assert_eq!(bank_id.control().counts().wrong_requests, 5);
}

#[tokio::test]
async fn every_error_can_be_armed_and_the_rate_is_limited() {
    let bank_id = standing().await;
    let rp = Rp::of(&bank_id);
    let control = bank_id.control();
    for (status, code) in [
        (400, "alreadyInProgress"),
        (401, "unauthorized"),
        (408, "requestTimeout"),
        (500, "internalError"),
        (503, "Maintenance"),
    ] {
        control.fault(BankIdFault::error("auth", status, code));
        let (got, error) = rp.post("auth", &json!({"endUserIp": "192.0.2.7"})).await;
        assert_eq!((got.as_u16(), error["errorCode"].as_str()), (status, Some(code)));
    }
    control.set_settings(BankIdSettings {
        rate_limit: Some(RateLimit {
            requests: 2,
            window_s: 10,
        }),
        ..BankIdSettings::default()
    });
    rp.auth().await;
    rp.auth().await;
    let request = rp.http.post(format!("{}auth", bank_id.rp_url()));
    let refused = request
        .json(&json!({"endUserIp": "192.0.2.7"}))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.headers()["ratelimit-limit"], "2");
    assert_eq!(refused.headers()["ratelimit-remaining"], "0");
    assert_eq!(refused.headers()["ratelimit-reset"], "11");
    assert_eq!(answer(refused).await.1["errorCode"], "tooManyRequests");
    control.clock().advance(Duration::from_secs(10));
    rp.auth().await;
}

#[tokio::test]
async fn a_phone_identifies_cancels_or_only_opens() {
    let bank_id = standing().await;
    let rp = Rp::of(&bank_id);
    let phone = Phone::new(App::of(bank_id.control_url(), "elsa", &[]).await.unwrap());
    for (act, status, hint) in [
        (Act::Open, "pending", Some("started")),
        (Act::Cancel, "failed", Some("userCancel")),
        (Act::Identify, "complete", None),
    ] {
        let order = rp.auth().await;
        let text = |key: &str| order[key].as_str().unwrap().to_owned();
        let start = QrStart {
            token: text("qrStartToken"),
            secret: text("qrStartSecret"),
        };
        phone
            .act_on(&Code::of(&start.text(0)).unwrap(), act)
            .await
            .unwrap();
        let (_, seen) = rp.post("collect", &json!({"orderRef": text("orderRef")})).await;
        assert_eq!(
            (seen["status"].as_str(), seen["hintCode"].as_str()),
            (Some(status), hint)
        );
    }
}
