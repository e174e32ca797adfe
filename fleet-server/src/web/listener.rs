//! A TLS port: accepts, shakes hands, serves HTTP/1.1, and bounds every one of these in time and number.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::{ServerConfig, pki_types::CertificateDer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Longest wait for a request's headers, which is also how long an idle connection is kept. Longer than the polling
/// interval of a kit that nudges do not reach, so that such kits keep their connection.
const HEADERS_TIME: Duration = Duration::from_secs(90);
/// How long running requests get to finish when the server stops.
const FAREWELL_TIME: Duration = Duration::from_secs(5);
/// Largest request head.
const HEAD_BYTES: usize = 16 * 1024;

/// The leaf certificate that the other side proved to hold, if any; an extension of every request.
#[derive(Debug, Clone)]
pub struct PeerCertificate(pub Option<CertificateDer<'static>>);

/// One port.
#[derive(Debug)]
pub struct Listener {
    /// Where to accept.
    pub tcp: TcpListener,
    /// The current certificate and its key; a new one is used from the next connection on.
    pub tls: watch::Receiver<Arc<ServerConfig>>,
    /// What to serve.
    pub router: Router,
    /// Most connections at a time; more wait in the kernel's queue.
    pub most_connections: usize,
}

impl Listener {
    /// Serves until `stop`, then lets running requests finish for a few seconds.
    pub async fn run(self, stop: CancellationToken) {
        let places = Arc::new(Semaphore::new(self.most_connections));
        let connections = TaskTracker::new();
        while let Some((stream, place)) = next(&self.tcp, &places, &stop).await {
            let acceptor = TlsAcceptor::from(self.tls.borrow().clone());
            connections.spawn(serve(stream, acceptor, self.router.clone(), stop.clone(), place));
        }
        connections.close();
        let _ = timeout(FAREWELL_TIME, connections.wait()).await;
    }
}

async fn next(
    tcp: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    loop {
        let accepted = stop.run_until_cancelled(async {
            let place = places
                .clone()
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            (tcp.accept().await, place)
        });
        match accepted.await? {
            (Ok((stream, _)), place) => return Some((stream, place)),
            (Err(error), _) => {
                // Mostly "too many open files": others must finish first.
                tracing::warn!(%error, "could not accept a connection");
                stop.run_until_cancelled(tokio::time::sleep(Duration::from_millis(100)))
                    .await?;
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    router: Router,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
) {
    let Ok(address) = stream.peer_addr() else { return };
    // Small answers must not wait for more.
    let _ = stream.set_nodelay(true);
    let stream = match timeout(HANDSHAKE_TIME, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(%address, %error, "TLS handshake failed"),
        Err(_) => return tracing::debug!(%address, "TLS handshake took too long"),
    };
    let leaf = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(|chain| chain.first().cloned());
    let peer = PeerCertificate(leaf.map(CertificateDer::into_owned));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer.clone());
        let mut router = router.clone();
        async move { tower::Service::call(&mut router, request).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%address, %error, "connection ended early");
    }
}
