//! Who checks kits out. Whoever has left can do nothing any more; what they did stays theirs.

use fleet_api::{CareWorkerId, TenantId, UnitId};
use uuid::Uuid;

use super::{
    Store, StoreError, audit,
    database::{Connection, Row, query, query_scalar},
    stored,
};
use crate::audit::{Act, AuditEvent};

/// Somebody who checks kits out. In lists and in the audit trail they are their pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareWorker {
    /// Their id.
    pub id: CareWorkerId,
    /// 2 to 8 letters and digits, such as "7K2".
    pub pseudonym: String,
    /// Their name, for whoever hands out a kit.
    pub name: String,
    /// Where they work.
    pub unit: UnitId,
    /// Whether they have left.
    pub has_left: bool,
}

impl Store {
    /// Adds a care worker to a unit that is open.
    pub async fn add_care_worker(
        &self,
        tenant: TenantId,
        new: &CareWorker,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        open_unit(&mut transaction, tenant, new.unit).await?;
        insert(&mut transaction, tenant, new, act).await?;
        Ok(transaction.commit().await?)
    }

    /// Moves a care worker to another unit that is open, or notes that they have left or are back, all or nothing; what is not
    /// given stays. Nobody leaves while they have a kit: it would be nobody's.
    pub async fn change_care_worker(
        &self,
        tenant: TenantId,
        worker: CareWorkerId,
        (unit, left): (Option<UnitId>, Option<bool>),
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        demand_known(&mut transaction, tenant, worker).await?;
        if let Some(left) = left {
            note_left(&mut transaction, tenant, worker, left, act).await?;
        }
        if let Some(unit) = unit {
            move_to(&mut transaction, tenant, worker, unit, act).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Whether a care worker has left.
    pub async fn has_left(&self, tenant: TenantId, worker: CareWorkerId) -> Result<bool, StoreError> {
        let left: Option<Option<i64>> =
            query_scalar("SELECT left_at FROM care_workers WHERE tenant_id = $1 AND worker_id = $2")
                .bind(tenant.0)
                .bind(worker.0)
                .fetch_optional(self.within(tenant))
                .await?;
        Ok(left.ok_or(StoreError::NotFound("care worker"))?.is_some())
    }

    /// A municipality's care workers by pseudonym, those who have left too.
    pub async fn all_care_workers(&self, tenant: TenantId) -> Result<Vec<CareWorker>, StoreError> {
        let rows = query("SELECT * FROM care_workers WHERE tenant_id = $1 ORDER BY pseudonym")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        rows.iter().map(read).collect()
    }

    /// Those who are there now.
    pub async fn care_workers(&self, tenant: TenantId) -> Result<Vec<CareWorker>, StoreError> {
        let mut workers = self.all_care_workers(tenant).await?;
        workers.retain(|worker| !worker.has_left);
        Ok(workers)
    }
}

/// Adds a care worker, whoever asked for it.
pub(super) async fn insert(
    connection: &mut Connection,
    tenant: TenantId,
    new: &CareWorker,
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO care_workers (tenant_id, worker_id, unit_id, pseudonym, name, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(tenant.0)
    .bind(new.id.0)
    .bind(new.unit.0)
    .bind(&new.pseudonym)
    .bind(&new.name)
    .bind(stored(act.at))
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    let added = AuditEvent::CareWorkerAdded {
        worker: new.id,
        pseudonym: new.pseudonym.clone(),
    };
    audit::append(connection, tenant, act, &added).await
}

async fn demand_known(
    connection: &mut Connection,
    tenant: TenantId,
    worker: CareWorkerId,
) -> Result<(), StoreError> {
    let known: Option<String> =
        query_scalar("SELECT pseudonym FROM care_workers WHERE tenant_id = $1 AND worker_id = $2")
            .bind(tenant.0)
            .bind(worker.0)
            .fetch_optional(connection)
            .await?;
    known.map(drop).ok_or(StoreError::NotFound("care worker"))
}

async fn move_to(
    connection: &mut Connection,
    tenant: TenantId,
    worker: CareWorkerId,
    to: UnitId,
    act: &Act,
) -> Result<(), StoreError> {
    let unit = open_unit(connection, tenant, to).await?;
    query("UPDATE care_workers SET unit_id = $3 WHERE tenant_id = $1 AND worker_id = $2")
        .bind(tenant.0)
        .bind(worker.0)
        .bind(to.0)
        .execute(&mut *connection)
        .await?;
    audit::append(
        connection,
        tenant,
        act,
        &AuditEvent::CareWorkerMoved { worker, unit },
    )
    .await
}

async fn note_left(
    connection: &mut Connection,
    tenant: TenantId,
    worker: CareWorkerId,
    left: bool,
    act: &Act,
) -> Result<(), StoreError> {
    let out: i64 = query_scalar(
        "SELECT count(*) FROM check_outs WHERE tenant_id = $1 AND worker_id = $2 AND returned_at IS NULL",
    )
    .bind(tenant.0)
    .bind(worker.0)
    .fetch_one(&mut *connection)
    .await?;
    if left && out > 0 {
        return Err(StoreError::HasAKit);
    }
    query("UPDATE care_workers SET left_at = $3 WHERE tenant_id = $1 AND worker_id = $2")
        .bind(tenant.0)
        .bind(worker.0)
        .bind(left.then(|| stored(act.at)))
        .execute(&mut *connection)
        .await?;
    audit::append(
        connection,
        tenant,
        act,
        &AuditEvent::CareWorkerLeft { worker, left },
    )
    .await
}

fn read(row: &Row) -> Result<CareWorker, StoreError> {
    Ok(CareWorker {
        id: CareWorkerId(row.try_get("worker_id")?),
        pseudonym: row.try_get("pseudonym")?,
        name: row.try_get("name")?,
        unit: UnitId(row.try_get::<Uuid, _>("unit_id")?),
        has_left: row.try_get::<Option<i64>, _>("left_at")?.is_some(),
    })
}

/// The name of a unit where people work.
async fn open_unit(
    connection: &mut Connection,
    tenant: TenantId,
    unit: UnitId,
) -> Result<String, StoreError> {
    let name =
        query_scalar("SELECT name FROM units WHERE tenant_id = $1 AND unit_id = $2 AND closed_at IS NULL")
            .bind(tenant.0)
            .bind(unit.0)
            .fetch_optional(connection)
            .await?;
    name.ok_or(StoreError::NotFound("unit that is open"))
}
