//! An `OpenID` provider that follows the Swedish profile, with the BankID stand-in behind it; itself a labelled stand-in.
//!
//! Pure are `request` (the authorization endpoint's rules), `device` (RFC 8628), `clients` (who may ask) and `state`;
//! `provider` joins them with time, keys and BankID; `endpoints` is what clients ask, `pages` what people see.

mod clients;
mod device;
mod endpoints;
mod http;
mod levels;
mod login;
mod markup;
mod pages;
mod picture;
mod provider;
mod refusal;
mod request;
mod settings;
mod state;
mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;

pub use clients::OpenIdClient;
pub use provider::OpenIdControl;
pub use settings::{OpenIdFault, OpenIdSettings};

use crate::bank_id::BankIdControl;
use crate::serving::{ANY_PORT, Serving, bind, bind_loopback, names, public_name};
use crate::tls::Authority;

/// Largest body: a request object.
const MAX_BODY: usize = 64 * 1024;

/// How the provider is started.
pub struct OpenIdConfig {
    /// Address of the provider; port 0 picks one.
    pub listen: SocketAddr,
    /// Address of the control port; must be a loopback address.
    pub control: SocketAddr,
    /// Names and addresses in the certificate besides `localhost` and 127.0.0.1; the first one is used in the issuer.
    pub hosts: Vec<String>,
    /// Who vouches for the provider's certificate.
    pub authority: Arc<Authority>,
    /// Who identifies people. Its clock is the provider's.
    pub bank_id: BankIdControl,
}

impl OpenIdConfig {
    /// On any port of this machine.
    #[must_use]
    pub fn new(authority: Arc<Authority>, bank_id: BankIdControl) -> Self {
        Self {
            listen: ANY_PORT,
            control: ANY_PORT,
            hosts: Vec::new(),
            authority,
            bank_id,
        }
    }
}

/// A running provider. Dropping it closes its ports.
pub struct OpenIdProvider {
    control: OpenIdControl,
    control_url: String,
    authority: Arc<Authority>,
    _serving: Serving,
}

impl OpenIdProvider {
    /// Starts the provider; it answers when this returns.
    pub async fn start(config: OpenIdConfig) -> anyhow::Result<Self> {
        let listener = bind(config.listen)?;
        let control_listener = bind_loopback(config.control)?;
        let host = public_name(config.listen.ip());
        let host = config.hosts.first().unwrap_or(&host);
        let issuer = format!("https://{host}:{}", listener.local_addr()?.port());
        let control_url = format!("http://{}", control_listener.local_addr()?);
        let names = names(config.listen.ip(), &config.hosts);
        let tls = config
            .authority
            .server("Lab stand-in of an OpenID provider", names, None)?;
        let control = OpenIdControl::new(issuer, config.bank_id)?;
        let pages = Router::new()
            .merge(endpoints::router())
            .merge(pages::router())
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(control.clone());
        let mut serving = Serving::new("lab-openid")?;
        serving.https("OpenID provider", listener, tls, pages)?;
        serving.http(
            "OpenID provider's control port",
            control_listener,
            http::router(control.clone()),
        )?;
        serving.ready().await?;
        Ok(Self {
            control,
            control_url,
            authority: config.authority,
            _serving: serving,
        })
    }

    /// `https://host:port`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.control.issuer()
    }

    /// `http://127.0.0.1:port`, for tests.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// The trust anchor of the provider's certificate (PEM).
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.authority.pem()
    }

    /// What tests may do.
    #[must_use]
    pub fn control(&self) -> OpenIdControl {
        self.control.clone()
    }
}
