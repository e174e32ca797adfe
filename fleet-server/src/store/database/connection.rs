//! A connection of either database, alone or in a transaction. In a transaction it knows which tenants' trails have grown, and
//! seals their new ends before the scope is left or the transaction committed: once each, however many entries came.

use std::{
    collections::HashMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

use fleet_api::TenantId;
use sqlx::{Postgres, Sqlite, pool::PoolConnection};

use super::{Database, Kind, Scope, postgres};
use crate::{
    audit::{End, Seal},
    store::{Changes, audit_ends},
};

/// A connection that is lent to one piece of work.
#[derive(Debug)]
pub(in crate::store) struct Connection {
    pub(super) lent: Lent,
    seal: Arc<Seal>,
    /// Ends of trails that have grown and are not sealed yet.
    grown: HashMap<TenantId, End>,
}

/// Of which database.
#[derive(Debug)]
pub(in crate::store) enum Lent {
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
    pub(super) fn new(lent: Lent, seal: &Arc<Seal>) -> Self {
        Self {
            lent,
            seal: Arc::clone(seal),
            grown: HashMap::new(),
        }
    }

    /// What seals the ends of trails.
    pub(in crate::store) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// The end of a tenant's trail, where this transaction has moved it and not sealed it yet.
    pub(in crate::store) fn grown(&self, tenant: TenantId) -> Option<End> {
        self.grown.get(&tenant).copied()
    }

    /// A tenant's trail ends here now.
    pub(in crate::store) fn grow(&mut self, tenant: TenantId, end: End) {
        self.grown.insert(tenant, end);
    }

    /// Seals what has grown, while its rows are in scope.
    async fn seal_grown(&mut self) -> Result<(), sqlx::Error> {
        for (tenant, end) in std::mem::take(&mut self.grown) {
            audit_ends::write(self, tenant, end).await?;
        }
        Ok(())
    }

    /// From now until the end of the transaction, only this scope's rows.
    pub(in crate::store) async fn enter(&mut self, scope: Scope) -> Result<(), sqlx::Error> {
        self.seal_grown().await?;
        match &mut self.lent {
            Lent::Sqlite(_) => Ok(()),
            Lent::Postgres(held) => postgres::enter(held, scope, true).await,
        }
    }

    /// Other writers of that tenant wait from now until the end of the transaction. To be called before the first row is
    /// touched, and for several tenants in the order of their ids.
    pub(in crate::store) async fn shut_others_out(&mut self, tenant: TenantId) -> Result<(), sqlx::Error> {
        match &mut self.lent {
            Lent::Sqlite(_) => Ok(()),
            Lent::Postgres(held) => postgres::shut_others_out(held, tenant).await,
        }
    }

    /// Whoever else works on the thing of that name waits from now until the end of the transaction, whichever tenant it is in.
    /// To be called last, after whatever else a transaction waits for.
    pub(in crate::store) async fn take_turns(&mut self, name: &[u8]) -> Result<(), sqlx::Error> {
        match &mut self.lent {
            // There is one writer.
            Lent::Sqlite(_) => Ok(()),
            Lent::Postgres(held) => postgres::take_turns(held, name).await,
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
    pub(in crate::store) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.connection.seal_grown().await?;
        match self.connection.lent {
            Lent::Sqlite(held) => held.commit().await?,
            Lent::Postgres(held) => held.commit().await?,
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
        let lent = match &self.database.kind {
            Kind::Sqlite { reader, .. } => Lent::Sqlite(Held::Alone(reader.acquire().await?)),
            Kind::Postgres(pool) => {
                let mut held = Held::Alone(pool.acquire().await?);
                postgres::enter(&mut held, self.scope, false).await?;
                Lent::Postgres(held)
            }
        };
        Ok(Connection::new(lent, &self.database.seal))
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
