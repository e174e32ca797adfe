//! The server under test: the real program on SQLite, and kits that its own authority has given certificates.
//!
//! The kits are put into its database before it starts, by the server's own library, as enrolling 20,000 over HTTP would
//! only measure patience. Each has a key and a certificate of its own (P-256).

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::processes::ours;
use fleet_api::{DeviceId, KitId, SigningRequestPem, TenantId};
use fleet_server::data_dir::DataDir;
use fleet_server::identity::administrator;
use fleet_server::identity::authority::SigningRequest;
use fleet_server::store::{KitKey, NewTenant, Settings, Store};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

const STARTS_WITHIN: Duration = Duration::from_mins(1);

/// A data directory with kits in it.
pub(super) struct Site {
    folder: TempDir,
    token: SecretString,
    pub(super) kits: Vec<Enrolled>,
}

/// A kit, and how it proves that it is that one.
pub(super) struct Enrolled {
    pub(super) kit: KitId,
    pub(super) key: KeyPair,
    pub(super) certificate: String,
}

/// A running server.
pub(super) struct Server {
    process: Child,
    pub(super) device: SocketAddr,
    pub(super) console: SocketAddr,
}

impl Site {
    /// Makes a region with kits, below `place`: what a sync costs is the disk there.
    pub(super) async fn make(place: &Path, kits: u32) -> Result<Self> {
        let folder = tempfile::tempdir_in(place)?;
        let (data, now) = (folder.path().join("data"), Timestamp::now());
        let directory = DataDir::create(&data, &["127.0.0.1".to_owned()], now)?;
        let store = directory.store().await?;
        let new = NewTenant {
            name: "Region".to_owned(),
            settings: Settings::default(),
        };
        let tenant = store.add_tenant(&new, now).await?;
        let (token, stored) = administrator::new_token();
        store.add_token(tenant, &stored, now).await?;
        add_kits(&store, tenant, kits, now).await?;
        store.close().await;
        let site = Self {
            kits: enrol(&directory, &data, tenant).await?,
            folder,
            token,
        };
        Ok(site)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The database's file, for looking past the server.
    pub(super) async fn database(&self) -> Result<SqlitePool> {
        open(&self.data()).await
    }

    /// Whom kits and tools trust.
    pub(super) fn authority(&self) -> Result<Vec<u8>> {
        Ok(std::fs::read(self.data().join("server-ca.pem"))?)
    }

    pub(super) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Starts the server at these addresses; port 0 takes a free one.
    pub(super) async fn serve(&self, device: SocketAddr, console: SocketAddr) -> Result<Server> {
        let mut process = Command::new(ours("fleet-server")?)
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .args(["--device-listen", &device.to_string()])
            .args(["--console-listen", &console.to_string()])
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(process.stdout.take().context("stdout is piped")?).lines();
        let mut address = async |name: &str| -> Result<SocketAddr> {
            let line = timeout(STARTS_WITHIN, lines.next_line()).await??;
            let line = line.context("the server did not start")?;
            let address = line.strip_prefix(name).context("an address")?;
            Ok(address.trim_start_matches("https://").parse()?)
        };
        let (device, console) = (address("kits: ").await?, address("console: ").await?);
        Ok(Server {
            process,
            device,
            console,
        })
    }
}

impl Server {
    pub(super) fn pid(&self) -> Result<u32> {
        self.process.id().context("the server runs")
    }

    /// What it has in memory now, shared pages included.
    pub(super) fn memory_mib(&self) -> Result<f64> {
        self.status("VmRSS:")
    }

    /// The most that it ever had.
    pub(super) fn most_memory_mib(&self) -> Result<f64> {
        self.status("VmHWM:")
    }

    /// A size from `/proc/PID/status` (proc(5)).
    fn status(&self, field: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|rest| rest.trim().strip_suffix("kB"));
        Ok(kib.context("a size")?.trim().parse::<f64>()? / 1024.0)
    }

    /// `kill -9`.
    pub(super) async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}

async fn add_kits(store: &Store, tenant: TenantId, kits: u32, now: Timestamp) -> Result<()> {
    for number in 1..=kits {
        let name = format!("Kit {number}").try_into()?;
        store.kit_named(tenant, &name, now).await?;
    }
    Ok(())
}

/// Enrols all kits at once, and makes their keys and certificates.
async fn enrol(directory: &DataDir, data: &Path, tenant: TenantId) -> Result<Vec<Enrolled>> {
    let database = open(data).await?;
    sqlx::query("UPDATE kits SET device_id = randomblob(16)")
        .execute(&database)
        .await?;
    let rows: Vec<(uuid::Uuid, uuid::Uuid)> = sqlx::query_as("SELECT kit_id, device_id FROM kits")
        .fetch_all(&database)
        .await?;
    database.close().await;
    let (authority, now) = (directory.device_authority()?, Timestamp::now());
    let enrolled = |(kit, device): (uuid::Uuid, uuid::Uuid)| -> Result<Enrolled> {
        let (kit, key) = (KitId(kit), KeyPair::generate()?);
        let request: SigningRequestPem = CertificateParams::default()
            .serialize_request(&key)?
            .pem()?
            .try_into()?;
        let request = SigningRequest::read(&request)?;
        let certificate = authority.sign_device(&request, KitKey { tenant, kit }, DeviceId(device), now)?;
        Ok(Enrolled {
            kit,
            key,
            certificate: certificate.as_str().to_owned(),
        })
    };
    rows.into_iter().map(enrolled).collect()
}

async fn open(data: &Path) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new().filename(data.join("fleet.db"));
    Ok(SqlitePool::connect_with(options).await?)
}
