//! What the operator does on the server's own command line: make a data directory, add tenants and tokens, change settings, keep
//! and check what must last (`backup`, `audit_trail`, `attendance_log`). Each command is one function; `arguments` reads them.

pub mod attendance_log;
pub mod audit_trail;
pub mod backup;
mod exported;
mod settings;
mod tenants;
mod tokens;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fleet_api::EnrolmentCode;
use jiff::Timestamp;
use secrecy::SecretString;

use crate::{
    data_dir::DataDir,
    identity::entry,
    store::{ConnectionString, Store, Tenant},
};

pub use exported::{NotAnEntry, Noted};
pub use settings::{Setting, SettingsOptions, change_settings};
pub use tenants::{TenantOptions, add_municipality, add_tenant, add_vasternorrland};
pub use tokens::{add_token, revoke_token, tokens};

/// What opens a new server: a token for programs, and the code of its first region operator.
#[derive(Debug)]
pub struct FirstKeys {
    /// Shown once.
    pub token: SecretString,
    /// Shown once.
    pub code: EnrolmentCode,
}

/// Makes a data directory with a first tenant.
///
/// Where the database is on a PostgreSQL server, its tables must be there already ([`migrate`]). What fails leaves nothing behind,
/// so that it can be done again.
pub async fn init(
    path: &Path,
    server_names: &[String],
    database: Option<ConnectionString>,
    tenant: TenantOptions,
) -> Result<FirstKeys> {
    let mut directory = DataDir::create(path, server_names, Timestamp::now())?;
    let begun = begin(&mut directory, database, tenant).await;
    if begun.is_err() {
        directory.unmake()?;
    }
    begun
}

async fn begin(
    directory: &mut DataDir,
    database: Option<ConnectionString>,
    tenant: TenantOptions,
) -> Result<FirstKeys> {
    if let Some(database) = database {
        directory.keep_on(database)?;
    }
    let (store, name) = (directory.store().await?, tenant.name.clone());
    let token = add_tenant(&store, tenant).await?;
    let code = first_code(&store, &name).await?;
    Ok(FirstKeys { token, code })
}

/// Brings the tables on a PostgreSQL server up to date.
pub async fn migrate(owner: &ConnectionString, database: &ConnectionString) -> Result<()> {
    Store::migrate(owner, database)
        .await
        .context("could not bring the tables up to date")
}

/// Makes the one-time code by which somebody becomes a region's first operator. An older code stops working.
pub async fn first_code(store: &Store, region: &str) -> Result<EnrolmentCode> {
    let now = Timestamp::now();
    let region = region_named(store, region).await?;
    ensure!(
        region.region.is_none(),
        "{} is a municipality; its people get their roles from openid.toml",
        region.name
    );
    let (code, stored) = entry::new_first_code(now);
    store.add_first_code(region.id, &stored, now).await?;
    Ok(code)
}

async fn tenant_named(store: &Store, name: &str) -> Result<Tenant> {
    let found = store.tenant_named(name).await;
    found.context("there is no region or municipality of that name")
}

async fn region_named(store: &Store, name: &str) -> Result<Tenant> {
    let found = store.tenant_named(name).await;
    found.context("there is no region of that name")
}
