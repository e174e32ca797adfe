//! Starts everything and stops it again.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result, ensure};
use axum::Router;
use jiff::Timestamp;
use rustls::ServerConfig;
use tokio::{
    net::TcpListener,
    sync::{Notify, watch},
    task::{JoinError, JoinSet},
};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    console,
    data_dir::DataDir,
    device,
    device::Nudges,
    identity::{refusals::Refusals, session::Sessions},
    metrics::{self, Metrics, Port},
    open_files::Shares,
    web::{Limits, Listener},
    work::{
        alerts, between_servers, deliveries, heartbeat::Heartbeat, outlets::Outlets, presence, retention,
        server_certificate::ServerCertificate, settings,
    },
};

/// Where a server listens. Port 0 takes a free one.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// For kits.
    pub device: SocketAddr,
    /// For people and programs.
    pub console: SocketAddr,
    /// For programs that watch it: a loopback address, or none.
    pub metrics: Option<SocketAddr>,
}

/// A server that has its ports and serves on them.
#[derive(Debug)]
pub struct Server {
    /// Where kits connect.
    pub device_address: SocketAddr,
    /// Where people connect.
    pub console_address: SocketAddr,
    /// Where its figures can be read.
    pub metrics_address: Option<SocketAddr>,
    app: App,
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts serving kits and people. Port 0 takes a free one.
    pub async fn start(directory: &DataDir, device: SocketAddr, console: SocketAddr) -> Result<Self> {
        let addresses = Addresses {
            device,
            console,
            metrics: None,
        };
        Self::start_at(directory, addresses).await
    }

    /// Starts serving.
    pub async fn start_at(directory: &DataDir, addresses: Addresses) -> Result<Self> {
        let device_authority = directory.device_authority()?;
        let certificate = ServerCertificate::new(
            directory.server_authority()?,
            directory.server_names()?,
            device_authority.certificate_pem(),
        )?;
        let alert_settings = directory.alert_settings()?;
        let outlets = Outlets::new(&alert_settings)?;
        let store = directory.store().await?;
        store.seal_trails(Timestamp::now()).await?;
        let others = store.join_others().await?;
        let (nudges, told) = Nudges::telling_others();
        let app = App {
            store: store.clone(),
            device_authority: Arc::new(device_authority),
            nudges: if others.is_some() {
                nudges
            } else {
                Nudges::default()
            },
            sessions: Sessions::new(store.clone()),
            refusals: Refusals::default(),
            openid: directory.openid()?,
            bank_id: directory.bank_id()?,
            alerts: Arc::new(alert_settings),
            metrics: Metrics::default(),
            heartbeat: Heartbeat::default(),
            stop: CancellationToken::new(),
        };
        let shares = Shares::now();
        let issued = certificate.issue(Timestamp::now())?;
        let (device_tls, device_tls_now) = watch::channel(issued.device);
        let (console_tls, console_tls_now) = watch::channel(issued.console);
        let kits = (Port::Device, device::router(app.clone()), shares.kits);
        let device = listener(&app, addresses.device, Some(device_tls_now), kits).await?;
        let people = (Port::Console, console::router(app.clone()), shares.people);
        let console = listener(&app, addresses.console, Some(console_tls_now), people).await?;
        let watched = match addresses.metrics {
            Some(address) => Some(figures(&app, address, shares.watchers).await?),
            None => None,
        };
        let (device_address, console_address) = (device.tcp.local_addr()?, console.tcp.local_addr()?);
        let metrics_address = watched.as_ref().map(|port| port.tcp.local_addr()).transpose()?;

        let mut tasks = JoinSet::new();
        tasks.spawn(device.run(app.stop.clone()));
        tasks.spawn(console.run(app.stop.clone()));
        if let Some(watched) = watched {
            tasks.spawn(watched.run(app.stop.clone()));
        }
        do_what_is_due(&mut tasks, &app, outlets);
        if let Some(others) = others {
            tasks.spawn(between_servers::run(
                others,
                told,
                (app.nudges.clone(), app.store.changes().clone()),
                app.stop.clone(),
            ));
        }
        tasks.spawn(certificate.run(device_tls, console_tls, app.stop.clone()));
        Ok(Self {
            device_address,
            console_address,
            metrics_address,
            app,
            tasks,
        })
    }

    /// What the handlers see; for tests that look behind the ports.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Waits until a part fails, which none should.
    pub async fn failed(&mut self) -> Option<JoinError> {
        self.tasks.join_next().await.and_then(Result::err)
    }

    /// Lets running requests finish, then closes the database.
    pub async fn stop(mut self) {
        self.app.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        self.app.store.close().await;
    }
}

/// What is done by the clock, beside serving.
fn do_what_is_due(tasks: &mut JoinSet<()>, app: &App, outlets: Outlets) {
    tasks.spawn(retention::run(
        app.store.clone(),
        app.nudges.clone(),
        app.stop.clone(),
    ));
    tasks.spawn(presence::run(
        app.store.clone(),
        app.nudges.clone(),
        app.heartbeat.clone(),
        app.stop.clone(),
    ));
    tasks.spawn(settings::run(
        app.store.clone(),
        app.nudges.clone(),
        app.stop.clone(),
    ));
    let looked = Arc::new(Notify::new());
    tasks.spawn(alerts::run(
        app.store.clone(),
        app.nudges.clone(),
        looked.clone(),
        app.stop.clone(),
    ));
    tasks.spawn(deliveries::run(
        app.store.clone(),
        outlets,
        looked,
        app.stop.clone(),
    ));
}

/// The port for figures. They are told to whoever asks, so only this machine may.
async fn figures(app: &App, address: SocketAddr, limits: Limits) -> Result<Listener> {
    ensure!(
        address.ip().is_loopback(),
        "figures are served without a login, so only on a loopback address such as 127.0.0.1:9464, not on {address}"
    );
    let watchers = (Port::Metrics, metrics::router(app.clone()), limits);
    listener(app, address, None, watchers).await
}

/// Listens for those who come to a port; who came and who was refused is counted.
async fn listener(
    app: &App,
    address: SocketAddr,
    tls: Option<watch::Receiver<Arc<ServerConfig>>>,
    (port, router, limits): (Port, Router, Limits),
) -> Result<Listener> {
    let tcp = TcpListener::bind(address)
        .await
        .with_context(|| format!("could not listen on {address}; is another server running there?"))?;
    Ok(Listener {
        tcp,
        tls,
        router,
        limits,
        connections: app.metrics.connections(port),
        refused: app.metrics.connections_refused(port),
    })
}
