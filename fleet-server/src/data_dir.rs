//! The data directory: what lies in it, and who may read it (nobody but the server's own user).
//!
//! | file | what |
//! |---|---|
//! | `fleet.db` | the database, unless it is on a PostgreSQL server |
//! | `database` | how to reach the PostgreSQL server; may hold a password |
//! | `link.key` | seals meeting links in the database |
//! | `device-ca.pem`, `device-ca.key` | signs kits' certificates |
//! | `server-ca.pem`, `server-ca.key` | signs the server's own; kits and tools trust `server-ca.pem` |
//! | `server-names` | names and addresses of the server, one per line |
//! | `alerts.toml` | optional: the mail server and the like for alerts, see `alert_settings` |
//! | `openid.toml` | by whom people log in; written by the operator, see `identity::openid` |
//! | `bank-id.toml` | optional: the region as relying party of BankID, see `identity::bank_id` |

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use secrecy::ExposeSecret;

use crate::{
    alert_settings::AlertSettings,
    identity::{
        authority::{self, Authority},
        bank_id::BankId,
        openid::OpenId,
    },
    store::{ConnectionString, Place, Store, Vault},
};

/// What must be kept besides the database, and stays secret. The last says that the directory is complete.
pub(crate) const KEYS: [&str; 3] = ["device-ca.key", "server-ca.key", "link.key"];
/// What must be kept besides them.
pub(crate) const NAMES: [&str; 3] = ["device-ca.pem", "server-ca.pem", "server-names"];

/// What an operator may have written there. Mail accounts and the like stand in it: as secret as the keys.
pub(crate) const OPTIONAL: [&str; 3] = ["alerts.toml", "openid.toml", "bank-id.toml"];

/// A data directory that has been made.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    server: Option<ConnectionString>,
}

impl DataDir {
    /// Makes a new directory with fresh keys. Refuses one that has any already: new keys would lock every kit out.
    pub fn create(path: &Path, server_names: &[String], now: Timestamp) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("could not make {}", path.display()))?;
        let directory = Self {
            path: path.to_owned(),
            server: None,
        };
        if ["link.key", "fleet.db"]
            .iter()
            .any(|name| directory.file(name).exists())
        {
            bail!("{} is in use already; choose an empty directory", path.display());
        }
        for name in ["device-ca", "server-ca"] {
            let (certificate, key) = authority::create(name, now)?;
            directory.write(&format!("{name}.pem"), certificate.as_bytes(), 0o644)?;
            directory.write(&format!("{name}.key"), key.as_bytes(), 0o600)?;
        }
        directory.write("server-names", server_names.join("\n").as_bytes(), 0o600)?;
        let mut key = [0; 32];
        aws_lc_rs::rand::fill(&mut key).context("the operating system gives no random bytes")?;
        // Last: its presence says that the directory is complete.
        directory.write("link.key", &key, 0o600)?;
        Ok(directory)
    }

    /// Uses a directory that `create` made.
    pub fn open(path: &Path) -> Result<Self> {
        let mut directory = Self {
            path: path.to_owned(),
            server: None,
        };
        ensure!(
            directory.file("link.key").exists(),
            "{} is no data directory; run \"fleet-server init\" first",
            path.display()
        );
        if directory.file("database").exists() {
            directory.server = Some(
                directory
                    .read("database")?
                    .parse()
                    .context("database is damaged")?,
            );
        }
        Ok(directory)
    }

    /// Removes what [`create`](Self::create) made, and a database that has been made in it since: for a beginning that came to
    /// nothing.
    pub fn unmake(self) -> Result<()> {
        let databases = ["database", "fleet.db", "fleet.db-wal", "fleet.db-shm"];
        for name in KEYS.into_iter().chain(NAMES).chain(databases) {
            match fs::remove_file(self.file(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("could not remove {name}"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Uses a PostgreSQL server from now on, and remembers it.
    pub fn keep_on(&mut self, server: ConnectionString) -> Result<()> {
        self.write("database", server.expose_secret().as_bytes(), 0o600)?;
        self.server = Some(server);
        Ok(())
    }

    /// Uses this PostgreSQL server for now, if there is one, whatever is remembered.
    #[must_use]
    pub fn on(self, server: Option<ConnectionString>) -> Self {
        Self {
            server: server.or(self.server),
            ..self
        }
    }

    /// The PostgreSQL server, if the database is on one.
    #[must_use]
    pub fn server(&self) -> Option<&ConnectionString> {
        self.server.as_ref()
    }

    /// Opens the database.
    pub async fn store(&self) -> Result<Store> {
        let key = fs::read(self.file("link.key")).context("could not read link.key")?;
        let key = key
            .as_slice()
            .try_into()
            .context("link.key is damaged; restore it from its backup")?;
        Store::open(&self.place()?, Vault::new(key))
            .await
            .context("could not open the database")
    }

    /// Opens the database for whoever checks it: one that is missing or empty is refused, never made.
    pub async fn store_that_is_there(&self) -> Result<Store> {
        self.demand_database()?;
        self.store().await
    }

    /// Refuses a directory whose database is missing or empty: a server would begin anew with an empty one, and every kit and
    /// person would be a stranger to it.
    pub fn demand_database(&self) -> Result<()> {
        if self.server.is_none() {
            let file = self.file("fleet.db");
            let size = fs::metadata(&file).map_or(0, |file| file.len());
            ensure!(
                size > 0,
                "{} is missing or empty; restore it from a backup",
                file.display()
            );
        }
        Ok(())
    }

    fn place(&self) -> Result<Place> {
        if let Some(server) = &self.server {
            return Ok(Place::Server(server.clone()));
        }
        let file = self.file("fleet.db");
        if !file.exists() {
            // SQLite takes an empty file for a new database, and its side files take over the mode.
            self.write("fleet.db", &[], 0o600)?;
        }
        Ok(Place::File(file))
    }

    /// Signs kits' certificates.
    pub fn device_authority(&self) -> Result<Authority> {
        self.authority("device-ca")
    }

    /// Signs the server's own certificate.
    pub fn server_authority(&self) -> Result<Authority> {
        self.authority("server-ca")
    }

    /// Names and addresses under which the server is reached.
    pub fn server_names(&self) -> Result<Vec<String>> {
        Ok(self.read("server-names")?.lines().map(str::to_owned).collect())
    }

    /// How alerts leave the server; the defaults where there is no `alerts.toml`.
    pub fn alert_settings(&self) -> Result<AlertSettings> {
        if !self.file("alerts.toml").exists() {
            return Ok(AlertSettings::default());
        }
        // Neither the file nor the error, which quotes it, may reach the log: the mail server's password is in it.
        toml::from_str(&self.read("alerts.toml")?)
            .map_err(|error| anyhow::anyhow!("alerts.toml is not understood: {}", error.message()))
    }

    /// By whom people log in. Without the file: nobody can but by token.
    pub fn openid(&self) -> Result<OpenId> {
        if !self.file("openid.toml").exists() {
            return Ok(OpenId::default());
        }
        OpenId::read(&self.read("openid.toml")?, &self.path)
    }

    /// The regions that are relying parties of BankID. Without the file: none.
    pub fn bank_id(&self) -> Result<BankId> {
        if !self.file("bank-id.toml").exists() {
            return Ok(BankId::default());
        }
        BankId::read(&self.read("bank-id.toml")?, &self.path)
    }

    fn authority(&self, name: &str) -> Result<Authority> {
        let (certificate, key) = (
            self.read(&format!("{name}.pem"))?,
            self.read(&format!("{name}.key"))?,
        );
        Authority::read(certificate, &key).with_context(|| format!("{name} cannot be used"))
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    fn read(&self, name: &str) -> Result<String> {
        fs::read_to_string(self.file(name)).with_context(|| format!("could not read {name}"))
    }

    fn write(&self, name: &str, content: &[u8], mode: u32) -> Result<()> {
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(mode)
                .open(self.file(name))?;
            file.write_all(content)?;
            file.sync_all()
        };
        write().with_context(|| format!("could not write {name}"))
    }
}
