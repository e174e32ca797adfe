//! Who took a kit along, for which visit, and who brought it back.

use fleet_api::{CareWorkerId, KitId, ReservationId, TenantId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Row, query, query_scalar},
    hygiene, kits, read_time, shifts, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    hygiene::{HYGIENE_LOOKS_BACK, OverrideReason, missing},
    identity::shift::ShiftEnd,
    visit::Outing,
};

/// A kit that is taken by a login on it is taken for its next meeting within this time.
const SOON: SignedDuration = SignedDuration::from_hours(10);

/// A kit that was taken along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOut {
    /// Its id.
    pub id: Uuid,
    /// Which kit.
    pub kit: KitId,
    /// By whom.
    pub worker: CareWorkerId,
    /// For which visit.
    pub reservation: Option<ReservationId>,
    /// When.
    pub at: Timestamp,
    /// Why without a sign-off, where it was.
    pub without_sign_off: Option<OverrideReason>,
    /// When it came back.
    pub returned_at: Option<Timestamp>,
}

impl CheckOut {
    /// As the rules for visits see it.
    #[must_use]
    pub fn outing(&self) -> Outing {
        Outing {
            reservation: self.reservation,
            taken_at: self.at,
            returned_at: self.returned_at,
        }
    }
}

impl Store {
    /// Hands a kit to a care worker. Refused while somebody else has it, and unless it is in service.
    pub async fn check_out(
        &self,
        key: KitKey,
        worker: CareWorkerId,
        reservation: Option<ReservationId>,
        without_sign_off: Option<OverrideReason>,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        kits::demand_in_service(&mut transaction, key).await?;
        let act = act.clone().for_worker(worker);
        take(
            &mut transaction,
            key,
            worker,
            (reservation, without_sign_off),
            &act,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Takes a kit back.
    pub async fn take_back(&self, key: KitKey, worker: CareWorkerId, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let returned = query(
            "UPDATE check_outs SET returned_at = $3, returned_by = $4
             WHERE tenant_id = $1 AND kit_id = $2 AND returned_at IS NULL",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(act.at))
        .bind(worker.0)
        .execute(&mut *transaction)
        .await?;
        if returned.rows_affected() != 1 {
            return Err(StoreError::NotFound("check-out that is open"));
        }
        let act = act.clone().for_worker(worker);
        let returned = AuditEvent::KitReturned { kit: key.kit };
        audit::append(&mut transaction, key.tenant, &act, &returned).await?;
        shifts::end(&mut transaction, key, ShiftEnd::Returned, &act).await?;
        Ok(transaction.commit().await?)
    }

    /// A municipality's check-outs since a time, oldest first, those still open included however old.
    pub async fn check_outs(&self, tenant: TenantId, since: Timestamp) -> Result<Vec<CheckOut>, StoreError> {
        let rows = query(
            "SELECT * FROM check_outs WHERE tenant_id = $1 AND (at >= $2 OR returned_at IS NULL)
             ORDER BY at, check_out_id",
        )
        .bind(tenant.0)
        .bind(stored(since))
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_check_out).collect()
    }
}

/// Who had the kit along at that time, and by which check-out.
pub(super) async fn at(
    connection: &mut Connection,
    key: KitKey,
    time: Timestamp,
) -> Result<Option<(Uuid, CareWorkerId)>, StoreError> {
    let row = query(
        "SELECT check_out_id, worker_id FROM check_outs
         WHERE tenant_id = $1 AND kit_id = $2 AND at <= $3 AND (returned_at IS NULL OR returned_at >= $3)
         ORDER BY at DESC LIMIT 1",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(time))
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok((
            row.try_get("check_out_id")?,
            CareWorkerId(row.try_get("worker_id")?),
        ))
    })
    .transpose()
}

/// A care worker has the kit now, whoever had it before. Nothing changes where it is they who have it. A missing sign-off does
/// not stop them; that it was missing stands in the trail, and the kit asks for it before it leaves (decisions 0019 and 0029).
pub(super) async fn take_over(
    connection: &mut Connection,
    key: KitKey,
    worker: CareWorkerId,
    act: &Act,
) -> Result<(), StoreError> {
    let holder = query_scalar(
        "SELECT worker_id FROM check_outs WHERE tenant_id = $1 AND kit_id = $2 AND returned_at IS NULL",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .fetch_optional(&mut *connection)
    .await?;
    match holder.map(CareWorkerId) {
        Some(holder) if holder == worker => return Ok(()),
        Some(holder) => {
            return_now(connection, key, holder, act).await?;
        }
        None => {}
    }
    let reservation: Option<Uuid> = query_scalar(
        "SELECT reservation_id FROM reservations
         WHERE tenant_id = $1 AND kit_id = $2 AND cancelled_at IS NULL AND ends_at > $3 AND starts_at < $4
         ORDER BY starts_at LIMIT 1",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(stored(act.at + SOON))
    .fetch_optional(&mut *connection)
    .await?;
    let steps = hygiene::steps_of(connection, key, act.at - HYGIENE_LOOKS_BACK).await?;
    let without_sign_off = (!missing(&steps).is_empty()).then_some(OverrideReason::LoginOnKit);
    let act = act.clone().for_worker(worker);
    take(
        connection,
        key,
        worker,
        (reservation.map(ReservationId), without_sign_off),
        &act,
    )
    .await
}

/// For which meeting, and with a reason where a sign-off is missing.
async fn take(
    connection: &mut Connection,
    key: KitKey,
    worker: CareWorkerId,
    (reservation, without_sign_off): (Option<ReservationId>, Option<OverrideReason>),
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO check_outs (tenant_id, check_out_id, kit_id, worker_id, reservation_id, at, override)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(key.tenant.0)
    .bind(Uuid::now_v7())
    .bind(key.kit.0)
    .bind(worker.0)
    .bind(reservation.map(|reservation| reservation.0))
    .bind(stored(act.at))
    .bind(without_sign_off.map(OverrideReason::name))
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::on_clash(error, StoreError::InUse))?;
    let checked_out = AuditEvent::KitCheckedOut {
        kit: key.kit,
        reservation,
        without_sign_off,
    };
    audit::append(connection, key.tenant, act, &checked_out).await
}

/// Takes a kit back from whom it reports as having returned it, unless it has gone out again since. Doing it twice changes
/// nothing more.
pub(super) async fn return_now(
    connection: &mut Connection,
    key: KitKey,
    worker: CareWorkerId,
    act: &Act,
) -> Result<bool, StoreError> {
    let returned = query(
        "UPDATE check_outs SET returned_at = $3, returned_by = $4
         WHERE tenant_id = $1 AND kit_id = $2 AND worker_id = $4 AND at <= $3 AND returned_at IS NULL",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(worker.0)
    .execute(&mut *connection)
    .await?;
    if returned.rows_affected() != 1 {
        return Ok(false);
    }
    let act = act.clone().for_worker(worker);
    let returned = AuditEvent::KitReturned { kit: key.kit };
    audit::append(connection, key.tenant, &act, &returned).await?;
    Ok(true)
}

fn read_check_out(row: &Row) -> Result<CheckOut, StoreError> {
    let reason: Option<&str> = row.try_get("override")?;
    let returned_at: Option<i64> = row.try_get("returned_at")?;
    Ok(CheckOut {
        id: row.try_get("check_out_id")?,
        kit: KitId(row.try_get("kit_id")?),
        worker: CareWorkerId(row.try_get("worker_id")?),
        reservation: row
            .try_get::<Option<Uuid>, _>("reservation_id")?
            .map(ReservationId),
        at: read_time("check_outs.at", row.try_get("at")?)?,
        without_sign_off: reason
            .map(|name| OverrideReason::named(name).ok_or(StoreError::Damaged("check_outs.override")))
            .transpose()?,
        returned_at: returned_at
            .map(|at| read_time("check_outs.returned_at", at))
            .transpose()?,
    })
}
