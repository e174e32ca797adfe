//! The lab's own HTTP client: bounded in time and size, and trusting only who it is told to.

use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use reqwest::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::tls::Identity;

/// Longest time for one question.
const QUESTION_TIME: Duration = Duration::from_secs(10);
/// Largest answer.
const ANSWER_BYTES: usize = 1024 * 1024;

/// A client that trusts these authorities (PEM) alone and does not follow redirects.
/// `identity`: shown to servers that ask for a certificate.
pub fn client(trusted: &[&str], identity: Option<&Identity>) -> anyhow::Result<Client> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    for pem in trusted {
        for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.add(certificate?)?;
        }
    }
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let tls = match identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let chain = CertificateDer::pem_slice_iter(identity.certificate_pem.as_bytes());
            let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?;
            builder.with_client_auth_cert(chain.collect::<Result<_, _>>()?, key)?
        }
    };
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(QUESTION_TIME)
        .build()?;
    Ok(client)
}

/// Reads an answer's text, up to the limit.
pub(crate) async fn text(mut answer: reqwest::Response) -> anyhow::Result<String> {
    let mut content = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        ensure!(
            content.len() + chunk.len() <= ANSWER_BYTES,
            "the answer is too large"
        );
        content.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(content)?)
}
