//! Whom a kit is bound to: a care worker who logged in for it, until it is returned, the hours are over, or somebody else
//! logs in. To have the kit is a check-out as anywhere else (`check_outs`); to be bound to it is narrower and ends by itself.

use fleet_api::{CareWorkerId, KitId, StaffOnShift, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit, check_outs,
    database::{Connection, Exception, query, query_scalar},
    kits, read_time, stored,
};
use crate::{
    audit::{Act, Actor, AuditEvent},
    domain::identity::shift::ShiftEnd,
};

impl Store {
    /// Binds a kit to a care worker, who takes it over if somebody else has it. One transaction with the check-out, and
    /// refused as that is unless the kit is in service.
    pub async fn begin_shift(&self, key: KitKey, staff: StaffOnShift, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        kits::demand_in_service(&mut transaction, key).await?;
        end(&mut transaction, key, ShiftEnd::TakenOver, act).await?;
        check_outs::take_over(&mut transaction, key, staff.pseudonym, act).await?;
        query(
            "INSERT INTO shifts (tenant_id, shift_id, kit_id, worker_id, began_at, until)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.tenant.0)
        .bind(Uuid::now_v7())
        .bind(key.kit.0)
        .bind(staff.pseudonym.0)
        .bind(stored(act.at))
        .bind(stored(staff.until))
        .execute(&mut *transaction)
        .await?;
        let began = AuditEvent::ShiftBegan {
            kit: key.kit,
            until: staff.until,
        };
        let act = act.clone().for_worker(staff.pseudonym);
        audit::append(&mut transaction, key.tenant, &act, &began).await?;
        Ok(transaction.commit().await?)
    }

    /// Whom a kit is bound to now.
    pub async fn on_shift(&self, key: KitKey, now: Timestamp) -> Result<Option<StaffOnShift>, StoreError> {
        let row = query(
            "SELECT worker_id, until FROM shifts
             WHERE tenant_id = $1 AND kit_id = $2 AND ended_at IS NULL AND until > $3",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(now))
        .fetch_optional(self.within(key.tenant))
        .await?;
        row.map(|row| {
            Ok(StaffOnShift {
                pseudonym: CareWorkerId(row.try_get("worker_id")?),
                until: read_time("shifts.until", row.try_get("until")?)?,
            })
        })
        .transpose()
    }

    /// Ends the shifts whose hours are over, whoever's they are; returns the kits, which must learn of it.
    pub async fn end_old_shifts(&self, now: Timestamp) -> Result<Vec<KitKey>, StoreError> {
        let rows = query("SELECT tenant_id, kit_id FROM shifts WHERE ended_at IS NULL AND until <= $1")
            .bind(stored(now))
            .fetch_all(self.within(Exception::Retention))
            .await?;
        let mut ended = Vec::new();
        for row in rows {
            let key = KitKey {
                tenant: TenantId(row.try_get("tenant_id")?),
                kit: KitId(row.try_get("kit_id")?),
            };
            let mut transaction = self.begin(key.tenant).await?;
            let act = Act::by(Actor::Server, now);
            if end_if_over(&mut transaction, key, &act).await? {
                ended.push(key);
            }
            transaction.commit().await?;
        }
        Ok(ended)
    }
}

/// Ends a kit's shift, if it has one.
pub(super) async fn end(
    connection: &mut Connection,
    key: KitKey,
    cause: ShiftEnd,
    act: &Act,
) -> Result<(), StoreError> {
    let worker = query_scalar(
        "UPDATE shifts SET ended_at = $3, ended_by = $4
         WHERE tenant_id = $1 AND kit_id = $2 AND ended_at IS NULL RETURNING worker_id",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(cause.name())
    .fetch_optional(&mut *connection)
    .await?;
    record_end(connection, key, worker, cause, act).await.map(|_| ())
}

async fn end_if_over(connection: &mut Connection, key: KitKey, act: &Act) -> Result<bool, StoreError> {
    let cause = ShiftEnd::OutOfTime;
    let worker = query_scalar(
        "UPDATE shifts SET ended_at = until, ended_by = $4
         WHERE tenant_id = $1 AND kit_id = $2 AND ended_at IS NULL AND until <= $3 RETURNING worker_id",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(cause.name())
    .fetch_optional(&mut *connection)
    .await?;
    record_end(connection, key, worker, cause, act).await
}

async fn record_end(
    connection: &mut Connection,
    key: KitKey,
    worker: Option<Uuid>,
    cause: ShiftEnd,
    act: &Act,
) -> Result<bool, StoreError> {
    let Some(worker) = worker else { return Ok(false) };
    let ended = AuditEvent::ShiftEnded { kit: key.kit, cause };
    let act = act.clone().for_worker(CareWorkerId(worker));
    audit::append(connection, key.tenant, &act, &ended).await?;
    Ok(true)
}
