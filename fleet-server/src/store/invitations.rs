//! Which booking was made from an invitation. Of what its calendar calls the meeting only a keyed hash is kept, and erased
//! with the link.

use fleet_api::{KitId, MeetingLink, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    Store, StoreError, Vault,
    database::{Connection, query},
    read_time,
};
use crate::domain::calendar_update::Origin;

/// The latest booking that was made from an invitation to a meeting.
#[derive(Debug)]
pub struct FromInvitation {
    /// The booking.
    pub reservation: ReservationId,
    /// Its kit.
    pub kit: KitId,
    /// When the meeting is to be.
    pub time: (Timestamp, Timestamp),
    /// Where, as long as that is kept.
    pub link: Option<MeetingLink>,
    /// The version that was taken in last.
    pub sequence: u32,
    /// Whether it was cancelled since.
    pub cancelled: bool,
}

impl Store {
    /// What was booked from an earlier message about the same meeting.
    pub async fn booked_from(
        &self,
        tenant: TenantId,
        origin: &Origin,
    ) -> Result<Option<FromInvitation>, StoreError> {
        let row = query(
            "SELECT * FROM reservations WHERE tenant_id = $1 AND meeting_key = $2
             ORDER BY created_at DESC, reservation_id DESC LIMIT 1",
        )
        .bind(tenant.0)
        .bind(key(&self.vault, tenant, origin))
        .fetch_optional(self.within(tenant))
        .await?;
        let Some(row) = row else { return Ok(None) };
        let reservation = ReservationId(row.try_get("reservation_id")?);
        let sealed: Option<&[u8]> = row.try_get("sealed_link")?;
        let time = |column| read_time("reservations", row.try_get(column)?);
        Ok(Some(FromInvitation {
            reservation,
            kit: KitId(row.try_get("kit_id")?),
            time: (time("starts_at")?, time("ends_at")?),
            link: sealed
                .map(|sealed| self.vault.open(tenant, reservation, sealed))
                .transpose()?,
            sequence: row.try_get("meeting_sequence")?,
            cancelled: row.try_get::<Option<i64>, _>("cancelled_at")?.is_some(),
        }))
    }
}

/// Notes from which invitation a booking has just been made.
pub(super) async fn note_origin(
    connection: &mut Connection,
    vault: &Vault,
    (tenant, reservation): (TenantId, ReservationId),
    origin: &Origin,
) -> Result<(), StoreError> {
    query("UPDATE reservations SET meeting_key = $3 WHERE tenant_id = $1 AND reservation_id = $2")
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(key(vault, tenant, origin))
        .execute(&mut *connection)
        .await?;
    note_version(connection, (tenant, reservation), origin.sequence).await
}

/// Notes which version of its invitation a booking has followed.
pub(super) async fn note_version(
    connection: &mut Connection,
    (tenant, reservation): (TenantId, ReservationId),
    sequence: u32,
) -> Result<(), StoreError> {
    query("UPDATE reservations SET meeting_sequence = $3 WHERE tenant_id = $1 AND reservation_id = $2")
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(sequence)
        .execute(connection)
        .await?;
    Ok(())
}

fn key(vault: &Vault, tenant: TenantId, origin: &Origin) -> Vec<u8> {
    vault.hash_of_meeting(tenant, origin).as_ref().to_vec()
}
