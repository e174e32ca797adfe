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
    /// Three letters or digits, such as "7K2".
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
        .execute(&mut *transaction)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let added = AuditEvent::CareWorkerAdded {
            worker: new.id,
            pseudonym: new.pseudonym.clone(),
        };
        audit::append(&mut transaction, tenant, act, &added).await?;
        Ok(transaction.commit().await?)
    }

    /// Moves a care worker to another unit that is open.
    pub async fn move_care_worker(
        &self,
        tenant: TenantId,
        worker: CareWorkerId,
        to: UnitId,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let unit = open_unit(&mut transaction, tenant, to).await?;
        let moved = query("UPDATE care_workers SET unit_id = $3 WHERE tenant_id = $1 AND worker_id = $2")
            .bind(tenant.0)
            .bind(worker.0)
            .bind(to.0)
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() == 0 {
            return Err(StoreError::NotFound("care worker"));
        }
        audit::append(
            &mut transaction,
            tenant,
            act,
            &AuditEvent::CareWorkerMoved { worker, unit },
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Notes that a care worker has left, or is back. Refused while they have a kit: it would be nobody's.
    pub async fn note_left(
        &self,
        tenant: TenantId,
        worker: CareWorkerId,
        left: bool,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let out: i64 = query_scalar(
            "SELECT count(*) FROM check_outs WHERE tenant_id = $1 AND worker_id = $2 AND returned_at IS NULL",
        )
        .bind(tenant.0)
        .bind(worker.0)
        .fetch_one(&mut *transaction)
        .await?;
        if left && out > 0 {
            return Err(StoreError::HasAKit);
        }
        let noted = query("UPDATE care_workers SET left_at = $3 WHERE tenant_id = $1 AND worker_id = $2")
            .bind(tenant.0)
            .bind(worker.0)
            .bind(left.then(|| stored(act.at)))
            .execute(&mut *transaction)
            .await?;
        if noted.rows_affected() == 0 {
            return Err(StoreError::NotFound("care worker"));
        }
        audit::append(
            &mut transaction,
            tenant,
            act,
            &AuditEvent::CareWorkerLeft { worker, left },
        )
        .await?;
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
