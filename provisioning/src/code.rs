//! One-time enrolment codes, made through the server's REST interface.

use std::{sync::Arc, time::Duration};

use fleet_api::{EnrolmentCode, KitId, KitName};
use jiff::Timestamp;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

const REQUEST_TIME: Duration = Duration::from_secs(20);
const RESPONSE_BYTES: usize = 16 * 1024;

/// What making a code needs.
#[derive(Debug)]
pub struct CodeOptions<'a> {
    /// The server's console, such as `https://fleet.region.example:9443/`.
    pub server: Url,
    /// The administrator's token.
    pub token: SecretString,
    /// Which kit; one of a new name is added.
    pub kit: KitName,
    /// Whom to trust as the server: certificates as PEM. None = whom this machine trusts.
    pub server_authority: Option<&'a [u8]>,
}

/// A code, valid once and for a day.
#[derive(Debug, Deserialize)]
pub struct IssuedCode {
    /// For which kit.
    pub kit_id: KitId,
    /// The code itself.
    pub code: EnrolmentCode,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The file with the server's certificate authority.
    #[error("the server's certificate authority cannot be read; give the server's server-ca.pem")]
    Authority,
    /// No answer, or not from our server.
    #[error("the fleet server did not answer; check the network and the server's address")]
    Unreachable(#[source] reqwest::Error),
    /// It answered that it will not.
    #[error("the fleet server refused (status {status}): {detail}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says about it.
        detail: String,
    },
    /// An answer that is too large or makes no sense.
    #[error("the fleet server's answer was not understood; is it the console's address?")]
    Answer,
}

#[derive(Serialize)]
struct Request {
    kit: KitName,
}

#[derive(Deserialize)]
struct Problem {
    detail: String,
}

/// Makes a one-time code for a kit.
pub async fn make_code(options: CodeOptions<'_>) -> Result<IssuedCode, CodeError> {
    let http = client(options.server_authority)?;
    let url = options
        .server
        .join("/api/v1/enrolment-codes")
        .map_err(|_| CodeError::Answer)?;
    let request = http
        .post(url)
        .bearer_auth(options.token.expose_secret())
        .json(&Request { kit: options.kit });
    let mut response = request.send().await.map_err(CodeError::Unreachable)?;
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CodeError::Unreachable)? {
        if content.len() + chunk.len() > RESPONSE_BYTES {
            return Err(CodeError::Answer);
        }
        content.extend_from_slice(&chunk);
    }
    if response.status().is_success() {
        return serde_json::from_slice(&content).map_err(|_| CodeError::Answer);
    }
    let problem: Problem = serde_json::from_slice(&content).map_err(|_| CodeError::Answer)?;
    Err(CodeError::Refused {
        status: response.status().as_u16(),
        detail: problem.detail,
    })
}

fn client(server_authority: Option<&[u8]>) -> Result<reqwest::Client, CodeError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = if let Some(pem) = server_authority {
        reqwest::Client::builder().tls_backend_preconfigured(trusting(pem, provider)?)
    } else {
        // A provider that is installed already serves as well.
        let _ = Arc::unwrap_or_clone(provider).install_default();
        reqwest::Client::builder()
    };
    builder
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(REQUEST_TIME)
        .build()
        .map_err(CodeError::Unreachable)
}

/// TLS that trusts nobody but these.
fn trusting(pem: &[u8], provider: Arc<CryptoProvider>) -> Result<ClientConfig, CodeError> {
    let mut roots = RootCertStore::empty();
    for anchor in CertificateDer::pem_slice_iter(pem) {
        let anchor = anchor.map_err(|_| CodeError::Authority)?;
        roots.add(anchor).map_err(|_| CodeError::Authority)?;
    }
    if roots.is_empty() {
        return Err(CodeError::Authority);
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| CodeError::Authority)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
