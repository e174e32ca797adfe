//! Which kits are connected, to whichever server: each server notes its own kits' coming and going, and says now and then
//! that it is alive. What a server noted counts while it is alive, so one that is killed takes its kits with it.

use std::collections::HashSet;

use fleet_api::{KitId, TenantId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError,
    database::{Exception, Transaction, query, query_scalar},
    stored,
};

/// A server that has not said for so long that it is alive is not. Three times as long as servers wait in between.
const ALIVE_WITHIN: SignedDuration = SignedDuration::from_secs(45);
/// What a dead server noted is cleared away after so long.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What became of a kit's connection to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is connected since then.
    Came(Timestamp),
    /// It is not any more; its last word was then.
    Left(Timestamp),
}

impl Store {
    /// Notes kits' coming and going at this server, all or nothing.
    pub async fn note_presences(
        &self,
        server: Uuid,
        changes: &[(KitKey, Presence)],
    ) -> Result<(), StoreError> {
        let mut changes = changes.to_vec();
        // Always in the same order, so that two servers never wait for each other's kits.
        changes.sort_by_key(|(key, _)| (key.tenant.0, key.kit.0));
        let mut transaction = self.database.begin_unscoped().await?;
        let mut entered = None;
        for (key, presence) in changes {
            if entered.replace(key.tenant) != Some(key.tenant) {
                transaction.enter(key.tenant.into()).await?;
            }
            match presence {
                Presence::Came(since) => came(&mut transaction, server, key, since).await?,
                Presence::Left(heard_at) => left(&mut transaction, server, key, heard_at).await?,
            }
        }
        Ok(transaction.commit().await?)
    }

    /// Says that a server is alive, and clears away after those that died long ago. False = it was not known, so nothing that
    /// it noted is known either.
    pub async fn say_alive(&self, server: Uuid, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.begin_presence().await?;
        for statement in [
            "DELETE FROM servers WHERE alive_at < $1",
            "DELETE FROM connections WHERE since < $1 AND server_id NOT IN (SELECT server_id FROM servers)",
        ] {
            query(statement)
                .bind(stored(now - FORGOTTEN_AFTER))
                .execute(&mut *transaction)
                .await?;
        }
        let known = query("UPDATE servers SET alive_at = $2 WHERE server_id = $1")
            .bind(server)
            .bind(stored(now))
            .execute(&mut *transaction)
            .await?;
        let known = known.rows_affected() == 1;
        if !known {
            query("INSERT INTO servers (server_id, alive_at) VALUES ($1, $2)")
                .bind(server)
                .bind(stored(now))
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(known)
    }

    /// A server ends by itself: its kits are not connected any more.
    pub async fn say_farewell(&self, server: Uuid) -> Result<(), StoreError> {
        let mut transaction = self.begin_presence().await?;
        query("DELETE FROM servers WHERE server_id = $1")
            .bind(server)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Shuts nobody out: what it writes concerns no tenant's writers.
    async fn begin_presence(&self) -> Result<Transaction, StoreError> {
        let mut transaction = self.database.begin_unscoped().await?;
        transaction.enter(Exception::Presence.into()).await?;
        Ok(transaction)
    }

    /// A tenant's kits that are connected to any server.
    pub async fn connected_kits(
        &self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<HashSet<KitId>, StoreError> {
        let kits = query_scalar(
            "SELECT c.kit_id FROM connections c JOIN servers s ON s.server_id = c.server_id
             WHERE c.tenant_id = $1 AND s.alive_at > $2",
        )
        .bind(tenant.0)
        .bind(stored(now - ALIVE_WITHIN))
        .fetch_all(self.within(tenant))
        .await?;
        Ok(kits.into_iter().map(KitId).collect())
    }
}

async fn came(
    transaction: &mut Transaction,
    server: Uuid,
    key: KitKey,
    since: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO connections (tenant_id, kit_id, server_id, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, kit_id) DO UPDATE SET server_id = excluded.server_id, since = excluded.since
         WHERE connections.since <= excluded.since",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(server)
    .bind(stored(since))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Unless it has come to another server meanwhile.
async fn left(
    transaction: &mut Transaction,
    server: Uuid,
    key: KitKey,
    heard_at: Timestamp,
) -> Result<(), StoreError> {
    query("DELETE FROM connections WHERE tenant_id = $1 AND kit_id = $2 AND server_id = $3")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(server)
        .execute(&mut **transaction)
        .await?;
    query(
        "UPDATE kits SET last_seen_at = $3 WHERE tenant_id = $1 AND kit_id = $2 AND coalesce(last_seen_at, 0) < $3",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(heard_at))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
