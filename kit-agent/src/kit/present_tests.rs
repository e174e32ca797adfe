//! Crashes at each moment of a hand-over, and when the file is written.

use super::*;
use crate::fleet::SpoolId;
use crate::visit::seat::{Known, PersonRole};

fn attended(role: PersonRole, until: i64) -> EventKind {
    let reservation = fleet_api::ReservationId(uuid::Uuid::nil());
    let until = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(until);
    gates::attended(
        reservation,
        role,
        Known::StaffInRoom,
        (Timestamp::UNIX_EPOCH, until),
    )
}

/// The spool as far as it matters here: it says before it takes something where that will stand.
#[derive(Default)]
struct Spool(Vec<EventKind>);

impl Spool {
    fn next(&self) -> SpoolPlace {
        SpoolPlace {
            spool: SpoolId(uuid::Uuid::nil()),
            sequence: fleet_api::Sequence(u32::try_from(self.0.len()).unwrap() + 1),
        }
    }

    fn has(&self, place: &SpoolPlace) -> bool {
        place.sequence < self.next().sequence
    }
}

#[test]
fn a_crash_at_any_moment_of_the_hand_over_tells_of_each_once() {
    let (patient, worker) = (PersonRole::Patient, PersonRole::CareWorker);
    // How far it comes: nothing, the note, the spool, the other person's note, their spool, the file.
    for moment in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let (mut present, mut spool) = (Present::open(folder.path()), Spool::default());
        present.are_here(vec![attended(patient, 10), attended(worker, 10)]);
        for (number, role) in [patient, worker].into_iter().enumerate() {
            let told = attended(role, 14);
            let over = present.handing_over(&told).unwrap();
            if moment > number * 2 {
                over.clone().note(spool.next()).unwrap();
            }
            if moment > number * 2 + 1 {
                present.handed_over(&over, spool.next());
                spool.0.push(told);
            }
        }
        if moment == 5 {
            present.are_here(Vec::new());
        }
        drop(present);
        let after = Present::open(folder.path());
        spool.0.extend(after.left_behind(|place| spool.has(place)));
        let of = |role| {
            let wanted = attended(role, 0);
            spool.0.iter().filter(|told| is_the_same(told, &wanted)).count()
        };
        assert_eq!((of(patient), of(worker)), (1, 1), "after moment {moment}");
    }
}

#[test]
fn two_in_the_same_role_are_two() {
    let folder = tempfile::tempdir().unwrap();
    let mut present = Present::open(folder.path());
    present.are_here(vec![attended(PersonRole::Unknown, 10); 2]);
    let spool = Spool::default();
    for _ in 0..2 {
        let over = present.handing_over(&attended(PersonRole::Unknown, 12)).unwrap();
        present.handed_over(&over, spool.next());
    }
    assert!(present.handing_over(&attended(PersonRole::Unknown, 12)).is_none());
}

#[test]
fn a_new_spool_has_nobody_and_a_torn_file_is_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut present = Present::open(folder.path());
    assert_eq!(present.left_behind(|_| true), []);
    let event = attended(PersonRole::Patient, 10);
    present.are_here(vec![event.clone()]);
    let over = present.handing_over(&event).unwrap();
    over.note(Spool::default().next()).unwrap();
    assert_eq!(Present::open(folder.path()).left_behind(|_| false), [event]);
    fs::write(folder.path().join("present.json"), b"[{").unwrap();
    assert_eq!(Present::open(folder.path()).left_behind(|_| false), []);
}

#[test]
fn it_is_written_when_somebody_comes_and_every_few_seconds() {
    let mut told = LastTold::default();
    let now = Timestamp::UNIX_EPOCH;
    let patient = Here {
        role: PersonRole::Patient,
        known: Known::StaffInRoom,
        from: now,
    };
    assert!(!told.is_due(&[], now));
    assert!(told.is_due(&[patient], now));
    told.0 = Some((vec![patient], now));
    assert!(!told.is_due(&[patient], now));
    assert!(told.is_due(&[patient, patient], now));
    assert!(told.is_due(&[], now));
    assert!(told.is_due(&[patient], now + RENEWED_AFTER));
}
