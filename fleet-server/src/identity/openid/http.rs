//! How we ask a provider: over verified TLS only, without following it elsewhere, bounded in time and size.

use std::{pin::Pin, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http::Response};
use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

/// Longest time for one question.
const QUESTION_TIME: Duration = Duration::from_secs(5);
/// Largest answer: metadata and keys are a few kB.
const ANSWER_BYTES: usize = 256 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("the provider cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the provider's answer is too large")]
    TooLarge,
    #[error("the provider's answer is no HTTP")]
    Malformed,
}

/// Asks one provider.
#[derive(Debug, Clone)]
pub(super) struct Http(reqwest::Client);

impl Http {
    /// Trusts the operating system's authorities, and those in `authorities` (PEM).
    pub(super) fn new(authorities: Option<&[u8]>) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let extra: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(authorities.unwrap_or_default())
                .collect::<Result<_, _>>()
                .context("ca_file holds no certificate in PEM")?;
        let verifier = Verifier::new_with_extra_roots(extra, provider.clone())
            .context("the operating system's authorities cannot be used")?;
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .context("TLS cannot be set up")?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(QUESTION_TIME)
            .build()
            .context("the HTTP client cannot be set up")?;
        Ok(Self(client))
    }

    pub(super) async fn ask(&self, question: HttpRequest) -> Result<HttpResponse, HttpError> {
        let unreachable = |error: reqwest::Error| HttpError::Unreachable(error.without_url());
        let question = reqwest::Request::try_from(question).map_err(unreachable)?;
        let mut answer = self.0.execute(question).await.map_err(unreachable)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if content.len() + chunk.len() > ANSWER_BYTES {
                return Err(HttpError::TooLarge);
            }
            content.extend_from_slice(&chunk);
        }
        let mut whole = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            whole = whole.header(name, value);
        }
        whole.body(content).map_err(|_| HttpError::Malformed)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, question: HttpRequest) -> Self::Future {
        Box::pin(self.ask(question))
    }
}
