//! The policy under virtual time.

use proptest::prelude::*;

use super::*;

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Brings a new policy to where it is in sync, with or without nudges.
fn in_sync(now: Duration, nudges: bool) -> SyncPolicy {
    let mut policy = SyncPolicy::new();
    let first = policy.decide(now);
    assert!(first.sync && first.connect);
    if nudges {
        policy.connected(now);
        policy.synced(now, false, 0.5);
        assert!(
            policy.decide(now).sync,
            "nudges sent before the connection stood are made up for"
        );
    } else {
        policy.disconnected(now, 0.5);
    }
    policy.synced(now, false, 0.5);
    policy
}

#[test]
fn polls_within_30_to_60_seconds_without_nudges_and_rarely_with_them() {
    for (nudges, least, most) in [(false, 30, 60), (true, 3000, 4200)] {
        for chance in [0.0, 0.5, 0.999] {
            let mut policy = in_sync(s(0), nudges);
            policy.nudged(s(1));
            assert!(policy.decide(s(1)).sync);
            policy.synced(s(1), false, chance);
            assert!(!policy.decide(s(least)).sync);
            assert!(policy.decide(s(most + 1)).sync);
        }
    }
}

#[test]
fn a_nudge_syncs_at_once_also_while_a_sync_is_under_way() {
    let mut policy = in_sync(s(0), true);
    policy.nudged(s(5));
    assert!(policy.decide(s(5)).sync);
    policy.nudged(s(6));
    assert!(!policy.decide(s(6)).sync, "one at a time");
    policy.synced(s(7), false, 0.5);
    assert!(policy.decide(s(7)).sync, "the answer may be older than the nudge");
    policy.synced(s(8), false, 0.5);
    assert!(!policy.decide(s(8)).sync);
}

#[test]
fn failures_are_retried_ever_more_rarely_and_a_nudge_ends_that() {
    let mut policy = in_sync(s(0), true);
    let mut now = s(5000);
    let mut waits = Vec::new();
    for _ in 0..12 {
        assert!(policy.decide(now).sync);
        policy.sync_failed(now, 0.5);
        let next = policy.decide(now).wake_at.unwrap();
        waits.push(next.checked_sub(now).unwrap());
        now = next;
    }
    assert!(
        waits.is_sorted() && waits[0] <= s(2) && waits[11] <= s(256) && waits[11] >= s(128),
        "{waits:?}"
    );
    assert!(policy.decide(now).sync);
    policy.sync_failed(now, 0.5);
    policy.recorded(now, false);
    assert!(
        !policy.decide(now).sync,
        "an ordinary event does not shorten the wait"
    );
    policy.nudged(now);
    assert!(policy.decide(now).sync);
}

#[test]
fn during_a_meeting_only_what_cannot_wait_is_sent() {
    let mut policy = in_sync(s(0), false);
    policy.set_quiet(s(10), true, 0.5);
    policy.recorded(s(11), false);
    policy.nudged(s(12));
    let hours_later = policy.decide(s(20_000));
    assert_eq!(
        hours_later,
        Decision {
            sync: false,
            connect: false,
            wake_at: None
        }
    );

    policy.recorded(s(20_001), true);
    assert!(policy.decide(s(20_001)).sync);
    policy.sync_failed(s(20_002), 0.999);
    assert!(policy.decide(s(20_007)).sync, "it is tried again soon");
    policy.synced(s(20_008), false, 0.5);
    assert!(!policy.decide(s(20_500)).sync);

    policy.set_quiet(s(21_000), false, 0.5);
    let after = policy.decide(s(21_003));
    assert!(after.sync && after.connect);
}

#[test]
fn a_lost_nudge_connection_is_made_again_with_growing_waits_but_never_in_a_meeting() {
    let mut policy = in_sync(s(0), true);
    policy.disconnected(s(10), 0.5);
    assert!(!policy.decide(s(40)).connect);
    let again = policy.decide(s(41));
    assert!(
        again.connect && !again.sync,
        "it syncs when the connection stands, not twice"
    );
    policy.disconnected(s(41), 0.5);
    assert!(!policy.decide(s(42)).connect);
    assert!(policy.decide(s(43)).connect);
    policy.disconnected(s(43), 0.5);
    assert!(!policy.decide(s(45)).connect);
    policy.set_quiet(s(45), true, 0.5);
    assert!(!policy.decide(s(1000)).connect);
}

#[test]
fn the_kits_of_a_server_that_restarts_come_back_spread_out_and_within_two_minutes() {
    let mut first_attempts = Vec::new();
    for chance in [0.0, 0.25, 0.5, 0.75, 0.999] {
        let mut policy = in_sync(s(0), true);
        policy.disconnected(s(100), chance);
        // The server stays away for an hour; the first attempt after that succeeds.
        let (mut now, mut first) = (s(100), None);
        loop {
            let decision = policy.decide(now);
            if decision.sync {
                policy.sync_failed(now, chance);
            }
            if decision.connect {
                first.get_or_insert(now);
                if now >= s(3700) {
                    break;
                }
                policy.disconnected(now, chance);
            }
            if !decision.sync && !decision.connect {
                now = decision.wake_at.unwrap();
            }
        }
        assert!(now < s(3700 + 120), "chance {chance}: {now:?}");
        policy.connected(now);
        assert!(policy.decide(now).sync, "the syncs' own waiting ends too");
        first_attempts.push(first.unwrap());
    }
    assert!(first_attempts.is_sorted(), "{first_attempts:?}");
    assert!(
        first_attempts[0] <= s(101) && first_attempts[4] > s(160),
        "{first_attempts:?}"
    );
}

#[derive(Debug, Clone)]
enum Happening {
    Recorded(bool),
    Nudged,
    Connected,
    Disconnected,
    Quiet(bool),
    SyncEnds(bool),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        any::<bool>().prop_map(Happening::Recorded),
        Just(Happening::Nudged),
        Just(Happening::Connected),
        Just(Happening::Disconnected),
        any::<bool>().prop_map(Happening::Quiet),
        any::<bool>().prop_map(Happening::SyncEnds),
    ]
}

proptest! {
    #[test]
    fn never_two_syncs_at_once_never_stuck_and_quiet_is_quiet(
        happenings in proptest::collection::vec((happening(), 0_u64..100, 0.0_f64..1.0), 0..60),
    ) {
        let mut policy = SyncPolicy::new();
        let (mut now, mut syncing, mut quiet, mut urgent) = (s(0), false, false, false);
        let mut meanwhile = false;
        for (what, later, chance) in happenings {
            now += s(later);
            meanwhile |= syncing && !matches!(what, Happening::SyncEnds(_));
            match what {
                Happening::Recorded(cannot_wait) => {
                    urgent |= cannot_wait;
                    policy.recorded(now, cannot_wait);
                }
                Happening::Nudged => policy.nudged(now),
                Happening::Connected => policy.connected(now),
                Happening::Disconnected => policy.disconnected(now, chance),
                Happening::Quiet(on) => {
                    quiet = on;
                    policy.set_quiet(now, on, chance);
                }
                Happening::SyncEnds(_) if !syncing => {}
                Happening::SyncEnds(well) => {
                    syncing = false;
                    if well { policy.synced(now, false, chance) } else { policy.sync_failed(now, chance) }
                    urgent &= !well || meanwhile;
                    meanwhile = false;
                }
            }
            let decision = policy.decide(now);
            prop_assert!(!(decision.sync && syncing));
            prop_assert!(!quiet || urgent || !decision.sync);
            prop_assert!(!quiet || !decision.connect);
            syncing |= decision.sync;
            prop_assert!(quiet || syncing || decision.wake_at.is_some(), "it would sleep for ever");
        }
    }
}
