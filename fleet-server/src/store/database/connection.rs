//! A connection of either database, alone or in a transaction.

use std::ops::{Deref, DerefMut};

use fleet_api::TenantId;
use sqlx::{Postgres, Sqlite, pool::PoolConnection};

use super::{Database, Scope, postgres};
use crate::store::Changes;

/// A connection that is lent to one piece of work.
#[derive(Debug)]
pub(in crate::store) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// How the connection is held.
#[derive(Debug)]
pub(in crate::store) enum Held<DB: sqlx::Database> {
    /// Each statement is a transaction of its own.
    Alone(PoolConnection<DB>),
    /// Rolled back when it is dropped before it is committed.
    InTransaction(sqlx::Transaction<'static, DB>),
}

/// A connection in a transaction. Nothing of it stays unless it is committed.
#[derive(Debug)]
pub(in crate::store) struct Transaction {
    connection: Connection,
    /// Where to note whose content has changed when it is committed.
    noted: Option<(Changes, TenantId)>,
}

/// A connection that will be taken when a statement needs it.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Reader<'d> {
    database: &'d Database,
    scope: Scope,
}

impl Connection {
    /// From now until the end of the transaction, only this scope's rows.
    pub(in crate::store) async fn enter(&mut self, scope: Scope) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(held) => postgres::enter(held, scope, true).await,
        }
    }

    /// Other writers of that tenant wait from now until the end of the transaction. To be called before the first row is
    /// touched, and for several tenants in the order of their ids.
    pub(in crate::store) async fn shut_others_out(&mut self, tenant: TenantId) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(held) => postgres::shut_others_out(held, tenant).await,
        }
    }

    /// Whoever else works on the thing of that name waits from now until the end of the transaction, whichever tenant it is in.
    /// To be called last, after whatever else a transaction waits for.
    pub(in crate::store) async fn take_turns(&mut self, name: &[u8]) -> Result<(), sqlx::Error> {
        match self {
            // There is one writer.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(held) => postgres::take_turns(held, name).await,
        }
    }
}

impl Transaction {
    pub(super) fn new(begun: Connection) -> Self {
        Self {
            connection: begun,
            noted: None,
        }
    }

    /// The tenant has changed when this is committed.
    pub(in crate::store) fn noting(self, changes: Changes, tenant: TenantId) -> Self {
        Self {
            noted: Some((changes, tenant)),
            ..self
        }
    }

    /// Makes it last: it is on disk when this returns.
    pub(in crate::store) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.connection {
            Connection::Sqlite(held) => held.commit().await?,
            Connection::Postgres(held) => held.commit().await?,
        }
        if let Some((changes, tenant)) = self.noted {
            changes.note(tenant);
        }
        Ok(())
    }
}

impl<'d> Reader<'d> {
    pub(super) fn new(database: &'d Database, scope: Scope) -> Self {
        Self { database, scope }
    }

    /// Takes a connection from the pool, for several statements.
    pub(in crate::store) async fn connect(self) -> Result<Connection, sqlx::Error> {
        match self.database {
            Database::Sqlite { reader, .. } => Ok(Connection::Sqlite(Held::Alone(reader.acquire().await?))),
            Database::Postgres(pool) => {
                let mut held = Held::Alone(pool.acquire().await?);
                postgres::enter(&mut held, self.scope, false).await?;
                Ok(Connection::Postgres(held))
            }
        }
    }
}

impl<DB: sqlx::Database> Held<DB> {
    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::InTransaction(transaction) => transaction.commit().await,
            Self::Alone(_) => Ok(()),
        }
    }
}

impl<DB: sqlx::Database> Deref for Held<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Alone(connection) => connection,
            Self::InTransaction(transaction) => transaction,
        }
    }
}

impl<DB: sqlx::Database> DerefMut for Held<DB> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        match self {
            Self::Alone(connection) => connection,
            Self::InTransaction(transaction) => transaction,
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}
