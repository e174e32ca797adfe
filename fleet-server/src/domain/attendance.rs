//! The log of meetings: who was there by role, how they were identified, and what was answered before. No names.
//!
//! It is kept for five years for the care provider who is responsible, and its entries are linked like the audit trail's
//! (`audit::chain`), one chain per care provider, so that each can be handed over and verified by itself.

use fleet_api::{
    AttendeeMethod, AttendeeOrganisation, AttendeeRole, CareProviderId, EventKind, KitId, ReservationId,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an entry is kept: five years of at most 366 days.
pub const KEPT: SignedDuration = SignedDuration::from_hours(5 * 366 * 24);
/// Between two of those whom a kit tells of in one go lies less than this, however slow its disk. Rather too much: somebody who
/// is counted twice does less harm than somebody who is forgotten.
const ONE_GO: SignedDuration = SignedDuration::from_secs(2);
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

/// Somebody who was in a meeting, as a kit told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// As what, for whom, identified how, and since when.
    who: (AttendeeRole, AttendeeOrganisation, AttendeeMethod, Timestamp),
    /// Until when, as far as the kit knew.
    to: Timestamp,
    /// When it was told.
    at: Timestamp,
}

impl Told {
    /// What an event tells of somebody, if it does.
    #[must_use]
    pub fn of(at: Timestamp, event: &EventKind) -> Option<Self> {
        match event {
            EventKind::Attended {
                role,
                organisation,
                method,
                from,
                to,
                ..
            } => Some(Self {
                who: (*role, *organisation, *method, *from),
                to: *to,
                at,
            }),
            _ => None,
        }
    }

    /// Whether both were told in one go: of people who are alike, such as two relatives on the sofa, each is told once.
    fn in_one_go(&self, other: &Self) -> bool {
        self.to == other.to && self.at.duration_since(other.at).abs() < ONE_GO
    }
}

/// Whether somebody was told of before. A kit that lost its power goes by what it noted last, so it tells anew of people whom it
/// may have told of already: alike in all but the time until which they were there, which is then no later than what was told.
#[must_use]
pub fn is_told_again(earlier: &[Told], new: &Told) -> bool {
    let mut people: Vec<Told> = Vec::new();
    let mut again = false;
    let mut taken: Vec<usize> = Vec::new();
    let alike = earlier.iter().chain([new]).filter(|told| told.who == new.who);
    let mut before: Option<&Told> = None;
    for told in alike {
        if !before.is_some_and(|before| before.in_one_go(told)) {
            taken.clear();
        }
        before = Some(told);
        let same = (0..people.len()).find(|person| !taken.contains(person) && people[*person].to >= told.to);
        again = same.is_some();
        taken.push(same.unwrap_or(people.len()));
        if !again {
            people.push(*told);
        }
    }
    again
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As what, until which second, told in which second; all came in second 0.
    fn told(role: AttendeeRole, to: i64, at: i64) -> Told {
        let second = |second| Timestamp::from_second(second).expect("a small number");
        Told {
            who: (
                role,
                AttendeeOrganisation::None,
                AttendeeMethod::VouchedByPatient,
                second(0),
            ),
            to: second(to),
            at: second(at),
        }
    }

    /// How many people are counted.
    fn people(all: &[Told]) -> usize {
        let is_new = |at: &usize| !is_told_again(&all[..*at], &all[*at]);
        (0..all.len()).filter(is_new).count()
    }

    #[test]
    fn whoever_is_told_of_again_after_a_crash_is_counted_once() {
        let relative = |to, at| told(AttendeeRole::Relative, to, at);
        let patient = |to, at| told(AttendeeRole::Patient, to, at);
        // The end was told whole; the note of ten seconds before was not removed any more.
        assert_eq!(
            people(&[
                patient(60, 60),
                relative(60, 60),
                patient(50, 70),
                relative(50, 70)
            ]),
            2
        );
        // The very same again, and again.
        assert_eq!(people(&[patient(50, 70), patient(50, 80), patient(50, 90)]), 1);
    }

    #[test]
    fn two_who_are_alike_are_two() {
        let relative = |to, at| told(AttendeeRole::Relative, to, at);
        assert_eq!(people(&[relative(60, 60), relative(60, 60)]), 2, "in one go");
        assert_eq!(
            people(&[relative(40, 40), relative(60, 60)]),
            2,
            "one left earlier"
        );
        assert_eq!(
            people(&[
                relative(60, 60),
                relative(60, 60),
                relative(50, 70),
                relative(50, 70)
            ]),
            2,
            "both again"
        );
    }

    #[test]
    fn nobody_is_forgotten_whom_the_crash_cut_off() {
        let relative = |to, at| told(AttendeeRole::Relative, to, at);
        assert_eq!(
            people(&[relative(50, 70), relative(50, 80), relative(50, 80)]),
            2,
            "the first telling was cut off after one"
        );
        assert_eq!(
            people(&[relative(40, 40), relative(35, 70), relative(35, 70)]),
            2,
            "one had left and was told of, the other was still there"
        );
        let later = Told {
            who: (
                AttendeeRole::Relative,
                AttendeeOrganisation::None,
                AttendeeMethod::VouchedByPatient,
                Timestamp::from_second(30).expect("a small number"),
            ),
            ..relative(50, 70)
        };
        assert_eq!(people(&[relative(60, 60), later]), 2, "came at another time");
    }
}
