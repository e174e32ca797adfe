//! A municipality's agreements with its region over time: rented or owned, from a day, until a day or further notice.
//!
//! A later agreement takes the place of an earlier one from its first day on and never gives it back. What is past
//! cannot be changed: an agreement begins today at the earliest, unless the municipality has none yet.

use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::{closed_list::closed_list, refusal::Refusal};

closed_list! {
    /// How a municipality has its kits.
    Arrangement {
        /// Alternative 1: a service package rented from the region.
        Rented = "rented",
        /// Alternative 2: equipment of its own.
        Owned = "owned",
    }
}

/// An agreement between a municipality and its region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Agreement {
    /// Rented or owned.
    pub arrangement: Arrangement,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day in force; none = until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

/// Why an agreement was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgreementRefusal {
    /// It would change who answered for what has already happened.
    #[error("an agreement cannot begin in the past; choose today or a later day")]
    InThePast,
    /// Last day before the first.
    #[error("the agreement ends before it begins; check the dates")]
    EndsBeforeItBegins,
    /// What has begun or is over stays as it was.
    #[error("what is past is not changed; choose today or a later day, and withdraw only what has not begun")]
    Past,
    /// Two agreements cannot begin on one day: neither would be the later one.
    #[error("another agreement begins on that day; choose another day")]
    SameDay,
}

impl Refusal for AgreementRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::InThePast => "agreement_in_the_past",
            Self::EndsBeforeItBegins => "agreement_ends_before_it_begins",
            Self::Past => "agreement_past",
            Self::SameDay => "agreement_same_day",
        }
    }
}

/// The agreement in force on a day, if any: of those that have begun the last, unless it has ended.
#[must_use]
pub fn in_force(agreements: &[Agreement], day: Date) -> Option<&Agreement> {
    let begun = agreements.iter().filter(|agreement| agreement.from <= day);
    begun
        .max_by_key(|agreement| agreement.from)
        .filter(|agreement| agreement.until.is_none_or(|until| day <= until))
}

/// The days on which each agreement really was or will be in force, newest first.
#[must_use]
pub fn timeline(agreements: &[Agreement]) -> Vec<Agreement> {
    let mut periods = agreements.to_vec();
    periods.sort_by_key(|agreement| std::cmp::Reverse(agreement.from));
    for later in 1..periods.len() {
        let replaced_on = periods[later - 1].from.saturating_sub(1.day());
        let until = periods[later].until;
        periods[later].until = Some(until.map_or(replaced_on, |until| until.min(replaced_on)));
    }
    periods
}

/// Whether a new agreement may be made on a day.
pub fn check_new(existing: &[Agreement], new: &Agreement, today: Date) -> Result<(), AgreementRefusal> {
    if new.until.is_some_and(|until| until < new.from) {
        Err(AgreementRefusal::EndsBeforeItBegins)
    } else if existing.iter().any(|agreement| agreement.from == new.from) {
        Err(AgreementRefusal::SameDay)
    } else if new.from < today && !existing.is_empty() {
        Err(AgreementRefusal::InThePast)
    } else {
        Ok(())
    }
}

/// Whether an agreement may be given this last day (none = until further notice) on a day.
pub fn check_end(agreement: &Agreement, until: Option<Date>, today: Date) -> Result<(), AgreementRefusal> {
    let is_over = agreement.until.is_some_and(|until| until < today);
    if until.is_some_and(|until| until < agreement.from) {
        Err(AgreementRefusal::EndsBeforeItBegins)
    } else if is_over || until.is_some_and(|until| until < today) {
        Err(AgreementRefusal::Past)
    } else {
        Ok(())
    }
}

/// Whether an agreement may be withdrawn on a day: what has begun can only be ended.
pub fn check_withdrawal(agreement: &Agreement, today: Date) -> Result<(), AgreementRefusal> {
    if agreement.from > today {
        Ok(())
    } else {
        Err(AgreementRefusal::Past)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> Date {
        date(2025, 1, 1) + number.days()
    }

    fn any_agreement() -> impl Strategy<Value = Agreement> {
        let arrangement = prop_oneof![Just(Arrangement::Rented), Just(Arrangement::Owned)];
        let length = prop::option::of(0_i32..400);
        (arrangement, 0_i32..1000, length).prop_map(|(arrangement, from, length)| Agreement {
            arrangement,
            from: day(from),
            until: length.map(|length| day(from + length)),
        })
    }

    #[test]
    fn a_switch_from_rented_to_owned() {
        let rented = Agreement {
            arrangement: Arrangement::Rented,
            from: date(2025, 1, 1),
            until: None,
        };
        let owned = Agreement {
            arrangement: Arrangement::Owned,
            from: date(2026, 3, 1),
            until: Some(date(2026, 12, 31)),
        };
        let both = [rented, owned];
        let at = |day| in_force(&both, day).map(|agreement| agreement.arrangement);
        assert_eq!(at(date(2024, 12, 31)), None);
        assert_eq!(at(date(2026, 2, 28)), Some(Arrangement::Rented));
        assert_eq!(at(date(2026, 3, 1)), Some(Arrangement::Owned));
        assert_eq!(at(date(2027, 1, 1)), None, "what was replaced does not come back");
        let today = date(2026, 2, 1);
        assert_eq!(check_new(&[rented], &owned, today), Ok(()));
        assert_eq!(
            check_new(&[rented], &owned, date(2026, 3, 2)),
            Err(AgreementRefusal::InThePast)
        );
        assert_eq!(check_new(&both, &owned, today), Err(AgreementRefusal::SameDay));
        assert_eq!(
            check_new(&[], &rented, today),
            Ok(()),
            "the first one may be entered afterwards"
        );
    }

    proptest! {
        #[test]
        fn a_new_agreement_never_changes_a_day_before_it_was_made(
            existing in prop::collection::vec(any_agreement(), 1..8),
            new in any_agreement(), today in 0_i32..1000, back in 1_i32..500,
        ) {
            let today = day(today);
            prop_assume!(check_new(&existing, &new, today).is_ok());
            let past = today - back.days();
            let mut after = existing.clone();
            after.push(new);
            prop_assert_eq!(in_force(&existing, past), in_force(&after, past));
        }

        #[test]
        fn ending_and_withdrawing_never_change_a_day_before_they_were_done(
            existing in prop::collection::vec(any_agreement(), 1..8), which in any::<prop::sample::Index>(),
            length in prop::option::of(0_i32..800), today in 0_i32..1000, back in 1_i32..500,
        ) {
            let (today, which) = (day(today), which.index(existing.len()));
            let past = today - back.days();
            let until = length.map(|length| existing[which].from + length.days());
            if check_end(&existing[which], until, today).is_ok() {
                let mut after = existing.clone();
                after[which].until = until;
                let arrangement = |agreements: &[Agreement]| {
                    in_force(agreements, past).map(|agreement| (agreement.arrangement, agreement.from))
                };
                prop_assert_eq!(arrangement(&existing), arrangement(&after));
            }
            if check_withdrawal(&existing[which], today).is_ok() {
                let mut after = existing.clone();
                after.remove(which);
                prop_assert_eq!(in_force(&existing, past), in_force(&after, past));
            }
        }

        #[test]
        fn the_timeline_has_no_overlap_and_says_what_is_in_force(
            mut agreements in prop::collection::vec(any_agreement(), 0..8), at in 0_i32..1500,
        ) {
            agreements.sort_by_key(|agreement| agreement.from);
            agreements.dedup_by_key(|agreement| agreement.from);
            let at = day(at);
            let covering: Vec<Arrangement> = timeline(&agreements)
                .iter()
                .filter(|period| period.from <= at && period.until.is_none_or(|until| at <= until))
                .map(|period| period.arrangement)
                .collect();
            let said: Vec<Arrangement> =
                in_force(&agreements, at).into_iter().map(|agreement| agreement.arrangement).collect();
            prop_assert_eq!(covering, said);
        }
    }
}
