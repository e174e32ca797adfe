//! The real client against a real TLS server on the loopback, which answers what a test tells it.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Uri};
use axum::response::IntoResponse;
use axum::{Json, Router};
use futures_util::{StreamExt as _, stream};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_util::task::TaskTracker;

use super::*;

/// A server with an authority of its own.
struct Server {
    base: Url,
    anchor: String,
    _tasks: tokio::task::JoinSet<()>,
}

/// Starts a TLS server in front of `app`.
async fn serve(app: Router) -> Server {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let anchor = issued.cert.pem();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(issued.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let behind = plain.local_addr().unwrap();
    let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = front.local_addr().unwrap().port();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { axum::serve(plain, app).await.unwrap() });
    tasks.spawn(async move {
        let connections = TaskTracker::new();
        while let Ok((tcp, _)) = front.accept().await {
            let acceptor = acceptor.clone();
            connections.spawn(async move {
                let (Ok(mut tls), Ok(mut app)) =
                    (acceptor.accept(tcp).await, TcpStream::connect(behind).await)
                else {
                    return;
                };
                let _ = tokio::io::copy_bidirectional(&mut tls, &mut app).await;
            });
        }
    });
    let base = Url::parse(&format!("https://localhost:{port}/")).unwrap();
    Server {
        base,
        anchor,
        _tasks: tasks,
    }
}

impl Server {
    fn node(&self) -> Node {
        Node::new(
            self.base.clone(),
            &Trust::default().with_pem(self.anchor.as_bytes()).unwrap(),
        )
        .unwrap()
    }
}

fn post(auth: Auth) -> Post {
    Post {
        alias: "vård/plan@region.se".into(),
        path: vec!["request_token".into()],
        auth,
        body: json!({"display_name": "x"}),
        patience: Duration::from_secs(20),
    }
}

#[tokio::test]
async fn secrets_travel_in_headers_and_the_alias_is_one_segment() {
    let app = Router::new().fallback(|uri: Uri, headers: HeaderMap| async move {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        Json(json!({"status": "success", "result": [uri.to_string(), header("pin"), header("token")]}))
    });
    let server = serve(app).await;
    let path = "/api/client/v2/conferences/v%C3%A5rd%2Fplan@region.se/request_token";
    let reply = server
        .node()
        .post(&post(Auth::Pin(Some("1234".into()))))
        .await
        .unwrap();
    assert_eq!(reply.result, json!([path, "1234", null]));
    let reply = server
        .node()
        .post(&post(Auth::Token(watch::channel("T+/=".into()).1)))
        .await
        .unwrap();
    assert_eq!(reply.result, json!([path, null, "T+/="]));
}

#[tokio::test]
async fn an_answer_of_100_megabytes_is_cut_off_early() {
    let (sent, mut seen) = tokio::sync::watch::channel(0_usize);
    let app = Router::new().fallback(move || {
        let sent = sent.clone();
        async move {
            let chunks = stream::iter(0..1600).map(move |_| {
                sent.send_modify(|total| *total += 65_536);
                Ok::<_, std::convert::Infallible>(vec![b' '; 65_536])
            });
            Body::from_stream(chunks).into_response()
        }
    });
    let server = serve(app).await;
    let answer = server.node().post(&post(Auth::Pin(None))).await;
    assert_eq!(answer.err(), Some(WireError::TooLong));
    // What lies in socket buffers on the way was sent too, but nothing like all of it.
    assert!(*seen.borrow_and_update() < 50_000_000);
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_not_read_at_all() {
    let app = Router::new().fallback(|| async { vec![b' '; MAX_ANSWER + 1] });
    let server = serve(app).await;
    assert_eq!(
        server.node().post(&post(Auth::Pin(None))).await.err(),
        Some(WireError::TooLong)
    );
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_not_trusted() {
    let server = serve(Router::new()).await;
    let stranger = Node::new(server.base.clone(), &Trust::default()).unwrap();
    assert_eq!(
        stranger.post(&post(Auth::Pin(None))).await.err(),
        Some(WireError::NotTrusted)
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let app =
        Router::new().fallback(|| async { axum::response::Redirect::temporary("https://evil.example/") });
    let server = serve(app).await;
    let answer = server
        .node()
        .post(&post(Auth::Token(watch::channel("T".into()).1)))
        .await;
    assert_eq!(answer.err(), Some(WireError::Garbage));
}

#[tokio::test]
async fn a_gateways_page_instead_of_json_is_its_status() {
    let app = Router::new().fallback(|| async { (axum::http::StatusCode::BAD_GATEWAY, "<html>") });
    let server = serve(app).await;
    let reply = server.node().post(&post(Auth::Pin(None))).await.unwrap();
    assert!(reply.is_node_trouble() && reply.result.is_null());
}

#[tokio::test]
async fn silence_ends_with_the_patience() {
    let app = Router::new().fallback(std::future::pending::<()>);
    let server = serve(app).await;
    let slow = Post {
        patience: Duration::from_millis(100),
        ..post(Auth::Pin(None))
    };
    assert_eq!(server.node().post(&slow).await.err(), Some(WireError::TimedOut));
}

#[tokio::test]
async fn nobody_listening_is_no_contact() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    ))
    .unwrap();
    drop(listener);
    let node = Node::new(base, &Trust::default()).unwrap();
    assert_eq!(
        node.post(&post(Auth::Pin(None))).await.err(),
        Some(WireError::NoContact)
    );
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_is_no_contact() {
    let app = Router::new().fallback(|| async { "x" });
    let server = serve(app).await;
    // A peer that speaks no TLS at all.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!(
        "https://localhost:{}/",
        listener.local_addr().unwrap().port()
    ))
    .unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        while let Ok((mut tcp, _)) = listener.accept().await {
            let mut hello = [0; 16];
            let _ = tcp.read(&mut hello).await;
            let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        }
    });
    let node = Node::new(
        base,
        &Trust::default().with_pem(server.anchor.as_bytes()).unwrap(),
    )
    .unwrap();
    assert_eq!(
        node.post(&post(Auth::Pin(None))).await.err(),
        Some(WireError::NoContact)
    );
}
