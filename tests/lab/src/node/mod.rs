//! A conference node in the manner of Pexip Infinity: a labelled stand-in, not the real thing.
//!
//! `room` is the pure state of meetings, `client_api` their HTTPS face, `media` their sound and picture, `control` what
//! tests may do. [`Node`] runs all of it on threads of its own and stops it when dropped. Claims about the real
//! node that only third parties or inference support are marked `[3P]` and `[INF]` where they are used.

mod answer_fault;
mod client_api;
mod control;
mod media;
pub mod room;
mod status;
mod tls;
mod world;

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum_server::tls_rustls::RustlsConfig;

pub use answer_fault::{AnswerFault, RoomFault};
pub use control::{Control, ControlError};
pub use room::{
    Fault, IdentityProvider, Kind, Role, RoomSettings, Service, StunServer, TurnServer, VideoSettings,
    reasons,
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
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            listen: any_port,
            control: any_port,
            media_ip: Ipv4Addr::LOCALHOST.into(),
            hosts: Vec::new(),
        }
    }
}

/// A running node. Dropping it closes its ports and ends its calls.
pub struct Node {
    world: Arc<World>,
    control_url: String,
    servers: [axum_server::Handle<SocketAddr>; 2],
    quit: Arc<tokio::sync::Notify>,
    /// The node's own threads, so that a test that blocks its runtime does not freeze the far side.
    runtime: Option<tokio::runtime::Runtime>,
}

impl Node {
    /// Starts a node; it answers when this returns.
    ///
    /// # Errors
    /// A port that cannot be bound, or a control address that is not loopback.
    pub async fn start(config: NodeConfig) -> anyhow::Result<Self> {
        anyhow::ensure!(
            config.control.ip().is_loopback(),
            "the control port must be on a loopback address"
        );
        media::prepare()?;
        let mut hosts = BTreeSet::from(["localhost".to_owned(), "127.0.0.1".to_owned()]);
        hosts.insert(config.listen.ip().to_string());
        hosts.extend(config.hosts.iter().cloned());
        let identity = tls::identity(hosts)?;

        let public = bind(config.listen)?;
        let control = bind(config.control)?;
        let host = config
            .hosts
            .first()
            .cloned()
            .unwrap_or_else(|| public_name(config.listen.ip()));
        let base_url = format!("https://{host}:{}", public.local_addr()?.port());
        let control_url = format!("http://{}", control.local_addr()?);
        let world = World::new(base_url, identity.ca_pem, config.media_ip);

        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("lab-node")
            .enable_all()
            .build()
            .context("the node's threads cannot be started")?;
        let servers = [axum_server::Handle::new(), axum_server::Handle::new()];
        let quit = Arc::new(tokio::sync::Notify::new());
        {
            let _inside = runtime.enter();
            let https = axum_server::from_tcp_rustls(public, RustlsConfig::from_config(identity.server))?
                .handle(servers[0].clone())
                .serve(client_api::router(world.clone()).into_make_service());
            let http = axum_server::from_tcp(control)?
                .handle(servers[1].clone())
                .serve(control::router(world.clone(), quit.clone()).into_make_service());
            world.tasks.spawn(log_end("conference node", https));
            world.tasks.spawn(log_end("control port", http));
            world.tasks.spawn(keep_time(Arc::downgrade(&world)));
        }
        for server in &servers {
            server
                .listening()
                .await
                .context("a server stopped before it listened")?;
        }
        Ok(Self {
            world,
            control_url,
            servers,
            quit,
            runtime: Some(runtime),
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

    /// Resolves when somebody asked the control port to stop the program.
    pub async fn quit_asked(&self) {
        self.quit.notified().await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        for server in &self.servers {
            server.shutdown();
        }
        self.world.remove_all_rooms();
        if let Some(runtime) = self.runtime.take() {
            // Dropping it would wait for its tasks, which is not allowed inside the caller's runtime.
            runtime.shutdown_background();
        }
    }
}

fn link_to(base_url: &str, alias: &str) -> String {
    let alias = percent_encoding::utf8_percent_encode(alias, percent_encoding::NON_ALPHANUMERIC);
    format!("{base_url}/webapp3/m/{alias}")
}

fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What to put in addresses: the wildcard address is no name that a client can connect to.
fn public_name(ip: IpAddr) -> String {
    match ip {
        ip if ip.is_unspecified() || ip.is_loopback() => "127.0.0.1".into(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

async fn log_end(what: &str, server: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = server.await {
        tracing::error!(%error, "the {what} stopped");
    }
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
