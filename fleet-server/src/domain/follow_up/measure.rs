//! The figures: each has a numerator, a denominator, a source and something that it leaves out, whose texts stand in
//! the text files under these names; and a goal, where somebody has set one.

use super::tally::{Tally, median};
use crate::domain::closed_list::closed_list;

closed_list! {
    /// What is measured in a month (definitions, version 1).
    Measure {
        /// Booked meetings that were held.
        Held = "held",
        /// Seconds from tap to picture, in the middle.
        TapToPicture = "tap_to_picture",
        /// Visits signed for as clean before and after.
        Hygiene = "hygiene",
        /// Held meetings with a receipt.
        Receipts = "receipts",
        /// Held meetings that began on time.
        OnTime = "on_time",
        /// Delay in the middle.
        StartDelay = "start_delay",
        /// Booked minutes without sound and picture.
        LostMinutes = "lost_minutes",
        /// Held meetings in which sound and picture stopped.
        Interrupted = "interrupted",
        /// Held meetings that were broken off.
        BrokenOff = "broken_off",
    }
}

closed_list! {
    /// What is told beside the measures; each has its definition too.
    Beside {
        /// Home meetings of the year so far, against the plan.
        HomeMeetings = "home_meetings",
        /// Meetings that were not held, by cause.
        NotHeld = "not_held",
        /// Meetings in whose place the patient chose to be met in person.
        InPerson = "in_person",
        /// What the people in the room answered.
        PatientFelt = "patient_felt",
        /// What care workers answered.
        StaffFelt = "staff_felt",
        /// Kilometres not travelled, net.
        TravelKm = "travel_km",
        /// Minutes not travelled, net.
        TravelMinutes = "travel_minutes",
        /// Days with a visit out of weekdays in service.
        Utilisation = "utilisation",
    }
}

closed_list! {
    /// Why there is no figure.
    Missing {
        /// Nothing happened that could be counted.
        NothingToCount = "nothing_to_count",
        /// The kits have not reported it.
        NotReported = "not_reported",
        /// Somebody must first say what is assumed.
        NoAssumptions = "no_assumptions",
        /// Fewer than five people, or it would give away such a number.
        TooFew = "too_few",
    }
}

/// A share; never above the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    part: u64,
    whole: u64,
}

impl Share {
    /// A part of a whole, or none where there is nothing to have a share of.
    #[must_use]
    pub fn of(part: u64, whole: u64) -> Option<Self> {
        (whole > 0).then(|| Self {
            part: part.min(whole),
            whole,
        })
    }

    /// How many.
    #[must_use]
    pub fn part(self) -> u64 {
        self.part
    }

    /// Of how many.
    #[must_use]
    pub fn whole(self) -> u64 {
        self.whole
    }

    /// Whole per cent, rounded down, so that 100 means all.
    #[must_use]
    pub fn percent(self) -> u64 {
        self.part * 100 / self.whole
    }
}

/// A figure's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// Of so many.
    Share(Share),
    /// The middle one of so many measurements, in seconds.
    MedianSeconds {
        /// Seconds.
        seconds: u64,
        /// Measurements.
        of: u64,
    },
    /// Minutes altogether, in so many meetings.
    Minutes {
        /// Minutes, rounded down.
        minutes: u64,
        /// Meetings.
        of: u64,
    },
    /// There is none.
    Missing(Missing),
}

/// What a figure should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// At least so many per cent.
    AtLeastPercent(u64),
    /// Less than so many seconds.
    UnderSeconds(u64),
}

impl Measure {
    /// The figure of a tally.
    #[must_use]
    pub fn value(self, tally: &Tally) -> Value {
        match self {
            Self::Held => share(tally.held, tally.known()),
            Self::TapToPicture => middle(&tally.taps, tally.held),
            Self::Hygiene => share(tally.cleaned, tally.visits),
            Self::Receipts => share(tally.receipts, tally.held),
            Self::OnTime => share(tally.on_time, tally.held),
            Self::StartDelay => middle(&tally.delays, tally.held),
            Self::LostMinutes if tally.held > 0 => Value::Minutes {
                minutes: tally.lost_seconds / 60,
                of: tally.held,
            },
            Self::LostMinutes => Value::Missing(Missing::NothingToCount),
            Self::Interrupted => share(tally.interrupted, tally.held),
            Self::BrokenOff => share(tally.broken_off.values().sum(), tally.held),
        }
    }

    /// What it should be. None where the follow-up only reports.
    #[must_use]
    pub fn goal(self) -> Option<Goal> {
        match self {
            Self::TapToPicture => Some(Goal::UnderSeconds(20)),
            Self::Hygiene | Self::Receipts => Some(Goal::AtLeastPercent(100)),
            Self::OnTime => Some(Goal::AtLeastPercent(95)),
            Self::Held | Self::StartDelay | Self::LostMinutes | Self::Interrupted | Self::BrokenOff => None,
        }
    }
}

impl Goal {
    /// Whether a value is as it should be. A missing one is not.
    #[must_use]
    pub fn is_met(self, value: Value) -> bool {
        match (self, value) {
            (Self::AtLeastPercent(least), Value::Share(share)) => share.percent() >= least,
            (Self::UnderSeconds(limit), Value::MedianSeconds { seconds, .. }) => seconds < limit,
            _ => false,
        }
    }
}

fn share(part: u64, whole: u64) -> Value {
    Share::of(part, whole).map_or(Value::Missing(Missing::NothingToCount), Value::Share)
}

fn middle(measured: &[u64], held: u64) -> Value {
    match median(measured) {
        Some(seconds) => Value::MedianSeconds {
            seconds,
            of: measured.len() as u64,
        },
        None if held > 0 => Value::Missing(Missing::NotReported),
        None => Value::Missing(Missing::NothingToCount),
    }
}

#[cfg(test)]
#[path = "measure_tests.rs"]
mod tests;
