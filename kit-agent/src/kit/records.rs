//! Which of the visit's records the server gets, and as what. Pure.
//!
//! What the wire has no kind for stays in the kit's journal only. Neighbour: `gates`, for answers and attendance.

use fleet_api::{CareWorkerId, CleaningPhase, ReservationId, SkipReason as Skipped};

use super::gates;
use crate::fleet::{EndCause, EventKind, Fault, FaultSource, Rating};
use crate::visit::Record;
use crate::visit::cleaning::Occasion;
use crate::visit::effect::{Gateway, Recorded};
use crate::visit::event::{Confirmed, Rating as Felt, SkipReason, Trouble};
use crate::visit::readiness::Part;

/// The events for the server; none for what stays in the kit's journal.
pub(super) fn for_server(record: &Record) -> Vec<EventKind> {
    let by = record.by.as_ref().and_then(|by| by.parse().ok());
    match &record.what {
        Recorded::Rated(felt) => {
            let rating = rating(*felt);
            return vec![EventKind::MeetingRated { rating }];
        }
        Recorded::Returned { .. } => return by.map(|by| EventKind::Returned { by }).into_iter().collect(),
        _ => {}
    }
    let reservation = record.reservation.as_ref().and_then(|id| id.0.parse().ok());
    if let Some(cleaning) = cleaning(&record.what, reservation, by) {
        return vec![cleaning];
    }
    let Some(reservation) = reservation else {
        return Vec::new();
    };
    let one = match &record.what {
        Recorded::CheckedOut { missing } => by.map(|by| EventKind::CheckedOut {
            reservation,
            by,
            missing: u8::try_from(missing.len()).unwrap_or(u8::MAX),
        }),
        Recorded::Answered(answer, version, about) => {
            return gates::answered(reservation, *answer, *version, *about, by);
        }
        Recorded::Undone(gate) => Some(gates::undone(reservation, *gate, by)),
        Recorded::PreferredInPerson => Some(EventKind::PreferredInPerson { reservation }),
        Recorded::Attended {
            role,
            known,
            from,
            until,
        } => Some(gates::attended(reservation, *role, *known, (*from, *until))),
        Recorded::Unexpected => Some(EventKind::UnexpectedParticipant { reservation }),
        Recorded::ByTelephone(on) => Some(EventKind::SoundByTelephone {
            reservation,
            on: *on == Gateway::Open,
        }),
        Recorded::SoundChecked(heard) => Some(EventKind::SoundChecked {
            reservation,
            heard: *heard == Confirmed::Yes,
        }),
        Recorded::SummaryShown => Some(EventKind::SummaryShown { reservation }),
        Recorded::Tapped(_) => Some(EventKind::JoinTapped { reservation }),
        Recorded::Joined | Recorded::Recovered => Some(EventKind::MeetingJoined { reservation }),
        Recorded::Interrupted => Some(EventKind::MeetingInterrupted { reservation }),
        Recorded::NotJoined(_) => Some(EventKind::MeetingEnded {
            reservation,
            cause: EndCause::NeverJoined,
        }),
        Recorded::Left { .. } => Some(EventKind::MeetingEnded {
            reservation,
            cause: EndCause::LeftByRoom,
        }),
        Recorded::Wiped { confirmed, .. } => Some(EventKind::Wiped {
            reservation,
            confirmed: *confirmed == Confirmed::Yes,
        }),
        Recorded::HygieneSigned(..)
        | Recorded::HygieneSkipped(_)
        | Recorded::Rated(_)
        | Recorded::Returned { .. } => None,
    };
    one.into_iter().collect()
}

/// Signed or skipped. Told whoever had the shift, and whether or not a meeting is known: a signature is never lost.
fn cleaning(
    what: &Recorded,
    reservation: Option<ReservationId>,
    by: Option<CareWorkerId>,
) -> Option<EventKind> {
    match what {
        Recorded::HygieneSigned(occasion, checklist) => Some(EventKind::HygieneSigned {
            phase: match occasion {
                Occasion::BeforeVisit => CleaningPhase::Before,
                Occasion::AfterVisit => CleaningPhase::After,
            },
            reservation,
            by,
            checklist: *checklist,
        }),
        Recorded::HygieneSkipped(reason) => Some(EventKind::HygieneSkipped {
            reason: match reason {
                SkipReason::NothingToCleanWith => Skipped::NothingToCleanWith,
                SkipReason::NoTime => Skipped::NoTime,
                SkipReason::SomebodyElse => Skipped::SomebodyElse,
                SkipReason::Broken => Skipped::Broken,
            },
            reservation,
            by,
        }),
        _ => None,
    }
}

/// The answer as the wire has it; it names no meeting.
fn rating(felt: Felt) -> Rating {
    match felt {
        Felt::Good => Rating::Good,
        Felt::SoSo => Rating::SoSo,
        Felt::Bad => Rating::Bad,
    }
}

/// The faults that a record tells of: parts that were not there, a wipe that was not confirmed.
pub(super) fn faults(record: &Record) -> Vec<EventKind> {
    let (faults, source) = match &record.what {
        Recorded::CheckedOut { missing } | Recorded::Returned { missing } => (
            missing.iter().copied().map(missing_part).collect(),
            FaultSource::CareWorker,
        ),
        Recorded::Wiped {
            confirmed: Confirmed::No,
            ..
        } => (vec![Fault::WipeNotConfirmed], FaultSource::Kit),
        _ => (Vec::new(), FaultSource::Kit),
    };
    let faults = faults.into_iter();
    faults
        .map(|fault| EventKind::FaultReported { fault, source })
        .collect()
}

/// What somebody in the room pressed.
pub(super) fn fault_of(trouble: Trouble) -> EventKind {
    let fault = match trouble {
        Trouble::WeHearNothing => Fault::HearNothing,
        Trouble::TheyDoNotHearUs => Fault::NotHeard,
        Trouble::NoPicture => Fault::NoPicture,
        Trouble::Broken => Fault::SomethingBroken,
    };
    EventKind::FaultReported {
        fault,
        source: FaultSource::Room,
    }
}

fn missing_part(part: Part) -> Fault {
    match part {
        Part::Tablet => Fault::TabletMissing,
        Part::Speakerphone => Fault::SpeakerphoneMissing,
        Part::Stand => Fault::StandMissing,
        Part::ExtensionCable => Fault::ExtensionCableMissing,
        Part::Rucksack => Fault::RucksackMissing,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_part_that_was_not_there_is_the_care_worker_s_report() {
        let record = Record {
            at: Timestamp::UNIX_EPOCH,
            reservation: None,
            by: None,
            role: None,
            what: Recorded::Returned {
                missing: vec![Part::ExtensionCable],
            },
        };
        let reported = EventKind::FaultReported {
            fault: Fault::ExtensionCableMissing,
            source: FaultSource::CareWorker,
        };
        assert_eq!(faults(&record), [reported]);
    }

    #[test]
    fn a_signature_is_told_though_neither_meeting_nor_care_worker_is_known() {
        let told = |reservation: Option<&str>, by: Option<&str>, what| {
            for_server(&Record {
                at: Timestamp::UNIX_EPOCH,
                reservation: reservation.map(|id| crate::visit::reservation::ReservationId(id.into())),
                by: by.map(str::to_owned),
                role: None,
                what,
            })
        };
        let nil = uuid::Uuid::nil().to_string();
        assert_eq!(
            told(
                Some(&nil),
                Some(&nil),
                Recorded::HygieneSigned(Occasion::AfterVisit, Some(3))
            ),
            [EventKind::HygieneSigned {
                phase: CleaningPhase::After,
                reservation: Some(ReservationId(uuid::Uuid::nil())),
                by: Some(CareWorkerId(uuid::Uuid::nil())),
                checklist: Some(3),
            }]
        );
        assert_eq!(
            told(
                None,
                Some("staff-1"),
                Recorded::HygieneSkipped(SkipReason::NoTime)
            ),
            [EventKind::HygieneSkipped {
                reason: Skipped::NoTime,
                reservation: None,
                by: None,
            }]
        );
    }

    #[test]
    fn a_wipe_that_was_not_confirmed_is_the_kit_s_own_report() {
        let wiped = |confirmed| Record {
            at: Timestamp::UNIX_EPOCH,
            reservation: None,
            by: None,
            role: None,
            what: Recorded::Wiped {
                confirmed,
                items: Vec::new(),
            },
        };
        assert_eq!(faults(&wiped(Confirmed::Yes)), []);
        assert_eq!(faults(&wiped(Confirmed::No)).len(), 1);
    }
}
