//! How far a booked meeting has come. What its kit has joined stays that kit's own: its reports, its receipt and its place in
//! the follow-up are one whole, and another kit's reports never take their place (decision 0030).

use fleet_api::{KitId, ReservationId, TenantId};

use super::{
    Store, StoreError,
    database::{Connection, Row, query},
    read_time,
};
use crate::domain::reservation::Standing;

/// Whether the kit that a row of `reservations` names has joined its meeting. Takes the row's name in the statement.
macro_rules! joined {
    ($reservation:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = ",
            $reservation,
            ".tenant_id AND e.reservation_id = ",
            $reservation,
            ".reservation_id AND e.kit_id = ",
            $reservation,
            ".kit_id AND e.kind = 'meeting_joined')"
        )
    };
}
pub(super) use joined;

/// A reservation that is to be changed.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kit: KitId,
    pub(super) cancelled: bool,
    pub(super) standing: Standing,
}

/// A reservation of a tenant (`$1`), by its id (`$2`).
const FIND: &str = concat!(
    "SELECT kit_id, ends_at, wiped_at, cancelled_at, ",
    joined!("reservations"),
    " AS joined FROM reservations WHERE tenant_id = $1 AND reservation_id = $2"
);

impl Store {
    /// How far a booked meeting has come.
    pub async fn standing(
        &self,
        tenant: TenantId,
        reservation: ReservationId,
    ) -> Result<Standing, StoreError> {
        let row = query(FIND)
            .bind(tenant.0)
            .bind(reservation.0)
            .fetch_optional(self.within(tenant))
            .await?;
        Ok(read(row.as_ref())?.standing)
    }
}

/// Looks within the transaction that is to change it.
pub(super) async fn find(
    connection: &mut Connection,
    tenant: TenantId,
    reservation: ReservationId,
) -> Result<Found, StoreError> {
    let row = query(FIND)
        .bind(tenant.0)
        .bind(reservation.0)
        .fetch_optional(connection)
        .await?;
    read(row.as_ref())
}

fn read(row: Option<&Row>) -> Result<Found, StoreError> {
    let row = row.ok_or(StoreError::NotFound("reservation"))?;
    Ok(Found {
        kit: KitId(row.try_get("kit_id")?),
        cancelled: row.try_get::<Option<i64>, _>("cancelled_at")?.is_some(),
        standing: Standing {
            ends_at: read_time("reservations.ends_at", row.try_get("ends_at")?)?,
            wiped: row.try_get::<Option<i64>, _>("wiped_at")?.is_some(),
            joined: row.try_get("joined")?,
        },
    })
}
