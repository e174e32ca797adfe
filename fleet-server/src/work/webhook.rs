//! Alerts as calls to a program, signed as Standard Webhooks wants it (standardwebhooks.com): HMAC-SHA256 over
//! `id.timestamp.body`. No redirect is followed, no answer is read, and the whole call has a time limit. Where they may go is
//! `elsewhere`'s rule.

use std::time::Duration;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use reqwest::{Client, redirect::Policy};
use rustls::ClientConfig;
use secrecy::ExposeSecret;
use url::{Host, Url};

use super::{
    elsewhere::{ElsewhereOnly, is_elsewhere},
    outlets::Failure,
};
use crate::store::Delivery;

/// Longest time for a whole call.
const CALL_TIME: Duration = Duration::from_secs(10);

/// Calls programs.
#[derive(Debug, Clone)]
pub(super) struct Webhooks {
    http: Client,
    in_lab: bool,
}

impl Webhooks {
    pub(super) fn new(tls: ClientConfig, in_lab: bool) -> reqwest::Result<Self> {
        let mut http = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .timeout(CALL_TIME);
        if !in_lab {
            http = http.dns_resolver(ElsewhereOnly);
        }
        let http = http.build()?;
        Ok(Self { http, in_lab })
    }

    /// Calls one. Anything but success counts as not delivered, a redirect too.
    pub(super) async fn call(&self, delivery: &Delivery, now: Timestamp) -> Result<(), Failure> {
        let url = check_url(&delivery.target, self.in_lab).ok_or(Failure("url"))?;
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

/// A program's address, if it may be called: https, no user or password in it, and not this machine by number. The lab may
/// have http and this machine.
pub(crate) fn check_url(text: &str, in_lab: bool) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let elsewhere = match url.host()? {
        Host::Domain(_) => true,
        Host::Ipv4(address) => is_elsewhere(address.into()),
        Host::Ipv6(address) => is_elsewhere(address.into()),
    };
    let scheme =
        (url.scheme() == "https" && elsewhere) || (in_lab && matches!(url.scheme(), "http" | "https"));
    let plain = url.username().is_empty() && url.password().is_none();
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
    fn only_https_elsewhere_is_called_unless_the_lab_allows_more() {
        assert!(check_url("https://alerts.example/hook", false).is_some());
        assert!(check_url("https://10.1.2.3/hook", false).is_some());
        for here in [
            "https://127.1/hook",
            "https://[::1]/hook",
            "https://0x7f000001/",
            "https://169.254.169.254/",
        ] {
            assert!(check_url(here, false).is_none(), "{here}");
            assert!(check_url(here, true).is_some(), "{here}");
        }
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
