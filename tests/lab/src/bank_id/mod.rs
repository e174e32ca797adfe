//! BankID in the manner of its Relying Party API v6.0: a labelled stand-in that no bank knows, not BankID.
//!
//! `bank` is the pure state of all orders, `rp_api` its HTTPS face (client certificates required, an authority of its
//! own), `app` what the holders' phones do, `control` what tests may do. Time comes from a [`Clock`] that tests can push.

mod app;
mod bank;
mod completion;
mod control;
mod http;
mod in_process;
mod limits;
mod order;
mod qr;
mod refusal;
mod request;
mod rp_api;
mod settings;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

pub use app::Opened;
pub use control::{BankIdControl, BankIdControlError};
pub(crate) use in_process::{Begun, Progress};
pub use order::{COMPLETE_KEPT, FAILED_KEPT, FINISH_TIME, START_TIME, Step, UNOPENED_KEPT};
pub use qr::QrStart;
pub use refusal::{AppRefusal, Refusal};
pub use settings::{BankIdCounts, BankIdFault, BankIdSettings, OrderStatus, RateLimit};

use crate::clock::Clock;
use crate::serving::{ANY_PORT, Serving, bind, bind_loopback, names, public_name};
use crate::tls::{Authority, Identity};

/// How the stand-in is started.
#[derive(Debug, Clone)]
pub struct BankIdConfig {
    /// Address of the RP API; port 0 picks one.
    pub listen: SocketAddr,
    /// Address of the port for phones and tests; must be a loopback address.
    pub control: SocketAddr,
    /// Names and addresses in the certificate besides `localhost` and 127.0.0.1.
    pub hosts: Vec<String>,
    /// The time.
    pub clock: Clock,
}

impl Default for BankIdConfig {
    fn default() -> Self {
        Self {
            listen: ANY_PORT,
            control: ANY_PORT,
            hosts: Vec::new(),
            clock: Clock::running(),
        }
    }
}

/// A running stand-in. Dropping it closes its ports.
pub struct BankId {
    control: BankIdControl,
    rp_url: String,
    control_url: String,
    root: Authority,
    bank: Authority,
    relying_party: Identity,
    _serving: Serving,
}

impl BankId {
    /// Starts the stand-in; it answers when this returns.
    pub async fn start(config: BankIdConfig) -> anyhow::Result<Self> {
        let root = Authority::new("Lab stand-in of BankID, root for servers")?;
        let bank = Authority::new("Lab stand-in of a bank, for relying parties")?;
        let listener = bind(config.listen)?;
        let control_listener = bind_loopback(config.control)?;
        let host = public_name(config.listen.ip());
        let host = config.hosts.first().unwrap_or(&host);
        let rp_url = format!(
            "https://{host}:{}{}/",
            listener.local_addr()?.port(),
            rp_api::PREFIX
        );
        let control_url = format!("http://{}", control_listener.local_addr()?);
        let tls = root.server(
            "Lab stand-in of BankID",
            names(config.listen.ip(), &config.hosts),
            Some(&bank),
        )?;
        let control = BankIdControl::new(config.clock);
        let mut serving = Serving::new("lab-bank-id")?;
        serving.https("BankID stand-in", listener, tls, rp_api::router(control.clone()))?;
        serving.http(
            "BankID stand-in's control port",
            control_listener,
            http::router(control.clone()),
        )?;
        serving.ready().await?;
        Ok(Self {
            relying_party: bank.client("Lab region as relying party")?,
            control,
            rp_url,
            control_url,
            root,
            bank,
            _serving: serving,
        })
    }

    /// `https://host:port/rp/v6.0/`.
    #[must_use]
    pub fn rp_url(&self) -> &str {
        &self.rp_url
    }

    /// `http://127.0.0.1:port`, for phones and tests.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// The only root that a relying party is to trust (PEM).
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.root.pem()
    }

    /// A relying party's certificate and key.
    #[must_use]
    pub fn relying_party(&self) -> &Identity {
        &self.relying_party
    }

    /// Another relying party's certificate, by the same bank.
    pub fn another_relying_party(&self, name: &str) -> anyhow::Result<Identity> {
        self.bank.client(name)
    }

    /// What tests and phones may do.
    #[must_use]
    pub fn control(&self) -> BankIdControl {
        self.control.clone()
    }

    /// Resolves when somebody asked the control port to stop the program.
    pub async fn quit_asked(&self) {
        self.control.quit.notified().await;
    }
}
