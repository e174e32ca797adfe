//! The log of meetings: who was there by role, how they were identified, and what was answered before. No names.
//!
//! It is kept for five years for the care provider who is responsible, and its entries are linked like the audit trail's
//! (`audit::chain`), one chain per care provider, so that each can be handed over and verified by itself.

use fleet_api::{CareProviderId, EventKind, KitId, ReservationId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an entry is kept: five years of at most 366 days.
pub const KEPT: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);
/// The chain of what happened while nobody is known to have had the kit.
pub const NOBODYS: CareProviderId = CareProviderId(Uuid::nil());

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The responsible care provider.
    pub provider: CareProviderId,
    /// On which kit.
    pub kit: KitId,
    /// When it happened, by the kit's clock.
    pub happened_at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: EventKind,
}

impl Record {
    /// The meeting that it is about.
    #[must_use]
    pub fn reservation(&self) -> Option<ReservationId> {
        self.event.reservation()
    }
}

/// Whether an event belongs into the log.
#[must_use]
pub fn is_logged(event: &EventKind) -> bool {
    matches!(
        event,
        EventKind::PatientIdentified { .. }
            | EventKind::CheckedOut { .. }
            | EventKind::Returned { .. }
            | EventKind::GateAnswered { .. }
            | EventKind::PreferredInPerson { .. }
            | EventKind::Attended { .. }
            | EventKind::UnexpectedParticipant { .. }
    )
}
