//! Which care provider's log of meetings an event belongs to.

use fleet_api::{CareProviderId, CareWorkerId, Event, EventKind, ReservationId};
use uuid::Uuid;

use super::{
    KitKey, StoreError,
    database::{Connection, query_scalar},
    stored,
};
use crate::domain::attendance::NOBODYS;

/// Whose chain: the care provider of whoever acted, else of whoever had the kit then.
pub(super) async fn responsible(
    connection: &mut Connection,
    key: KitKey,
    by: Option<CareWorkerId>,
    event: &Event,
) -> Result<CareProviderId, StoreError> {
    let found: Option<Uuid> = match by {
        Some(worker) => {
            query_scalar(
                "SELECT u.provider_id FROM care_workers w
                 JOIN units u ON u.tenant_id = w.tenant_id AND u.unit_id = w.unit_id
                 WHERE w.tenant_id = $1 AND w.worker_id = $2",
            )
            .bind(key.tenant.0)
            .bind(worker.0)
            .fetch_optional(&mut *connection)
            .await?
        }
        None => None,
    };
    if let Some(provider) = found {
        return Ok(CareProviderId(provider));
    }
    let reservation = event.kind.reservation().map(|ReservationId(id)| id);
    let held = query_scalar(
        "SELECT u.provider_id FROM check_outs c
         JOIN care_workers w ON w.tenant_id = c.tenant_id AND w.worker_id = c.worker_id
         JOIN units u ON u.tenant_id = w.tenant_id AND u.unit_id = w.unit_id
         WHERE c.tenant_id = $1 AND c.kit_id = $2
           AND (c.reservation_id = $3 OR (c.at <= $4 AND (c.returned_at IS NULL OR c.returned_at >= $4)))
         ORDER BY c.at DESC LIMIT 1",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(reservation)
    .bind(stored(event.at))
    .fetch_optional(connection)
    .await?;
    Ok(held.map_or(NOBODYS, CareProviderId))
}

/// Who acted, where an event says so.
pub(super) fn acting(event: &EventKind) -> Option<CareWorkerId> {
    match event {
        EventKind::CheckedOut { by, .. } | EventKind::Returned { by } => Some(*by),
        EventKind::GateAnswered { by, .. } => *by,
        _ => None,
    }
}
