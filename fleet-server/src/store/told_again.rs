//! Whether a kit tells of somebody in a meeting whom it has told of already: the log of meetings has each person once.
//!
//! All that a kit has reported of the meeting is in `events`; the rule is `domain::attendance`'s.

use fleet_api::{EventKind, NumberedEvent, SpoolId};

use super::{
    KitKey, StoreError,
    database::{Connection, query},
    read_time,
};
use crate::domain::attendance::{self, Told};

/// Compares an event, which is stored already, with what the kit told before.
pub(super) async fn is_told_again(
    connection: &mut Connection,
    key: KitKey,
    (spool, numbered): (SpoolId, &NumberedEvent),
) -> Result<bool, StoreError> {
    let event = &numbered.event;
    let (Some(new), Some(reservation)) = (Told::of(event.at, &event.kind), event.kind.reservation()) else {
        return Ok(false);
    };
    let rows = query(
        "SELECT happened_at, body FROM events
         WHERE tenant_id = $1 AND kit_id = $2 AND reservation_id = $3 AND kind = $4
           AND NOT (spool_id = $5 AND sequence = $6)
         ORDER BY received_at, spool_id, sequence",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(reservation.0)
    .bind(event.kind.name())
    .bind(spool.0)
    .bind(numbered.sequence.0)
    .fetch_all(connection)
    .await?;
    let mut earlier = Vec::new();
    for row in &rows {
        let kind: EventKind =
            serde_json::from_str(row.try_get("body")?).map_err(|_| StoreError::Damaged("events.body"))?;
        let at = read_time("events.happened_at", row.try_get("happened_at")?)?;
        earlier.extend(Told::of(at, &kind));
    }
    Ok(attendance::is_told_again(&earlier, &new))
}
