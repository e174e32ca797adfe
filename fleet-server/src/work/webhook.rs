//! Alerts as calls to a program, signed as Standard Webhooks wants it (standardwebhooks.com): HMAC-SHA256 over
//! `id.timestamp.body`. No redirect is followed, no answer is read, and the whole call has a time limit.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use reqwest::{Client, redirect::Policy};
use rustls::ClientConfig;
use secrecy::ExposeSecret;

use super::outlets::Failure;
use crate::store::Delivery;

/// Longest time for a whole call.
const CALL_TIME: Duration = Duration::from_secs(10);

/// Calls programs.
#[derive(Debug, Clone)]
pub(super) struct Webhooks {
    http: Client,
    over_http: bool,
}

impl Webhooks {
    pub(super) fn new(tls: ClientConfig, over_http: bool) -> reqwest::Result<Self> {
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(CALL_TIME)
            .build()?;
        Ok(Self { http, over_http })
    }

    /// Calls one. Anything but success counts as not delivered, a redirect too.
    pub(super) async fn call(&self, delivery: &Delivery, now: Timestamp) -> Result<(), Failure> {
        let url = check_url(&delivery.target, self.over_http).ok_or(Failure("url"))?;
        let key = delivery.key.as_ref().ok_or(Failure("key"))?;
        let timestamp = now.as_second();
        let signature = sign(
            key.expose_secret(),
            &delivery.id.to_string(),
            timestamp,
            &delivery.payload,
        );
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", delivery.id.to_string())
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(delivery.payload.clone());
        match request.send().await {
            Ok(response) if response.status().is_success() => Ok(()),
            Ok(response) if response.status().is_redirection() => Err(Failure("redirect")),
            Ok(_) => Err(Failure("refused")),
            Err(error) if error.is_timeout() => Err(Failure("timeout")),
            Err(_) => Err(Failure("unreachable")),
        }
    }
}

/// A program's address, if it may be called: https, or http where the lab allows it; no user or password in it.
pub(crate) fn check_url(text: &str, over_http: bool) -> Option<url::Url> {
    let url: url::Url = text.parse().ok()?;
    let scheme = url.scheme() == "https" || (over_http && url.scheme() == "http");
    let plain = url.host_str().is_some() && url.username().is_empty() && url.password().is_none();
    (scheme && plain).then_some(url)
}

/// `v1,` and the signature in base64.
fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard_s_own_example() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = sign(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_https_is_called_unless_the_lab_allows_more() {
        assert!(check_url("https://alerts.example/hook", false).is_some());
        assert!(check_url("http://127.0.0.1:9/hook", false).is_none());
        assert!(check_url("http://127.0.0.1:9/hook", true).is_some());
        for refused in [
            "ftp://alerts.example",
            "https://user:word@alerts.example",
            "alerts.example",
            "",
        ] {
            assert!(check_url(refused, true).is_none(), "{refused}");
        }
    }
}
