//! Whoever keeps the server waiting or sends too much is let go, at both ports; others are served.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use fleet_api::paths;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{interval, timeout},
};
use tokio_rustls::TlsConnector;

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

pub(crate) async fn connect(site: &Site, address: SocketAddr) -> impl AsyncRead + AsyncWrite + Unpin + use<> {
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(site.tls(None)));
    connector
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap()
}

/// The first line of the answer; empty where the connection was closed without one.
pub(crate) async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut answer = Vec::new();
    while !answer.contains(&b'\r') && more(stream, &mut answer).await {}
    let text = String::from_utf8_lossy(&answer);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Reads on. Whether anything came before the connection ended.
async fn more(stream: &mut (impl AsyncRead + Unpin), read: &mut Vec<u8>) -> bool {
    let came = timeout(LONGEST, stream.read_buf(read)).await;
    matches!(came.expect("the server does not wait for ever"), Ok(1..))
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

/// What the server sends until it has hung up or has nothing more to say for now.
async fn answers(stream: &mut (impl AsyncRead + Unpin), count: usize) -> String {
    let mut text = Vec::new();
    let heads = |text: &[u8]| String::from_utf8_lossy(text).matches("HTTP/1.1 ").count();
    while heads(&text) < count && more(stream, &mut text).await {}
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_refusal_that_leaves_the_body_unread_loses_no_later_request() {
    let server = TestServer::start().await;
    let console = server.server.console_address;
    let refused = |length: usize| {
        format!("POST /api/v1/reservations HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n")
    };
    let next = "GET /api/v1/health HTTP/1.1\r\nhost: localhost\r\n\r\n";

    // The body comes late, as it does from clients that send it apart from its head.
    let mut stream = connect(&server.site, console).await;
    stream.write_all(refused(8_000).as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stream.write_all(&[b'x'; 8_000]).await.unwrap();
    stream.write_all(next.as_bytes()).await.unwrap();
    let both = answers(&mut stream, 2).await;
    assert!(both.starts_with("HTTP/1.1 401"), "{both}");
    assert!(both.contains("HTTP/1.1 204"), "{both}");
    assert!(!both.contains("connection: close"), "{both}");

    // A wrong file on a page: whoever chose it is told so.
    let mut stream = connect(&server.site, console).await;
    stream.write_all(refused(1_000_000).as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 1_000_000]).await.unwrap();
    stream.write_all(next.as_bytes()).await.unwrap();
    let both = answers(&mut stream, 2).await;
    assert!(
        both.starts_with("HTTP/1.1 401") && both.contains("HTTP/1.1 204"),
        "{both}"
    );

    // What is too long or does not come is not waited for, and the answer says so.
    for length in [8_000, 80_000_000] {
        let mut stream = connect(&server.site, console).await;
        stream.write_all(refused(length).as_bytes()).await.unwrap();
        let answer = answers(&mut stream, 2).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
}
