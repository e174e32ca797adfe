use fleet_api::KitId;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::follow_up::account::{BreakOff, Planned, Report, WhyNotHeld, account};

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn any_report() -> impl Strategy<Value = (Timestamp, Report)> {
    let report = prop::sample::select(vec![
        Report::Tapped,
        Report::Joined,
        Report::Interrupted,
        Report::Ended,
        Report::NeverJoined,
        Report::BrokenOff(BreakOff::ConnectionLost),
        Report::BrokenOff(BreakOff::Removed),
        Report::PreferredInPerson,
        Report::Wiped,
    ]);
    (50_i64..140, report).prop_map(|(minute, report)| (at(minute), report))
}

type Story = (Planned, Vec<(Timestamp, Report)>, usize);

/// A meeting, what was reported of it, and its unit's number.
fn any_story() -> impl Strategy<Value = Story> {
    let stated = prop::option::of(prop::sample::select(WhyNotHeld::ALL));
    let reports = prop::collection::vec(any_report(), 0..9);
    (any::<bool>(), stated, reports, 0_usize..3).prop_map(|(fetched, stated, reports, unit)| {
        let planned = Planned {
            starts_at: at(60),
            ends_at: at(120),
            fetched,
            stated,
        };
        (planned, reports, unit)
    })
}

fn tally<'a>(stories: impl IntoIterator<Item = &'a Story>) -> Tally {
    let mut tally = Tally::default();
    for (planned, reports, _) in stories {
        tally.count(&account(planned, reports), planned.fetched);
    }
    tally
}

fn figures(tally: &Tally) -> Vec<Value> {
    Measure::ALL.iter().map(|measure| measure.value(tally)).collect()
}

proptest! {
    #[test]
    fn a_municipality_is_the_sum_of_its_units(stories in prop::collection::vec(any_story(), 0..30)) {
        let mut sum = Tally::default();
        for unit in 0..3 {
            sum.add(&tally(stories.iter().filter(|story| story.2 == unit)));
        }
        let whole = tally(&stories);
        prop_assert_eq!(figures(&sum), figures(&whole));
        prop_assert_eq!((sum.known(), sum.causes()), (whole.known(), whole.causes()));
        prop_assert_eq!(whole.known() + whole.in_person + whole.not_reported, stories.len() as u64, "each meeting counts once");
    }

    #[test]
    fn no_share_is_above_the_whole(stories in prop::collection::vec(any_story(), 0..30)) {
        let whole = tally(&stories);
        for value in figures(&whole) {
            if let Value::Share(share) = value {
                prop_assert!(share.part() <= share.whole() && share.percent() <= 100);
            }
        }
        // Not only cut off at the whole: the sums themselves are right.
        for part in [whole.receipts, whole.on_time, whole.interrupted, whole.journeys] {
            prop_assert!(part <= whole.held);
        }
        prop_assert!(whole.lost_seconds <= whole.held * 60 * 60, "no more than was booked");
    }

    #[test]
    fn order_and_repetition_change_nothing(
        story in any_story(), seed in any::<prop::sample::Index>(), again in any::<prop::sample::Index>(),
    ) {
        let (planned, reports, _) = &story;
        let expected = account(planned, reports);
        let mut shuffled = reports.clone();
        if !shuffled.is_empty() {
            let turn = seed.index(shuffled.len());
            shuffled.rotate_left(turn);
            shuffled.reverse();
            shuffled.push(shuffled[again.index(shuffled.len())]);
        }
        prop_assert_eq!(account(planned, &shuffled), expected);
    }
}

#[test]
fn a_hundred_per_cent_means_all() {
    let share = Share::of(199, 200).unwrap();
    assert_eq!(share.percent(), 99);
    assert_eq!(Share::of(0, 0), None);
    assert_eq!(Share::of(7, 5).unwrap().percent(), 100);
}

#[test]
fn what_was_not_measured_is_missing() {
    let mut tally = Tally::default();
    assert_eq!(
        Measure::TapToPicture.value(&tally),
        Value::Missing(Missing::NothingToCount)
    );
    tally.held = 3;
    tally.kits.insert(KitId::generate());
    let value = Measure::TapToPicture.value(&tally);
    assert_eq!(value, Value::Missing(Missing::NotReported));
    assert!(!Measure::TapToPicture.goal().unwrap().is_met(value));
}
