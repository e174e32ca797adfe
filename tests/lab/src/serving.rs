//! How a stand-in is served: ports, threads of its own, and an end when it is dropped.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use rustls::ServerConfig;
use tokio_util::task::TaskTracker;

/// Any free port of this machine alone.
pub(crate) const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Servers on threads of their own, so that a test that blocks its runtime does not freeze the far side.
pub(crate) struct Serving {
    servers: Vec<Handle<SocketAddr>>,
    tasks: TaskTracker,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Serving {
    pub(crate) fn new(threads: &str) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(threads)
            .enable_all()
            .build()
            .context("the stand-in's threads cannot be started")?;
        Ok(Self {
            servers: Vec::new(),
            tasks: TaskTracker::new(),
            runtime: Some(runtime),
        })
    }

    pub(crate) fn https(
        &mut self,
        what: &'static str,
        listener: TcpListener,
        tls: Arc<ServerConfig>,
        router: Router,
    ) -> anyhow::Result<()> {
        let handle = Handle::new();
        let server = {
            let _inside = self.runtime().enter();
            axum_server::from_tcp_rustls(listener, RustlsConfig::from_config(tls))?
        };
        let server = server.handle(handle.clone()).serve(router.into_make_service());
        self.servers.push(handle);
        self.spawn(log_end(what, server));
        Ok(())
    }

    pub(crate) fn http(
        &mut self,
        what: &'static str,
        listener: TcpListener,
        router: Router,
    ) -> anyhow::Result<()> {
        let handle = Handle::new();
        let server = {
            let _inside = self.runtime().enter();
            axum_server::from_tcp(listener)?
        };
        let server = server.handle(handle.clone()).serve(router.into_make_service());
        self.servers.push(handle);
        self.spawn(log_end(what, server));
        Ok(())
    }

    /// Does something on the stand-in's own threads.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(work, self.runtime().handle());
    }

    /// Returns when every server answers.
    pub(crate) async fn ready(&self) -> anyhow::Result<()> {
        for server in &self.servers {
            server
                .listening()
                .await
                .context("a server stopped before it listened")?;
        }
        Ok(())
    }

    fn runtime(&self) -> &tokio::runtime::Runtime {
        self.runtime.as_ref().expect("it is taken only when dropped")
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        for server in &self.servers {
            server.shutdown();
        }
        if let Some(runtime) = self.runtime.take() {
            // Dropping it would wait for its tasks, which is not allowed inside the caller's runtime.
            runtime.shutdown_background();
        }
    }
}

pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Binds a port for what only tests may do.
pub(crate) fn bind_loopback(address: SocketAddr) -> anyhow::Result<TcpListener> {
    anyhow::ensure!(
        address.ip().is_loopback(),
        "the control port must be on a loopback address"
    );
    bind(address)
}

/// What to put in addresses: the wildcard address is no name that a client can connect to.
pub(crate) fn public_name(ip: IpAddr) -> String {
    match ip {
        ip if ip.is_unspecified() || ip.is_loopback() => "127.0.0.1".into(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Names and addresses that belong in the certificate of a server on this address.
pub(crate) fn names(ip: IpAddr, hosts: &[String]) -> std::collections::BTreeSet<String> {
    let own = ["localhost".to_owned(), "127.0.0.1".to_owned(), ip.to_string()];
    own.into_iter().chain(hosts.iter().cloned()).collect()
}

async fn log_end(what: &str, server: impl Future<Output = std::io::Result<()>>) {
    if let Err(error) = server.await {
        tracing::error!(%error, "the {what} stopped");
    }
}
