//! Grace periods, snoozes, and that each occurrence is told once.

use fleet_api::TicketId;
use proptest::prelude::*;

use super::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
}

/// A visit at minute 600 for an hour, and a kit that is as it should be.
fn visit() -> VisitFacts {
    VisitFacts {
        reservation: Uuid::now_v7(),
        kit: KitId::generate(),
        starts_at: at(600),
        ends_at: at(660),
        fetched: true,
        connected: true,
        heard_at: Some(at(500)),
        battery: Some((90, false)),
        unsigned: false,
    }
}

fn kinds(visit: &VisitFacts, minute: i64) -> Vec<AlertKind> {
    let found = of_visits(visit, minute);
    found.into_iter().map(|condition| condition.kind).collect()
}

fn of_visits(visit: &VisitFacts, minute: i64) -> Vec<Condition> {
    let facts = Facts {
        visits: vec![visit.clone()],
        ..Facts::default()
    };
    conditions(&facts, at(minute))
}

#[test]
fn each_condition_holds_from_its_time_before_the_visit_until_the_visit_is_over() {
    type Case = (AlertKind, fn(&mut VisitFacts), i64);
    let cases: [Case; 4] = [
        (
            AlertKind::OfflineBeforeVisit,
            |visit| visit.connected = false,
            540,
        ),
        (AlertKind::NotFetched, |visit| visit.fetched = false, 570),
        (
            AlertKind::BatteryLow,
            |visit| visit.battery = Some((29, false)),
            480,
        ),
        (
            AlertKind::HygieneMissing,
            |visit| (visit.unsigned, visit.fetched) = (true, false),
            540,
        ),
    ];
    assert_eq!(kinds(&visit(), 599), []);
    for (kind, change, from) in cases {
        let mut visit = visit();
        change(&mut visit);
        assert!(!kinds(&visit, from - 1).contains(&kind), "{kind:?} too early");
        assert!(kinds(&visit, from).contains(&kind), "{kind:?}");
        assert!(kinds(&visit, 659).contains(&kind), "{kind:?}");
        assert_eq!(kinds(&visit, 660), [], "{kind:?} after the visit");
    }
    let mut charging = visit();
    charging.battery = Some((5, true));
    assert_eq!(kinds(&charging, 599), [], "it is on the charger");
}

#[test]
fn the_time_that_a_kit_was_not_heard_counts_as_grace() {
    let mut visit = visit();
    visit.connected = false;
    visit.heard_at = Some(at(538));
    let found = of_visits(&visit, 545);
    assert_eq!(found[0].due_at, at(538 + 15));
}

#[test]
fn a_visit_that_is_moved_is_another_occurrence() {
    let mut visit = visit();
    visit.fetched = false;
    let found = of_visits(&visit, 580)[0];
    let known = Known {
        id: AlertId::generate(),
        kind: found.kind,
        about: found.about,
        kit: found.kit,
        visit_at: found.visit_at,
        due_at: Some(at(590)),
    };
    assert_eq!(decide(&[known], &[found], at(581)), [], "snoozed");
    let other_kit = Condition {
        kit: KitId::generate(),
        ..found
    };
    let later = Condition {
        visit_at: Some(at(605)),
        ..found
    };
    for moved in [other_kit, later] {
        let begun = Change::Begin {
            condition: moved,
            raise: true,
        };
        assert_eq!(
            decide(&[known], &[moved], at(581)),
            [Change::End(known.id), begun]
        );
    }
}

#[test]
fn a_grave_ticket_waits_less_long_than_a_missing_cable() {
    let ticket = |fault| UntouchedTicket {
        ticket: TicketId::generate(),
        kit: KitId::generate(),
        fault,
        reported_at: at(0),
    };
    let facts = Facts {
        tickets: vec![
            ticket(fleet_api::Fault::HearNothing),
            ticket(fleet_api::Fault::ExtensionCableMissing),
        ],
        ..Facts::default()
    };
    let due: Vec<Timestamp> = conditions(&facts, at(1))
        .iter()
        .map(|found| found.due_at)
        .collect();
    assert_eq!(due, [at(4 * 60), at(24 * 60)]);
}

#[test]
fn a_kit_in_service_is_told_of_for_what_it_told_itself() {
    type Case = (AlertKind, fn(&mut KitFacts), i64);
    let whole = KitFacts {
        kit: KitId::generate(),
        self_test_failed: false,
        storage_free: Some(STORAGE_IS_LOW),
        version_differs: false,
    };
    let found = |kit: &KitFacts| {
        let facts = Facts {
            kits: vec![kit.clone()],
            ..Facts::default()
        };
        conditions(&facts, at(0))
    };
    assert_eq!(found(&whole), []);
    let cases: [Case; 3] = [
        (AlertKind::SelfTestFailed, |kit| kit.self_test_failed = true, 30),
        (
            AlertKind::StorageLow,
            |kit| kit.storage_free = Some(STORAGE_IS_LOW - 1),
            60,
        ),
        (
            AlertKind::VersionOld,
            |kit| kit.version_differs = true,
            7 * 24 * 60,
        ),
    ];
    for (kind, change, grace) in cases {
        let mut kit = whole.clone();
        change(&mut kit);
        let expected = Condition {
            kind,
            about: kit.kit.0,
            kit: kit.kit,
            visit_at: None,
            due_at: at(grace),
        };
        assert_eq!(found(&kit), [expected]);
        assert!(kind.item().is_some() && !kind.is_about_a_visit(), "{kind:?}");
    }
    let silent = KitFacts {
        storage_free: None,
        ..whole
    };
    assert_eq!(found(&silent), [], "what a kit does not tell is nobody's alarm");
}

/// What the store keeps, played through minute by minute.
#[derive(Default)]
struct Played {
    known: Vec<Known>,
    raised: Vec<i64>,
}

impl Played {
    fn turn(&mut self, condition: Option<Condition>, minute: i64) {
        for change in decide(&self.known, condition.as_slice(), at(minute)) {
            match change {
                Change::Begin { condition, raise } => {
                    self.known.push(Known {
                        id: AlertId::generate(),
                        kind: condition.kind,
                        about: condition.about,
                        kit: condition.kit,
                        visit_at: condition.visit_at,
                        due_at: (!raise).then_some(condition.due_at),
                    });
                    if raise {
                        self.raised.push(minute);
                    }
                }
                Change::Raise { .. } => {
                    self.known[0].due_at = None;
                    self.raised.push(minute);
                }
                Change::End(_) => self.known.clear(),
            }
        }
    }
}

proptest! {
    #[test]
    fn an_occurrence_is_told_once_after_its_grace_and_once_more_after_each_snooze(
        holds in prop::collection::vec(any::<bool>(), 1..120),
        snoozes in prop::collection::vec((0_usize..120, 1_i64..40), 0..4),
    ) {
        let about = Uuid::now_v7();
        let kit = KitId::generate();
        let grace = AlertKind::BatteryLow.grace(true).as_mins();
        let mut played = Played::default();
        let (mut since, mut silent_until, mut told) = (None, 0_i64, false);
        for (minute, holds) in holds.iter().enumerate() {
            for (when, length) in &snoozes {
                if *when == minute && let Some(known) = played.known.first_mut() {
                    silent_until = i64::try_from(minute).unwrap() + length;
                    known.due_at = Some(at(silent_until));
                    told = false;
                }
            }
            let minute = i64::try_from(minute).unwrap();
            if !holds {
                (since, told, silent_until) = (None, false, 0);
            } else if since.is_none() {
                since = Some(minute);
            }
            let condition = holds.then(|| Condition {
                kind: AlertKind::BatteryLow,
                about,
                kit,
                visit_at: None,
                due_at: at(minute + grace),
            });
            let before = played.raised.len();
            played.turn(condition, minute);
            let raised_now = played.raised.len() > before;
            // The model: it holds, long enough or to the end of the snooze, and has not been told of.
            let due = since.is_some_and(|since| {
                minute >= if silent_until > 0 { silent_until } else { since + grace }
            });
            prop_assert_eq!(raised_now, due && !told, "minute {}", minute);
            told |= raised_now;
        }
    }
}

#[test]
fn a_snooze_lies_ahead_and_ends_within_two_weeks() {
    assert_eq!(check_snooze(at(0), at(0)), Err(SnoozeRefusal::NotAhead));
    assert_eq!(check_snooze(at(14 * 24 * 60), at(0)), Ok(()));
    assert_eq!(
        check_snooze(at(14 * 24 * 60 + 1), at(0)),
        Err(SnoozeRefusal::TooLong)
    );
}
