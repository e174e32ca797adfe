//! The nudge connection: a WebSocket (RFC 6455) over the same mutual TLS, on which the server says "sync now".

use std::{sync::Arc, time::Duration};

use fleet_api::{Nudge, limits::NUDGE_BYTES, paths};
use futures_util::StreamExt;
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{self, Message, protocol::WebSocketConfig},
};
use url::Url;

use super::servers::{self, Servers};

/// Longest time to connect, TLS and upgrade included.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// The server pings every 75 s; so long without a word means that the connection is dead.
const SILENCE: Duration = Duration::from_mins(2);
/// Buffer for what is read, in bytes: a nudge has ten.
const READ_BUFFER: usize = 512;

/// What happens on the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NudgeEvent {
    /// It stands.
    Connected,
    /// The server wants us to sync.
    SyncNow,
}

/// Why the connection was not made or has ended.
#[derive(Debug, thiserror::Error)]
pub(super) enum NudgeError {
    #[error("the fleet server's address cannot be used")]
    Address,
    #[error("the fleet server could not be reached")]
    Unreachable(#[from] std::io::Error),
    #[error("the nudge connection broke")]
    WebSocket(#[from] Box<tungstenite::Error>),
    #[error("the fleet server was silent for too long")]
    Silent,
    #[error("the fleet server ended the nudge connection")]
    Ended,
}

/// Connects to the server whose turn it is and reports until the connection ends, which it always does with a reason. The
/// next connection is another server's turn.
pub(super) async fn run(
    servers: &Servers,
    tls: Arc<ClientConfig>,
    events: &mpsc::Sender<NudgeEvent>,
) -> NudgeError {
    let server = servers.current();
    let error = match timeout(CONNECT_TIME, connect(server, tls, paths::NUDGE, NUDGE_BYTES)).await {
        Ok(Ok(socket)) => listen(socket, events).await,
        Ok(Err(error)) => error,
        Err(_) => NudgeError::Silent,
    };
    servers.pass_over(server);
    error
}

/// A WebSocket at `path` of the server, with messages of at most so many bytes.
pub(super) async fn connect(
    server: &Url,
    tls: Arc<ClientConfig>,
    path: &str,
    most: usize,
) -> Result<WebSocketStream<TlsStream<TcpStream>>, NudgeError> {
    let host = server
        .host_str()
        .ok_or(NudgeError::Address)?
        .trim_matches(['[', ']'])
        .to_owned();
    let port = server.port_or_known_default().ok_or(NudgeError::Address)?;
    let stream = servers::connect(&host, port).await?;
    let name = ServerName::try_from(host).map_err(|_| NudgeError::Address)?;
    let stream = TlsConnector::from(tls).connect(name, stream).await?;
    let mut url = server.join(path).map_err(|_| NudgeError::Address)?;
    url.set_scheme("wss").map_err(|()| NudgeError::Address)?;
    let limits = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .max_message_size(Some(most))
        .max_frame_size(Some(most));
    let (socket, _) = client_async_with_config(url.as_str(), stream, Some(limits))
        .await
        .map_err(Box::new)?;
    Ok(socket)
}

async fn listen(
    mut socket: WebSocketStream<TlsStream<TcpStream>>,
    events: &mpsc::Sender<NudgeEvent>,
) -> NudgeError {
    let mut report = Some(NudgeEvent::Connected);
    loop {
        if let Some(event) = report.take()
            && events.send(event).await.is_err()
        {
            return NudgeError::Ended;
        }
        // Reading also answers the server's pings.
        match timeout(SILENCE, socket.next()).await {
            Ok(Some(Ok(Message::Text(text)))) => {
                report = serde_json::from_str(&text)
                    .ok()
                    .map(|Nudge::SyncNow| NudgeEvent::SyncNow);
            }
            Ok(Some(Ok(Message::Close(_))) | None) => return NudgeError::Ended,
            Ok(Some(Ok(_))) => {}
            Ok(Some(Err(error))) => return NudgeError::WebSocket(Box::new(error)),
            Err(_) => return NudgeError::Silent,
        }
    }
}
