//! How much kits are used (R134): days and hours per kit, and kits that stand idle.
//!
//! A kit is carried to one home and back, so its share is counted in days: weekdays with a visit out of weekdays in
//! service. Holidays count as weekdays; nothing else is known of them here.

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday},
};

use super::{measure::Share, month::Month};
use crate::domain::{life_cycle::LifeState, sweden::begins};

/// A time that a kit was booked for or in a meeting.
pub type Period = (Timestamp, Timestamp);

/// From when on a kit was in which state; none = at another municipality.
pub type Lived = (Timestamp, Option<LifeState>);

/// What is known of a kit in a month.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// The states that it went through, oldest first, from before the month on.
    pub states: Vec<Lived>,
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
    /// Where it was in its life when the month ended; none = it had gone to another municipality.
    pub life: Option<LifeState>,
}

impl Usage {
    /// Whether the municipality had the kit at some time in the month. One that was booked was there, whatever is noted of its life.
    #[must_use]
    pub fn was_here(&self, month: Month) -> bool {
        let (from, until) = month.span();
        let arrived = self
            .states
            .iter()
            .any(|(at, state)| state.is_some() && (from..until).contains(at));
        arrived || self.state_at(from).is_some() || !self.booked.is_empty()
    }

    fn state_at(&self, at: Timestamp) -> Option<LifeState> {
        let (_, state) = self.states.iter().rfind(|(since, _)| *since <= at)?;
        *state
    }
}

/// A kit's month, from what is known.
#[must_use]
pub fn utilised(usage: &Usage, month: Month) -> Utilised {
    let span = month.span();
    let weekdays: BTreeSet<Date> = month
        .days()
        .filter(|day| is_weekday(*day) && usage.state_at(begins(*day)) == Some(LifeState::InService))
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
        life: usage.state_at(span.1),
    }
}

fn is_weekday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
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
            states: vec![
                (begins, Some(LifeState::Delivered)),
                (halfway, Some(LifeState::InService)),
            ],
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

    #[test]
    fn a_kit_that_was_elsewhere_was_not_in_service_here() {
        let (begins, _) = october().span();
        let day = |day: i64| begins + SignedDuration::from_hours(24 * day);
        let there_and_back = Usage {
            states: vec![
                (day(-30), Some(LifeState::InService)),
                (day(5), None),
                (day(26), Some(LifeState::InService)),
            ],
            ..Usage::default()
        };
        let month = utilised(&there_and_back, october());
        assert_eq!(
            month.share.unwrap().whole(),
            7,
            "the 1st, 2nd and 5th, and from the 27th on"
        );
        let left = |on| Usage {
            states: vec![(day(-30), Some(LifeState::InService)), (on, None)],
            ..Usage::default()
        };
        assert!(left(day(5)).was_here(october()) && utilised(&left(day(5)), october()).life.is_none());
        assert!(!left(day(-1)).was_here(october()));
        let came_later = Usage {
            states: vec![(day(40), Some(LifeState::InService))],
            ..Usage::default()
        };
        assert!(!came_later.was_here(october()));
    }

    proptest! {
        #[test]
        fn no_kit_is_used_on_more_days_than_it_has(
            booked in prop::collection::vec((-50_i64..800, 1_i64..60), 0..20), since in -100_i64..800,
        ) {
            let (begins, _) = october().span();
            let usage = Usage {
                states: vec![(begins + SignedDuration::from_hours(since), Some(LifeState::InService))],
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
