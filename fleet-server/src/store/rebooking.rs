//! Moving and cancelling reservations, and finding whose they are.

use fleet_api::{KitId, MeetingLink, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, audit, booked_once,
    database::{Connection, Exception, query, query_scalar},
    invitations, kits, standing, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::reservation::{ChangeRefusal, check_change};

impl Store {
    /// Moves a reservation to another time, and to another kit of the same municipality; where a version of its invitation
    /// says so, to another link. Refused where another meeting overlaps, and where another kit has the same one. Returns the
    /// kit that had it.
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
        let key = KitKey { tenant, kit };
        kits::life_here(&mut transaction, key).await?;
        let found = standing::find(&mut transaction, tenant, reservation).await?;
        if found.cancelled {
            return Err(StoreError::NotFound("reservation"));
        }
        if let Err(refusal) = check_change(&found.standing, act.at) {
            return Ok(Err(refusal));
        }
        if let Some((sequence, link)) = version {
            self.note_link(&mut transaction, (tenant, reservation), link)
                .await?;
            invitations::note_version(&mut transaction, (tenant, reservation), sequence).await?;
        }
        let time = (starts_at, ends_at);
        self.keep_to_one_kit(&mut transaction, key, time, reservation)
            .await?;
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

    /// Refuses a move to where another kit has the same meeting, and notes which meeting it is.
    async fn keep_to_one_kit(
        &self,
        connection: &mut Connection,
        key: KitKey,
        time: (Timestamp, Timestamp),
        reservation: ReservationId,
    ) -> Result<(), StoreError> {
        let Some(link) = self.link_of(connection, key.tenant, reservation).await? else {
            return Ok(());
        };
        let hash = booked_once::demand(connection, &self.vault, (key, &link), time, reservation).await?;
        query("UPDATE reservations SET link_hash = $3 WHERE tenant_id = $1 AND reservation_id = $2")
            .bind(key.tenant.0)
            .bind(reservation.0)
            .bind(hash)
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
            "UPDATE reservations SET cancelled_at = $3, sealed_link = NULL, link_hash = NULL, sealed_access = NULL,
                 invited_person = NULL
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

    /// The link of a reservation, as long as it is kept.
    async fn link_of(
        &self,
        connection: &mut Connection,
        tenant: TenantId,
        reservation: ReservationId,
    ) -> Result<Option<MeetingLink>, StoreError> {
        let sealed: Option<Vec<u8>> =
            query_scalar("SELECT sealed_link FROM reservations WHERE tenant_id = $1 AND reservation_id = $2")
                .bind(tenant.0)
                .bind(reservation.0)
                .fetch_optional(connection)
                .await?
                .flatten();
        sealed
            .map(|sealed| self.vault.open(tenant, reservation, &sealed))
            .transpose()
    }
}
