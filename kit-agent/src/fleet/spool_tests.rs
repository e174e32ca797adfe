//! The spool against a disk that is cut off at any byte.

use std::path::Path;

use fleet_api::ReservationId;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn open(path: &Path) -> Spool {
    Spool::open(StateDir::open(path).unwrap()).unwrap()
}

fn help() -> Event {
    Event {
        at: Timestamp::UNIX_EPOCH,
        kind: EventKind::HelpRequested,
    }
}

fn sequences(spool: &Spool) -> Vec<u32> {
    spool
        .waiting(usize::MAX)
        .iter()
        .map(|event| event.sequence.0)
        .collect()
}

#[test]
fn events_survive_until_acknowledged_and_numbers_are_never_used_twice() {
    let directory = tempfile::tempdir().unwrap();
    let mut spool = open(directory.path());
    for _ in 0..3 {
        spool.append(help()).unwrap();
    }
    let id = spool.id();
    drop(spool);

    let mut spool = open(directory.path());
    assert_eq!((spool.id(), sequences(&spool)), (id, vec![1, 2, 3]));
    spool.acknowledge(Sequence(2)).unwrap();
    assert_eq!(sequences(&spool), [3]);
    spool.acknowledge(Sequence(3)).unwrap();
    drop(spool);

    let mut spool = open(directory.path());
    assert!(spool.is_empty());
    assert_eq!(spool.append(help()).unwrap(), Sequence(4));
}

#[test]
fn a_damaged_spool_is_set_aside_and_a_new_one_begun() {
    let directory = tempfile::tempdir().unwrap();
    let id = open(directory.path()).id();
    std::fs::write(directory.path().join(SPOOL), b"not a spool").unwrap();
    assert_ne!(open(directory.path()).id(), id);
    assert!(directory.path().join("events.spool.damaged").exists());
}

#[test]
fn a_full_spool_still_takes_what_must_be_kept() {
    let directory = tempfile::tempdir().unwrap();
    let mut spool = open(directory.path());
    spool.file_bytes = RESERVED_FROM;
    assert!(matches!(spool.append(help()), Err(SpoolError::Full)));
    let receipt = EventKind::Wiped {
        reservation: ReservationId::generate(),
        confirmed: true,
    };
    let receipt = Event {
        at: Timestamp::UNIX_EPOCH,
        kind: receipt,
    };
    spool.append(receipt.clone()).unwrap();
    spool.file_bytes = MOST_BYTES;
    assert!(matches!(spool.append(receipt), Err(SpoolError::Full)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_power_cut_loses_only_what_was_being_written(count in 1_u32..8, torn_bytes in 1_usize..60) {
        let directory = tempfile::tempdir().unwrap();
        let mut spool = open(directory.path());
        for _ in 0..count {
            spool.append(help()).unwrap();
        }
        let confirmed_bytes = spool.file_bytes;
        // The power cut: part of one more record reaches the disk.
        let event = NumberedEvent { sequence: spool.next, event: help() };
        let record = spool_format::record(spool.id, &event);
        spool.file.write_all(&record[..torn_bytes.min(record.len() - 1)]).unwrap();
        drop(spool);

        let mut spool = open(directory.path());
        prop_assert_eq!(spool.file_bytes, confirmed_bytes);
        prop_assert_eq!(sequences(&spool), (1..=count).collect::<Vec<_>>());
        prop_assert_eq!(spool.append(help()).unwrap(), Sequence(count + 1));
        drop(spool);
        prop_assert_eq!(sequences(&open(directory.path())).len(), usize::try_from(count).unwrap() + 1);
    }
}
