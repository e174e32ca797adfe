//! How much kits are used (R134): days and hours per kit, and kits that stand idle.
//!
//! A kit is carried to one home and back, so its share is counted in days: weekdays with a visit out of weekdays in
//! service. Holidays count as weekdays; nothing else is known of them here.

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday},
};

use super::{
    measure::Share,
    month::{Month, begins},
};
use crate::domain::life_cycle::LifeState;

/// A time that a kit was booked for or in a meeting.
pub type Period = (Timestamp, Timestamp);

/// What is known of a kit in a month.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// The states that it went through, oldest first, from before the month on.
    pub states: Vec<(Timestamp, LifeState)>,
    /// Booked times.
    pub booked: Vec<Period>,
    /// Times from the first picture to the end, as the kit reported them.
    pub used: Vec<Period>,
}

/// A kit's month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utilised {
    /// Hours booked, in minutes.
    pub booked_minutes: u64,
    /// Hours in meetings, in minutes.
    pub used_minutes: u64,
    /// Weekdays with a booking out of weekdays in service. None = never in service that month.
    pub share: Option<Share>,
    /// In service and not booked once.
    pub idle: bool,
}

/// A kit's month, from what is known.
#[must_use]
pub fn utilised(usage: &Usage, month: Month) -> Utilised {
    let span = month.span();
    let weekdays: BTreeSet<Date> = month
        .days()
        .filter(|day| is_weekday(*day) && in_service(&usage.states, begins(*day)))
        .collect();
    let booked_days = weekdays.iter().filter(|day| {
        let next = day.tomorrow().unwrap_or(**day);
        let (from, until) = (begins(**day), begins(next));
        usage
            .booked
            .iter()
            .any(|period| overlap(*period, (from, until)) > SignedDuration::ZERO)
    });
    let share = Share::of(booked_days.count() as u64, weekdays.len() as u64);
    let booked_minutes = minutes(&usage.booked, span);
    Utilised {
        booked_minutes,
        used_minutes: minutes(&usage.used, span),
        share,
        idle: share.is_some() && booked_minutes == 0,
    }
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Whether the last state before the end of that day's first instant is "in service".
fn in_service(states: &[(Timestamp, LifeState)], at: Timestamp) -> bool {
    let state = states.iter().rfind(|(since, _)| *since <= at);
    state.is_some_and(|(_, state)| *state == LifeState::InService)
}

fn minutes(periods: &[Period], span: Period) -> u64 {
    let sum = periods
        .iter()
        .fold(SignedDuration::ZERO, |sum, period| sum + overlap(*period, span));
    u64::try_from(sum.as_secs() / 60).unwrap_or(0)
}

fn overlap((from, until): Period, (begins, ends): Period) -> SignedDuration {
    let inside = until.min(ends).duration_since(from.max(begins));
    inside.max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn october() -> Month {
        "2026-10".parse().unwrap()
    }

    fn hours(from: i64, length: i64) -> Period {
        let from = october().span().0 + SignedDuration::from_hours(from);
        (from, from + SignedDuration::from_hours(length))
    }

    #[test]
    fn a_kit_in_service_from_the_middle_of_the_month() {
        let (begins, _) = october().span();
        let halfway = begins + SignedDuration::from_hours(24 * 15);
        let usage = Usage {
            states: vec![(begins, LifeState::Delivered), (halfway, LifeState::InService)],
            booked: vec![hours(24 * 18 + 10, 1), hours(24 * 18 + 13, 2)],
            used: vec![hours(24 * 18 + 10, 1)],
        };
        let month = utilised(&usage, october());
        let share = month.share.unwrap();
        assert_eq!(
            (share.part(), share.whole()),
            (1, 11),
            "one Monday out of the weekdays from the 16th on"
        );
        assert_eq!((month.booked_minutes, month.used_minutes), (180, 60));
        assert!(!month.idle);
        let never = utilised(&Usage::default(), october());
        assert!(never.share.is_none() && !never.idle, "not in service is not idle");
    }

    proptest! {
        #[test]
        fn no_kit_is_used_on_more_days_than_it_has(
            booked in prop::collection::vec((-50_i64..800, 1_i64..60), 0..20), since in -100_i64..800,
        ) {
            let (begins, _) = october().span();
            let usage = Usage {
                states: vec![(begins + SignedDuration::from_hours(since), LifeState::InService)],
                booked: booked.iter().map(|(from, length)| hours(*from, *length)).collect(),
                used: Vec::new(),
            };
            let mut reversed = usage.clone();
            reversed.booked.reverse();
            let month = utilised(&usage, october());
            prop_assert_eq!(month, utilised(&reversed, october()));
            if let Some(share) = month.share {
                prop_assert!(share.part() <= share.whole());
            }
            prop_assert!(!month.idle || month.booked_minutes == 0);
        }
    }
}
