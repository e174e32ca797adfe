//! What the kit remembers of itself over a power cut: whether a wipe is owed, for which booking, and when it was cleaned.
//!
//! One small file, replaced whole or not at all. Unreadable counts as "a wipe is owed": the safe side. Of a visit nothing
//! stands in it but the booking's id, which only the server can lead back to a meeting: so the receipt reaches it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::visit::reservation::ReservationId;
use crate::visit::{LastRun, VisitMark};
use crate::whole_file;

/// The file's contents.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    mark: VisitMark,
    #[serde(default)]
    reservation: Option<ReservationId>,
    cleaned_at: Option<Timestamp>,
}

/// Whether the last run left a visit behind, asked before anything else is read.
#[must_use]
pub fn wipe_is_owed(state: &Path) -> bool {
    Memory::open(state).kept.mark == VisitMark::UnderWay
}

/// The kit's memory of itself.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    kept: Kept,
}

impl Memory {
    /// Reads what the last run left. A new tablet has had no visit.
    pub(super) fn open(state: &Path) -> Self {
        let path = state.join("visit.json");
        let owed = Kept {
            mark: VisitMark::UnderWay,
            reservation: None,
            cleaned_at: None,
        };
        let fresh = Kept {
            mark: VisitMark::Clean,
            reservation: None,
            cleaned_at: None,
        };
        let kept = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or(owed),
            Err(e) if e.kind() == io::ErrorKind::NotFound => fresh,
            Err(_) => owed,
        };
        Self { path, kept }
    }

    /// What the visit starts from.
    pub(super) fn last_run(&self) -> LastRun {
        LastRun {
            mark: self.kept.mark,
            reservation: self.kept.reservation.clone(),
            cleaned_at: self.kept.cleaned_at,
        }
    }

    /// Notes durably that a visit begins or is gone without a trace. A visit makes the kit unclean.
    pub(super) fn mark(&mut self, mark: VisitMark, reservation: Option<ReservationId>) -> io::Result<()> {
        self.kept.mark = mark;
        self.kept.reservation = reservation;
        if mark == VisitMark::UnderWay {
            self.kept.cleaned_at = None;
        }
        self.write()
    }

    /// Notes durably when hygiene was signed; none = it must be cleaned.
    pub(super) fn cleaned(&mut self, at: Option<Timestamp>) -> io::Result<()> {
        self.kept.cleaned_at = at;
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        whole_file::replace(&self.path, &serde_json::to_vec(&self.kept)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_file_owes_a_wipe_and_a_visit_takes_cleanliness_away() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::open(folder.path());
        assert_eq!(
            memory.last_run().mark,
            VisitMark::Clean,
            "a new tablet owes nothing"
        );
        memory.cleaned(Some(Timestamp::UNIX_EPOCH)).unwrap();
        assert_eq!(
            Memory::open(folder.path()).last_run().cleaned_at,
            Some(Timestamp::UNIX_EPOCH)
        );
        let visit = ReservationId("r1".into());
        memory.mark(VisitMark::UnderWay, Some(visit.clone())).unwrap();
        let after = Memory::open(folder.path()).last_run();
        assert_eq!((after.mark, after.cleaned_at), (VisitMark::UnderWay, None));
        assert_eq!(after.reservation, Some(visit));
        assert!(wipe_is_owed(folder.path()));
        fs::write(folder.path().join("visit.json"), b"{\"mark\":").unwrap();
        assert_eq!(Memory::open(folder.path()).last_run().mark, VisitMark::UnderWay);
    }
}
