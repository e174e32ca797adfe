//! A conference node in the manner of Pexip Infinity: a labelled stand-in, not the real thing.
//!
//! `room` is the pure state of meetings, `client_api` their HTTPS face, `media` their sound and picture, `control` what
//! tests may do. [`Node`] runs all of it on threads of its own and stops it when dropped. Claims about the real
//! node that only third parties or inference support are marked `[3P]` and `[INF]` where they are used.

mod answer_fault;
mod client_api;
mod control;
mod logins;
mod media;
pub mod room;
mod status;
mod world;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::openid::OpenIdProvider;
use crate::relying_party::RelyingParty;
use crate::serving::{ANY_PORT, Serving, bind, bind_loopback, names, public_name};
use crate::tls::Authority;

pub use answer_fault::{AnswerFault, RoomFault};
pub use control::{Control, ControlError};
pub use room::{
    Fault, IdentityProvider, Kind, LoginResult, Role, RoomSettings, Service, StunServer, TurnServer,
    VideoSettings, reasons,
};
pub use status::{MediaFigures, ParticipantStatus, RoomStatus, StreamFigures};

use world::World;

/// How a node is started.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// Address of the HTTPS server; port 0 picks one.
    pub listen: SocketAddr,
    /// Address of the control port; must be a loopback address.
    pub control: SocketAddr,
    /// Address of the media sockets.
    pub media_ip: IpAddr,
    /// Names and addresses in the certificate besides `localhost` and 127.0.0.1.
    pub hosts: Vec<String>,
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            listen: ANY_PORT,
            control: ANY_PORT,
            media_ip: Ipv4Addr::LOCALHOST.into(),
            hosts: Vec::new(),
        }
    }
}

/// A running node. Dropping it closes its ports and ends its calls.
pub struct Node {
    world: Arc<World>,
    control_url: String,
    quit: Arc<tokio::sync::Notify>,
    _serving: Serving,
}

impl Node {
    /// Starts a node; it answers when this returns.
    ///
    /// # Errors
    /// A port that cannot be bound, or a control address that is not loopback.
    pub async fn start(config: NodeConfig) -> anyhow::Result<Self> {
        media::prepare()?;
        let authority = Authority::new("Lab stand-in CA")?;
        let public = bind(config.listen)?;
        let control = bind_loopback(config.control)?;
        let names = names(config.listen.ip(), &config.hosts);
        let tls = authority.server("Lab stand-in conference node", names, None)?;
        let host = config
            .hosts
            .first()
            .cloned()
            .unwrap_or_else(|| public_name(config.listen.ip()));
        let base_url = format!("https://{host}:{}", public.local_addr()?.port());
        let control_url = format!("http://{}", control.local_addr()?);
        let world = World::new(base_url, authority.pem().into(), config.media_ip);

        let mut serving = Serving::new("lab-node")?;
        let quit = Arc::new(tokio::sync::Notify::new());
        serving.https("conference node", public, tls, client_api::router(world.clone()))?;
        serving.http(
            "control port",
            control,
            control::router(world.clone(), quit.clone()),
        )?;
        serving.spawn(keep_time(Arc::downgrade(&world)));
        serving.ready().await?;
        Ok(Self {
            world,
            control_url,
            quit,
            _serving: serving,
        })
    }

    /// `https://host:port` of the Client API.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.world.base_url
    }

    /// `http://127.0.0.1:port` of the control port.
    #[must_use]
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// The trust anchor of the node's certificate.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.world.ca_pem
    }

    /// The link that a person would be given for a room.
    #[must_use]
    pub fn link_to(&self, alias: &str) -> String {
        link_to(self.url(), alias)
    }

    /// What tests may do to this node.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(self.world.clone())
    }

    /// Has people who choose the identity provider with this uuid log in at `provider`, of which the node becomes a client.
    pub async fn log_in_at(&self, uuid: &str, provider: &OpenIdProvider) -> anyhow::Result<()> {
        let back = vec![logins::consumer(self.url(), uuid)];
        let name = format!("lab-node-{uuid}");
        let relying_party = RelyingParty::register(provider, &name, back, Vec::new()).await?;
        self.world.log_in_at(uuid, relying_party);
        Ok(())
    }

    /// Resolves when somebody asked the control port to stop the program.
    pub async fn quit_asked(&self) {
        self.quit.notified().await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.world.remove_all_rooms();
    }
}

fn link_to(base_url: &str, alias: &str) -> String {
    let alias = percent_encoding::utf8_percent_encode(alias, percent_encoding::NON_ALPHANUMERIC);
    format!("{base_url}/webapp3/m/{alias}")
}

/// Lets tokens and lobbies run out.
async fn keep_time(world: std::sync::Weak<World>) {
    let mut clock = tokio::time::interval(Duration::from_millis(100));
    loop {
        clock.tick().await;
        let Some(world) = world.upgrade() else { return };
        world.tick();
    }
}
