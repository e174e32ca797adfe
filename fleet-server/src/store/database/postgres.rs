//! PostgreSQL: one pool of connections. The role that serves owns no table and is held to its scope by row-level
//! security; the tables are made by another role, beforehand (`fleet-server migrate`).

use std::{str::FromStr, sync::LazyLock, time::Duration};

use fleet_api::TenantId;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    PgPool, Postgres,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{Held, Kind, Scope, StoreError, migrations};

/// Connections of one server process; the rest of its work waits for a free one.
const CONNECTIONS: u32 = 16;
/// Longest wait for a free one, or for the server to answer at all.
const PATIENCE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared: more than there are in the store.
const PREPARED: usize = 1_000;
/// What PostgreSQL ends by itself, so that a server that is paused, cut off or stuck keeps nobody waiting for its turn to write: a
/// transaction that nobody goes on with, a wait for another's, a statement, a connection to a machine that is gone. A wait
/// outlasts an abandoned transaction, so whoever waits for one gets their turn; all stay below a request's 15 s but the
/// statement, as retention may take longer.
const ENDED_BY_ITSELF: [(&str, &str); 7] = [
    ("idle_in_transaction_session_timeout", "6s"),
    ("lock_timeout", "12s"),
    ("statement_timeout", "60s"),
    ("tcp_keepalives_idle", "10"),
    ("tcp_keepalives_interval", "5"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "20s"),
];

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(migrations::for_postgres);

/// How to reach a PostgreSQL server: `postgres://role:password@host/database`. Never shown, as it may hold a password.
#[derive(Debug, Clone)]
pub struct ConnectionString(SecretString);

/// The text is no connection string. It is not repeated, as it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a connection string reads postgres://role:password@host/database")]
pub struct NotAConnectionString;

impl FromStr for ConnectionString {
    type Err = NotAConnectionString;

    fn from_str(text: &str) -> Result<Self, NotAConnectionString> {
        let text = text.trim();
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(NotAConnectionString);
        }
        PgConnectOptions::from_str(text).map_err(|_| NotAConnectionString)?;
        Ok(Self(SecretString::from(text)))
    }
}

/// For whoever must write it down or hand it on.
impl ExposeSecret<str> for ConnectionString {
    fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl ConnectionString {
    /// In two parts, for programs that must not be given a password where everybody can read it.
    #[must_use]
    pub fn without_password(&self) -> (String, Option<SecretString>) {
        let text = self.0.expose_secret();
        let hidden = || {
            let (scheme, rest) = text.split_once("://")?;
            let (role, rest) = rest.split_once('@')?;
            let (role, password) = role.split_once(':')?;
            let password = percent_decode_str(password).decode_utf8().ok()?.into_owned();
            Some((
                format!("{scheme}://{role}@{rest}"),
                Some(SecretString::from(password)),
            ))
        };
        hidden().unwrap_or_else(|| (text.to_owned(), None))
    }

    fn options(&self) -> PgConnectOptions {
        PgConnectOptions::from_str(self.0.expose_secret())
            .expect("it was read when it was made")
            .application_name("fleet-server")
            .statement_cache_capacity(PREPARED)
    }
}

/// Opens the pool. Refuses tables that are too old, and a role that row-level security would not hold.
pub(super) async fn open(server: &ConnectionString) -> Result<Kind, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .connect_with(server.options().options(ENDED_BY_ITSELF))
        .await?;
    check_role(&pool).await?;
    check_version(&pool).await?;
    Ok(Kind::Postgres(pool))
}

/// Brings the tables up to date as their owner, and lets the server's role use them.
///
/// Servers that run may be older than the tables: migrations only ever add (`docs/operations.md`, "Order of updates").
pub(in crate::store) async fn migrate(
    owner: &ConnectionString,
    server: &ConnectionString,
) -> Result<(), StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .connect_with(owner.options())
        .await?;
    MIGRATIONS.run(&pool).await.map_err(StoreError::Migration)?;
    sqlx::query("SELECT grant_to_server($1)")
        .bind(server.options().get_username())
        .execute(&pool)
        .await?;
    pool.close().await;
    Ok(())
}

async fn check_role(pool: &PgPool) -> Result<(), StoreError> {
    let unbound: bool = sqlx::query_scalar(
        "SELECT rolsuper OR rolbypassrls
             OR EXISTS (SELECT FROM pg_tables WHERE tablename = 'tenants' AND tableowner = current_user)
         FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(pool)
    .await?;
    if unbound {
        Err(StoreError::RoleTooMighty)
    } else {
        Ok(())
    }
}

async fn check_version(pool: &PgPool) -> Result<(), StoreError> {
    let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(pool)
        .await
        .map_err(|_| StoreError::NotMigrated)?;
    let missing = MIGRATIONS.iter().any(|known| !applied.contains(&known.version));
    if missing {
        Err(StoreError::NotMigrated)
    } else {
        Ok(())
    }
}

/// A transaction within a scope. A tenant's writers wait for each other; who works on all tenants, waits for all.
pub(super) async fn begin(pool: &PgPool, scope: Scope) -> Result<Held<Postgres>, sqlx::Error> {
    let mut begun = pool.begin().await?;
    let statement = match scope {
        Scope::Tenant(_) => {
            "SELECT set_config('fleet.tenant', $1, true), set_config('fleet.exception', $2, true),
                 pg_advisory_xact_lock_shared(1), pg_advisory_xact_lock(hashtextextended($1, 0))"
        }
        Scope::All(_) => {
            "SELECT set_config('fleet.tenant', $1, true), set_config('fleet.exception', $2, true),
                 pg_advisory_xact_lock(1)"
        }
    };
    let (tenant, exception) = settings(scope);
    sqlx::query(statement)
        .bind(tenant)
        .bind(exception)
        .execute(&mut *begun)
        .await?;
    Ok(Held::InTransaction(begun))
}

/// Sets the scope: for the rest of the transaction, or until it is set again. No connection is lent without this.
pub(super) async fn enter(
    held: &mut Held<Postgres>,
    scope: Scope,
    for_transaction: bool,
) -> Result<(), sqlx::Error> {
    let (tenant, exception) = settings(scope);
    sqlx::query("SELECT set_config('fleet.tenant', $1, $3), set_config('fleet.exception', $2, $3)")
        .bind(tenant)
        .bind(exception)
        .bind(for_transaction)
        .execute(&mut **held)
        .await?;
    Ok(())
}

/// Takes a tenant's turn to write, as [`begin`] does.
pub(super) async fn shut_others_out(held: &mut Held<Postgres>, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(1), pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(tenant.to_string())
        .execute(&mut **held)
        .await?;
    Ok(())
}

/// Takes the turn of whatever has this name. Another seed than a tenant's turn has.
pub(super) async fn take_turns(held: &mut Held<Postgres>, name: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 1))")
        .bind(name)
        .execute(&mut **held)
        .await?;
    Ok(())
}

fn settings(scope: Scope) -> (String, &'static str) {
    match scope {
        Scope::Tenant(tenant) => (tenant.to_string(), ""),
        Scope::All(exception) => (String::new(), exception.name()),
    }
}
