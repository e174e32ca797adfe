//! The emulated link: repeatable, ordered, limited.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

fn link(settings: Value) -> Link {
    Link::new(&serde_json::from_value(settings).unwrap(), 1, Duration::ZERO)
}

fn ms(value: u64) -> Duration {
    Duration::from_millis(value)
}

/// Fates of a packet of 1,000 bytes every 10 ms.
fn fates(link: &mut Link, way: Way, count: u64) -> Vec<Fate> {
    (0..count).map(|n| link.send(way, 1_000, ms(n * 10))).collect()
}

fn share_lost(fates: &[Fate]) -> f64 {
    let lost = fates.iter().filter(|fate| **fate == Fate::Lost).count();
    f64::from(u32::try_from(lost).unwrap()) / f64::from(u32::try_from(fates.len()).unwrap())
}

#[test]
fn perfect_link_changes_nothing() {
    let fates = fates(&mut link(json!({})), Way::Up, 3);
    assert_eq!(
        fates,
        [
            Fate::ArrivesAt(ms(0)),
            Fate::ArrivesAt(ms(10)),
            Fate::ArrivesAt(ms(20))
        ]
    );
}

#[test]
fn same_seed_same_luck_and_another_seed_another() {
    let run = |seed: u64| {
        fates(
            &mut link(json!({"profile": "weak-lte", "seed": seed})),
            Way::Down,
            500,
        )
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}

#[test]
fn random_loss_has_its_rate() {
    let lost = share_lost(&fates(&mut link(json!({"up": {"loss": 0.05}})), Way::Up, 20_000));
    assert!((0.045..0.055).contains(&lost), "{lost}");
}

#[test]
fn bursts_lose_the_expected_share_in_runs() {
    let burst = json!({"up": {"burst": {"enter": 0.01, "leave": 0.2, "loss": 1.0}}});
    let fates = fates(&mut link(burst), Way::Up, 50_000);
    // Stationary share of the bad state: enter / (enter + leave).
    let expected = 0.01 / 0.21;
    assert!(
        (share_lost(&fates) - expected).abs() < 0.01,
        "{}",
        share_lost(&fates)
    );
    let after_a_loss: Vec<Fate> = fates
        .windows(2)
        .filter(|pair| pair[0] == Fate::Lost)
        .map(|pair| pair[1])
        .collect();
    assert!(share_lost(&after_a_loss) > 0.7, "losses come together");
}

#[test]
fn jitter_keeps_the_order_unless_asked() {
    let ordered = |reorder: bool| {
        let settings = json!({"up": {"jitter_ms": 100.0, "reorder": reorder}});
        let arrivals: Vec<Duration> = fates(&mut link(settings), Way::Up, 300)
            .into_iter()
            .map(|fate| match fate {
                Fate::ArrivesAt(at) => at,
                Fate::Lost => panic!("nothing is lost here"),
            })
            .collect();
        arrivals.is_sorted()
    };
    assert!(ordered(false));
    assert!(!ordered(true));
}

#[test]
fn bottleneck_spaces_packets_and_drops_when_its_queue_is_full() {
    // 1,000 bytes at 80 kbit/s take 100 ms.
    let mut link = link(json!({"down": {"rate_kbps": 80.0, "queue_ms": 250.0}}));
    let at_once: Vec<Fate> = (0..5).map(|_| link.send(Way::Down, 1_000, ms(0))).collect();
    let arrives = |at| Fate::ArrivesAt(ms(at));
    assert_eq!(
        at_once,
        [arrives(100), arrives(200), arrives(300), Fate::Lost, Fate::Lost]
    );
    assert_eq!(
        link.send(Way::Up, 1_000, ms(0)),
        arrives(0),
        "the other way is free"
    );
}

#[test]
fn outages_repeat_and_hold_signalling_only_when_asked() {
    let outages = |signalling: bool| json!({"outages": {"first_after_ms": 100, "every_ms": 1_000, "length_ms": 50, "signalling": signalling}});
    let mut link_with = link(outages(true));
    for (at, lost) in [
        (99, false),
        (100, true),
        (149, true),
        (150, false),
        (1_100, true),
        (1_150, false),
    ] {
        assert_eq!(
            link_with.send(Way::Up, 100, ms(at)) == Fate::Lost,
            lost,
            "{at} ms"
        );
    }
    assert_eq!(link_with.signalling_held_until(ms(1_120)), Some(ms(1_150)));
    assert_eq!(link(outages(false)).signalling_held_until(ms(1_120)), None);
}

#[test]
fn settings_override_the_profile() {
    let mut link = link(json!({"profile": "edge", "up": {"loss": 0.0, "delay_ms": 5.0, "jitter_ms": 0.0}}));
    // 90 kbit/s is still the profile's.
    assert_eq!(link.send(Way::Up, 1_125, ms(0)), Fate::ArrivesAt(ms(105)));
}

#[test]
fn absurd_settings_do_no_harm() {
    let absurd = json!({"up": {"loss": -1.0, "delay_ms": 1e300, "jitter_ms": -5.0, "rate_kbps": 1e-300, "queue_ms": -1.0},
        "outages": {"first_after_ms": u64::MAX / 2, "every_ms": 1, "length_ms": u64::MAX}});
    let mut link = link(absurd);
    fates(&mut link, Way::Up, 10);
}
