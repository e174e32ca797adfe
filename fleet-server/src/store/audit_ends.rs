//! Where each audit trail ends, sealed. `audit` goes on from there and never from the rows alone, so rows that were cut off leave a
//! gap; `database::connection` writes an end once per transaction.
//!
//! Where seal and rows do not agree, the trail goes on all the same, as nobody's visit may wait for it; why it was sealed anew
//! is its next entry, for good (decision 0034).

use fleet_api::TenantId;
use jiff::Timestamp;

use super::{
    Store, StoreError, audit,
    database::{Connection, Row, query},
};
use crate::{
    audit::{Act, Actor, End, GENESIS, SealBreak},
    identity::secret::Hash,
};

/// The end of a trail as it stands sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedEnd {
    /// The newest entry.
    pub end: End,
    /// Whether the seal is on this end and made with this server's key.
    pub genuine: bool,
}

/// From where a trail goes on.
pub(super) struct GoOn {
    /// The last entry.
    pub(super) from: End,
    /// The number of the newest entry that is there; 0 = none.
    pub(super) newest: u64,
    /// What must be said in it first.
    pub(super) broken: Option<SealBreak>,
}

impl Store {
    /// Where a tenant's trail ends. None = nothing was sealed.
    pub async fn sealed_end(&self, tenant: TenantId) -> Result<Option<SealedEnd>, StoreError> {
        let row = query("SELECT sequence, hash, seal FROM audit_ends WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_optional(self.within(tenant))
            .await?;
        row.map(|row| {
            let end = read_end(&row)?;
            let seal: &[u8] = row.try_get("seal")?;
            let genuine = self.database.seal().is_on(seal, tenant, end);
            Ok(SealedEnd { end, genuine })
        })
        .transpose()
    }

    /// Seals the trails that are older than seals; each says so in an entry. Those that have a seal stay as they are.
    pub async fn seal_trails(&self, now: Timestamp) -> Result<(), StoreError> {
        for tenant in self.tenants().await? {
            if self.sealed_end(tenant.id).await?.is_some() {
                continue;
            }
            let mut transaction = self.begin_quietly(tenant.id).await?;
            let act = Act::by(Actor::Server, now);
            audit::mend(&mut transaction, tenant.id, &act).await?;
            transaction.commit().await?;
        }
        Ok(())
    }
}

/// From where a tenant's trail goes on. The transaction has shut out others who write for the tenant.
pub(super) async fn go_on(connection: &mut Connection, tenant: TenantId) -> Result<GoOn, StoreError> {
    if let Some(from) = connection.grown(tenant) {
        let (newest, broken) = (from.0, None);
        return Ok(GoOn { from, newest, broken });
    }
    let row = query(
        "SELECT e.sequence, e.hash, e.seal, (SELECT max(sequence) FROM audit WHERE tenant_id = $1) AS newest
         FROM tenants t LEFT JOIN audit_ends e ON e.tenant_id = t.tenant_id WHERE t.tenant_id = $1",
    )
    .bind(tenant.0)
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(StoreError::NotFound("tenant"))?;
    let newest = row.try_get::<Option<i64>, _>("newest")?.unwrap_or(0);
    let newest = u64::try_from(newest).map_err(|_| StoreError::Damaged("audit.sequence"))?;
    let Some(seal) = row.try_get::<Option<Vec<u8>>, _>("seal")? else {
        let broken = (newest > 0).then_some(SealBreak::NoSeal);
        let from = written(connection, tenant, newest).await?;
        return Ok(GoOn { from, newest, broken });
    };
    let end = read_end(&row)?;
    let broken = if !connection.seal().is_on(&seal, tenant, end) {
        Some(SealBreak::UnknownSeal)
    } else if newest > end.0 {
        Some(SealBreak::WrittenPast)
    } else if newest < end.0 {
        Some(SealBreak::CutOff)
    } else {
        None
    };
    let from = if newest > end.0 {
        written(connection, tenant, newest).await?
    } else {
        end
    };
    Ok(GoOn { from, newest, broken })
}

/// Seals a trail's end.
pub(super) async fn write(
    connection: &mut Connection,
    tenant: TenantId,
    end: End,
) -> Result<(), sqlx::Error> {
    let seal = connection.seal().on(tenant, end);
    query(
        "INSERT INTO audit_ends (tenant_id, sequence, hash, seal) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id) DO UPDATE SET sequence = $2, hash = $3, seal = $4",
    )
    .bind(tenant.0)
    .bind(i64::try_from(end.0).expect("nobody writes that many entries"))
    .bind(end.1.as_slice())
    .bind(seal.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// An entry's number and hash as they are written.
async fn written(connection: &mut Connection, tenant: TenantId, sequence: u64) -> Result<End, StoreError> {
    let row = query("SELECT sequence, hash FROM audit WHERE tenant_id = $1 AND sequence = $2")
        .bind(tenant.0)
        .bind(i64::try_from(sequence).unwrap_or(i64::MAX))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map_or(Ok((0, GENESIS)), read_end)
}

fn read_end(row: &Row) -> Result<End, StoreError> {
    let (sequence, hash): (i64, Vec<u8>) = (row.try_get("sequence")?, row.try_get("hash")?);
    let hash: Hash = hash
        .try_into()
        .map_err(|_| StoreError::Damaged("audit_ends.hash"))?;
    let sequence = u64::try_from(sequence).map_err(|_| StoreError::Damaged("audit_ends.sequence"))?;
    Ok((sequence, hash))
}
