//! Who has which kit with them now.

use std::collections::HashMap;

use fleet_api::{CareWorkerId, KitId, TenantId, UnitId};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    database::{Row, query},
    read_time,
};

/// Who has a kit with them: by pseudonym, as in every list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custodian {
    /// The care worker who checked it out.
    pub worker: CareWorkerId,
    /// What they are in lists.
    pub pseudonym: String,
    /// Where they work.
    pub unit: UnitId,
    /// What that is called.
    pub unit_name: String,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Who has a municipality's kits with them; kits that are at home are not among them.
    pub async fn custodians(&self, tenant: TenantId) -> Result<HashMap<KitId, Custodian>, StoreError> {
        let rows = query(
            "SELECT o.kit_id, o.worker_id, o.at, w.pseudonym, w.unit_id, u.name AS unit_name FROM check_outs o
             JOIN care_workers w ON w.tenant_id = o.tenant_id AND w.worker_id = o.worker_id
             JOIN units u ON u.tenant_id = w.tenant_id AND u.unit_id = w.unit_id
             WHERE o.tenant_id = $1 AND o.returned_at IS NULL",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter()
            .map(|row| Ok((KitId(row.try_get("kit_id")?), read(row)?)))
            .collect()
    }
}

fn read(row: &Row) -> Result<Custodian, StoreError> {
    Ok(Custodian {
        worker: CareWorkerId(row.try_get("worker_id")?),
        pseudonym: row.try_get("pseudonym")?,
        unit: UnitId(row.try_get("unit_id")?),
        unit_name: row.try_get("unit_name")?,
        since: read_time("check_outs.at", row.try_get("at")?)?,
    })
}
