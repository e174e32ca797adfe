//! Paths through a TURN server: UDP, TCP, and TLS on port 443 for networks that let nothing else out.
//!
//! Each allocation is a task of its own with its own connection; `turn-client-proto` keeps permissions and lifetimes.
//! On TCP and TLS no channels are bound, because that crate does not pad `ChannelData` there (RFC 8656 §12.5).
//! Neighbour: `driver`, which treats an allocation like a socket whose address is the relayed one.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::time::timeout;
use turn_client_proto::api::{TurnClientApi, TurnConfig, TurnEvent, TurnPollRet, TurnRecvRet};
use turn_client_proto::stun;
use turn_client_proto::tcp::TurnClientTcp;
use turn_client_proto::types::prelude::DelayedTransmitBuild as _;
use turn_client_proto::types::{TransportType, TurnCredentials};
use turn_client_proto::udp::TurnClientUdp;
use turn_client_rustls::TurnClientRustls;

use super::relay_url::{RelayTransport, RelayUrl};
use super::sockets::Datagram;
use crate::media::TurnServer;

/// Name resolution and connecting.
const CONNECT: Duration = Duration::from_secs(5);
/// Datagrams that wait for a permission; more are dropped.
const WAITING: usize = 64;

/// What an allocation tells the driver.
#[derive(Debug)]
pub(super) enum RelayEvent {
    /// A path through the server is open; datagrams for it go into `outgoing`.
    Open {
        relayed: SocketAddr,
        local: SocketAddr,
        outgoing: mpsc::Sender<(SocketAddr, Vec<u8>)>,
    },
    /// The path could not be opened, or is gone.
    Gone { relayed: Option<SocketAddr> },
}

/// Opens one allocation and serves it until the driver drops its end. Never fails loudly: a relay that cannot be
/// had is one path less.
pub(super) async fn serve(
    url: RelayUrl,
    server: TurnServer,
    tls: Arc<ClientConfig>,
    events: mpsc::Sender<RelayEvent>,
    datagrams: mpsc::Sender<Datagram>,
) {
    let mut relayed = None;
    if let Err(e) = allocate(&url, &server, tls, &events, datagrams, &mut relayed).await {
        tracing::debug!(error = %e, transport = ?url.transport, "a relay is not available");
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
) -> io::Result<()> {
    let remote = timeout(CONNECT, tokio::net::lookup_host((url.host.as_str(), url.port)))
        .await??
        .next()
        .ok_or(io::ErrorKind::NotFound)?;
    let config = TurnConfig::new(TurnCredentials::new(
        server.username.expose_secret(),
        server.credential.expose_secret(),
    ));
    let pipe = Pipe::connect(url.transport, remote).await?;
    let local = pipe.local()?;
    let serving = Serving {
        local,
        remote,
        events,
        datagrams,
        relayed,
        pipe,
        base: Instant::now(),
    };
    match url.transport {
        RelayTransport::Udp => serving.run(TurnClientUdp::allocate(local, remote, config)).await,
        RelayTransport::Tcp => serving.run(TurnClientTcp::allocate(local, remote, config)).await,
        RelayTransport::Tls => {
            let name = ServerName::try_from(url.host.clone()).map_err(io::Error::other)?;
            serving
                .run(TurnClientRustls::allocate(local, remote, config, name, tls))
                .await
        }
    }
}

struct Serving<'a> {
    local: SocketAddr,
    remote: SocketAddr,
    events: &'a mpsc::Sender<RelayEvent>,
    datagrams: mpsc::Sender<Datagram>,
    relayed: &'a mut Option<SocketAddr>,
    pipe: Pipe,
    base: Instant,
}

impl Serving<'_> {
    async fn run<C: TurnClientApi>(mut self, mut client: C) -> io::Result<()> {
        let (outgoing, mut to_send) = mpsc::channel::<(SocketAddr, Vec<u8>)>(256);
        // The channel must end when the driver drops its copy, so ours is given away.
        let mut outgoing = Some(outgoing);
        let mut waiting: Vec<(SocketAddr, Vec<u8>)> = Vec::new();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let until = match client.poll(self.now()) {
                TurnPollRet::WaitUntil(at) => at.duration_since(self.now()),
                TurnPollRet::Closed => return Err(io::ErrorKind::ConnectionReset.into()),
                TurnPollRet::AllocateTcpSocket { .. } | TurnPollRet::TcpClose { .. } => Duration::ZERO,
            };
            while let Some(event) = client.poll_event() {
                self.on_event(event, &mut outgoing).await?;
            }
            for (peer, bytes) in std::mem::take(&mut waiting) {
                self.send(&mut client, peer, bytes, &mut waiting).await?;
            }
            while let Some(data) = client.poll_recv(self.now()) {
                self.deliver(data.peer, data.data());
            }
            while let Some(transmit) = client.poll_transmit(self.now()) {
                self.pipe.send(transmit.data.as_ref()).await?;
            }
            tokio::select! {
                received = self.pipe.receive(&mut buffer) => {
                    let length = received?;
                    let transport = client.transport();
                    let transmit = stun::agent::Transmit::new(&buffer[..length], transport, self.remote, self.local);
                    if let TurnRecvRet::PeerData(data) = client.recv(transmit, self.now()) {
                        self.deliver(data.peer, data.data());
                    }
                }
                next = to_send.recv() => match next {
                    Some((peer, bytes)) => self.send(&mut client, peer, bytes, &mut waiting).await?,
                    None => return self.give_back(client).await,
                },
                () = tokio::time::sleep(until) => {}
            }
        }
    }

    async fn on_event(
        &mut self,
        event: TurnEvent,
        outgoing: &mut Option<mpsc::Sender<(SocketAddr, Vec<u8>)>>,
    ) -> io::Result<()> {
        match event {
            TurnEvent::AllocationCreated(_, relayed) => {
                *self.relayed = Some(relayed);
                if let Some(outgoing) = outgoing.take() {
                    let open = RelayEvent::Open {
                        relayed,
                        local: self.local,
                        outgoing,
                    };
                    self.events.send(open).await.map_err(io::Error::other)?;
                }
                Ok(())
            }
            TurnEvent::AllocationCreateFailed(_) => Err(io::ErrorKind::PermissionDenied.into()),
            _ => Ok(()),
        }
    }

    async fn send<C: TurnClientApi>(
        &mut self,
        client: &mut C,
        peer: SocketAddr,
        bytes: Vec<u8>,
        waiting: &mut Vec<(SocketAddr, Vec<u8>)>,
    ) -> io::Result<()> {
        if !client.have_permission(TransportType::Udp, peer.ip()) {
            // Already asked for: the answer is on its way.
            let _ = client.create_permission(TransportType::Udp, peer.ip(), self.now());
            if waiting.len() < WAITING {
                waiting.push((peer, bytes));
            }
            return Ok(());
        }
        match client.send_to(TransportType::Udp, peer, bytes, self.now()) {
            Ok(Some(transmit)) => self.pipe.send(&transmit.data.build()).await,
            Ok(None) => Ok(()),
            Err(e) => Err(io::Error::other(e)),
        }
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
    async fn give_back<C: TurnClientApi>(mut self, mut client: C) -> io::Result<()> {
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

/// The connection to the TURN server. TLS is the TURN client's own; this carries its bytes.
enum Pipe {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

impl Pipe {
    async fn connect(transport: RelayTransport, remote: SocketAddr) -> io::Result<Self> {
        if transport == RelayTransport::Udp {
            let any: SocketAddr = if remote.is_ipv4() {
                ([0; 4], 0).into()
            } else {
                ([0; 16], 0).into()
            };
            let socket = UdpSocket::bind(any).await?;
            socket.connect(remote).await?;
            return Ok(Self::Udp(socket));
        }
        let stream = timeout(CONNECT, TcpStream::connect(remote)).await??;
        stream.set_nodelay(true)?;
        Ok(Self::Tcp(stream))
    }

    fn local(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Udp(socket) => socket.local_addr(),
            Self::Tcp(stream) => stream.local_addr(),
        }
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Udp(socket) => socket.send(bytes).await.map(drop),
            Self::Tcp(stream) => timeout(CONNECT, stream.write_all(bytes)).await?,
        }
    }

    /// Cancel-safe, as both halves of it are.
    async fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Udp(socket) => socket.recv(buffer).await,
            Self::Tcp(stream) => match stream.read(buffer).await? {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                length => Ok(length),
            },
        }
    }
}
