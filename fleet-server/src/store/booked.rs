//! Reservations as people see them: which kit, when, under which neutral title. Never with the link.

use std::collections::HashMap;

use fleet_api::{KitId, NeutralTitle, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    Store, StoreError,
    database::{Row, query},
    read_time, stored,
};
use crate::domain::{reservation::LONGEST, visit::Booking};

/// A reservation as people see it: without its link, which only the kit gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedReservation {
    /// Its id.
    pub id: ReservationId,
    /// Which kit.
    pub kit: KitId,
    /// What it may be called.
    pub title: NeutralTitle,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether the kit has confirmed that nothing of it is left on the tablet.
    pub wiped: bool,
}

impl BookedReservation {
    /// As the rules for visits see it.
    #[must_use]
    pub fn as_booking(&self, fetched: bool) -> Booking {
        Booking {
            reservation: self.id,
            kit: self.kit,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            fetched,
        }
    }
}

impl Store {
    /// A tenant's reservations that touch the time from `from` to `until`, earliest first, at most `limit`.
    pub async fn reservations(
        &self,
        tenant: TenantId,
        from: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<BookedReservation>, StoreError> {
        let rows = query(
            "SELECT * FROM reservations
             WHERE tenant_id = $1 AND cancelled_at IS NULL AND ends_at > $2 AND starts_at < $3 AND starts_at > $4
             ORDER BY starts_at, reservation_id LIMIT $5",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        // None begins earlier and touches that time; so years of past ones are not looked at.
        .bind(stored(from.checked_sub(LONGEST).unwrap_or(Timestamp::MIN)))
        .bind(limit)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_booked).collect()
    }

    /// When each of a tenant's kits is reserved next, or is in use by a reservation that runs, between two times.
    pub async fn next_visits(
        &self,
        tenant: TenantId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<HashMap<KitId, Timestamp>, StoreError> {
        let rows = query(
            // A kit's reservations do not overlap, those that it has forgotten excepted: the one that ends first begins first.
            "SELECT k.kit_id, (SELECT starts_at FROM reservations r
                               WHERE r.tenant_id = $1 AND r.kit_id = k.kit_id AND r.cancelled_at IS NULL AND r.wiped_at IS NULL
                                 AND r.ends_at > $2 AND r.starts_at < $3
                               ORDER BY r.ends_at LIMIT 1) AS starts_at
             FROM kits k WHERE k.tenant_id = $1",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        .fetch_all(self.within(tenant))
        .await?;
        let mut next = HashMap::new();
        for row in &rows {
            if let Some(at) = row.try_get::<Option<i64>, _>("starts_at")? {
                let at = read_time("reservations.starts_at", at)?;
                next.insert(KitId(row.try_get("kit_id")?), at);
            }
        }
        Ok(next)
    }

    /// One reservation, cancelled ones excepted.
    pub async fn reservation(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
    ) -> Result<BookedReservation, StoreError> {
        let row = query(
            "SELECT * FROM reservations
             WHERE tenant_id = $1 AND reservation_id = $2 AND cancelled_at IS NULL",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .fetch_optional(self.within(tenant))
        .await?
        .ok_or(StoreError::NotFound("reservation"))?;
        read_booked(&row)
    }

    /// A tenant's reservations that touch a time, earliest first, after the one that begins then and has that id; at most
    /// `limit`.
    pub async fn reservations_after(
        &self,
        tenant: TenantId,
        (from, until): (Timestamp, Timestamp),
        after: Option<(Timestamp, ReservationId)>,
        limit: usize,
    ) -> Result<Vec<BookedReservation>, StoreError> {
        let (begins, id) = after.unwrap_or((Timestamp::MIN, ReservationId(uuid::Uuid::nil())));
        let rows = query(
            "SELECT * FROM reservations
             WHERE tenant_id = $1 AND cancelled_at IS NULL AND ends_at > $2 AND starts_at < $3
               AND (starts_at > $4 OR starts_at = $4 AND reservation_id > $5)
             ORDER BY starts_at, reservation_id LIMIT $6",
        )
        .bind(tenant.0)
        .bind(stored(from))
        .bind(stored(until))
        .bind(stored(begins))
        .bind(id.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_booked).collect()
    }
}

pub(super) fn read_booked(row: &Row) -> Result<BookedReservation, StoreError> {
    let title: &str = row.try_get("title")?;
    let title = NeutralTitle::ALL
        .into_iter()
        .find(|known| known.as_str() == title);
    Ok(BookedReservation {
        id: ReservationId(row.try_get("reservation_id")?),
        kit: KitId(row.try_get("kit_id")?),
        title: title.ok_or(StoreError::Damaged("reservations.title"))?,
        starts_at: read_time("reservations.starts_at", row.try_get("starts_at")?)?,
        ends_at: read_time("reservations.ends_at", row.try_get("ends_at")?)?,
        wiped: row.try_get::<Option<i64>, _>("wiped_at")?.is_some(),
    })
}
