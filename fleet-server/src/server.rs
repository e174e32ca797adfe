//! Starts everything and stops it again.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Context, Result};
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
    identity::session::Sessions,
    web::Listener,
    work::{
        alerts, between_servers, deliveries, outlets::Outlets, presence, retention,
        server_certificate::ServerCertificate,
    },
};

/// Most connections of kits at a time; each idle one costs some 30 kB.
const MOST_KITS: usize = 25_000;
/// Most connections of people and programs at a time.
const MOST_PEOPLE: usize = 1_000;

/// A server that has its ports and serves on them.
#[derive(Debug)]
pub struct Server {
    /// Where kits connect.
    pub device_address: SocketAddr,
    /// Where people connect.
    pub console_address: SocketAddr,
    app: App,
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts serving. Port 0 takes a free one.
    pub async fn start(
        directory: &DataDir,
        device_address: SocketAddr,
        console_address: SocketAddr,
    ) -> Result<Self> {
        let device_authority = directory.device_authority()?;
        let certificate = ServerCertificate::new(
            directory.server_authority()?,
            directory.server_names()?,
            device_authority.certificate_pem(),
        )?;
        let alert_settings = directory.alert_settings()?;
        let outlets = Outlets::new(&alert_settings)?;
        let store = directory.store().await?;
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
            openid: directory.openid()?,
            alerts: Arc::new(alert_settings),
            stop: CancellationToken::new(),
        };
        let settings = certificate.issue(Timestamp::now())?;
        let (device_tls, device_tls_now) = watch::channel(settings.device);
        let (console_tls, console_tls_now) = watch::channel(settings.console);
        let device = listener(
            device_address,
            device_tls_now,
            device::router(app.clone()),
            MOST_KITS,
        )
        .await?;
        let console = listener(
            console_address,
            console_tls_now,
            console::router(app.clone()),
            MOST_PEOPLE,
        )
        .await?;
        let (device_address, console_address) = (device.tcp.local_addr()?, console.tcp.local_addr()?);

        let mut tasks = JoinSet::new();
        tasks.spawn(device.run(app.stop.clone()));
        tasks.spawn(console.run(app.stop.clone()));
        tasks.spawn(retention::run(app.store.clone(), app.stop.clone()));
        tasks.spawn(presence::run(
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
        if let Some(others) = others {
            tasks.spawn(between_servers::run(
                others,
                told,
                app.nudges.clone(),
                app.stop.clone(),
            ));
        }
        tasks.spawn(certificate.run(device_tls, console_tls, app.stop.clone()));
        Ok(Self {
            device_address,
            console_address,
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

async fn listener(
    address: SocketAddr,
    tls: watch::Receiver<Arc<ServerConfig>>,
    router: Router,
    most_connections: usize,
) -> Result<Listener> {
    let tcp = TcpListener::bind(address)
        .await
        .with_context(|| format!("could not listen on {address}; is another server running there?"))?;
    Ok(Listener {
        tcp,
        tls,
        router,
        most_connections,
    })
}
