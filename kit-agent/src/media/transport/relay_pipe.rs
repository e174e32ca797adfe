//! The connection to a TURN server: datagrams, or a TCP or TLS stream that is cut into messages (RFC 8656 §12.5).
//!
//! TLS is `tokio-rustls` below the TURN client, not `turn-client-rustls`: version 0.1.2 of that loses bytes where more
//! than 4 kB come at once, and a keyframe broke the connection each time. A message has at most 64 kB, so memory is bounded;
//! a server that sends anything else is hung up on. Neighbour: `relay`.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::relay_url::{RelayTransport, RelayUrl};

/// Each of name resolution, connecting, TLS, and a write that does not proceed.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than a datagram or a TLS record.
const CHUNK: usize = 16 * 1024;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    /// DNS.
    #[error("the relay's name leads nowhere")]
    Name(#[source] io::Error),
    /// UDP or TCP.
    #[error("no contact with the relay")]
    Contact(#[source] io::Error),
    /// The certificate is not trusted, or the server does not speak TLS. There is no way around it.
    #[error("no TLS connection to the relay")]
    Tls(#[source] io::Error),
}

/// An open connection.
pub(super) struct Pipe {
    line: Line,
    /// Bytes of messages that are not complete yet.
    partial: Vec<u8>,
    chunk: Box<[u8]>,
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
}

enum Line {
    Datagrams(UdpSocket),
    Stream(Box<dyn Stream>),
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Pipe {
    pub(super) async fn connect(url: &RelayUrl, tls: Arc<ClientConfig>) -> Result<Self, ConnectError> {
        let remote = resolve(url).await.map_err(ConnectError::Name)?;
        let (line, local) = match url.transport {
            RelayTransport::Udp => datagrams(remote).await.map_err(ConnectError::Contact)?,
            RelayTransport::Tcp => {
                let (stream, local) = stream(remote).await.map_err(ConnectError::Contact)?;
                (Line::Stream(Box::new(stream)), local)
            }
            RelayTransport::Tls => {
                let (stream, local) = stream(remote).await.map_err(ConnectError::Contact)?;
                let name = ServerName::try_from(url.host.clone())
                    .map_err(|e| ConnectError::Tls(io::Error::other(e)))?;
                let secured = timeout(PATIENCE, TlsConnector::from(tls).connect(name, stream)).await;
                let secured = secured
                    .unwrap_or_else(|late| Err(late.into()))
                    .map_err(ConnectError::Tls)?;
                (Line::Stream(Box::new(secured)), local)
            }
        };
        Ok(Self {
            line,
            partial: Vec::new(),
            chunk: vec![0; CHUNK].into(),
            local,
            remote,
        })
    }

    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.line {
            Line::Datagrams(socket) => socket.send(bytes).await.map(drop),
            Line::Stream(stream) => {
                let written = async {
                    stream.write_all(bytes).await?;
                    stream.flush().await
                };
                timeout(PATIENCE, written).await?
            }
        }
    }

    /// The next message. Cancel-safe: what has come stays in `partial`.
    pub(super) async fn receive(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(length) = message_length(&self.partial)? {
                let rest = self.partial.split_off(length);
                return Ok(std::mem::replace(&mut self.partial, rest));
            }
            match &mut self.line {
                Line::Datagrams(socket) => {
                    let length = socket.recv(&mut self.chunk).await?;
                    return Ok(self.chunk[..length].to_vec());
                }
                Line::Stream(stream) => match stream.read(&mut self.chunk).await? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    length => self.partial.extend_from_slice(&self.chunk[..length]),
                },
            }
        }
    }
}

async fn resolve(url: &RelayUrl) -> io::Result<SocketAddr> {
    let found = timeout(PATIENCE, tokio::net::lookup_host((url.host.as_str(), url.port))).await??;
    found
        .into_iter()
        .next()
        .ok_or_else(|| io::ErrorKind::NotFound.into())
}

async fn datagrams(remote: SocketAddr) -> io::Result<(Line, SocketAddr)> {
    let any: SocketAddr = if remote.is_ipv4() {
        ([0; 4], 0).into()
    } else {
        ([0; 16], 0).into()
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(remote).await?;
    let local = socket.local_addr()?;
    Ok((Line::Datagrams(socket), local))
}

async fn stream(remote: SocketAddr) -> io::Result<(TcpStream, SocketAddr)> {
    let stream = timeout(PATIENCE, TcpStream::connect(remote)).await??;
    stream.set_nodelay(true)?;
    let local = stream.local_addr()?;
    Ok((stream, local))
}

/// The length of the message at the front, padding included, once all of it is there. The first two bits tell STUN
/// messages (00) from channel data (01).
fn message_length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let &[first, _, high, low, ..] = bytes else {
        return Ok(None);
    };
    let announced = usize::from(u16::from_be_bytes([high, low]));
    let length = match first >> 6 {
        0 => 20 + announced,
        1 => 4 + announced.next_multiple_of(4),
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    Ok((bytes.len() >= length).then_some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_at_their_ends_with_padding() {
        let mut stun = vec![0x01, 0x17, 0, 8];
        stun.extend([0; 24]);
        assert_eq!(message_length(&stun).unwrap(), Some(28));
        assert_eq!(message_length(&stun[..27]).unwrap(), None);
        assert_eq!(message_length(&[0x40, 1, 0, 5, 1, 2, 3, 4, 5]).unwrap(), None);
        assert_eq!(
            message_length(&[0x40, 1, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 9]).unwrap(),
            Some(12)
        );
        assert_eq!(message_length(&[0x40]).unwrap(), None);
    }

    #[test]
    fn anything_else_ends_the_connection() {
        assert!(message_length(&[0x80, 0, 0, 0]).is_err());
        assert!(message_length(&[0xff; 100]).is_err());
    }
}
