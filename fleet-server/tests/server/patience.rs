//! Whoever keeps the server waiting, sends too much or comes in too great a number is let go, at both ports; others are served.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use fleet_api::paths;
use fleet_server::{
    console, device,
    web::{Limits, Listener},
};
use prometheus_client::metrics::gauge::Gauge;
use rustls::{ServerConfig, pki_types::PrivateKeyDer, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use crate::common::{Site, TestServer};

/// Longer than the server waits for a handshake or a head (10 s) or a request (15 s), shorter than it keeps idle connections.
const LONGEST: Duration = Duration::from_secs(40);
/// Where each port reads a body.
const POSTS: [&str; 2] = [paths::ENROL, "/api/v1/reservations"];

fn head(site: &Site, path: &str, more: &str) -> String {
    let token = &site.token;
    format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{more}\r\n")
}

fn addresses(server: &TestServer) -> [SocketAddr; 2] {
    [server.server.device_address, server.server.console_address]
}

async fn connect(site: &Site, address: SocketAddr) -> impl AsyncRead + AsyncWrite + Unpin + use<> {
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(site.tls(None)));
    connector
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap()
}

/// The first line of the answer; empty where the connection was closed without one.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    while !answer.contains(&b'\r') {
        let read = timeout(LONGEST, stream.read_buf(&mut answer)).await;
        if !matches!(read.expect("the server does not wait for ever"), Ok(1..)) {
            break;
        }
    }
    let text = String::from_utf8_lossy(&answer);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Sends `drops` one by one, a second between them, for as long as the server takes them.
async fn trickle(stream: impl AsyncRead + AsyncWrite + Unpin, head: &str, drop: &str) -> String {
    let (mut reading, mut writing) = tokio::io::split(stream);
    writing.write_all(head.as_bytes()).await.unwrap();
    let mut drops = interval(Duration::from_secs(1));
    let dripping = async {
        loop {
            drops.tick().await;
            if writing.write_all(drop.as_bytes()).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        line = answer(&mut reading) => line,
        () = dripping => unreachable!("it never ends"),
    }
}

#[tokio::test]
async fn half_open_handshakes_are_cut_off() {
    let server = TestServer::start().await;
    let mut waiting = JoinSet::new();
    for address in addresses(&server) {
        for begun in [&b""[..], &[0x16, 0x03, 0x01, 0x02]] {
            waiting.spawn(async move {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(begun).await.unwrap();
                assert_eq!(answer(&mut stream).await, "", "no handshake, no HTTP");
            });
        }
    }
    waiting.join_all().await;
}

#[tokio::test]
async fn heads_that_trickle_are_cut_off() {
    let server = TestServer::start().await;
    let [device, console] = addresses(&server);
    let (begun, more) = ("GET / HTTP/1.1\r\nhost: localhost\r\n", "x-more: of the same\r\n");
    let (at_device, at_console) = tokio::join!(
        async { trickle(connect(&server.site, device).await, begun, more).await },
        async { trickle(connect(&server.site, console).await, begun, more).await },
    );
    for line in [at_device, at_console] {
        assert!(line.is_empty() || line.contains("408"), "{line}");
    }
}

#[tokio::test]
async fn bodies_that_trickle_or_never_come_are_given_up() {
    let server = TestServer::start().await;
    let mut given_up = Vec::new();
    for (address, path) in addresses(&server).into_iter().zip(POSTS) {
        let head = head(&server.site, path, "content-length: 100\r\n");
        let (silent, dripping) = (
            connect(&server.site, address).await,
            connect(&server.site, address).await,
        );
        given_up.push(async move { tokio::join!(trickle(silent, &head, ""), trickle(dripping, &head, " ")) });
    }
    for (silent, dripping) in futures_util::future::join_all(given_up).await {
        assert!(silent.starts_with("HTTP/1.1 408"), "{silent}");
        assert!(dripping.starts_with("HTTP/1.1 408"), "{dripping}");
    }
}

#[tokio::test]
async fn too_large_heads_and_bodies_are_refused() {
    let server = TestServer::start().await;
    for (address, path) in addresses(&server).into_iter().zip(POSTS) {
        let large = "x".repeat(20 * 1024);
        let mut stream = connect(&server.site, address).await;
        let head_of = head(&server.site, path, &format!("x-large: {large}\r\n"));
        // The server may hang up before it has taken all.
        let _ = stream.write_all(head_of.as_bytes()).await;
        assert_eq!(
            answer(&mut stream).await,
            "HTTP/1.1 431 Request Header Fields Too Large"
        );

        let chunk = format!("{:x}\r\n{large}\r\n", large.len());
        for (more, part) in [
            ("content-length: 999999999\r\n", &large),
            ("transfer-encoding: chunked\r\n", &chunk),
        ] {
            let mut stream = connect(&server.site, address).await;
            let head = head(&server.site, path, more);
            stream.write_all(head.as_bytes()).await.unwrap();
            for _ in 0..10 {
                // It may be refused already.
                let _ = stream.write_all(part.as_bytes()).await;
            }
            assert!(answer(&mut stream).await.contains(" 413 "), "{path} with {more}");
        }
    }
}

/// A port with few places.
struct Small {
    address: SocketAddr,
    connected: Gauge,
    tasks: JoinSet<()>,
}

const PLACES: usize = 20;

impl Small {
    async fn start(router: Router, tls: Option<Arc<ServerConfig>>) -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let connected = Gauge::default();
        let listener = Listener {
            tcp,
            tls: tls.map(|tls| watch::channel(tls).1),
            router,
            limits: Limits::at_most(PLACES),
            connections: connected.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(listener.run(CancellationToken::new()));
        Self {
            address,
            connected,
            tasks,
        }
    }

    /// Ten times as many as there are places, each of which sends `begun` and waits.
    async fn flood(&self, begun: &[u8]) -> Vec<TcpStream> {
        let mut flood = Vec::new();
        for _ in 0..10 * PLACES {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            // It may have been let go already.
            let _ = stream.write_all(begun).await;
            flood.push(stream);
            assert!(self.connected.get() <= i64::try_from(PLACES).unwrap());
        }
        flood
    }
}

#[tokio::test]
async fn a_flood_of_connections_keeps_nobody_out() {
    let server = TestServer::start().await;
    let app = server.server.app();
    let ports = [
        (device::router(app.clone()), paths::ENROL),
        (console::router(app.clone()), "/api/v1/health"),
    ];
    for (router, path) in ports {
        let small = Small::start(router, None).await;
        for begun in [&b""[..], b"GET / HTTP/1.1\r\nhost: localhost\r\nx-half: a"] {
            let flood = small.flood(begun).await;
            let mut guest = TcpStream::connect(small.address).await.unwrap();
            let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
            guest.write_all(request.as_bytes()).await.unwrap();
            let line = answer(&mut guest).await;
            assert!(
                line.starts_with("HTTP/1.1 "),
                "{path} among {}: {line:?}",
                flood.len()
            );
        }
        drop(small.tasks);
    }
}

#[tokio::test]
async fn a_flood_of_half_open_handshakes_keeps_nobody_out() {
    let server = TestServer::start().await;
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let small = Small::start(console::router(server.server.app().clone()), Some(Arc::new(tls))).await;
    let flood = small.flood(&[0x16, 0x03, 0x01]).await;
    let site = Site {
        server_authority: certified.cert.pem().into_bytes(),
        ..server.site.clone()
    };
    let mut guest = connect(&site, small.address).await;
    guest
        .write_all(b"GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    assert_eq!(
        answer(&mut guest).await,
        "HTTP/1.1 204 No Content",
        "among {}",
        flood.len()
    );
}
