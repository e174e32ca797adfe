//! The connection to BankID: mutual TLS with the region's certificate, trust in BankID's own root and in no other, HTTP/1.1,
//! bounded in time and size. Nothing is tried again by itself: BankID's guidelines forbid it.

use std::{fs, net::IpAddr, path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, StatusCode, Url};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    answer::{Begun, CallError, Collected, Refusal},
    settings::{Environment, PartySettings},
};

const PRODUCTION: &str = "https://appapi2.bankid.com/rp/v6.0/";
const TEST: &str = "https://appapi2.test.bankid.com/rp/v6.0/";
/// Longest time for one call.
const CALL_TIME: Duration = Duration::from_secs(10);
/// Largest answer: a completed order holds a signature and an OCSP answer.
const ANSWER_BYTES: usize = 256 * 1024;

/// A region as relying party.
#[derive(Debug)]
pub struct RelyingParty {
    http: Client,
    base: Url,
}

impl RelyingParty {
    pub(super) fn new(settings: &PartySettings, folder: &Path) -> Result<Self> {
        let base = match (settings.environment, &settings.address) {
            (Environment::Production, None) => PRODUCTION,
            (Environment::Test, None) => TEST,
            (Environment::StandIn, Some(address)) => address,
            _ => bail!("\"address\" belongs to environment = \"stand_in\" and to no other"),
        };
        let base = Url::parse(base).context("\"address\" is no address")?;
        ensure!(
            base.scheme() == "https" && base.path().ends_with('/'),
            "\"address\" must begin with https:// and end with a slash"
        );
        let read = |file: &Path| {
            fs::read(folder.join(file)).with_context(|| format!("could not read {}", file.display()))
        };
        let tls = tls(
            &read(&settings.root_file)?,
            &read(&settings.certificate_file)?,
            &read(&settings.key_file)?,
        )?;
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(CALL_TIME)
            .no_proxy()
            .build()
            .context("the HTTP client cannot be set up")?;
        Ok(Self { http, base })
    }

    /// Begins an order for whoever scans its QR code. `address` is the kit's, as we see it.
    ///
    /// No personal number is asked for: BankID could compare it for us, but then it would have to be stored until the meeting. Whoever
    /// identifies is compared with a keyed hash afterwards.
    pub async fn begin(&self, address: IpAddr) -> Result<Begun, CallError> {
        self.call("auth", json!({ "endUserIp": address })).await
    }

    /// Asks how an order stands.
    pub async fn collect(&self, order: &Begun) -> Result<Collected, CallError> {
        let collected: Collected = self.call("collect", of(order)).await?;
        if collected.is_about(order) {
            Ok(collected)
        } else {
            Err(CallError::Unreadable)
        }
    }

    /// Lets an order go. Best effort: it ends by itself too.
    pub async fn cancel(&self, order: &Begun) {
        if let Err(error) = self.call::<Value>("cancel", of(order)).await {
            tracing::debug!(%error, "an order could not be cancelled");
        }
    }

    async fn call<T: DeserializeOwned>(&self, path: &str, body: Value) -> Result<T, CallError> {
        let unreachable = |error: reqwest::Error| {
            let error: &dyn std::error::Error = &error.without_url();
            tracing::warn!(path, error, "BankID does not answer");
            CallError::Unreachable
        };
        let url = self.base.join(path).map_err(|_| CallError::Unreadable)?;
        // `json` sets exactly "application/json"; BankID refuses a charset.
        let mut answer = self
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .map_err(unreachable)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if content.len() + chunk.len() > ANSWER_BYTES {
                return Err(CallError::Unreadable);
            }
            content.extend_from_slice(&chunk);
        }
        if answer.status() == StatusCode::OK {
            return serde_json::from_slice(&content).map_err(|_| CallError::Unreadable);
        }
        let refusal: Refusal = serde_json::from_slice(&content).unwrap_or_default();
        Err(CallError::Refused(answer.status().as_u16(), refusal.code()))
    }
}

fn of(order: &Begun) -> Value {
    json!({ "orderRef": order.reference.expose_secret() })
}

fn tls(root: &[u8], certificate: &[u8], key: &[u8]) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(root) {
        roots
            .add(root.context("root_file is damaged")?)
            .context("root_file is no root")?;
    }
    ensure!(!roots.is_empty(), "root_file holds no certificate in PEM");
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .context("certificate_file is damaged")?;
    ensure!(!chain.is_empty(), "certificate_file holds no certificate in PEM");
    let key = PrivateKeyDer::from_pem_slice(key).context("key_file holds no key in PEM")?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS cannot be set up")?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .context("certificate_file and key_file do not belong together")
}
