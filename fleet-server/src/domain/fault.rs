//! What follows from a fault: what somebody must answer for, whether it can stop a visit, and when it counts as having
//! happened. The list itself is on the wire (`fleet_api::Fault`).

use fleet_api::Fault;
use jiff::{SignedDuration, Timestamp};

use super::responsibility::Item;

/// A report that took longer than this to arrive is believed to come from a kit whose clock is wrong.
pub const OLDEST_REPORT: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What somebody answers for who must see to this fault (routine, section 5.1).
///
/// What is missing was lost where the municipality had it in its care (R57); what is broken is service and replacement.
#[must_use]
pub fn item(fault: Fault) -> Item {
    match fault {
        Fault::HearNothing
        | Fault::NotHeard
        | Fault::NoPicture
        | Fault::SomethingBroken
        | Fault::SelfTestFailed => Item::ServiceAndReplacement,
        Fault::TabletMissing
        | Fault::SpeakerphoneMissing
        | Fault::StandMissing
        | Fault::ExtensionCableMissing
        | Fault::RucksackMissing => Item::EquipmentInTheHome,
        Fault::WipeNotConfirmed => Item::HomeSolutionUpdates,
        Fault::NoNetwork => Item::MobileBroadband,
        Fault::MeetingNotReached => Item::CentralInfrastructure,
    }
}

/// Whether the kit cannot be relied on for a visit until somebody has seen to it.
#[must_use]
pub fn stops_visits(fault: Fault) -> bool {
    !matches!(
        fault,
        Fault::StandMissing
            | Fault::ExtensionCableMissing
            | Fault::RucksackMissing
            | Fault::MeetingNotReached
    )
}

/// When a fault happened, as the kit tells it; where its clock cannot be right, when the report arrived.
#[must_use]
pub fn happened_at(told: Timestamp, received: Timestamp) -> Timestamp {
    let age = received.duration_since(told);
    if age.is_negative() || age > OLDEST_REPORT {
        received
    } else {
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_does_not_choose_whose_fault_it_is() {
        let received: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
        let yesterday = received - SignedDuration::from_hours(24);
        assert_eq!(happened_at(yesterday, received), yesterday);
        assert_eq!(happened_at(Timestamp::UNIX_EPOCH, received), received);
        assert_eq!(
            happened_at(received + SignedDuration::from_secs(1), received),
            received
        );
    }
}
