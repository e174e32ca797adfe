//! The audit trail's entries. They are only ever added, in the transaction of the change that they record; a trigger in
//! the database refuses everything else. Where a trail ends is sealed in that transaction too (`audit_ends`).

use fleet_api::{CareWorkerId, TenantId};
use uuid::Uuid;

use super::{
    Store, StoreError,
    audit_ends::{self, GoOn},
    database::{Connection, Row, query, query_scalar},
    read_time, stored, terms,
};
use crate::audit::{Act, Actor, AuditEvent, End, Entry, GENESIS};

impl Store {
    /// Records something that changed nothing, such as a look at something sensitive.
    pub async fn record(&self, tenant: TenantId, act: &Act, event: &AuditEvent) -> Result<(), StoreError> {
        // Begun at the database itself: a look that counted as a change would bring on the next look.
        let mut transaction = self.database.begin(tenant.into()).await?;
        append(&mut transaction, tenant, act, event).await?;
        Ok(transaction.commit().await?)
    }

    /// A tenant's entries after a number, oldest first, at most `limit`.
    pub async fn audit_after(
        &self,
        tenant: TenantId,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows =
            query("SELECT * FROM audit WHERE tenant_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3")
                .bind(tenant.0)
                .bind(i64::try_from(after).unwrap_or(i64::MAX))
                .bind(i64::try_from(limit).unwrap_or(i64::MAX))
                .fetch_all(self.within(tenant))
                .await?;
        rows.iter().map(read_entry).collect()
    }

    /// The number of a tenant's newest entry; 0 = it has none. Whatever changes in the tenant makes it grow.
    pub async fn newest_entry(&self, tenant: TenantId) -> Result<u64, StoreError> {
        let newest: Option<i64> = query_scalar("SELECT max(sequence) FROM audit WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_one(self.within(tenant))
            .await?;
        u64::try_from(newest.unwrap_or(0)).map_err(|_| StoreError::Damaged("audit.sequence"))
    }

    /// A tenant's newest entries, newest first, at most `limit`.
    pub async fn audit_newest(&self, tenant: TenantId, limit: u32) -> Result<Vec<Entry>, StoreError> {
        let rows = query("SELECT * FROM audit WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT $2")
            .bind(tenant.0)
            .bind(limit)
            .fetch_all(self.within(tenant))
            .await?;
        rows.iter().map(read_entry).collect()
    }
}

/// Adds an entry to a tenant's chain, if the terms around it allow the change that it records.
pub(super) async fn append(
    connection: &mut Connection,
    tenant: TenantId,
    act: &Act,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    let newest = mend(connection, tenant, act).await?;
    terms::hold(connection, tenant, newest, act.at).await?;
    let GoOn { from, .. } = audit_ends::go_on(connection, tenant).await?;
    write(connection, (tenant, from), act, event).await
}

/// Says in a tenant's chain that its seal and its rows did not agree, where they do not. The number of the newest entry that was
/// there before; 0 = none.
pub(super) async fn mend(
    connection: &mut Connection,
    tenant: TenantId,
    act: &Act,
) -> Result<u64, StoreError> {
    let GoOn { from, newest, broken } = audit_ends::go_on(connection, tenant).await?;
    match broken {
        Some(cause) => {
            let act = Act::by(Actor::Server, act.at);
            let event = AuditEvent::TrailSealedAnew { cause, after: from.0 };
            write(connection, (tenant, from), &act, &event).await?;
        }
        // Kept for the entry that follows, so that it is looked up once.
        None => connection.grow(tenant, from),
    }
    Ok(newest)
}

/// Writes the entry that follows on one; the connection seals it as the end.
async fn write(
    connection: &mut Connection,
    (tenant, (newest, previous)): (TenantId, End),
    act: &Act,
    event: &AuditEvent,
) -> Result<(), StoreError> {
    let mut entry = Entry {
        tenant,
        sequence: newest + 1,
        at: read_time("audit.at", stored(act.at))?,
        actor: act.actor.to_string(),
        on_behalf_of: act.on_behalf_of.map(|worker| worker.to_string()),
        event: serde_json::to_string(event).expect("events are plain data"),
        previous,
        hash: GENESIS,
    };
    entry.hash = entry.right_hash();
    query(
        "INSERT INTO audit (tenant_id, sequence, at, actor, on_behalf_of, event, previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(tenant.0)
    .bind(i64::try_from(entry.sequence).expect("nobody writes that many entries"))
    .bind(stored(act.at))
    .bind(&entry.actor)
    .bind(act.on_behalf_of.map(|worker| worker.0))
    .bind(&entry.event)
    .bind(entry.previous.as_slice())
    .bind(entry.hash.as_slice())
    .execute(&mut *connection)
    .await?;
    connection.grow(tenant, (entry.sequence, entry.hash));
    Ok(())
}

fn read_entry(row: &Row) -> Result<Entry, StoreError> {
    let hash = |column| -> Result<_, StoreError> {
        let bytes: Vec<u8> = row.try_get(column)?;
        bytes.try_into().map_err(|_| StoreError::Damaged("audit.hash"))
    };
    let sequence: i64 = row.try_get("sequence")?;
    let on_behalf_of: Option<Uuid> = row.try_get("on_behalf_of")?;
    Ok(Entry {
        tenant: TenantId(row.try_get("tenant_id")?),
        sequence: u64::try_from(sequence).map_err(|_| StoreError::Damaged("audit.sequence"))?,
        at: read_time("audit.at", row.try_get("at")?)?,
        actor: row.try_get("actor")?,
        on_behalf_of: on_behalf_of.map(|worker| CareWorkerId(worker).to_string()),
        event: row.try_get("event")?,
        previous: hash("previous_hash")?,
        hash: hash("hash")?,
    })
}
