//! Keeps the server's own certificate fresh, so that nobody has to remember it.
//!
//! A new one is made when the server starts and at a third of its life; connections made from then on use it. Its key is
//! only ever in memory.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, pem::PemObject},
    server::{ServerSessionMemoryCache, WebPkiClientVerifier},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::identity::authority::{Authority, AuthorityError, SERVER_LIFETIME};

/// Kits whose next connection needs no new handshake: each costs some 1 kB, and saves its kit 2 kB with every sync.
const RESUMABLE: usize = 25_000;

/// Makes the TLS settings of both ports.
#[derive(Debug)]
pub struct ServerCertificate {
    server_authority: Authority,
    /// Under which names and addresses the server is reached.
    names: Vec<String>,
    device_roots: Arc<RootCertStore>,
}

/// TLS settings for the port for kits and for the console.
#[derive(Debug, Clone)]
pub struct TlsSettings {
    /// Asks for a kit's certificate and checks it where one is given; the routes demand it.
    pub device: Arc<ServerConfig>,
    /// Asks for none.
    pub console: Arc<ServerConfig>,
}

impl ServerCertificate {
    /// `device_authority_pem` is the anchor for kits' certificates.
    pub fn new(
        server_authority: Authority,
        names: Vec<String>,
        device_authority_pem: &str,
    ) -> anyhow::Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(device_authority_pem.as_bytes())?)?;
        Ok(Self {
            server_authority,
            names,
            device_roots: Arc::new(roots),
        })
    }

    /// Makes a certificate and the settings that use it.
    pub fn issue(&self, now: Timestamp) -> Result<TlsSettings, AuthorityError> {
        let (certificate, key) = self.server_authority.sign_server(&self.names, now)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(self.device_roots.clone(), provider.clone())
                .allow_unauthenticated()
                .build()
                .expect("the anchor was read when the server started");
        let builder = || {
            ServerConfig::builder_with_provider(provider.clone())
                .with_safe_default_protocol_versions()
                .expect("the provider knows TLS 1.2 and 1.3")
        };
        let chain = vec![certificate];
        let settings = |config: Result<ServerConfig, rustls::Error>| {
            let mut config = config.expect("the key belongs to the certificate that was just made");
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            // In memory and each used once (RFC 8446, section 8.1): a ticket that the client had to carry would hold its
            // whole certificate, and its key would open what was recorded. Kits need one: they connect one after the other.
            config.session_storage = ServerSessionMemoryCache::new(RESUMABLE);
            config.send_tls13_tickets = 1;
            Arc::new(config)
        };
        Ok(TlsSettings {
            device: settings(
                builder()
                    .with_client_cert_verifier(verifier)
                    .with_single_cert(chain.clone(), key.clone_key()),
            ),
            console: settings(builder().with_no_client_auth().with_single_cert(chain, key)),
        })
    }

    /// Makes new ones until the server stops.
    pub async fn run(
        self,
        device: watch::Sender<Arc<ServerConfig>>,
        console: watch::Sender<Arc<ServerConfig>>,
        stop: CancellationToken,
    ) {
        let lifetime = Duration::try_from(SERVER_LIFETIME).expect("a lifetime is positive");
        while stop
            .run_until_cancelled(tokio::time::sleep(lifetime / 3))
            .await
            .is_some()
        {
            match self.issue(Timestamp::now()) {
                Ok(settings) => {
                    device.send_replace(settings.device);
                    console.send_replace(settings.console);
                    tracing::info!("made a new server certificate");
                }
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(error, "could not make a new server certificate");
                }
            }
        }
    }
}
