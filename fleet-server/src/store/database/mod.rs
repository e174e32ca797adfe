//! The two databases behind one set of statements (decision 0011).
//!
//! The other files of `store` write each statement once, in SQL that both understand, with placeholders `$1`, `$2` …;
//! `query` and `row` carry values in and out with the same calls as sqlx has. `scope` says whose rows a connection may
//! touch; PostgreSQL holds it to that (row-level security), SQLite does not know it. Whoever writes, writes alone: in
//! SQLite there is one writer, in PostgreSQL one per tenant, so what a transaction has checked still holds when it commits.

mod connection;
mod migrations;
mod postgres;
mod query;
mod row;
mod scope;
mod sqlite;
mod value;

use std::sync::Arc;

use sqlx::{PgPool, SqlitePool};

pub(super) use connection::{Connection, Reader, Transaction};
pub(super) use postgres::migrate;
pub use postgres::{ConnectionString, NotAConnectionString};
pub(super) use query::{query, query_scalar};
pub(super) use row::Row;
pub(super) use scope::{Exception, Scope};

use connection::{Held, Lent};

use super::StoreError;
use crate::audit::Seal;

/// Where a store is kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file of SQLite's, which is made where it is missing.
    File(std::path::PathBuf),
    /// On a PostgreSQL server, which several fleet servers may share.
    Server(ConnectionString),
}

/// An open database; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Database {
    kind: Kind,
    /// What seals the ends of audit trails.
    seal: Arc<Seal>,
}

#[derive(Clone, Debug)]
enum Kind {
    Sqlite { reader: SqlitePool, writer: SqlitePool },
    Postgres(PgPool),
}

impl Database {
    /// Opens the database. A file is brought up to date; a server must be up to date already.
    pub(super) async fn open(place: &Place, seal: Seal) -> Result<Self, StoreError> {
        let kind = match place {
            Place::File(file) => sqlite::open(file).await?,
            Place::Server(server) => postgres::open(server).await?,
        };
        Ok(Self {
            kind,
            seal: Arc::new(seal),
        })
    }

    /// What seals the ends of audit trails.
    pub(super) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The connections to a server, where it is one.
    pub(super) fn server(&self) -> Option<&PgPool> {
        match &self.kind {
            Kind::Sqlite { .. } => None,
            Kind::Postgres(pool) => Some(pool),
        }
    }

    /// A transaction that may write within a scope; others that write there wait until it is over.
    pub(super) async fn begin(&self, scope: Scope) -> Result<Transaction, sqlx::Error> {
        let begun = match &self.kind {
            Kind::Sqlite { writer, .. } => Lent::Sqlite(sqlite::begin(writer).await?),
            Kind::Postgres(pool) => Lent::Postgres(postgres::begin(pool, scope).await?),
        };
        Ok(Transaction::new(Connection::new(begun, &self.seal)))
    }

    /// A transaction that shuts nobody out but whom it names ([`Connection::shut_others_out`]); each piece of work in it
    /// enters its scope first ([`Connection::enter`]).
    pub(super) async fn begin_unscoped(&self) -> Result<Transaction, sqlx::Error> {
        let begun = match &self.kind {
            Kind::Sqlite { writer, .. } => Lent::Sqlite(sqlite::begin(writer).await?),
            Kind::Postgres(pool) => Lent::Postgres(Held::InTransaction(pool.begin().await?)),
        };
        Ok(Transaction::new(Connection::new(begun, &self.seal)))
    }

    /// Reads within a scope.
    pub(super) fn within(&self, scope: Scope) -> Reader<'_> {
        Reader::new(self, scope)
    }

    /// Whether it can be read: a table, as a statement without one never looks at SQLite's file.
    pub(super) async fn answers(&self) -> bool {
        let look = "SELECT count(*) FROM servers";
        match &self.kind {
            Kind::Sqlite { reader, .. } => sqlx::query(look).fetch_one(reader).await.is_ok(),
            Kind::Postgres(pool) => sqlx::query(look).fetch_one(pool).await.is_ok(),
        }
    }

    /// Whether a file has its structure and its indexes fit their tables. A server vouches for itself.
    pub(super) async fn is_undamaged(&self) -> Result<bool, sqlx::Error> {
        let Kind::Sqlite { reader, .. } = &self.kind else {
            return Ok(true);
        };
        let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
            .fetch_one(reader)
            .await?;
        Ok(said == "ok")
    }

    /// Connections by what they are for: all, and those that nobody uses.
    pub(super) fn connections(&self) -> Vec<(&'static str, usize, usize)> {
        fn of<DB: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<DB>) -> (&'static str, usize, usize) {
            (
                name,
                usize::try_from(pool.size()).unwrap_or(usize::MAX),
                pool.num_idle(),
            )
        }
        match &self.kind {
            Kind::Sqlite { reader, writer } => vec![of("read", reader), of("write", writer)],
            Kind::Postgres(pool) => vec![of("all", pool)],
        }
    }

    /// Leaves nothing of what was erased, as far as the database lets us; PostgreSQL's own clean-up comes later.
    pub(super) async fn forget_erased(&self) -> Result<(), sqlx::Error> {
        match &self.kind {
            Kind::Sqlite { writer, .. } => sqlite::forget_erased(writer).await,
            Kind::Postgres(_) => Ok(()),
        }
    }

    /// Copies a file's content into a new file. PostgreSQL has a program of its own for that.
    pub(super) async fn copy_to(&self, file: &std::path::Path) -> Result<(), sqlx::Error> {
        match &self.kind {
            Kind::Sqlite { writer, .. } => sqlite::copy_to(writer, file).await,
            Kind::Postgres(_) => Err(sqlx::Error::Configuration("pg_dump copies a server".into())),
        }
    }

    /// Waits for running statements and closes.
    pub(super) async fn close(&self) {
        match &self.kind {
            Kind::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Kind::Postgres(pool) => pool.close().await,
        }
    }
}
