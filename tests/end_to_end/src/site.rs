//! Web sites for a browser: one that says what a test wants, and one that must never be asked for anything.
//!
//! HTTP/1.1 over TLS, one request per connection. Every connection and every datagram counts, also one that only knocks.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Longest head of a request, bytes.
const MAX_HEAD: usize = 64 * 1024;
/// A connection that says nothing is ended after this.
const SILENCE: Duration = Duration::from_secs(10);

/// Vouches for sites.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    /// A new one.
    pub fn new() -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params
            .distinguished_name
            .push(DnType::CommonName, "Test sites CA");
        let pem = params.self_signed(&key)?.pem();
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
        })
    }

    /// The trust anchor.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    fn server(&self, address: IpAddr) -> Result<TlsAcceptor> {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new(vec![address.to_string()])?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
            )?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// One site. Dropping it ends it.
pub struct Site {
    /// `https://ADDRESS:PORT`.
    pub origin: String,
    /// Where it listens.
    pub address: SocketAddr,
    inside: Arc<Inside>,
    _work: JoinSet<()>,
}

#[derive(Default)]
struct Inside {
    pages: Mutex<HashMap<String, String>>,
    asked: Mutex<Vec<String>>,
    cookies: Mutex<Vec<String>>,
    knocks: AtomicUsize,
}

impl Site {
    /// A site at a loopback address, on a port of its own.
    pub async fn start(authority: &Authority, address: &str) -> Result<Self> {
        let address: IpAddr = address.parse()?;
        let listener = TcpListener::bind((address, 0)).await?;
        let address = listener.local_addr()?;
        let datagrams = UdpSocket::bind(address).await?;
        let tls = authority.server(address.ip())?;
        let inside = Arc::new(Inside::default());
        let mut work = JoinSet::new();
        work.spawn(serve(listener, tls, inside.clone()));
        work.spawn(count(datagrams, inside.clone()));
        Ok(Self {
            origin: format!("https://{address}"),
            address,
            inside,
            _work: work,
        })
    }

    /// What is said at a path. `-> ADDRESS` sends the browser there; `download: TEXT` is a file to be kept; `cookie: TEXT` before
    /// a line's end sets a cookie with the page that follows.
    pub fn put(&self, path: &str, page: impl Into<String>) {
        lock(&self.inside.pages).insert(path.to_owned(), page.into());
    }

    /// Every path with its query that was asked for, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        lock(&self.inside.asked).clone()
    }

    /// How often this was asked for.
    #[must_use]
    pub fn times(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| *asked == path).count()
    }

    /// Every cookie that was sent, in order: the path that it was sent for, and the cookie.
    #[must_use]
    pub fn cookies(&self) -> Vec<String> {
        lock(&self.inside.cookies).clone()
    }

    /// Connections and datagrams of any kind.
    #[must_use]
    pub fn knocks(&self) -> usize {
        self.inside.knocks.load(Ordering::SeqCst)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn count(socket: UdpSocket, inside: Arc<Inside>) {
    let mut datagram = [0; 2048];
    while socket.recv_from(&mut datagram).await.is_ok() {
        inside.knocks.fetch_add(1, Ordering::SeqCst);
    }
}

async fn serve(listener: TcpListener, tls: TlsAcceptor, inside: Arc<Inside>) {
    let mut visitors = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        inside.knocks.fetch_add(1, Ordering::SeqCst);
        let (tls, inside) = (tls.clone(), inside.clone());
        // A visitor that breaks off has had its answer or wants none.
        visitors.spawn(async move { drop(timeout(SILENCE, answer(stream, tls, &inside)).await) });
    }
}

async fn answer(stream: TcpStream, tls: TlsAcceptor, inside: &Inside) -> Result<()> {
    let mut stream = tls.accept(stream).await?;
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        anyhow::ensure!(head.len() < MAX_HEAD, "the head is too long");
        anyhow::ensure!(stream.read_buf(&mut head).await? > 0, "no whole request");
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).context("a path")?.to_owned();
    let path = target.split('?').next().unwrap_or_default();
    let page = lock(&inside.pages).get(path).cloned();
    lock(&inside.asked).push(target.clone());
    let sent = head.lines().map(str::to_ascii_lowercase);
    let cookies = sent.filter_map(|line| Some(format!("{path} {}", line.strip_prefix("cookie: ")?)));
    lock(&inside.cookies).extend(cookies);
    stream
        .write_all(response(path, page.as_deref()).as_bytes())
        .await?;
    stream.shutdown().await?;
    Ok(())
}

fn response(path: &str, page: Option<&str>) -> String {
    let kind = if Path::new(path).extension().is_some_and(|ending| ending == "js") {
        "text/javascript"
    } else {
        "text/html; charset=utf-8"
    };
    let (status, extra, body) = match page {
        None => ("404 Not Found", String::new(), ""),
        Some(page) if page.starts_with("cookie: ") => {
            let (cookie, page) = page["cookie: ".len()..].split_once('\n').unwrap_or_default();
            // For a year: one that the browser would keep on a disk if it had one.
            let set = format!("Set-Cookie: session={cookie}; Secure; HttpOnly; Max-Age=31536000\r\n");
            ("200 OK", set, page)
        }
        Some(page) => match (page.strip_prefix("-> "), page.strip_prefix("download: ")) {
            (Some(to), _) => ("302 Found", format!("Location: {to}\r\n"), ""),
            (None, Some(file)) => (
                "200 OK",
                "Content-Disposition: attachment; filename=fil.txt\r\n".into(),
                file,
            ),
            (None, None) => ("200 OK", String::new(), page),
        },
    };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
