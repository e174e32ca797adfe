//! Turns at the TLS handshake, whose signing and checking are the dearest that a connection asks for.
//!
//! When the kits of a region come back together, those that have begun finish before others begin: served all at once, each
//! would take so long that all give up and begin anew. Whoever has no turn waits where it costs next to nothing: in the
//! system's queue, or here. A turn lasts a second at most; whoever is slower goes on without it, so that a crowd that says
//! nothing holds nobody up.

use std::{
    io::{Error, ErrorKind, Result},
    sync::Arc,
    time::Duration,
};

use rustls::ServerConfig;
use tokio::{net::TcpStream, sync::Semaphore, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Handshakes at a time. Each takes a processor about a millisecond, so that this is a quarter of a second's work.
const AT_ONCE: usize = 256;
/// A kit on a mobile network is done by then, unless packets are lost.
const TURN: Duration = Duration::from_secs(1);

/// The turns of one port.
#[derive(Debug)]
pub(super) struct Turns(Semaphore);

impl Turns {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }

    /// Waits until nobody who has come before waits for a turn.
    pub(super) async fn next(&self) {
        drop(self.0.acquire().await);
    }

    /// One handshake, which is given up after `limit`, the wait for its turn included.
    pub(super) async fn shake_hands(
        &self,
        stream: TcpStream,
        tls: Arc<ServerConfig>,
        limit: Duration,
    ) -> Result<TlsStream<TcpStream>> {
        let shaken = timeout(limit, self.in_turn(stream, tls)).await;
        shaken.unwrap_or_else(|_| Err(Error::new(ErrorKind::TimedOut, "the handshake took too long")))
    }

    async fn in_turn(&self, stream: TcpStream, tls: Arc<ServerConfig>) -> Result<TlsStream<TcpStream>> {
        // Silence needs no turn.
        stream.readable().await?;
        let turn = self.0.acquire().await;
        let handshake = TlsAcceptor::from(tls).accept(stream);
        tokio::pin!(handshake);
        if let Ok(shaken) = timeout(TURN, &mut handshake).await {
            return shaken;
        }
        drop(turn);
        handshake.await
    }
}
