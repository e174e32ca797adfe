//! Paths through a TURN server: UDP, TCP, and TLS on port 443 for networks that let nothing else out.
//!
//! Each allocation is a task of its own with its own connection (`relay_pipe`); `turn-client-proto` keeps permissions and
//! lifetimes. No channels are bound, because that crate does not pad `ChannelData` on streams (RFC 8656 §12.5).
//! Neighbour: `driver`, which treats an allocation like a socket whose address is the relayed one.

use std::collections::HashSet;
use std::error::Error as _;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;
use turn_client_proto::api::{TurnClientApi, TurnConfig, TurnEvent, TurnPollRet, TurnRecvRet};
use turn_client_proto::stun;
use turn_client_proto::tcp::TurnClientTcp;
use turn_client_proto::types::prelude::DelayedTransmitBuild as _;
use turn_client_proto::types::stun::attribute::ErrorCode;
use turn_client_proto::types::stun::message::{Message, TransactionId};
use turn_client_proto::types::{TransportType, TurnCredentials};
use turn_client_proto::udp::TurnClientUdp;

use super::relay_pipe::{ConnectError, Pipe};
use super::relay_url::{RelayTransport, RelayUrl};
use super::sockets::Datagram;
use crate::media::TurnServer;

/// From the connection to the relayed address.
const ALLOCATE_WITHIN: Duration = Duration::from_secs(6);
/// Datagrams that wait for a permission; more are dropped.
const WAITING: usize = 64;

/// A datagram on its way out, and to whom.
type Outgoing = (SocketAddr, Vec<u8>);

/// What an allocation tells the driver.
#[derive(Debug)]
pub(super) enum RelayEvent {
    /// A path through the server is open; datagrams for it go into `outgoing`.
    Open {
        relayed: SocketAddr,
        local: SocketAddr,
        outgoing: mpsc::Sender<Outgoing>,
    },
    /// The path could not be opened, or is gone.
    Gone { relayed: Option<SocketAddr> },
}

/// Why a relay cannot be used, or no longer.
#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("the relay refused: its user name or password is wrong, or it has no room")]
    Refused,
    #[error("the relay did not answer in time")]
    Silent,
    #[error("the connection to the relay broke")]
    Broken(#[from] io::Error),
}

/// Opens one allocation and serves it until the driver drops its end. A relay that cannot be had is one path less;
/// why is told in the log, because only an operator can mend it.
pub(super) async fn serve(
    url: RelayUrl,
    server: TurnServer,
    tls: Arc<ClientConfig>,
    events: mpsc::Sender<RelayEvent>,
    datagrams: mpsc::Sender<Datagram>,
) {
    let mut relayed = None;
    if let Err(error) = allocate(&url, &server, tls, &events, datagrams, &mut relayed).await {
        let cause = error.source().map(tracing::field::display);
        tracing::warn!(%error, cause, transport = ?url.transport, "a relay cannot be used");
    }
    // If the driver is gone there is nobody to tell.
    let _ = events.send(RelayEvent::Gone { relayed }).await;
}

async fn allocate(
    url: &RelayUrl,
    server: &TurnServer,
    tls: Arc<ClientConfig>,
    events: &mpsc::Sender<RelayEvent>,
    datagrams: mpsc::Sender<Datagram>,
    relayed: &mut Option<SocketAddr>,
) -> Result<(), RelayError> {
    let credentials =
        TurnCredentials::new(server.username.expose_secret(), server.credential.expose_secret());
    let config = TurnConfig::new(credentials);
    let pipe = Pipe::connect(url, tls).await?;
    let (local, remote) = (pipe.local, pipe.remote);
    let serving = Serving {
        pipe,
        events,
        datagrams,
        relayed,
        waiting: Vec::new(),
        refused: HashSet::new(),
        unauthorized: None,
        base: Instant::now(),
    };
    match url.transport {
        RelayTransport::Udp => serving.run(TurnClientUdp::allocate(local, remote, config)).await,
        // For the TURN client TLS is a stream like any other.
        RelayTransport::Tcp | RelayTransport::Tls => {
            serving.run(TurnClientTcp::allocate(local, remote, config)).await
        }
    }
}

struct Serving<'a> {
    pipe: Pipe,
    events: &'a mpsc::Sender<RelayEvent>,
    datagrams: mpsc::Sender<Datagram>,
    relayed: &'a mut Option<SocketAddr>,
    /// Datagrams whose permission is asked for.
    waiting: Vec<Outgoing>,
    /// Peers that the server does not let us reach.
    refused: HashSet<IpAddr>,
    /// The request that was answered with a demand for user name and password.
    unauthorized: Option<TransactionId>,
    base: Instant,
}

impl Serving<'_> {
    async fn run<C: TurnClientApi>(mut self, mut client: C) -> Result<(), RelayError> {
        let (outgoing, mut to_send) = mpsc::channel::<Outgoing>(256);
        // The channel must end when the driver drops its copy, so ours is given away.
        let mut outgoing = Some(outgoing);
        loop {
            let until = self.advance(&mut client, &mut outgoing).await?;
            tokio::select! {
                received = self.pipe.receive() => self.take(&mut client, &received?)?,
                next = to_send.recv() => match next {
                    Some((peer, bytes)) => self.send(&mut client, peer, bytes).await?,
                    None => return self.give_back(client).await,
                },
                () = tokio::time::sleep(until) => {}
            }
        }
    }

    /// Does everything that the client has ready; gives how long it can wait.
    async fn advance<C: TurnClientApi>(
        &mut self,
        client: &mut C,
        outgoing: &mut Option<mpsc::Sender<Outgoing>>,
    ) -> Result<Duration, RelayError> {
        let next = client.poll(self.now());
        while let Some(event) = client.poll_event() {
            self.on_event(event, outgoing).await?;
        }
        for (peer, bytes) in std::mem::take(&mut self.waiting) {
            self.send(client, peer, bytes).await?;
        }
        while let Some(data) = client.poll_recv(self.now()) {
            self.deliver(data.peer, data.data());
        }
        while let Some(transmit) = client.poll_transmit(self.now()) {
            self.pipe.send(transmit.data.as_ref()).await?;
        }
        let until = match next {
            TurnPollRet::WaitUntil(at) => at.duration_since(self.now()),
            TurnPollRet::Closed => return Err(RelayError::Broken(io::ErrorKind::ConnectionReset.into())),
            TurnPollRet::AllocateTcpSocket { .. } | TurnPollRet::TcpClose { .. } => Duration::ZERO,
        };
        if self.relayed.is_some() {
            return Ok(until);
        }
        let left = ALLOCATE_WITHIN.saturating_sub(self.base.elapsed());
        if left.is_zero() {
            return Err(RelayError::Silent);
        }
        Ok(until.min(left))
    }

    async fn on_event(
        &mut self,
        event: TurnEvent,
        outgoing: &mut Option<mpsc::Sender<Outgoing>>,
    ) -> Result<(), RelayError> {
        match event {
            TurnEvent::AllocationCreated(_, relayed) => {
                *self.relayed = Some(relayed);
                if let Some(outgoing) = outgoing.take() {
                    let local = self.pipe.local;
                    let open = RelayEvent::Open {
                        relayed,
                        local,
                        outgoing,
                    };
                    // If the driver is gone, `outgoing` is dropped with the event, and the allocation is given back.
                    let _ = self.events.send(open).await;
                }
                Ok(())
            }
            TurnEvent::AllocationCreateFailed(_) => Err(RelayError::Refused),
            TurnEvent::PermissionCreateFailed(_, peer) => {
                tracing::debug!("the relay does not lead to one of the far side's addresses");
                self.refused.insert(peer);
                self.waiting.retain(|(waiting, _)| waiting.ip() != peer);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn send<C: TurnClientApi>(
        &mut self,
        client: &mut C,
        peer: SocketAddr,
        bytes: Vec<u8>,
    ) -> Result<(), RelayError> {
        if self.refused.contains(&peer.ip()) {
            return Ok(());
        }
        if !client.have_permission(TransportType::Udp, peer.ip()) {
            // Already asked for: the answer is on its way.
            let _ = client.create_permission(TransportType::Udp, peer.ip(), self.now());
            if self.waiting.len() < WAITING {
                self.waiting.push((peer, bytes));
            }
            return Ok(());
        }
        match client.send_to(TransportType::Udp, peer, bytes, self.now()) {
            Ok(Some(transmit)) => Ok(self.pipe.send(&transmit.data.build()).await?),
            Ok(None) => Ok(()),
            Err(e) => Err(RelayError::Broken(io::Error::other(e))),
        }
    }

    /// Takes one message of the server.
    fn take<C: TurnClientApi>(&mut self, client: &mut C, message: &[u8]) -> Result<(), RelayError> {
        if self.relayed.is_none() && self.says_no(message) {
            return Err(RelayError::Refused);
        }
        let (transport, now) = (client.transport(), self.now());
        let transmit = stun::agent::Transmit::new(message, transport, self.pipe.remote, self.pipe.local);
        if let TurnRecvRet::PeerData(data) = client.recv(transmit, now) {
            self.deliver(data.peer, data.data());
        }
        Ok(())
    }

    /// Whether a server refuses our password. Its first 401 only asks for one (RFC 8489 §9.2.4); the TURN client waits
    /// for a second one that is signed, which a server with another password cannot send.
    fn says_no(&mut self, message: &[u8]) -> bool {
        let Ok(message) = Message::from_bytes(message) else {
            return false;
        };
        let is_401 = message
            .attribute::<ErrorCode>()
            .is_ok_and(|error| error.code() == ErrorCode::UNAUTHORIZED);
        let this = message.transaction_id();
        is_401 && *self.unauthorized.get_or_insert(this) != this
    }

    fn deliver(&self, peer: SocketAddr, bytes: &[u8]) {
        if let Some(relayed) = *self.relayed {
            let datagram = Datagram {
                source: peer,
                destination: relayed,
                bytes: bytes.to_vec(),
            };
            // A full queue loses datagrams, as a network does.
            let _ = self.datagrams.try_send(datagram);
        }
    }

    /// Tells the server that the allocation is not needed any more.
    async fn give_back<C: TurnClientApi>(mut self, mut client: C) -> Result<(), RelayError> {
        if client.delete(self.now()).is_ok() {
            while let Some(transmit) = client.poll_transmit(self.now()) {
                self.pipe.send(transmit.data.as_ref()).await?;
            }
        }
        Ok(())
    }

    /// The TURN crate's clock: nanoseconds since this allocation began.
    fn now(&self) -> stun::Instant {
        stun::Instant::from_nanos(i64::try_from(self.base.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}
