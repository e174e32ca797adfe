//! Copies of everything, and the way back. Both work while servers run: a backup is the database as it was at one moment.
//!
//! A backup is a folder: the data directory's own files, and the database as `fleet.db` (SQLite) or `fleet.pgdump`
//! (PostgreSQL's `pg_dump`). It gets its name when it is complete, so a folder that has it is whole. The connection string
//! is left out: a restored server may have another, and a backup should not open the database that it was made of.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokio::process::Command;

use crate::{
    audit::{Act, AuditEvent},
    data_dir::{DataDir, KEYS, NAMES, OPTIONAL},
    store::{ConnectionString, Store},
};

const FILE: &str = "fleet.db";
const DUMP: &str = "fleet.pgdump";

/// Makes a backup. Without its keys it opens no meeting and passes for no server; they must then be kept elsewhere.
pub async fn back_up(
    directory: &DataDir,
    to: &Path,
    with_keys: bool,
    owner: Option<&ConnectionString>,
) -> Result<()> {
    ensure!(
        !to.exists(),
        "{} is there already; choose another name",
        to.display()
    );
    if directory.server().is_some() && owner.is_none() {
        bail!("the backup of a PostgreSQL database is made by its owner; say who by --owner");
    }
    let unfinished = Unfinished::make(to)?;
    record(directory, with_keys).await?;
    if with_keys {
        copy_files(&directory.file(""), unfinished.folder())?;
    }
    match owner.filter(|_| directory.server().is_some()) {
        None => {
            let copy = unfinished.folder().join(FILE);
            directory.store().await?.copy_to(&copy).await?;
        }
        Some(owner) => dump(owner, &unfinished.folder().join(DUMP)).await?,
    }
    unfinished.finish(to)
}

/// Every organisation's trail says that a copy of what is theirs leaves the server, the copy's own trail too.
async fn record(directory: &DataDir, with_keys: bool) -> Result<()> {
    let store = directory.store().await?;
    let act = Act::from(Timestamp::now());
    for tenant in store.tenants().await? {
        store
            .record(tenant.id, &act, &AuditEvent::BackupMade { with_keys })
            .await?;
    }
    store.close().await;
    Ok(())
}

/// Makes a data directory of a backup, which must have its keys beside it. A server's database must be empty.
pub async fn restore(
    from: &Path,
    to: &Path,
    server: Option<(&ConnectionString, &ConnectionString)>,
) -> Result<()> {
    ensure!(
        !to.exists(),
        "{} is there already; a restore never overwrites",
        to.display()
    );
    ensure!(from.is_dir(), "there is no backup at {}", from.display());
    ensure!(
        from.join("link.key").exists(),
        "{} has no keys; put them there first",
        from.display()
    );
    let unfinished = Unfinished::make(to)?;
    copy_files(from, unfinished.folder())?;
    let mut directory = DataDir::open(unfinished.folder())?;
    match server {
        None => copy(&from.join(FILE), &unfinished.folder().join(FILE))?,
        Some((owner, server)) => {
            undump(owner, &from.join(DUMP)).await?;
            Store::migrate(owner, server).await?;
            directory.keep_on(server.clone())?;
        }
    }
    let store = directory.store().await?;
    store
        .check_whole()
        .await
        .with_context(|| format!("{} is no whole backup; take another", from.display()))?;
    store.close().await;
    unfinished.finish(to)
}

async fn dump(owner: &ConnectionString, to: &Path) -> Result<()> {
    let mut pg_dump = program("pg_dump", owner);
    pg_dump.args(["--format", "custom", "--file"]).arg(to);
    succeed(&mut pg_dump).await?;
    only_for_us(to, 0o600)
}

async fn undump(owner: &ConnectionString, from: &Path) -> Result<()> {
    ensure!(
        from.exists(),
        "{} is missing: the backup is of another kind of database",
        from.display()
    );
    let mut pg_restore = program("pg_restore", owner);
    // Rights are given anew, to the role that serves here.
    pg_restore.args([
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
    ]);
    succeed(pg_restore.arg(from)).await
}

/// The password goes by the environment: everybody on the machine sees a command line.
fn program(name: &str, to: &ConnectionString) -> Command {
    let mut command = Command::new(name);
    let (connection, password) = to.without_password();
    command.arg("--dbname").arg(connection).kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password.expose_secret());
    }
    command
}

async fn succeed(command: &mut Command) -> Result<()> {
    let name = command.as_std().get_program().to_owned();
    let name = name.display();
    let output = command
        .output()
        .await
        .with_context(|| format!("could not run {name}; is PostgreSQL's client installed?"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed: {}", said.trim());
    Ok(())
}

/// A folder that gets its name when everything is in it. Dropped before that, it is removed, keys and all, so that the next try
/// finds nothing in its way.
struct Unfinished(PathBuf);

impl Unfinished {
    fn make(folder: &Path) -> Result<Self> {
        let name = folder.file_name().context("say a folder's name")?;
        let mut unfinished = name.to_owned();
        unfinished.push(".unfinished");
        let unfinished = folder.with_file_name(unfinished);
        fs::create_dir(&unfinished).with_context(|| {
            format!(
                "could not make {}; remove it if it is left of a copy that was cut short",
                unfinished.display()
            )
        })?;
        let made = Self(unfinished);
        only_for_us(&made.0, 0o700)?;
        Ok(made)
    }

    fn folder(&self) -> &Path {
        &self.0
    }

    /// Everything is on disk before the folder gets its name.
    fn finish(self, to: &Path) -> Result<()> {
        let finish = || {
            for entry in fs::read_dir(&self.0)? {
                fs::File::open(entry?.path())?.sync_all()?;
            }
            fs::File::open(&self.0)?.sync_all()?;
            fs::rename(&self.0, to)
        };
        finish().with_context(|| format!("could not finish {}", to.display()))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Finished, it has another name.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The data directory's own files, from one folder to the other. Files elsewhere that they point to are the operator's.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    let optional = OPTIONAL.into_iter().filter(|name| from.join(name).exists());
    for name in KEYS.into_iter().chain(NAMES) {
        copy(&from.join(name), &to.join(name))?;
    }
    for name in optional {
        copy(&from.join(name), &to.join(name))?;
        only_for_us(&to.join(name), 0o600)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::copy(from, to);
    copied.with_context(|| format!("could not copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn only_for_us(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("could not close {} to others", path.display()))
}
