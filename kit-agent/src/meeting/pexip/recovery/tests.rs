//! The ladder, rung by rung.

use proptest::prelude::*;

use super::rungs::{LAST_WORDS, RESTART_FOR};
use super::*;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A connection whose packets have flowed for a while, and the moment.
fn up() -> (Recovery, Instant) {
    let now = Instant::now();
    let (mut recovery, step) = Recovery::connecting(now, || 1.0);
    assert_eq!(step, Step::AskToken);
    assert_eq!(recovery.see(now, Sign::TokenGiven), [Step::NewCall]);
    assert_eq!(recovery.see(now, Sign::MediaUp), []);
    assert_eq!(recovery.deadline(), None);
    (recovery, now + secs(60))
}

/// How many calls and tokens are asked for in a minute in which `then` follows each new call at once.
fn tries_in_a_minute(then: &[Sign]) -> usize {
    let start = Instant::now();
    let (mut recovery, mut now) = up();
    let mut steps = recovery.see(now, Sign::CallGone);
    let mut tries = 0;
    while now < start + secs(120) {
        let next: Vec<Step> = steps
            .iter()
            .flat_map(|step| match step {
                Step::NewCall => then.iter().flat_map(|sign| recovery.see(now, *sign)).collect(),
                Step::AskToken => recovery.see(now, Sign::TokenGiven),
                _ => Vec::new(),
            })
            .collect();
        tries += steps
            .iter()
            .filter(|step| matches!(step, Step::NewCall | Step::AskToken))
            .count();
        assert!(tries < 1_000, "it loops");
        steps = next;
        if steps.is_empty() {
            now = recovery.deadline().unwrap_or(now + secs(1));
            steps = recovery.time_passed(now);
        }
    }
    tries
}

#[test]
fn what_fails_at_once_each_time_is_not_tried_without_pause() {
    use Sign::{CallGone, MediaEnded, MediaUp, PathLost, TokenGone};
    for then in [
        &[MediaEnded][..],
        &[CallGone],
        &[TokenGone],
        &[PathLost, MediaEnded],
        &[MediaUp, MediaEnded],
        &[MediaUp, CallGone],
        &[MediaUp, TokenGone],
    ] {
        let tries = tries_in_a_minute(then);
        assert!((5..=40).contains(&tries), "{tries} tries with {then:?}");
    }
}

#[test]
fn a_lost_path_is_restarted_after_two_seconds_in_all() {
    let (mut recovery, now) = up();
    assert_eq!(recovery.see(now, Sign::PathLost), []);
    assert_eq!(recovery.time_passed(now + Duration::from_millis(499)), []);
    assert_eq!(
        recovery.time_passed(now + Duration::from_millis(500)),
        [Step::RestartIce]
    );
    assert_eq!(
        recovery.see(now + secs(1), Sign::MediaUp),
        [],
        "too short a gap to be told"
    );
}

#[test]
fn a_path_that_comes_back_by_itself_is_left_alone() {
    let (mut recovery, now) = up();
    recovery.see(now, Sign::PathLost);
    assert_eq!(recovery.see(now + Duration::from_millis(300), Sign::MediaUp), []);
    assert_eq!(recovery.deadline(), None);
}

#[test]
fn a_new_address_restarts_at_once_and_again_if_it_changes_again() {
    let (mut recovery, now) = up();
    assert_eq!(recovery.see(now, Sign::NetworkChanged), [Step::RestartIce]);
    assert_eq!(recovery.see(now, Sign::NetworkChanged), [Step::RestartIce]);
}

#[test]
fn the_ladder_goes_from_restart_to_call_to_token_and_tells_once() {
    let (mut recovery, now) = up();
    recovery.see(now, Sign::NetworkChanged);
    assert_eq!(recovery.see(now, Sign::RestartRefused), [Step::NewCall]);
    assert_eq!(recovery.time_passed(now + TELL_AFTER), [Step::TellReconnecting]);
    recovery.see(now + secs(4), Sign::CallFailed(Loss::Network));
    assert_eq!(recovery.time_passed(now + secs(5)), [Step::NewCall]);
    recovery.see(now + secs(5), Sign::CallFailed(Loss::Network));
    assert_eq!(recovery.time_passed(now + secs(7)), [Step::NewCall]);
    recovery.see(now + secs(7), Sign::CallFailed(Loss::Network));
    assert_eq!(recovery.time_passed(now + secs(11)), [Step::AskToken]);
    assert_eq!(recovery.see(now + secs(11), Sign::TokenGiven), [Step::NewCall]);
    assert_eq!(recovery.see(now + secs(12), Sign::MediaUp), [Step::TellRecovered]);
}

#[test]
fn a_restart_without_effect_becomes_a_new_call() {
    let (mut recovery, now) = up();
    recovery.see(now, Sign::NetworkChanged);
    let due = recovery.deadline().unwrap();
    recovery.time_passed(due);
    assert_eq!(recovery.time_passed(now + RESTART_FOR), [Step::NewCall]);
}

#[test]
fn those_who_are_put_out_hear_the_reason_before_they_call_again() {
    let (mut recovery, now) = up();
    assert_eq!(recovery.see(now, Sign::MediaEnded), []);
    assert_eq!(recovery.see(now, Sign::TokenRefused), []);
    assert_eq!(recovery.time_passed(now + LAST_WORDS / 2), []);
    assert_eq!(recovery.time_passed(now + LAST_WORDS), [Step::AskToken]);
}

#[test]
fn no_second_token_is_asked_for_while_the_first_is_on_its_way() {
    let (mut recovery, now) = up();
    assert_eq!(recovery.see(now, Sign::TokenGone), [Step::AskToken]);
    assert_eq!(recovery.see(now, Sign::TokenGone), []);
    assert_eq!(recovery.see(now, Sign::TokenRefused), []);
}

#[test]
fn a_network_that_comes_back_ends_the_pause() {
    let (mut recovery, now) = up();
    recovery.see(now, Sign::TokenGone);
    recovery.see(now, Sign::NoToken(Loss::Unreachable));
    assert_eq!(recovery.see(now, Sign::NetworkChanged), [Step::AskToken]);
}

#[test]
fn the_first_connection_gives_up_after_a_minute_with_its_reason() {
    let now = Instant::now();
    let (mut recovery, _) = Recovery::connecting(now, || 1.0);
    recovery.see(now, Sign::NoToken(Loss::ServiceDown));
    assert_eq!(recovery.time_passed(now + secs(1)), [Step::AskToken]);
    recovery.see(now + secs(1), Sign::NoToken(Loss::ServiceDown));
    assert_eq!(
        recovery.time_passed(now + CONNECT_FOR),
        [Step::GiveUp(Loss::ServiceDown)]
    );
}

#[test]
fn a_certificate_that_is_not_trusted_is_not_tried_again() {
    let now = Instant::now();
    let (mut recovery, _) = Recovery::connecting(now, || 1.0);
    assert_eq!(
        recovery.see(now, Sign::NoToken(Loss::NotTrusted)),
        [Step::GiveUp(Loss::NotTrusted)]
    );
}

#[test]
fn a_person_typing_a_pin_is_not_hurried() {
    let now = Instant::now();
    let (mut recovery, _) = Recovery::connecting(now, || 1.0);
    recovery.see(now, Sign::PinAwaited);
    assert_eq!(recovery.deadline(), None);
}

fn signs() -> impl Strategy<Value = Sign> {
    prop_oneof![
        Just(Sign::PathLost),
        Just(Sign::NetworkChanged),
        Just(Sign::MediaUp),
        Just(Sign::RestartRefused),
        Just(Sign::RestartUnanswered),
        Just(Sign::CallGone),
        Just(Sign::MediaEnded),
        Just(Sign::TokenRefused),
        Just(Sign::CallFailed(Loss::Network)),
        Just(Sign::TokenGiven),
        Just(Sign::TokenGone),
        Just(Sign::NoToken(Loss::Unreachable)),
    ]
}

proptest! {
    /// Whatever is seen in whatever order: as long as packets do not flow, something is under way or due, and within
    /// half an hour (and the pause that was running) it is over.
    #[test]
    fn trouble_always_has_a_next_step(moves in prop::collection::vec((signs(), 0..20u64), 0..60)) {
        let mut now = Instant::now();
        let (mut recovery, _) = Recovery::connecting(now, || 1.0);
        let mut reconnecting = false;
        for (sign, wait) in moves {
            let mut steps = recovery.see(now, sign);
            now += secs(wait);
            steps.extend(recovery.time_passed(now));
            for step in steps {
                match step {
                    Step::TellReconnecting => { prop_assert!(!reconnecting); reconnecting = true; }
                    Step::TellRecovered => { prop_assert!(reconnecting); reconnecting = false; }
                    Step::GiveUp(_) => return Ok(()),
                    _ => {}
                }
            }
            prop_assert!(recovery.state == State::Fine || recovery.deadline().is_some());
        }
        if recovery.state != State::Fine {
            let over = recovery.time_passed(now + KEEP_FOR);
            prop_assert!(matches!(over[..], [Step::GiveUp(_)]));
        }
    }
}
