//! Where cleaning was left out: skipped on the kit with a reason, or the kit taken without its sign-off.
//!
//! A kit that was taken by a login on it asks for the sign-off when it leaves; once that is signed nothing was left out
//! (decision 0029).

use fleet_api::{KitId, SkipReason, TenantId, UnitId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Store, StoreError,
    database::{Row, query},
    read_time, stored,
};
use crate::domain::hygiene::{LeftOut, OverrideReason};

/// A cleaning that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncleaned {
    /// When.
    pub at: Timestamp,
    /// Which kit.
    pub kit: KitId,
    /// What was painted on it here.
    pub kit_name: String,
    /// Whose care worker it was; none = the server does not know.
    pub unit: Option<UnitId>,
    /// How, and why.
    pub how: LeftOut,
}

impl Store {
    /// Cleanings that were left out from a time until another, the newest first.
    pub async fn uncleaned(
        &self,
        tenant: TenantId,
        (from, until): (Timestamp, Timestamp),
    ) -> Result<Vec<Uncleaned>, StoreError> {
        let rows = query(
            "SELECT left_out.at, left_out.kit_id, left_out.skipped, left_out.taken, w.unit_id,
                    coalesce(k.former_name, k.name) AS kit_name
             FROM (SELECT at, kit_id, worker_id, skipped, NULL AS taken FROM kit_sign_offs
                   WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND skipped IS NOT NULL
                   UNION ALL
                   SELECT at, kit_id, worker_id, NULL, override FROM check_outs c
                   WHERE tenant_id = $1 AND at >= $2 AND at < $3 AND override IS NOT NULL
                     AND NOT (override = 'login_on_kit' AND EXISTS (
                         SELECT 1 FROM kit_sign_offs s
                         WHERE s.tenant_id = $1 AND s.check_out_id = c.check_out_id AND s.phase = 'before'
                           AND s.skipped IS NULL))) AS left_out
             JOIN kits k ON k.tenant_id = $1 AND k.kit_id = left_out.kit_id
             LEFT JOIN care_workers w ON w.tenant_id = $1 AND w.worker_id = left_out.worker_id
             ORDER BY left_out.at DESC, left_out.kit_id",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<Uncleaned, StoreError> {
    let skipped: Option<&str> = row.try_get("skipped")?;
    let taken: Option<&str> = row.try_get("taken")?;
    let how = match (skipped, taken) {
        (Some(reason), _) => SkipReason::named(reason).map(LeftOut::Skipped),
        (None, reason) => reason.and_then(OverrideReason::named).map(LeftOut::Taken),
    };
    Ok(Uncleaned {
        at: read_time("uncleaned.at", row.try_get("at")?)?,
        kit: KitId(row.try_get("kit_id")?),
        kit_name: row.try_get("kit_name")?,
        unit: row.try_get::<Option<Uuid>, _>("unit_id")?.map(UnitId),
        how: how.ok_or(StoreError::Damaged("uncleaned"))?,
    })
}
