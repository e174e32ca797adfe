//! Kits that stand ready to take another's place, and the change itself: visits, the broken kit's life and the ticket move
//! together or not at all.

use std::collections::HashSet;

use fleet_api::{Fault, KitId, ReservationId, TenantId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, query, query_scalar},
    kit_life, kits, read_time,
    standing::joined,
    stored, tickets,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    fault::stops_visits,
    life_cycle::LifeState,
    ticket::{TicketRefusal, TicketState},
};

/// Which visits a kit (`$2`) still has before it at a time (`$3`). What it has joined stays its own.
macro_rules! coming {
    () => {
        concat!(
            "tenant_id = $1 AND kit_id = $2 AND cancelled_at IS NULL AND wiped_at IS NULL AND ends_at > $3 AND NOT ",
            joined!("reservations")
        )
    };
}

impl Store {
    /// The municipality's kits that are marked as spare.
    pub async fn spare_kits(&self, tenant: TenantId) -> Result<HashSet<KitId>, StoreError> {
        let kits: Vec<Uuid> = query_scalar("SELECT kit_id FROM spare_kits WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        Ok(kits.into_iter().map(KitId).collect())
    }

    /// Marks a kit as spare, or takes it back into daily use. Doing it twice is harmless.
    pub async fn mark_spare(&self, key: KitKey, spare: bool, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        kits::life_here(&mut transaction, key).await?;
        let changed = if spare {
            query(
                "INSERT INTO spare_kits (tenant_id, kit_id, since) VALUES ($1, $2, $3)
                 ON CONFLICT (tenant_id, kit_id) DO NOTHING",
            )
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(stored(act.at))
        } else {
            query("DELETE FROM spare_kits WHERE tenant_id = $1 AND kit_id = $2")
                .bind(key.tenant.0)
                .bind(key.kit.0)
        };
        if changed.execute(&mut *transaction).await?.rows_affected() == 1 {
            let marked = AuditEvent::SpareMarked { kit: key.kit, spare };
            audit::append(&mut transaction, key.tenant, act, &marked).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The times at which a kit is reserved from now on: what its replacement must be free for.
    pub async fn coming_times(
        &self,
        key: KitKey,
        now: Timestamp,
    ) -> Result<Vec<(Timestamp, Timestamp)>, StoreError> {
        let rows = query(concat!(
            "SELECT starts_at, ends_at FROM reservations WHERE ",
            coming!(),
            " ORDER BY starts_at"
        ))
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(now))
        .fetch_all(self.within(key.tenant))
        .await?;
        let time = |at| read_time("reservations.starts_at", at);
        rows.iter()
            .map(|row| Ok((time(row.try_get("starts_at")?)?, time(row.try_get("ends_at")?)?)))
            .collect()
    }

    /// Puts a spare in the place of a ticket's kit: its visits move to the spare, the kit goes to repair, and the ticket
    /// says so. Returns the kit that was replaced.
    pub async fn replace_kit(
        &self,
        tenant: TenantId,
        ticket: TicketId,
        spare: KitId,
        act: &Act,
    ) -> Result<Result<KitId, TicketRefusal>, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let (from, broken) = tickets::state_of(&mut transaction, tenant, ticket).await?;
        if let Err(refusal) = from.check_step(TicketState::Replaced, None) {
            return Ok(Err(refusal));
        }
        let key = KitKey { tenant, kit: broken };
        if spare == broken || !is_free(&mut transaction, key, spare, act.at).await? {
            return Ok(Err(TicketRefusal::SpareNotFree));
        }
        // The kit before its visits, as when it reports itself: so neither waits for the other for ever.
        send_to_repair(&mut transaction, key, act).await?;
        move_visits(&mut transaction, key, spare, act).await?;
        query("DELETE FROM spare_kits WHERE tenant_id = $1 AND kit_id = $2")
            .bind(tenant.0)
            .bind(spare.0)
            .execute(&mut *transaction)
            .await?;
        query(
            "UPDATE tickets SET state = $3, replaced_at = $4, spare_kit_id = $5
             WHERE tenant_id = $1 AND ticket_id = $2",
        )
        .bind(tenant.0)
        .bind(ticket.0)
        .bind(TicketState::Replaced.name())
        .bind(stored(act.at))
        .bind(spare.0)
        .execute(&mut *transaction)
        .await?;
        tickets::note_step(&mut transaction, (tenant, ticket), TicketState::Replaced, act).await?;
        let replaced = AuditEvent::KitReplaced {
            ticket,
            kit: broken,
            spare,
        };
        audit::append(&mut transaction, tenant, act, &replaced).await?;
        transaction.commit().await?;
        Ok(Ok(broken))
    }
}

/// Whether a kit can take another's place: in service, with nobody, without a fault that stops visits, and free at all of the
/// other's times.
async fn is_free(
    connection: &mut Connection,
    broken: KitKey,
    spare: KitId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let state: Option<String> = query_scalar(
        "SELECT state FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL
           AND NOT EXISTS (SELECT 1 FROM check_outs o WHERE o.tenant_id = kits.tenant_id
                           AND o.kit_id = kits.kit_id AND o.returned_at IS NULL)",
    )
    .bind(broken.tenant.0)
    .bind(spare.0)
    .fetch_optional(&mut *connection)
    .await?;
    if state.as_deref() != Some(LifeState::InService.name()) {
        return Ok(false);
    }
    if has_grave_fault(connection, KitKey { kit: spare, ..broken }).await? {
        return Ok(false);
    }
    let clashes: i64 = query_scalar(concat!(
        "SELECT count(*) FROM (SELECT starts_at, ends_at FROM reservations WHERE ",
        coming!(),
        ") moving
         JOIN reservations own ON own.starts_at < moving.ends_at AND own.ends_at > moving.starts_at
         WHERE own.tenant_id = $1 AND own.kit_id = $4 AND own.cancelled_at IS NULL AND own.wiped_at IS NULL"
    ))
    .bind(broken.tenant.0)
    .bind(broken.kit.0)
    .bind(stored(now))
    .bind(spare.0)
    .fetch_one(connection)
    .await?;
    Ok(clashes == 0)
}

/// Whether it has a fault that stops visits, which nobody has put right yet.
async fn has_grave_fault(connection: &mut Connection, key: KitKey) -> Result<bool, StoreError> {
    let faults: Vec<String> =
        query_scalar("SELECT fault FROM tickets WHERE tenant_id = $1 AND kit_id = $2 AND closed_at IS NULL")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_all(connection)
            .await?;
    for name in &faults {
        let fault = Fault::named(name).ok_or(StoreError::Damaged("tickets.fault"))?;
        if stops_visits(fault) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn move_visits(
    connection: &mut Connection,
    broken: KitKey,
    spare: KitId,
    act: &Act,
) -> Result<(), StoreError> {
    let moved = query(concat!(
        "UPDATE reservations SET kit_id = $4 WHERE ",
        coming!(),
        " RETURNING reservation_id, starts_at, ends_at"
    ))
    .bind(broken.tenant.0)
    .bind(broken.kit.0)
    .bind(stored(act.at))
    .bind(spare.0)
    .fetch_all(&mut *connection)
    .await?;
    for row in moved {
        let moved = AuditEvent::ReservationMoved {
            reservation: ReservationId(row.try_get("reservation_id")?),
            kit: spare,
            starts_at: read_time("reservations.starts_at", row.try_get("starts_at")?)?,
            ends_at: read_time("reservations.ends_at", row.try_get("ends_at")?)?,
        };
        audit::append(connection, broken.tenant, act, &moved).await?;
    }
    Ok(())
}

/// A kit that is lost, retired or in repair already stays what it is.
async fn send_to_repair(connection: &mut Connection, key: KitKey, act: &Act) -> Result<(), StoreError> {
    let from: Option<String> =
        query_scalar("SELECT state FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(from) = from else { return Ok(()) };
    let from = LifeState::named(&from).ok_or(StoreError::Damaged("kits.state"))?;
    let to = LifeState::InRepair;
    if from.check_step(to).is_err() {
        return Ok(());
    }
    query("UPDATE kits SET state = $3 WHERE tenant_id = $1 AND kit_id = $2")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(to.name())
        .execute(&mut *connection)
        .await?;
    kit_life::note(connection, key, to, act).await?;
    let taken = AuditEvent::KitStepTaken {
        kit: key.kit,
        from,
        to,
    };
    audit::append(connection, key.tenant, act, &taken).await
}
