//! What a kit says to its server, and how: mutual TLS, HTTP/1.1 for a sync, a WebSocket for nudges. As `kit-agent` says it,
//! with less around it, as the load generator shares two processors with the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fleet_api::limits::{NUDGE_BYTES, SYNC_RESPONSE_BYTES};
use fleet_api::{
    Battery, ByteCount, Check, KitState, Network, NetworkKind, NumberedEvent, Outcome, Sequence, SpoolId,
    SyncRequest, SyncResponse, paths,
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};
use tokio_util::task::TaskTracker;

use super::site::Enrolled;

/// As long as the agent waits for a connection, and for an answer.
const CONNECT_TIME: Duration = Duration::from_secs(15);
const ANSWER_TIME: Duration = Duration::from_secs(20);
/// TLS sessions that a kit remembers.
const SESSIONS: usize = 8;
const READ_BUFFER: usize = 512;

pub(super) type Nudges = WebSocketStream<TlsStream<TcpStream>>;
pub(super) type Http = SendRequest<Full<Bytes>>;

/// What all kits have in common.
pub(super) struct Trust {
    verifier: Arc<WebPkiServerVerifier>,
    provider: Arc<rustls::crypto::CryptoProvider>,
}

impl Trust {
    pub(super) fn new(authority: &[u8]) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority)?)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build()?;
        Ok(Self { verifier, provider })
    }
}

/// One kit's way to the server.
#[derive(Clone)]
pub(super) struct Line {
    tls: TlsConnector,
    server: SocketAddr,
    /// Where the connections' own work goes on.
    tasks: TaskTracker,
}

impl Line {
    pub(super) fn new(trust: &Trust, kit: &Enrolled, server: SocketAddr, tasks: TaskTracker) -> Result<Self> {
        let chain = vec![CertificateDer::from_pem_slice(kit.certificate.as_bytes())?];
        let key = PrivateKeyDer::try_from(kit.key.serialize_der()).map_err(anyhow::Error::msg)?;
        let mut tls = ClientConfig::builder_with_provider(trust.provider.clone())
            .with_safe_default_protocol_versions()?
            .with_webpki_verifier(trust.verifier.clone())
            .with_client_auth_cert(chain, key)?;
        tls.resumption = Resumption::in_memory_sessions(SESSIONS);
        Ok(Self {
            tls: Arc::new(tls).into(),
            server,
            tasks,
        })
    }

    async fn secure(&self) -> Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect(self.server).await.context("connect")?;
        stream.set_nodelay(true)?;
        let name = ServerName::IpAddress(self.server.ip().into());
        self.tls.connect(name, stream).await.context("TLS")
    }

    /// The connection on which nudges come.
    pub(super) async fn nudges(&self) -> Result<Nudges> {
        let connect = async {
            let limits = WebSocketConfig::default()
                .read_buffer_size(READ_BUFFER)
                .write_buffer_size(0)
                .max_write_buffer_size(2 * NUDGE_BYTES)
                .max_message_size(Some(NUDGE_BYTES))
                .max_frame_size(Some(NUDGE_BYTES));
            let url = format!("wss://{}{}", self.server, paths::NUDGE);
            let (socket, _) = client_async_with_config(url, self.secure().await?, Some(limits))
                .await
                .context("WebSocket")?;
            Ok(socket)
        };
        timeout(CONNECT_TIME, connect).await.context("nudge connection")?
    }

    /// A connection for syncs.
    pub(super) async fn http(&self) -> Result<Http> {
        let connect = async {
            let (http, connection) = handshake(TokioIo::new(self.secure().await?)).await?;
            self.tasks.spawn(connection);
            Ok(http)
        };
        timeout(CONNECT_TIME, connect).await.context("sync connection")?
    }

    /// One sync. Whatever is not acknowledged as it should be is an error.
    pub(super) async fn sync(&self, http: &mut Http, ask: &SyncRequest) -> Result<SyncResponse> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(paths::SYNC)
            .header(header::HOST, self.server.to_string())
            .header(header::ACCEPT, "*/*")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(serde_json::to_vec(ask)?)))?;
        let exchange = async {
            let answer = http.send_request(request).await.context("sync")?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), SYNC_RESPONSE_BYTES)
                .collect()
                .await;
            let body = body
                .map_err(|error| anyhow::anyhow!("answer: {error}"))?
                .to_bytes();
            ensure!(status == StatusCode::OK, "sync answered with {status}");
            let answer: SyncResponse = serde_json::from_slice(&body)?;
            let last = ask.events.last().map(|event| event.sequence);
            ensure!(
                last.is_none_or(|last| last == answer.acknowledged_up_to),
                "sync acknowledged too little or too much"
            );
            Ok(answer)
        };
        timeout(ANSWER_TIME, exchange).await.context("sync")?
    }
}

/// A kit's next sync, with how the kit is, as most kits are.
pub(super) fn request(spool: SpoolId, events: Vec<NumberedEvent>) -> Result<SyncRequest> {
    Ok(SyncRequest {
        spool,
        agent_version: "1.8.0".parse()?,
        events,
        state: Some(KitState {
            looked_at: Timestamp::now(),
            self_test: Check::ALL.iter().map(|check| (*check, Outcome::Passed)).collect(),
            battery: Some(Battery {
                percent: 92.try_into()?,
                charging: true,
            }),
            storage_free: Some(ByteCount(41_000_000_000)),
            network: Some(Network {
                kind: NetworkKind::Mobile,
                signal: Some(71.try_into()?),
            }),
        }),
    })
}

/// An event of the kind that nothing else follows from.
pub(super) fn event(sequence: Sequence, kind: fleet_api::EventKind) -> NumberedEvent {
    NumberedEvent {
        sequence,
        event: fleet_api::Event {
            at: Timestamp::now(),
            kind,
        },
    }
}
