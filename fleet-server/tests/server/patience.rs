//! Whoever keeps the server waiting is let go.

use std::{sync::Arc, time::Duration};

use fleet_api::paths;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::common::TestServer;

/// Longer than the server waits for a handshake (10 s) or a request (15 s), shorter than it keeps idle connections.
const LONGEST: Duration = Duration::from_secs(40);

#[tokio::test]
async fn half_open_and_unfinished_requests_are_cut_off() {
    let server = TestServer::start().await;
    let address = server.server.device_address;
    let mut silent = TcpStream::connect(address).await.unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let connector = TlsConnector::from(Arc::new(server.site.tls(None)));
    let mut unfinished = connector
        .connect(ServerName::try_from("localhost").unwrap(), stream)
        .await
        .unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{{",
        paths::ENROL
    );
    unfinished.write_all(head.as_bytes()).await.unwrap();

    let (mut nothing, mut answer) = ([0; 16], [0; 64]);
    let (handshake, request) = tokio::join!(
        timeout(LONGEST, silent.read(&mut nothing)),
        timeout(LONGEST, unfinished.read_exact(&mut answer)),
    );
    let handshake = handshake.expect("a handshake that never begins is given up");
    assert!(
        matches!(handshake, Ok(0) | Err(_)),
        "the connection is closed: {handshake:?}"
    );
    request.expect("a body that never comes is given up").unwrap();
    assert!(
        answer.starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}
