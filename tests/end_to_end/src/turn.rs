//! A real TURN server (coturn) on this machine, with a throw-away configuration and a certificate authority of its own.

use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use lab::node::TurnServer;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::processes::until;

const USER: &str = "kit";
const PASSWORD: &str = "lovely-weather-4711";

/// How the kit reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// `turn:…?transport=udp`
    Udp,
    /// `turn:…?transport=tcp`
    Tcp,
    /// `turns:…`
    Tls,
}

/// Which doors a server opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doors {
    /// One for UDP and TCP, one for TLS.
    All,
    /// TLS is not spoken at any door.
    WithoutTls,
}

/// A TURN server. Dropping it ends it.
pub struct Turn {
    server: Option<Child>,
    folder: TempDir,
    authority_pem: String,
    port: u16,
    tls_port: u16,
}

impl Turn {
    /// Starts a server on free ports; it answers when this returns.
    pub async fn start(doors: Doors) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let authority_pem = write_identity(folder.path())?;
        let mut turn = Self {
            server: None,
            port: free_port()?,
            tls_port: free_port()?,
            authority_pem,
            folder,
        };
        std::fs::write(turn.file("turn.conf"), turn.settings(doors))?;
        turn.start_again().await?;
        Ok(turn)
    }

    /// Starts it where it was, after [`Turn::stop`].
    pub async fn start_again(&mut self) -> Result<()> {
        let log = std::fs::File::create(self.folder.path().join("turn.log"))?;
        let server = Command::new("turnserver")
            .arg("-c")
            .arg(self.file("turn.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("coturn is needed")?;
        self.server = Some(server);
        let up = until("the TURN server", Duration::from_secs(10), || async {
            TcpStream::connect(("127.0.0.1", self.port)).await.ok()
        });
        up.await.map(drop).with_context(|| self.log())
    }

    /// As when its machine fails.
    pub async fn stop(&mut self) -> Result<()> {
        match self.server.take() {
            Some(mut server) => server.kill().await.context("the TURN server was running"),
            None => bail!("the TURN server does not run"),
        }
    }

    /// The trust anchor of its certificate.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// As a meeting service names it, with the right password.
    #[must_use]
    pub fn server(&self, way: Way) -> TurnServer {
        self.server_with(way, PASSWORD)
    }

    /// As a meeting service names it that has a wrong password.
    #[must_use]
    pub fn server_with_wrong_password(&self, way: Way) -> TurnServer {
        self.server_with(way, "wrong")
    }

    /// A `turns:` address that leads to the door where TLS is not spoken.
    #[must_use]
    pub fn tls_at_the_plain_door(&self) -> TurnServer {
        TurnServer {
            urls: vec![format!("turns:127.0.0.1:{}?transport=tcp", self.port)],
            ..self.server(Way::Tls)
        }
    }

    /// How many allocations it has made so far.
    #[must_use]
    pub fn allocations(&self) -> usize {
        let log = self.log();
        log.lines()
            .filter(|line| line.contains("ALLOCATE processed, success"))
            .count()
    }

    /// What it logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("turn.log")).unwrap_or_default()
    }

    fn server_with(&self, way: Way, password: &str) -> TurnServer {
        let url = match way {
            Way::Udp => format!("turn:127.0.0.1:{}?transport=udp", self.port),
            Way::Tcp => format!("turn:127.0.0.1:{}?transport=tcp", self.port),
            Way::Tls => format!("turns:127.0.0.1:{}?transport=tcp", self.tls_port),
        };
        TurnServer {
            urls: vec![url],
            username: USER.into(),
            credential: password.into(),
        }
    }

    fn settings(&self, doors: Doors) -> String {
        let tls = if doors == Doors::All { "" } else { "no-tls\n" };
        format!(
            "listening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nlistening-port={}\ntls-listening-port={}\n\
             cert={}\npkey={}\npidfile={}\nuserdb={}\nlt-cred-mech\nuser={USER}:{PASSWORD}\nrealm=lab.test\n\
             fingerprint\nallow-loopback-peers\nno-cli\nno-dtls\nlog-file=stdout\nverbose\n{tls}",
            self.port,
            self.tls_port,
            self.file("certificate.pem"),
            self.file("key.pem"),
            self.file("turn.pid"),
            self.file("users.sqlite"),
        )
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }
}

/// Writes certificate and key for 127.0.0.1; gives the authority that issued them.
fn write_identity(folder: &Path) -> Result<String> {
    let authority_key = KeyPair::generate()?;
    let mut authority = named("Test TURN authority", &[])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let authority_pem = authority.self_signed(&authority_key)?.pem();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate()?;
    let certificate = named("Test TURN server", &["127.0.0.1"])?.signed_by(&key, &issuer)?;
    std::fs::write(folder.join("certificate.pem"), certificate.pem())?;
    std::fs::write(folder.join("key.pem"), key.serialize_pem())?;
    Ok(authority_pem)
}

fn named(name: &str, hosts: &[&str]) -> Result<CertificateParams> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}

/// A port that is free for UDP and TCP at this moment.
fn free_port() -> Result<u16> {
    for _ in 0..20 {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free for both UDP and TCP")
}
