//! A patient portal with booked times: a labelled stand-in ("Testportal"), not 1177 and not made to look like it.
//!
//! People log in by the `OpenID` provider; each booked time has a page that leads to its meeting, in the way that a test
//! wants it, hostile ones among them. What a real portal's pages look like to a browser is not known.

mod booking;
mod markup;
mod pages;
mod world;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::routing::{get, put};
use axum::{Json, Router};
use serde_json::json;

pub use booking::{Booking, Way, example};

use crate::openid::OpenIdProvider;
use crate::relying_party::RelyingParty;
use crate::serving::{ANY_PORT, Serving, bind, bind_loopback, names, public_name};
use crate::tls::Authority;
use world::World;

/// The portal's name at the provider.
const CLIENT_ID: &str = "lab-portal";

/// How the portal is started.
pub struct PortalConfig {
    /// Address of the portal; port 0 picks one.
    pub listen: SocketAddr,
    /// Address of the control port; must be a loopback address.
    pub control: SocketAddr,
    /// Names and addresses in the certificate besides `localhost` and 127.0.0.1; the first one is used in the address.
    pub hosts: Vec<String>,
    /// Who vouches for the portal's certificate.
    pub authority: Arc<Authority>,
    /// By what its people log in.
    pub e_id: EId,
}

/// An electronic identification. The phone is the same stand-in for each: only the page on the way to it differs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EId {
    /// BankID.
    #[default]
    BankId,
    /// Freja eID+.
    Freja,
}

impl EId {
    /// The page that leads to it.
    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Self::BankId => "/login",
            Self::Freja => "/login/freja",
        }
    }
}

impl PortalConfig {
    /// On any port of this machine.
    #[must_use]
    pub fn new(authority: Arc<Authority>) -> Self {
        Self {
            listen: ANY_PORT,
            control: ANY_PORT,
            hosts: Vec::new(),
            authority,
            e_id: EId::default(),
        }
    }
}

/// A running portal. Dropping it closes its ports.
pub struct Portal {
    world: World,
    control_url: String,
    _serving: Serving,
}

impl Portal {
    /// Starts the portal, registered at the provider; it answers when this returns.
    pub async fn start(config: PortalConfig, provider: &OpenIdProvider) -> anyhow::Result<Self> {
        let listener = bind(config.listen)?;
        let control_listener = bind_loopback(config.control)?;
        let host = public_name(config.listen.ip());
        let host = config.hosts.first().unwrap_or(&host);
        let url = format!("https://{host}:{}", listener.local_addr()?.port());
        let control_url = format!("http://{}", control_listener.local_addr()?);
        let names = names(config.listen.ip(), &config.hosts);
        let tls = config
            .authority
            .server("Lab stand-in of a patient portal", names, None)?;
        let relying_party = RelyingParty::register(
            provider,
            CLIENT_ID,
            vec![format!("{url}/callback")],
            vec![format!("{url}/")],
        )
        .await?;
        let world = World::new(url, provider.issuer().into(), relying_party, config.e_id);
        let mut serving = Serving::new("lab-portal")?;
        serving.https("portal", listener, tls, pages::router(world.clone()))?;
        serving.http("portal's control port", control_listener, control(world.clone()))?;
        serving.ready().await?;
        Ok(Self {
            world,
            control_url,
            _serving: serving,
        })
    }

    /// `https://host:port`.
    #[must_use]
    pub fn url(&self) -> &str {
        self.world.url()
    }

    /// `http://127.0.0.1:port`, for tests.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// Adds a booked time, or replaces the one of the same id.
    pub fn put_booking(&self, booking: Booking) {
        self.world.put_booking(booking);
    }
}

/// The same as plain HTTP on loopback.
fn control(world: World) -> Router {
    let about = json!({"label": "lab stand-in of a patient portal", "url": world.url()});
    let put_booking = async move |Json(booking): Json<Booking>| {
        world.put_booking(booking);
        Json(json!({}))
    };
    Router::new()
        .route("/", get(async move || Json(about)))
        .route("/bookings", put(put_booking))
}
