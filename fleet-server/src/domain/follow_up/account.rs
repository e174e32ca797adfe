//! What became of one meeting, from what its kit reported.
//!
//! Reports may come late, twice and in any order. A meeting of which nothing is known is [`Outcome::NotReported`]: it is
//! shown as such and counts neither as held nor as not held.

use fleet_api::{EndCause, EventKind};
use jiff::{SignedDuration, Timestamp};

use crate::domain::{closed_list::closed_list, refusal::Refusal, responsibility::Item};

closed_list! {
    /// Why a meeting was not held. It never says who could not come: that would be about the patient.
    WhyNotHeld {
        /// The network was too weak.
        WeakNetwork = "weak_network",
        /// The kit was not clean.
        NotClean = "not_clean",
        /// A part of the kit was broken or missing.
        KitFault = "kit_fault",
        /// The meeting service did not answer, or the link was wrong.
        MeetingService = "meeting_service",
        /// One of those invited could not take part.
        SomebodyMissing = "somebody_missing",
        /// It was held, but without the kit.
        HeldOtherwise = "held_otherwise",
        /// Nobody fetched the kit.
        NotFetched = "not_fetched",
        /// The kit tried and did not get in.
        CouldNotJoin = "could_not_join",
    }
}

/// A cause was stated before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the meeting has not begun, so it can still be held; cancel the reservation if it will not be")]
pub struct CauseRefusal;

impl Refusal for CauseRefusal {
    fn code(&self) -> &'static str {
        "cause-before-meeting"
    }
}

impl WhyNotHeld {
    /// What somebody answers for who can do something about it.
    #[must_use]
    pub fn item(self) -> Item {
        match self {
            Self::WeakNetwork => Item::MobileBroadband,
            Self::NotClean => Item::HygieneRoutines,
            Self::KitFault | Self::CouldNotJoin => Item::ServiceAndReplacement,
            Self::MeetingService => Item::CentralInfrastructure,
            Self::SomebodyMissing | Self::HeldOtherwise | Self::NotFetched => Item::ConductOfMeetings,
        }
    }
}

closed_list! {
    /// How a meeting that had begun was broken off.
    BreakOff {
        /// The network did not come back.
        ConnectionLost = "connection_lost",
        /// The host put the kit out.
        Removed = "removed",
    }
}

/// A meeting as it was booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// When it was to begin.
    pub starts_at: Timestamp,
    /// When it was to end.
    pub ends_at: Timestamp,
    /// Whether somebody fetched the kit for it.
    pub fetched: bool,
    /// The cause that somebody stated; it goes before what is concluded from reports.
    pub stated: Option<WhyNotHeld>,
}

/// What a kit reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// Somebody tapped to join.
    Tapped,
    /// Sound and picture flow.
    Joined,
    /// They stopped without anybody's wish.
    Interrupted,
    /// It was left or ended.
    Ended,
    /// It never came about.
    NeverJoined,
    /// It was broken off.
    BrokenOff(BreakOff),
    /// The patient would rather be met in person.
    PreferredInPerson,
    /// Nothing is left on the tablet.
    Wiped,
}

impl Report {
    /// The names of the events that [`Self::of`] makes something of.
    pub const TOLD_BY: [&'static str; 6] = [
        "join_tapped",
        "meeting_joined",
        "meeting_interrupted",
        "meeting_ended",
        "preferred_in_person",
        "wiped",
    ];

    /// What an event says about its meeting, as far as the follow-up goes.
    #[must_use]
    pub fn of(event: &EventKind) -> Option<Self> {
        match event {
            EventKind::JoinTapped { .. } => Some(Self::Tapped),
            EventKind::MeetingJoined { .. } => Some(Self::Joined),
            EventKind::MeetingInterrupted { .. } => Some(Self::Interrupted),
            EventKind::MeetingEnded { cause, .. } => Some(match cause {
                EndCause::LeftByRoom | EndCause::EndedByHost => Self::Ended,
                EndCause::Removed => Self::BrokenOff(BreakOff::Removed),
                EndCause::ConnectionLost => Self::BrokenOff(BreakOff::ConnectionLost),
                EndCause::NeverJoined => Self::NeverJoined,
            }),
            EventKind::PreferredInPerson { .. } => Some(Self::PreferredInPerson),
            EventKind::Wiped { confirmed: true, .. } => Some(Self::Wiped),
            _ => None,
        }
    }
}

/// Whether a meeting was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Sound and picture flowed.
    Held,
    /// They never did, for this reason.
    NotHeld(WhyNotHeld),
    /// The patient chose to be met in person instead: an outcome like any other, and no fault of anybody's.
    PreferredInPerson,
    /// The kit was fetched and has told nothing: it may be that it has not been heard since.
    NotReported,
}

/// One meeting's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Whether it was held.
    pub outcome: Outcome,
    /// From the booked time to the first picture; zero where it came earlier.
    pub delay: Option<SignedDuration>,
    /// From the last tap before it to the first picture.
    pub tap_to_picture: Option<SignedDuration>,
    /// Booked time without sound and picture after they had begun.
    pub lost: SignedDuration,
    /// How often they stopped.
    pub interruptions: u32,
    /// How it was broken off, where nobody came back.
    pub broken_off: Option<BreakOff>,
    /// Whether the tablet confirmed that nothing is left.
    pub wiped: bool,
}

/// Makes a meeting's account out of its reports, whatever their order.
#[must_use]
pub fn account(planned: &Planned, reports: &[(Timestamp, Report)]) -> Account {
    let mut reports = reports.to_vec();
    reports.sort_unstable();
    reports.dedup();
    let joined = reports.iter().find(|(_, report)| *report == Report::Joined);
    let joined = joined.map(|(at, _)| *at);
    let tapped = reports
        .iter()
        .rfind(|(at, report)| *report == Report::Tapped && joined.is_some_and(|joined| *at <= joined));
    let last_word = reports
        .iter()
        .rfind(|(_, report)| !matches!(report, Report::Wiped | Report::Tapped | Report::NeverJoined));
    let broken_off = match last_word {
        Some((_, Report::BrokenOff(how))) if joined.is_some() => Some(*how),
        _ => None,
    };
    let (interruptions, lost) = interruptions(&reports, joined, planned);
    Account {
        outcome: outcome(planned, joined, &reports),
        delay: joined.map(|joined| joined.duration_since(planned.starts_at).max(SignedDuration::ZERO)),
        tap_to_picture: joined
            .zip(tapped)
            .map(|(joined, (tapped, _))| joined.duration_since(*tapped)),
        lost,
        interruptions,
        broken_off,
        wiped: reports.iter().any(|(_, report)| *report == Report::Wiped),
    }
}

fn outcome(planned: &Planned, joined: Option<Timestamp>, reports: &[(Timestamp, Report)]) -> Outcome {
    let tried = |(_, report): &(Timestamp, Report)| {
        matches!(
            report,
            Report::Tapped | Report::NeverJoined | Report::BrokenOff(_) | Report::Ended
        )
    };
    match planned.stated {
        _ if joined.is_some() => Outcome::Held,
        Some(cause) => Outcome::NotHeld(cause),
        None if reports
            .iter()
            .any(|(_, report)| *report == Report::PreferredInPerson) =>
        {
            Outcome::PreferredInPerson
        }
        None if reports.iter().any(tried) => Outcome::NotHeld(WhyNotHeld::CouldNotJoin),
        None if !planned.fetched => Outcome::NotHeld(WhyNotHeld::NotFetched),
        None => Outcome::NotReported,
    }
}

/// How often sound and picture stopped, and for how much of the booked time they were away.
///
/// A connection that was lost for good is away until the booked end, or until the room came back. Whom the host put out is
/// away only if they came back: else nobody knows whether the meeting went on. An interruption of which no end was reported
/// counts as one, but no time.
fn interruptions(
    reports: &[(Timestamp, Report)],
    joined: Option<Timestamp>,
    planned: &Planned,
) -> (u32, SignedDuration) {
    let (mut times, mut lost) = (0, SignedDuration::ZERO);
    let Some(joined) = joined else {
        return (times, lost);
    };
    let booked = |since: Timestamp, until: Timestamp| {
        let (since, until) = (since.max(planned.starts_at), until.min(planned.ends_at));
        until.duration_since(since).max(SignedDuration::ZERO)
    };
    let (mut away, mut for_good) = (None::<Timestamp>, false);
    for (at, report) in reports.iter().filter(|(at, _)| *at >= joined) {
        match report {
            Report::Interrupted | Report::BrokenOff(BreakOff::ConnectionLost) => {
                times += u32::from(away.is_none());
                away.get_or_insert(*at);
                for_good |= *report != Report::Interrupted;
            }
            Report::Joined | Report::Ended | Report::BrokenOff(BreakOff::Removed) => {
                lost += away
                    .take()
                    .map_or(SignedDuration::ZERO, |since| booked(since, *at));
                for_good = false;
                if *report == Report::BrokenOff(BreakOff::Removed) {
                    away = Some(*at);
                }
            }
            _ => {}
        }
    }
    if let Some(since) = away.filter(|_| for_good) {
        lost += booked(since, planned.ends_at);
    }
    (times, lost)
}

#[cfg(test)]
#[path = "account_tests.rs"]
mod tests;
