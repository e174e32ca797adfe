//! That a meeting is booked on one kit at a time, in the whole region.
//!
//! Meetings are compared by a keyed hash of which meeting the link leads to ([`super::Vault`]), within the transaction that books;
//! bookings of one meeting take turns, so the second of two at once sees the first. Nobody learns whose the other booking is. The
//! hash goes when the link goes.

use fleet_api::{MeetingLink, ReservationId, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, Vault,
    database::{Connection, Exception, Row, query, query_scalar},
    standing::joined,
    stored,
};

/// Rows of older servers that are hashed in one transaction.
const AT_ONCE: u32 = 500;

/// Whether another kit than the own (`$4`, `$5`) has the meeting (`$1`) at a time (`$2` to `$3`), apart from a reservation (`$6`).
/// A kit that broke in the meeting and went to repair has it no more: another may go on in its place (decision 0030). Nor has
/// one whose link is gone; an older server leaves the hash behind.
const BY_ANOTHER: &str = concat!(
    "SELECT EXISTS (
         SELECT 1 FROM reservations
         WHERE link_hash = $1 AND sealed_link IS NOT NULL AND cancelled_at IS NULL AND ends_at > $2 AND starts_at < $3
           AND NOT (tenant_id = $4 AND (kit_id = $5 OR reservation_id = $6))
           AND NOT (",
    joined!("reservations"),
    " AND EXISTS (SELECT 1 FROM kits k WHERE k.tenant_id = reservations.tenant_id
                  AND k.kit_id = reservations.kit_id AND k.state = 'in_repair')))"
);

/// Refuses a meeting that another kit has at that time, `apart_from` this reservation. Returns its hash, to be stored.
pub(super) async fn demand(
    connection: &mut Connection,
    vault: &Vault,
    (key, link): (KitKey, &MeetingLink),
    (starts_at, ends_at): (Timestamp, Timestamp),
    apart_from: ReservationId,
) -> Result<Vec<u8>, StoreError> {
    let region: uuid::Uuid =
        query_scalar("SELECT coalesce(region_id, tenant_id) FROM tenants WHERE tenant_id = $1")
            .bind(key.tenant.0)
            .fetch_one(&mut *connection)
            .await?;
    let hash = vault.hash_of_room(TenantId(region), link).as_ref().to_vec();
    connection.take_turns(&hash).await?;
    connection.enter(Exception::BookedTwice.into()).await?;
    let twice: bool = query_scalar(BY_ANOTHER)
        .bind(hash.clone())
        .bind(stored(starts_at))
        .bind(stored(ends_at))
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(apart_from.0)
        .fetch_one(&mut *connection)
        .await?;
    connection.enter(key.tenant.into()).await?;
    if twice {
        Err(StoreError::BookedTwice)
    } else {
        Ok(hash)
    }
}

impl Store {
    /// Hashes what older servers have booked; returns how much. A link that does not open is left: its kit's sync says so.
    pub async fn hash_older_bookings(&self) -> Result<u64, StoreError> {
        let (mut hashed, mut after) = (0, uuid::Uuid::nil());
        loop {
            // Looked for before anybody has to wait: there is seldom any.
            let rows = query(
                "SELECT r.tenant_id, r.reservation_id, r.sealed_link, coalesce(t.region_id, t.tenant_id) AS region
                 FROM reservations r JOIN tenants t ON t.tenant_id = r.tenant_id
                 WHERE r.sealed_link IS NOT NULL AND r.link_hash IS NULL AND r.reservation_id > $1
                 ORDER BY r.reservation_id LIMIT $2",
            )
            .bind(after)
            .bind(AT_ONCE)
            .fetch_all(self.within(Exception::BookedTwice))
            .await?;
            let Some(last) = rows.last() else {
                return Ok(hashed);
            };
            after = last.try_get("reservation_id")?;
            let mut transaction = self.begin(Exception::BookedTwice).await?;
            for row in &rows {
                hashed += self.hash_older(&mut transaction, row).await?;
            }
            transaction.commit().await?;
        }
    }

    /// Hashes one, unless its link has changed or gone meanwhile.
    async fn hash_older(&self, connection: &mut Connection, row: &Row) -> Result<u64, StoreError> {
        let tenant = TenantId(row.try_get("tenant_id")?);
        let reservation = ReservationId(row.try_get("reservation_id")?);
        let region = TenantId(row.try_get("region")?);
        let sealed: &[u8] = row.try_get("sealed_link")?;
        let Ok(link) = self.vault.open(tenant, reservation, sealed) else {
            return Ok(0);
        };
        let hashed = query(
            "UPDATE reservations SET link_hash = $3
             WHERE tenant_id = $1 AND reservation_id = $2 AND sealed_link = $4 AND link_hash IS NULL",
        )
        .bind(tenant.0)
        .bind(reservation.0)
        .bind(self.vault.hash_of_room(region, &link).as_ref().to_vec())
        .bind(sealed.to_vec())
        .execute(connection)
        .await?;
        Ok(hashed.rows_affected())
    }
}
