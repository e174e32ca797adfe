//! Which of the visit's records the server gets, and as what. Pure.
//!
//! The wire has fewer kinds than the visit yet; what has none stays in the kit's journal only.

use crate::fleet::{EndCause, EventKind, IdentificationMethod, Rating};
use crate::visit::Record;
use crate::visit::effect::Recorded;
use crate::visit::event::{Confirmed, Rating as Felt};
use crate::visit::gates::Answer;

/// The event for the server, if it has one for this.
pub(super) fn for_server(record: &Record) -> Option<EventKind> {
    if let Recorded::Rated(felt) = &record.what {
        return Some(EventKind::MeetingRated {
            rating: rating(*felt),
        });
    }
    let reservation = record.reservation.as_ref()?.0.parse().ok()?;
    match &record.what {
        Recorded::Answered(Answer::Identity(_), _) => Some(EventKind::PatientIdentified {
            reservation,
            method: IdentificationMethod::StaffVouches,
        }),
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
