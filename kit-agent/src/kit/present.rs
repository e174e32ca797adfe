//! Who is in the meeting now, kept on disk while it goes on: so that the log of meetings has them though the battery is pulled.
//!
//! Roles, methods and times, as the spool has them; never a name. The file goes once the spool has what it says, so that after
//! a crash at that very moment somebody may be told of twice, and nobody is forgotten. Neighbours: `visit::attendance` says who
//! is here, `clerk` takes the file away, the next start reads what is left.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::clerk::Telling;
use super::{Kit, gates};
use crate::fleet::EventKind;
use crate::visit::attendance::{Here, here_now};
use crate::visit::state::State;

/// The time until which they were here is written anew after this, at the next look around.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// What the file says, and since when.
#[derive(Debug)]
pub(super) struct Present {
    path: PathBuf,
    kept: Option<(Vec<Here>, Timestamp)>,
}

impl Present {
    pub(super) fn new(state: &Path) -> Self {
        Self {
            path: state.join("present.json"),
            kept: None,
        }
    }

    /// Those who were in a meeting that a crash cut off, until when it was last known.
    pub(super) fn left_behind(&self) -> Vec<EventKind> {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::error!(%error, "who was in the meeting before the crash cannot be read");
                Vec::new()
            }),
            Err(_) => Vec::new(),
        }
    }

    fn is_due(&self, here: &[Here], now: Timestamp) -> bool {
        self.kept
            .as_ref()
            .is_none_or(|(kept, at)| kept != here || now >= *at + RENEWED_AFTER)
    }

    /// Replaced whole or not at all.
    fn write(&self, events: &[EventKind]) -> io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file = File::create(&fresh)?;
        file.write_all(&serde_json::to_vec(events)?)?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        self.path
            .parent()
            .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

impl Kit {
    /// A meeting that the last run did not live to see the end of: its people are told of before anything else is.
    pub(super) fn tell_who_was_here(&mut self) {
        for event in self.present.left_behind() {
            self.tell_server(event);
        }
        self.tell(Telling::Remove(self.present.path.clone()));
    }

    /// Notes durably who is here, when that has changed and now and then.
    pub(super) fn keep_present(&mut self) {
        let now = Timestamp::now();
        let Some((reservation, here)) = here(self.visit.state()) else {
            if self.present.kept.take().is_some() {
                self.tell(Telling::Remove(self.present.path.clone()));
            }
            return;
        };
        if !self.present.is_due(&here, now) {
            return;
        }
        let until_now = |here: &Here| gates::attended(reservation, here.role, here.known, (here.from, now));
        let events: Vec<_> = here.iter().map(until_now).collect();
        if let Err(error) = self.present.write(&events) {
            tracing::error!(%error, "the kit cannot remember who is in the meeting; check its disk");
        }
        self.present.kept = Some((here, now));
    }
}

/// Who is in the meeting, and in which; nothing outside one.
fn here(state: &State) -> Option<(fleet_api::ReservationId, Vec<Here>)> {
    let live = state.live()?;
    let here = here_now(live);
    let reservation = live.reservation.id.0.parse().ok()?;
    (!here.is_empty()).then_some((reservation, here))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::people::{Known, PersonRole};

    #[test]
    fn what_was_written_is_left_behind_and_a_torn_file_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let present = Present::new(folder.path());
        assert_eq!(present.left_behind(), []);
        let times = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + RENEWED_AFTER);
        let reservation = fleet_api::ReservationId(uuid::Uuid::nil());
        let event = gates::attended(reservation, PersonRole::Patient, Known::StaffInRoom, times);
        present.write(std::slice::from_ref(&event)).unwrap();
        assert_eq!(present.left_behind(), [event]);
        fs::write(&present.path, b"[{").unwrap();
        assert_eq!(present.left_behind(), []);
    }

    #[test]
    fn it_is_written_when_somebody_comes_and_every_few_seconds() {
        let mut present = Present::new(Path::new("/nowhere"));
        let now = Timestamp::UNIX_EPOCH;
        let patient = Here {
            role: PersonRole::Patient,
            known: Known::StaffInRoom,
            from: now,
        };
        assert!(present.is_due(&[patient], now));
        present.kept = Some((vec![patient], now));
        assert!(!present.is_due(&[patient], now));
        assert!(present.is_due(&[patient, patient], now));
        assert!(present.is_due(&[patient], now + RENEWED_AFTER));
    }
}
