//! What is sent when an alert is raised, and when a delivery that failed is tried again. Nothing about a patient or a
//! care worker can stand in it: there is no field for that.

use fleet_api::{AlertId, KitId, TicketId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::alert::AlertKind;

/// One alert as it is sent, the same to every receiver and at every attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// The occurrence. A receiver that gets it twice knows it by this and `raised_at`.
    pub alert: AlertId,
    /// What is the matter.
    pub kind: AlertKind,
    /// The municipality, or the region, that has the kit.
    pub municipality: String,
    /// What is painted on the kit.
    pub kit: String,
    /// The kit's id.
    pub kit_id: KitId,
    /// When the visit begins that it is about.
    pub visit_at: Option<Timestamp>,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// When it was raised.
    pub raised_at: Timestamp,
}

/// After this long an alert is no news any more, and the delivery is given up.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Longest pause between attempts.
pub const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How long to wait after so many attempts: half a minute, then twice as long each time, an hour at most.
#[must_use]
pub fn pause_after(attempts: u32) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(10);
    SignedDuration::from_secs(30 << doublings).min(LONGEST_PAUSE)
}

/// Whether a delivery is tried again.
#[must_use]
pub fn is_worth_another_attempt(created_at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(created_at) < STALE_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_never_beyond() {
        let pauses: Vec<i64> = (0..10).map(|attempts| pause_after(attempts).as_secs()).collect();
        assert_eq!(pauses, [30, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }
}
