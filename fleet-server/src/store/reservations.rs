//! Reservations: a kit, a time, a neutral title, and a sealed meeting link that is erased when it is no longer needed. How
//! people see them is in `booked`.

use fleet_api::{
    KitId, MeetingLink, NeutralTitle, Reservation, ReservationId, TenantId, limits::RESERVATIONS_PER_KIT,
};
use jiff::Timestamp;

use super::{
    BookedReservation, KitKey, Store, StoreError, audit,
    booked::read_booked,
    booked_once,
    database::{Exception, query},
    kits, particulars, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    identity::expected::Particulars,
    reservation::{JOINABLE_AFTER_END, LINK_KEPT_AFTER_END},
};

/// A reservation to be made; everything in it has been checked by the domain's rules.
#[derive(Debug, Clone)]
pub struct NewReservation {
    /// Which kit.
    pub kit: KitId,
    /// What it may be called.
    pub title: NeutralTitle,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Where it is held.
    pub link: MeetingLink,
}

impl Store {
    /// Reserves a kit for a meeting of which nothing more is known. Refused where another meeting overlaps that the kit has
    /// not yet forgotten, and where another kit has the same one.
    pub async fn reserve(
        &self,
        tenant: TenantId,
        new: &NewReservation,
        act: impl Into<Act>,
    ) -> Result<ReservationId, StoreError> {
        self.reserve_with(tenant, new, &Particulars::default(), act).await
    }

    /// Reserves a kit, with who is expected and what lets the kit in.
    pub async fn reserve_with(
        &self,
        tenant: TenantId,
        new: &NewReservation,
        particulars: &Particulars,
        act: impl Into<Act>,
    ) -> Result<ReservationId, StoreError> {
        let act = act.into();
        let id = ReservationId::generate();
        let mut transaction = self.begin(tenant).await?;
        let (key, time) = (KitKey { tenant, kit: new.kit }, (new.starts_at, new.ends_at));
        kits::life_here(&mut transaction, key).await?;
        let hash = booked_once::demand(&mut transaction, &self.vault, (key, &new.link), time, id).await?;
        let inserted = query(
            "INSERT INTO reservations
                 (tenant_id, reservation_id, kit_id, title, starts_at, ends_at, sealed_link, created_at, link_hash)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
             WHERE NOT EXISTS (
                 SELECT 1 FROM reservations
                 WHERE tenant_id = $1 AND kit_id = $3 AND cancelled_at IS NULL AND wiped_at IS NULL
                   AND starts_at < $6 AND ends_at > $5)",
        )
        .bind(tenant.0)
        .bind(id.0)
        .bind(new.kit.0)
        .bind(new.title.as_str())
        .bind(stored(new.starts_at))
        .bind(stored(new.ends_at))
        .bind(self.vault.seal(tenant, id, &new.link))
        .bind(stored(act.at))
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() != 1 {
            return Err(StoreError::Overlap);
        }
        particulars::note(&mut transaction, &self.vault, (tenant, id), particulars).await?;
        let reserved = AuditEvent::KitReserved {
            reservation: id,
            kit: new.kit,
            starts_at: new.starts_at,
            ends_at: new.ends_at,
        };
        audit::append(&mut transaction, tenant, &act, &reserved).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// The meetings that a kit shall be able to join, with their links: not cancelled, not wiped, not long over.
    pub async fn reservations_for_kit(
        &self,
        key: KitKey,
        now: Timestamp,
    ) -> Result<Vec<Reservation>, StoreError> {
        let rows = query(
            "SELECT * FROM reservations
             WHERE tenant_id = $1 AND kit_id = $2 AND ends_at > $3
               AND cancelled_at IS NULL AND wiped_at IS NULL AND sealed_link IS NOT NULL
             ORDER BY starts_at, reservation_id LIMIT $4",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(stored(now - JOINABLE_AFTER_END))
        .bind(i64::try_from(RESERVATIONS_PER_KIT).expect("the limit is small"))
        .fetch_all(self.within(key.tenant))
        .await?;
        rows.iter()
            .map(|row| {
                let booked = read_booked(row)?;
                let link = self
                    .vault
                    .open(key.tenant, booked.id, row.try_get("sealed_link")?)?;
                let BookedReservation {
                    id,
                    title,
                    starts_at,
                    ends_at,
                    ..
                } = booked;
                let expected = particulars::read_expected(row)?;
                let access = particulars::read_access(row, &self.vault, key.tenant, id)?;
                Ok(Reservation {
                    id,
                    title,
                    starts_at,
                    ends_at,
                    link,
                    relatives: expected.relatives,
                    legal_mode: expected.legal_mode,
                    telephone: access.telephone,
                    invited: expected.invited,
                    host_pin: access.host_pin,
                })
            })
            .collect()
    }

    /// Erases the links of all tenants' meetings that ended long enough ago, which meetings they led to and from which
    /// invitations they were; returns how many links.
    pub async fn erase_old_links(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin(Exception::Retention).await?;
        for statement in [
            "UPDATE reservations SET meeting_key = NULL WHERE meeting_key IS NOT NULL AND ends_at <= $1",
            // An older server cancels without it.
            "UPDATE reservations SET link_hash = NULL WHERE link_hash IS NOT NULL AND ends_at <= $1",
        ] {
            query(statement)
                .bind(stored(now - LINK_KEPT_AFTER_END))
                .execute(&mut *transaction)
                .await?;
        }
        let erased = query(
            "UPDATE reservations SET sealed_link = NULL, link_hash = NULL, sealed_access = NULL
             WHERE sealed_link IS NOT NULL AND ends_at <= $1",
        )
        .bind(stored(now - LINK_KEPT_AFTER_END))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        if erased > 0 {
            self.database.forget_erased().await?;
        }
        Ok(erased)
    }
}
