//! The log of meetings: written in the transaction that takes an event in, read by whoever answers for it, erased after five years.
//!
//! Each care provider has a chain of its own. Where a chain begins after an erasure, and where it ends, stands beside it, so that a gap
//! at either end is found as well.

use fleet_api::{CareProviderId, CareWorkerId, Event, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError,
    attendance_provider::{acting, responsible},
    database::{Connection, Exception, Row, query},
    read_time, stored,
};
use crate::{
    audit::{Entry, GENESIS},
    domain::attendance::{KEPT, Record},
    identity::secret::Hash,
};

/// Entries per read of the database.
const PAGE: u32 = 1_000;

/// A care provider's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceChain {
    /// Whose.
    pub provider: CareProviderId,
    /// The care provider's name; none for what happened while nobody had the kit.
    pub name: Option<String>,
    /// The entry up to which all has been erased, and its hash.
    pub erased: (u64, Hash),
    /// The newest entry, and its hash.
    pub newest: (u64, Hash),
}

impl Store {
    /// A tenant's chains by name.
    pub async fn attendance_chains(&self, tenant: TenantId) -> Result<Vec<AttendanceChain>, StoreError> {
        let rows = query(
            "SELECT c.*, p.name FROM attendance_chains c
             LEFT JOIN care_providers p ON p.tenant_id = c.tenant_id AND p.provider_id = c.provider_id
             WHERE c.tenant_id = $1 ORDER BY coalesce(p.name, ''), c.provider_id",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        let chain = |row: &Row| {
            Ok(AttendanceChain {
                provider: CareProviderId(row.try_get("provider_id")?),
                name: row.try_get("name")?,
                erased: place(row, "erased_sequence", "erased_hash")?,
                newest: place(row, "newest_sequence", "newest_hash")?,
            })
        };
        rows.iter().map(chain).collect()
    }

    /// A chain's entries after a number, oldest first, at most `limit`.
    pub async fn attendance_after(
        &self,
        tenant: TenantId,
        provider: CareProviderId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let rows = query(
            "SELECT * FROM attendance WHERE tenant_id = $1 AND provider_id = $2 AND sequence > $3
             ORDER BY sequence LIMIT $4",
        )
        .bind(tenant.0)
        .bind(provider.0)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_entry).collect()
    }

    /// All that a chain holds up to its newest entry; what is written while it is read belongs to the next reading.
    pub async fn attendance(
        &self,
        tenant: TenantId,
        chain: &AttendanceChain,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let after = entries.last().map_or(chain.erased.0, |entry| entry.sequence);
            let page = self.attendance_after(tenant, chain.provider, after, PAGE).await?;
            let read = entries.len();
            entries.extend(page.into_iter().filter(|entry| entry.sequence <= chain.newest.0));
            if entries.len() == read {
                return Ok(entries);
            }
        }
    }

    /// Erases what has been kept for five years, whoever's it is; returns how many entries.
    pub async fn erase_old_attendance(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin(Exception::Retention).await?;
        let rows = query(
            "SELECT a.tenant_id, a.provider_id, a.sequence, a.hash FROM attendance a
             JOIN (SELECT tenant_id, provider_id, max(sequence) AS sequence FROM attendance WHERE at <= $1
                   GROUP BY tenant_id, provider_id) old
               ON old.tenant_id = a.tenant_id AND old.provider_id = a.provider_id AND old.sequence = a.sequence",
        )
        .bind(stored(now - KEPT))
        .fetch_all(&mut *transaction)
        .await?;
        let mut erased = 0;
        for row in rows {
            let (tenant, provider): (Uuid, Uuid) = (row.try_get("tenant_id")?, row.try_get("provider_id")?);
            let (sequence, hash): (i64, Vec<u8>) = (row.try_get("sequence")?, row.try_get("hash")?);
            erased +=
                query("DELETE FROM attendance WHERE tenant_id = $1 AND provider_id = $2 AND sequence <= $3")
                    .bind(tenant)
                    .bind(provider)
                    .bind(sequence)
                    .execute(&mut *transaction)
                    .await?
                    .rows_affected();
            query(
                "UPDATE attendance_chains SET erased_sequence = $3, erased_hash = $4
                 WHERE tenant_id = $1 AND provider_id = $2",
            )
            .bind(tenant)
            .bind(provider)
            .bind(sequence)
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        if erased > 0 {
            self.database.forget_erased().await?;
        }
        Ok(erased)
    }
}

/// Adds an event to the chain of whoever is responsible. The transaction has shut out others who write for the tenant.
pub(super) async fn append(
    connection: &mut Connection,
    key: KitKey,
    event: &Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let by = acting(&event.kind);
    let provider = responsible(connection, key, by, event).await?;
    let (newest, previous) = newest(connection, key.tenant, provider).await?;
    let record = Record {
        provider,
        kit: key.kit,
        happened_at: event.at,
        event: event.kind.clone(),
    };
    let mut entry = Entry {
        tenant: key.tenant,
        sequence: newest + 1,
        at: read_time("attendance.at", stored(now))?,
        actor: format!("kit {}", key.kit),
        on_behalf_of: by.map(|worker| worker.to_string()),
        event: serde_json::to_string(&record).expect("records are plain data"),
        previous,
        hash: GENESIS,
    };
    entry.hash = entry.right_hash();
    write(connection, provider, by, &entry).await
}

async fn write(
    connection: &mut Connection,
    provider: CareProviderId,
    by: Option<CareWorkerId>,
    entry: &Entry,
) -> Result<(), StoreError> {
    let sequence = i64::try_from(entry.sequence).expect("nobody writes that many entries");
    query(
        "INSERT INTO attendance (tenant_id, provider_id, sequence, at, actor, on_behalf_of, record, previous_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(entry.tenant.0)
    .bind(provider.0)
    .bind(sequence)
    .bind(stored(entry.at))
    .bind(&entry.actor)
    .bind(by.map(|worker| worker.0))
    .bind(&entry.event)
    .bind(entry.previous.as_slice())
    .bind(entry.hash.as_slice())
    .execute(&mut *connection)
    .await?;
    query(
        "INSERT INTO attendance_chains
             (tenant_id, provider_id, erased_sequence, erased_hash, newest_sequence, newest_hash)
         VALUES ($1, $2, 0, $5, $3, $4)
         ON CONFLICT (tenant_id, provider_id) DO UPDATE SET newest_sequence = $3, newest_hash = $4",
    )
    .bind(entry.tenant.0)
    .bind(provider.0)
    .bind(sequence)
    .bind(entry.hash.as_slice())
    .bind(GENESIS.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

async fn newest(
    connection: &mut Connection,
    tenant: TenantId,
    provider: CareProviderId,
) -> Result<(u64, Hash), StoreError> {
    let row = query("SELECT * FROM attendance_chains WHERE tenant_id = $1 AND provider_id = $2")
        .bind(tenant.0)
        .bind(provider.0)
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok((0, GENESIS)), |row| {
        place(&row, "newest_sequence", "newest_hash")
    })
}

fn place(row: &Row, sequence: &'static str, hash: &'static str) -> Result<(u64, Hash), StoreError> {
    let number: i64 = row.try_get(sequence)?;
    let bytes: Vec<u8> = row.try_get(hash)?;
    let hash = bytes
        .try_into()
        .map_err(|_| StoreError::Damaged("attendance_chains.hash"))?;
    Ok((
        u64::try_from(number).map_err(|_| StoreError::Damaged("attendance_chains.sequence"))?,
        hash,
    ))
}

fn read_entry(row: &Row) -> Result<Entry, StoreError> {
    let (sequence, hash) = place(row, "sequence", "hash")?;
    let (_, previous) = place(row, "sequence", "previous_hash")?;
    let on_behalf_of: Option<Uuid> = row.try_get("on_behalf_of")?;
    Ok(Entry {
        tenant: TenantId(row.try_get("tenant_id")?),
        sequence,
        at: read_time("attendance.at", row.try_get("at")?)?,
        actor: row.try_get("actor")?,
        on_behalf_of: on_behalf_of.map(|worker| CareWorkerId(worker).to_string()),
        event: row.try_get("record")?,
        previous,
        hash,
    })
}
