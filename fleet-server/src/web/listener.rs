//! A TLS port: accepts, shakes hands, serves HTTP/1.1, and bounds every one of these in time and number.
//!
//! `places` says who may stay when too many come, `handshake` lets a crowd begin one after the other, `patience` gives up
//! whoever keeps a request or an answer waiting.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, extract::Request, http::StatusCode, response::Response};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use rustls::{ServerConfig, pki_types::CertificateDer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use tokio_rustls::server::TlsStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    answer::Answer,
    handshake::Turns,
    patience::Patient,
    places::{Phase, Place, Places},
    unread::Unread,
};

/// How long running requests get to finish when the server stops.
const FAREWELL_TIME: Duration = Duration::from_secs(5);
/// How long a connection that must make room gets to send the rest of its last answer.
const DISMISSAL_TIME: Duration = Duration::from_secs(1);
/// Largest request head.
const HEAD_BYTES: usize = 16 * 1024;

/// The leaf certificate that the other side proved to hold, if any; an extension of every request.
#[derive(Debug, Clone)]
pub struct PeerCertificate(pub Option<CertificateDer<'static>>);

/// Where the other side is, as we see it; an extension of every request.
#[derive(Debug, Clone, Copy)]
pub struct PeerAddress(pub IpAddr);

/// What a port grants to whoever connects.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most connections at a time, what they were upgraded to included.
    pub most_connections: usize,
    /// Longest TLS handshake, the wait for its turn included.
    pub handshake: Duration,
    /// Longest time from a request's first byte to the end of its head.
    pub head: Duration,
    /// How long a connection without a request is kept. Longer than the polling interval of a kit that
    /// nudges do not reach, so that such kits keep theirs.
    pub idle: Duration,
    /// How long the other side may take nothing of an answer.
    pub stall: Duration,
}

impl Limits {
    /// The usual times.
    #[must_use]
    pub const fn at_most(most_connections: usize) -> Self {
        Self {
            most_connections,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(90),
            stall: Duration::from_secs(30),
        }
    }
}

/// One port.
#[derive(Debug)]
pub struct Listener {
    /// Where to accept.
    pub tcp: TcpListener,
    /// The current certificate and its key; a new one is used from the next connection on. None = without TLS, which is for
    /// this machine alone.
    pub tls: Option<watch::Receiver<Arc<ServerConfig>>>,
    /// What to serve.
    pub router: Router,
    /// What is granted to whoever connects.
    pub limits: Limits,
    /// How many are connected.
    pub connections: Gauge,
    /// How many were refused.
    pub refused: Counter,
}

impl Listener {
    /// Serves until `stop`, then lets running requests finish for a few seconds.
    pub async fn run(self, stop: CancellationToken) {
        let places = Arc::new(Places::new(
            self.limits.most_connections,
            self.connections.clone(),
        ));
        let turns = Arc::new(Turns::new());
        let connections = TaskTracker::new();
        while let Some((stream, place)) = self.next(&places, &turns, &stop).await {
            let connection = Connection {
                place: Arc::new(place),
                limits: self.limits,
                router: self.router.clone(),
            };
            let tls = self.tls.as_ref().map(|tls| (tls.borrow().clone(), turns.clone()));
            connections.spawn(connection.serve(stream, tls, stop.clone()));
        }
        connections.close();
        let _ = timeout(FAREWELL_TIME, connections.wait()).await;
    }

    /// A place is taken when somebody is there, so that the last one is not kept free for nobody.
    async fn next(
        &self,
        places: &Arc<Places>,
        turns: &Turns,
        stop: &CancellationToken,
    ) -> Option<(TcpStream, Place)> {
        loop {
            stop.run_until_cancelled(turns.next()).await?;
            match stop.run_until_cancelled(self.tcp.accept()).await? {
                Ok((stream, _)) => match stop.run_until_cancelled(places.take()).await? {
                    Some(place) => return Some((stream, place)),
                    None => {
                        self.refused.inc();
                    }
                },
                Err(error) => {
                    // Mostly "too many open files": others must finish first.
                    tracing::warn!(%error, "could not accept a connection");
                    stop.run_until_cancelled(tokio::time::sleep(Duration::from_millis(100)))
                        .await?;
                }
            }
        }
    }
}

/// One connection.
struct Connection {
    place: Arc<Place>,
    limits: Limits,
    router: Router,
}

impl Connection {
    async fn serve(
        self,
        stream: TcpStream,
        tls: Option<(Arc<ServerConfig>, Arc<Turns>)>,
        stop: CancellationToken,
    ) {
        let Ok(address) = stream.peer_addr() else { return };
        // Small answers must not wait for more.
        let _ = stream.set_nodelay(true);
        let from = PeerAddress(address.ip().to_canonical());
        let Some((tls, turns)) = tls else {
            let ended = self.converse(stream, (PeerCertificate(None), from), &stop).await;
            return note(address, ended);
        };
        let shaken = tokio::select! {
            shaken = turns.shake_hands(stream, tls, self.limits.handshake) => shaken,
            () = self.place.dismissed() => return,
            () = stop.cancelled() => return,
        };
        match shaken {
            Ok(stream) => {
                let peer = peer_certificate(&stream);
                note(address, self.converse(stream, (peer, from), &stop).await);
            }
            Err(error) => tracing::debug!(%address, %error, "TLS handshake failed"),
        }
    }

    async fn converse<S>(
        self,
        stream: S,
        (peer, from): (PeerCertificate, PeerAddress),
        stop: &CancellationToken,
    ) -> hyper::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            place,
            limits,
            router,
        } = self;
        let stream = Patient::new(stream, place.clone(), (limits.head, limits.stall));
        let served = place.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            served.serving();
            let unread = Unread::default();
            let mut request = request.map(|body| unread.lend(body));
            request.extensions_mut().insert(peer.clone());
            request.extensions_mut().insert(from);
            let (mut router, place) = (router.clone(), served.clone());
            async move {
                let response = tower::Service::call(&mut router, request).await?;
                Ok::<_, Infallible>(watched(unread.before(response).await, place))
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.idle)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        tokio::pin!(connection);
        tokio::select! {
            result = connection.as_mut() => result,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = place.dismissed() => {
                connection.as_mut().graceful_shutdown();
                match place.phase() {
                    // There is no answer that might still be on its way.
                    Phase::New(_) | Phase::Reading(_) => Ok(()),
                    Phase::Waiting(_) => timeout(DISMISSAL_TIME, connection).await.unwrap_or(Ok(())),
                    // Its request came in the same moment.
                    Phase::Serving | Phase::Upgraded => connection.await,
                }
            }
        }
    }
}

fn note(address: SocketAddr, ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%address, %error, "connection ended early");
    }
}

fn peer_certificate(stream: &TlsStream<TcpStream>) -> PeerCertificate {
    let chain = stream.get_ref().1.peer_certificates();
    let leaf = chain.and_then(|chain| chain.first().cloned());
    PeerCertificate(leaf.map(CertificateDer::into_owned))
}

/// The place learns when the answer is over.
fn watched(response: Response, place: Arc<Place>) -> Response {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        place.upgraded();
        return response;
    }
    response.map(|body| Body::new(Answer::new(body, place)))
}
