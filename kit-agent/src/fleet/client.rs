//! The agent's requests to its fleet server: one TLS configuration, bounded in time and size.

use std::{sync::Arc, time::Duration};

use fleet_api::limits::{ENROL_RESPONSE_BYTES, SYNC_RESPONSE_BYTES};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde::{Serialize, de::DeserializeOwned};
use url::Url;

use super::servers::{AnyOrder, Servers};

/// Longest time for the whole of a request.
const REQUEST_TIME: Duration = Duration::from_secs(20);
const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long a connection is kept after a sync: for what follows at once. Later ones resume its TLS session, which is cheap,
/// and a region's server does not hold two connections of every kit.
const IDLE_TIME: Duration = Duration::from_secs(3);
/// Longest answer to any request.
const RESPONSE_BYTES: usize = max(SYNC_RESPONSE_BYTES, ENROL_RESPONSE_BYTES);

/// Why a request to the fleet server failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A PEM file that is none, or a key that does not belong to its certificate.
    #[error("the certificate or key cannot be used; enrol the kit anew")]
    Tls(#[source] rustls::Error),
    /// The same, where nothing in the file could be read.
    #[error("the certificate or key is no PEM file; enrol the kit anew")]
    Pem(#[source] rustls::pki_types::pem::Error),
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
    #[error("the fleet server's answer was not understood; is it the right address?")]
    Answer,
}

impl ClientError {
    /// Whether another server might do better.
    fn is_the_servers(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Answer => true,
            Self::Refused { status, .. } => *status >= 500,
            Self::Tls(_) | Self::Pem(_) => false,
        }
    }
}

/// Who the agent trusts and who it is.
pub(super) fn tls_config(
    server_authority: &[u8],
    identity: Option<(&[u8], &[u8])>,
) -> Result<Arc<ClientConfig>, ClientError> {
    let mut roots = RootCertStore::empty();
    for anchor in CertificateDer::pem_slice_iter(server_authority) {
        roots
            .add(anchor.map_err(ClientError::Pem)?)
            .map_err(ClientError::Tls)?;
    }
    let builder =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(ClientError::Tls)?
            .with_root_certificates(roots);
    let Some((certificate, key)) = identity else {
        return Ok(Arc::new(builder.with_no_client_auth()));
    };
    let chain = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<_, _>>()
        .map_err(ClientError::Pem)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(ClientError::Pem)?;
    builder
        .with_client_auth_cert(chain, key)
        .map(Arc::new)
        .map_err(ClientError::Tls)
}

/// Asks the server whose turn it is.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    servers: Servers,
}

impl Client {
    pub(super) fn new(servers: Servers, tls: &ClientConfig) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .https_only(true)
            .no_proxy()
            .dns_resolver(Arc::new(AnyOrder))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(REQUEST_TIME)
            .connect_timeout(CONNECT_TIME)
            .pool_idle_timeout(IDLE_TIME)
            .build()
            .map_err(ClientError::Unreachable)?;
        Ok(Self { http, servers })
    }

    /// Sends `body` to `path` and reads the answer. A server that gives none that makes sense is passed over next time.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let server = self.servers.current();
        let answer = self.ask(server, path, body).await;
        if answer.as_ref().is_err_and(ClientError::is_the_servers) {
            self.servers.pass_over(server);
        }
        answer
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        server: &Url,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let url = server.join(path).map_err(|_| ClientError::Answer)?;
        let content = bounded(self.http.post(url).json(body)).await?;
        serde_json::from_slice(&content).map_err(|_| ClientError::Answer)
    }

    /// Takes back what is at `path`.
    pub(super) async fn delete(&self, path: &str) -> Result<(), ClientError> {
        let url = self
            .servers
            .current()
            .join(path)
            .map_err(|_| ClientError::Answer)?;
        bounded(self.http.delete(url)).await.map(drop)
    }
}

/// The answer's content, if it is a good one.
async fn bounded(request: reqwest::RequestBuilder) -> Result<Vec<u8>, ClientError> {
    let mut response = request.send().await.map_err(ClientError::Unreachable)?;
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(ClientError::Unreachable)? {
        if content.len() + chunk.len() > RESPONSE_BYTES {
            return Err(ClientError::Answer);
        }
        content.extend_from_slice(&chunk);
    }
    if !response.status().is_success() {
        return Err(refused(response.status().as_u16(), &content));
    }
    Ok(content)
}

/// The detail of the server's problem (RFC 9457), as far as it is one.
fn refused(status: u16, content: &[u8]) -> ClientError {
    #[derive(serde::Deserialize)]
    struct Problem {
        detail: String,
    }
    let problem: Option<Problem> = serde_json::from_slice(content).ok();
    let detail = problem.map_or_else(|| "no reason given".to_owned(), |problem| problem.detail);
    ClientError::Refused {
        status,
        detail: detail.chars().take(300).collect(),
    }
}

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
