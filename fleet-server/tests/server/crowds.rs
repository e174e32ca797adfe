//! Whoever comes in too great a number: others are served, and where nobody can make room, one is told at once.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, routing::get};
use fleet_api::paths;
use fleet_server::{
    console, device,
    web::{Limits, Listener},
};
use prometheus_client::metrics::{counter::Counter, gauge::Gauge};
use rustls::ServerConfig;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    common::{Site, TestServer},
    patience::{answer, connect},
    self_signed::self_signed,
};

/// A port with few places.
struct Small {
    address: SocketAddr,
    connected: Gauge,
    refused: Counter,
    tasks: JoinSet<()>,
}

const PLACES: usize = 20;

impl Small {
    async fn start(router: Router, tls: Option<Arc<ServerConfig>>) -> Self {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let (connected, refused) = (Gauge::default(), Counter::default());
        let listener = Listener {
            tcp,
            tls: tls.map(|tls| watch::channel(tls).1),
            router,
            limits: Limits::at_most(PLACES),
            connections: connected.clone(),
            refused: refused.clone(),
        };
        let mut tasks = JoinSet::new();
        tasks.spawn(listener.run(CancellationToken::new()));
        Self {
            address,
            connected,
            refused,
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
    let (tls, certificate) = self_signed("localhost");
    let small = Small::start(console::router(server.server.app().clone()), Some(tls)).await;
    let flood = small.flood(&[0x16, 0x03, 0x01]).await;
    let site = Site {
        server_authority: certificate.into_bytes(),
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

#[tokio::test]
async fn whoever_comes_when_all_places_are_taken_by_those_who_stay_is_refused_at_once() {
    let served = Arc::new(Semaphore::new(0));
    let stay = {
        let served = served.clone();
        async move || {
            served.add_permits(1);
            std::future::pending::<()>().await;
        }
    };
    let small = Small::start(Router::new().route("/stay", get(stay)), None).await;
    let mut staying = Vec::new();
    for _ in 0..PLACES {
        let mut stream = TcpStream::connect(small.address).await.unwrap();
        let request = b"GET /stay HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(request).await.unwrap();
        staying.push(stream);
        served.acquire().await.unwrap().forget();
    }
    for _ in 0..3 * PLACES {
        let mut stream = TcpStream::connect(small.address).await.unwrap();
        assert_eq!(answer(&mut stream).await, "", "there is no place");
    }
    assert_eq!(small.refused.get(), u64::try_from(3 * PLACES).unwrap());
    assert_eq!(small.connected.get(), i64::try_from(staying.len()).unwrap());
    drop(small.tasks);
}
