//! Sums over meetings and visits. A tally of a municipality is the sum of its units' tallies.

use std::collections::{BTreeMap, BTreeSet};

use fleet_api::KitId;
use jiff::SignedDuration;

use super::account::{Account, BreakOff, Outcome, WhyNotHeld};
use crate::domain::hygiene::{self, CountedVisit};

/// A meeting begins on time within this of its booked time (ours; the routine names no limit).
pub const ON_TIME_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What is summed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Meetings that were held.
    pub held: u64,
    /// Meetings that were not, by cause.
    pub not_held: BTreeMap<WhyNotHeld, u64>,
    /// Meetings in whose place the patient chose to be met in person.
    pub in_person: u64,
    /// Meetings of which nothing is known.
    pub not_reported: u64,
    /// Held meetings that began on time.
    pub on_time: u64,
    /// Each held meeting's delay in seconds.
    pub delays: Vec<u64>,
    /// Seconds from tap to picture, of the meetings where both were reported.
    pub taps: Vec<u64>,
    /// Seconds of booked time that were lost in held meetings.
    pub lost_seconds: u64,
    /// Held meetings in which sound and picture stopped at least once.
    pub interrupted: u64,
    /// Held meetings that were broken off.
    pub broken_off: BTreeMap<BreakOff, u64>,
    /// Held meetings with a receipt that nothing is left on the tablet.
    pub receipts: u64,
    /// Visits whose kit came back.
    pub visits: u64,
    /// Of these, signed before and after.
    pub cleaned: u64,
    /// Times that a kit was taken out and carried to held meetings; once for all of them.
    pub journeys: u64,
    /// Kits that were out.
    pub kits: BTreeSet<KitId>,
}

impl Tally {
    /// Adds a meeting. `carried` = it is the first held one of a kit's journey.
    pub fn count(&mut self, account: &Account, carried: bool) {
        match account.outcome {
            Outcome::NotReported => self.not_reported += 1,
            Outcome::PreferredInPerson => self.in_person += 1,
            Outcome::NotHeld(cause) => *self.not_held.entry(cause).or_default() += 1,
            Outcome::Held => {
                self.held += 1;
                self.journeys += u64::from(carried);
                self.receipts += u64::from(account.wiped);
                self.interrupted += u64::from(account.interruptions > 0);
                self.lost_seconds += seconds(account.lost);
                self.taps.extend(account.tap_to_picture.map(seconds));
                self.delays.extend(account.delay.map(seconds));
                self.on_time += u64::from(account.delay.is_some_and(|delay| delay <= ON_TIME_WITHIN));
                if let Some(how) = account.broken_off {
                    *self.broken_off.entry(how).or_default() += 1;
                }
            }
        }
    }

    /// Adds the visits of a unit, as the hygiene page counts them.
    pub fn count_visits(&mut self, visits: &[CountedVisit]) {
        let (cleaned, visits) = hygiene::compliance(visits);
        self.cleaned += cleaned as u64;
        self.visits += visits as u64;
    }

    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.held += other.held;
        self.not_reported += other.not_reported;
        self.in_person += other.in_person;
        self.on_time += other.on_time;
        self.delays.extend(&other.delays);
        self.taps.extend(&other.taps);
        self.lost_seconds += other.lost_seconds;
        self.interrupted += other.interrupted;
        self.receipts += other.receipts;
        self.visits += other.visits;
        self.cleaned += other.cleaned;
        self.journeys += other.journeys;
        self.kits.extend(&other.kits);
        for (cause, meetings) in &other.not_held {
            *self.not_held.entry(*cause).or_default() += meetings;
        }
        for (how, meetings) in &other.broken_off {
            *self.broken_off.entry(*how).or_default() += meetings;
        }
    }

    /// Meetings of which it is known whether they were held.
    #[must_use]
    pub fn known(&self) -> u64 {
        self.held + self.missed()
    }

    /// Meetings that were not held.
    #[must_use]
    pub fn missed(&self) -> u64 {
        self.not_held.values().sum()
    }

    /// The causes of meetings that were not held, the commonest first.
    #[must_use]
    pub fn causes(&self) -> Vec<(WhyNotHeld, u64)> {
        let mut causes: Vec<_> = self
            .not_held
            .iter()
            .map(|(cause, meetings)| (*cause, *meetings))
            .collect();
        causes.sort_by_key(|(cause, meetings)| (std::cmp::Reverse(*meetings), *cause));
        causes
    }
}

/// The middle one; of an even number, the lower of the two in the middle, so that it is one that was measured.
#[must_use]
pub fn median(values: &[u64]) -> Option<u64> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

fn seconds(duration: SignedDuration) -> u64 {
    u64::try_from(duration.as_secs()).unwrap_or(0)
}
