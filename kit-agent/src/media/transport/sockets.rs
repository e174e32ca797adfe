//! The host sockets of a call: one UDP socket for each address of this machine.
//!
//! A reader task per socket puts datagrams into one bounded channel; when the engine falls behind, datagrams are
//! dropped as a full network queue would. Dropping [`Sockets`] closes them all. Neighbour: `driver`.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Larger than any datagram of WebRTC (1,500 bytes and tunnels' overhead).
const DATAGRAM: usize = 2048;

/// A datagram as it came in.
#[derive(Debug)]
pub(super) struct Datagram {
    /// Who sent it.
    pub(super) source: SocketAddr,
    /// Our address, which for relayed paths is the relay's.
    pub(super) destination: SocketAddr,
    /// Its contents.
    pub(super) bytes: Vec<u8>,
}

/// Open host sockets.
#[derive(Default)]
pub(super) struct Sockets {
    open: Vec<(SocketAddr, Arc<UdpSocket>)>,
    readers: JoinSet<()>,
}

impl Sockets {
    /// Opens a socket on each usable address, the loopback only if `loopback` says so (a node on this machine).
    ///
    /// # Errors
    /// Only if not one could be opened.
    pub(super) async fn open(loopback: bool, into: &mpsc::Sender<Datagram>) -> io::Result<Self> {
        let mut sockets = Self::default();
        let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for address in addresses(loopback)? {
            match UdpSocket::bind((address, 0)).await {
                Ok(socket) => sockets.add(socket, into.clone())?,
                Err(e) => failure = e,
            }
        }
        if sockets.open.is_empty() {
            Err(failure)
        } else {
            Ok(sockets)
        }
    }

    /// Our addresses.
    pub(super) fn addresses(&self) -> impl Iterator<Item = SocketAddr> + '_ {
        self.open.iter().map(|(address, _)| *address)
    }

    /// Sends from the socket with address `source`. `false` if that is no address of ours.
    pub(super) fn send(&self, source: SocketAddr, destination: SocketAddr, bytes: &[u8]) -> bool {
        let Some((_, socket)) = self.open.iter().find(|(address, _)| *address == source) else {
            return false;
        };
        // A full buffer or an unreachable network is a lost datagram; ICE and the watchdog deal with it.
        let _ = socket.try_send_to(bytes, destination);
        true
    }

    fn add(&mut self, socket: UdpSocket, into: mpsc::Sender<Datagram>) -> io::Result<()> {
        let address = socket.local_addr()?;
        let socket = Arc::new(socket);
        self.open.push((address, socket.clone()));
        self.readers.spawn(read(socket, address, into));
        Ok(())
    }
}

async fn read(socket: Arc<UdpSocket>, destination: SocketAddr, into: mpsc::Sender<Datagram>) {
    let mut buffer = [0; DATAGRAM];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, source)) => {
                let datagram = Datagram {
                    source,
                    destination,
                    bytes: buffer[..length].to_vec(),
                };
                if let Err(mpsc::error::TrySendError::Closed(_)) = into.try_send(datagram) {
                    return;
                }
            }
            // On Linux an ICMP answer to an earlier datagram shows up here; the socket itself is well.
            Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => {}
            Err(e) => {
                tracing::debug!(error = %e, "a socket closed");
                return;
            }
        }
    }
}

fn addresses(loopback: bool) -> io::Result<Vec<IpAddr>> {
    let usable = |ip: &IpAddr| match ip {
        IpAddr::V4(v4) => !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_unicast_link_local(),
    };
    Ok(if_addrs::get_if_addrs()?
        .into_iter()
        .filter(|interface| loopback || !interface.is_loopback())
        .map(|interface| interface.ip())
        .filter(usable)
        .collect())
}
