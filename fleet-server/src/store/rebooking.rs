//! Moving reservations, and finding whose they are and whether a meeting is booked twice.

use fleet_api::{KitId, MeetingLink, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Exception, query, query_scalar},
    kits, stored,
};
use crate::audit::{Act, AuditEvent};

impl Store {
    /// Moves a reservation to another time, and to another kit of the same municipality. Returns the kit that had it.
    pub async fn rebook(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
        kit: KitId,
        (starts_at, ends_at): (Timestamp, Timestamp),
        act: &Act,
    ) -> Result<KitId, StoreError> {
        let before = self.reservation(tenant, reservation).await?.kit;
        let mut transaction = self.begin(tenant).await?;
        kits::life_here(&mut transaction, KitKey { tenant, kit }).await?;
        let moved = query(
            "UPDATE reservations SET kit_id = $3, starts_at = $4, ends_at = $5
             WHERE tenant_id = $1 AND reservation_id = $2 AND cancelled_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM reservations
                 WHERE tenant_id = $1 AND kit_id = $3 AND reservation_id <> $2 AND cancelled_at IS NULL
                   AND starts_at < $5 AND ends_at > $4)",
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
        Ok(before)
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
    pub async fn link_is_booked(
        &self,
        key: KitKey,
        link: &MeetingLink,
        (starts_at, ends_at): (Timestamp, Timestamp),
        apart_from: Option<ReservationId>,
    ) -> Result<bool, StoreError> {
        let rows = query(
            "SELECT reservation_id, sealed_link FROM reservations
             WHERE tenant_id = $1 AND kit_id <> $4 AND cancelled_at IS NULL AND sealed_link IS NOT NULL
               AND starts_at < $3 AND ends_at > $2",
        )
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
