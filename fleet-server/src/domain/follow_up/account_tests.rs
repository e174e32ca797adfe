use super::*;

fn at(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

/// Booked from minute 60 to minute 120.
fn planned() -> Planned {
    Planned {
        starts_at: at(60),
        ends_at: at(120),
        fetched: true,
        stated: None,
    }
}

#[test]
fn a_meeting_with_a_weak_network() {
    let reports = [
        (at(64), Report::Tapped),
        (at(65), Report::Joined),
        (at(70), Report::Interrupted),
        (at(73), Report::Joined),
        (at(115), Report::Interrupted),
        (at(130), Report::BrokenOff(BreakOff::ConnectionLost)),
        (at(131), Report::Wiped),
    ];
    let account = account(&planned(), &reports);
    assert_eq!(account.outcome, Outcome::Held);
    assert_eq!(account.delay, Some(SignedDuration::from_mins(5)));
    assert_eq!(account.tap_to_picture, Some(SignedDuration::from_mins(1)));
    assert_eq!(account.interruptions, 2);
    assert_eq!(
        account.lost,
        SignedDuration::from_mins(3 + 5),
        "only booked time is lost"
    );
    assert_eq!(account.broken_off, Some(BreakOff::ConnectionLost));
    assert!(account.wiped);
}

#[test]
fn booked_time_without_sound_and_picture_is_lost_however_it_came_about() {
    let lost = |reports: &[(i64, Report)]| {
        let reports: Vec<_> = reports
            .iter()
            .map(|(minute, report)| (at(*minute), *report))
            .collect();
        let account = account(&planned(), &reports);
        (account.lost.as_mins(), account.interruptions)
    };
    let lost_connection = Report::BrokenOff(BreakOff::ConnectionLost);
    let (joined, removed) = ((60, Report::Joined), Report::BrokenOff(BreakOff::Removed));
    assert_eq!(
        lost(&[joined, (72, lost_connection)]),
        (48, 1),
        "until the booked end"
    );
    assert_eq!(
        lost(&[joined, (70, Report::Interrupted), (72, lost_connection)]),
        (50, 1),
        "from when they stopped"
    );
    assert_eq!(
        lost(&[
            joined,
            (72, lost_connection),
            (86, Report::Joined),
            (120, Report::Ended)
        ]),
        (14, 1),
        "until the room came back"
    );
    assert_eq!(
        lost(&[joined, (72, lost_connection), (75, Report::NeverJoined)]),
        (48, 1),
        "trying is not coming back"
    );
    assert_eq!(
        lost(&[joined, (100, Report::Ended)]),
        (0, 0),
        "they were done early"
    );
    assert_eq!(
        lost(&[joined, (72, removed)]),
        (0, 0),
        "nobody knows whether it went on"
    );
    assert_eq!(lost(&[joined, (72, removed), (75, Report::Joined)]), (3, 0));
    assert_eq!(
        lost(&[joined, (130, lost_connection)]),
        (0, 1),
        "after the booked time"
    );
}

#[test]
fn a_break_off_stays_one_where_coming_back_failed() {
    let reports = [
        (at(60), Report::Joined),
        (at(72), Report::BrokenOff(BreakOff::ConnectionLost)),
        (at(75), Report::NeverJoined),
    ];
    assert_eq!(
        account(&planned(), &reports).broken_off,
        Some(BreakOff::ConnectionLost)
    );
}

#[test]
fn who_comes_back_was_not_put_out_for_good() {
    let reports = [
        (at(60), Report::Joined),
        (at(61), Report::BrokenOff(BreakOff::Removed)),
        (at(62), Report::Joined),
        (at(120), Report::Ended),
    ];
    assert_eq!(account(&planned(), &reports).broken_off, None);
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let unfetched = Planned {
        fetched: false,
        ..planned()
    };
    let stated = Planned {
        stated: Some(WhyNotHeld::NotClean),
        ..unfetched
    };
    let outcome = |planned: &Planned, reports: &[(Timestamp, Report)]| account(planned, reports).outcome;
    assert_eq!(outcome(&planned(), &[]), Outcome::NotReported);
    assert_eq!(outcome(&unfetched, &[]), Outcome::NotHeld(WhyNotHeld::NotFetched));
    assert_eq!(outcome(&stated, &[]), Outcome::NotHeld(WhyNotHeld::NotClean));
    let tried = [(at(60), Report::Tapped)];
    assert_eq!(
        outcome(&planned(), &tried),
        Outcome::NotHeld(WhyNotHeld::CouldNotJoin)
    );
    let rather = [(at(60), Report::Tapped), (at(61), Report::PreferredInPerson)];
    assert_eq!(outcome(&planned(), &rather), Outcome::PreferredInPerson);
    assert_eq!(
        outcome(&unfetched, &rather),
        Outcome::PreferredInPerson,
        "no fault of anybody's"
    );
    let open = [(at(60), Report::Joined), (at(70), Report::Interrupted)];
    let account = account(&stated, &open);
    assert_eq!(account.outcome, Outcome::Held, "the kit knows better");
    assert_eq!((account.interruptions, account.lost), (1, SignedDuration::ZERO));
}

#[test]
fn every_event_that_is_read_from_the_store_says_something() {
    for kind in Report::TOLD_BY {
        let event = serde_json::json!({
            "kind": kind,
            "reservation": fleet_api::ReservationId::generate(),
            "cause": "left_by_room",
            "confirmed": true,
        });
        let event: EventKind = serde_json::from_value(event).expect(kind);
        assert_eq!(event.name(), kind);
        assert!(Report::of(&event).is_some(), "{kind}");
    }
}
