//! Moving and cancelling reservations, and finding whose they are and whether a meeting is booked twice.

use fleet_api::{KitId, MeetingLink, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, query, query_scalar},
    invitations, kits,
    standing::{self, joined},
    stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::reservation::{ChangeRefusal, check_change};

impl Store {
    /// Moves a reservation to another time, and to another kit of the same municipality; where a version of its invitation
    /// says so, to another link. Returns the kit that had it.
    pub async fn rebook(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        kit: KitId,
        (starts_at, ends_at): (Timestamp, Timestamp),
        version: Option<(u32, &MeetingLink)>,
        act: &Act,
    ) -> Result<Result<KitId, ChangeRefusal>, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        kits::life_here(&mut transaction, KitKey { tenant, kit }).await?;
        let found = standing::find(&mut transaction, tenant, reservation).await?;
        if found.cancelled {
            return Err(StoreError::NotFound("reservation"));
        }
        if let Err(refusal) = check_change(&found.standing, act.at) {
            return Ok(Err(refusal));
        }
        let moved = query(
            "UPDATE reservations SET kit_id = $3, starts_at = $4, ends_at = $5
             WHERE tenant_id = $1 AND reservation_id = $2 AND NOT EXISTS (
                 SELECT 1 FROM reservations
                 WHERE tenant_id = $1 AND kit_id = $3 AND reservation_id <> $2
                   AND cancelled_at IS NULL AND wiped_at IS NULL AND starts_at < $5 AND ends_at > $4)",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(kit.0)
        .bind(stored(starts_at))
        .bind(stored(ends_at))
        .execute(&mut *transaction)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(StoreError::Overlap);
        }
        if let Some((sequence, link)) = version {
            self.note_link(&mut transaction, (tenant, reservation), link)
                .await?;
            invitations::note_version(&mut transaction, (tenant, reservation), sequence).await?;
        }
        let moved = AuditEvent::ReservationMoved {
            reservation,
            kit,
            starts_at,
            ends_at,
        };
        audit::append(&mut transaction, tenant, act, &moved).await?;
        transaction.commit().await?;
        Ok(Ok(found.kit))
    }

    async fn note_link(
        &self,
        connection: &mut Connection,
        (tenant, reservation): (TenantId, ReservationId),
        link: &MeetingLink,
    ) -> Result<(), StoreError> {
        query("UPDATE reservations SET sealed_link = $3 WHERE tenant_id = $1 AND reservation_id = $2")
            .bind(tenant.0)
            .bind(reservation.0)
            .bind(self.vault.seal(tenant, reservation, link))
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Cancels a reservation and erases its link; `version` is that of the message that cancelled it, where one did. Returns
    /// the kit, which must learn of it. Cancelling twice is harmless.
    pub async fn cancel(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        version: Option<u32>,
        act: &Act,
    ) -> Result<Result<KitId, ChangeRefusal>, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let found = standing::find(&mut transaction, tenant, reservation).await?;
        if found.cancelled {
            return Ok(Ok(found.kit));
        }
        if let Err(refusal) = check_change(&found.standing, act.at) {
            return Ok(Err(refusal));
        }
        query(
            "UPDATE reservations SET cancelled_at = $3, sealed_link = NULL, sealed_access = NULL, invited_person = NULL
             WHERE tenant_id = $1 AND reservation_id = $2",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        if let Some(sequence) = version {
            invitations::note_version(&mut transaction, (tenant, reservation), sequence).await?;
        }
        let cancelled = AuditEvent::ReservationCancelled { reservation };
        audit::append(&mut transaction, tenant, act, &cancelled).await?;
        transaction.commit().await?;
        Ok(Ok(found.kit))
    }

    /// Whose a reservation is. Finds the tenant, so it cannot name one; callers compare it with what they may see.
    pub async fn whose_reservation(&self, reservation: ReservationId) -> Result<TenantId, StoreError> {
        let tenant = query_scalar("SELECT tenant_id FROM reservations WHERE reservation_id = $1")
            .bind(reservation.0)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        tenant.map(TenantId).ok_or(StoreError::NotFound("reservation"))
    }

    /// Whether another kit has the same link at that time, `apart_from` this reservation: somebody booked the meeting twice.
    /// A kit that broke in the meeting and went to repair has it no more: another may go on in its place.
    pub async fn link_is_booked(
        &self,
        key: KitKey,
        link: &MeetingLink,
        (starts_at, ends_at): (Timestamp, Timestamp),
        apart_from: Option<ReservationId>,
    ) -> Result<bool, StoreError> {
        let rows = query(concat!(
            "SELECT reservation_id, sealed_link FROM reservations
             WHERE tenant_id = $1 AND kit_id <> $4 AND cancelled_at IS NULL AND sealed_link IS NOT NULL
               AND starts_at < $3 AND ends_at > $2 AND NOT (",
            joined!("reservations"),
            " AND EXISTS (SELECT 1 FROM kits k WHERE k.tenant_id = reservations.tenant_id
                          AND k.kit_id = reservations.kit_id AND k.state = 'in_repair'))"
        ))
        .bind(key.tenant.0)
        .bind(stored(starts_at))
        .bind(stored(ends_at))
        .bind(key.kit.0)
        .fetch_all(self.within(key.tenant))
        .await?;
        for row in rows {
            let id = ReservationId(row.try_get("reservation_id")?);
            let same = || {
                Ok::<_, StoreError>(&self.vault.open(key.tenant, id, row.try_get("sealed_link")?)? == link)
            };
            if Some(id) != apart_from && same()? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The link of a reservation, as long as it is kept.
    pub async fn link_of(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
    ) -> Result<Option<MeetingLink>, StoreError> {
        let sealed: Option<Vec<u8>> =
            query_scalar("SELECT sealed_link FROM reservations WHERE tenant_id = $1 AND reservation_id = $2")
                .bind(tenant.0)
                .bind(reservation.0)
                .fetch_optional(self.within(tenant))
                .await?
                .flatten();
        sealed
            .map(|sealed| self.vault.open(tenant, reservation, &sealed))
            .transpose()
    }
}
