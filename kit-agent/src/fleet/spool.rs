//! The durable spool: an event that `append` has returned for is on disk until the server has acknowledged it.
//!
//! Appending writes one record and waits for the disk. Acknowledging rewrites the file without the acknowledged events,
//! whole or not at all, but only when that is worth it: an event that is sent twice is stored once. Numbers are never
//! used twice within a spool.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
};

use fleet_api::{Event, EventKind, NumberedEvent, Sequence, SpoolId};
use serde::{Deserialize, Serialize};

use super::{
    spool_format::{self, Contents},
    state_dir::{SPOOL, StateDir},
};

/// Largest file: some 40,000 events, more than a year without a server.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// From here on only what the law asks to be kept is taken.
const RESERVED_FROM: usize = MOST_BYTES / 4 * 3;
/// The file is rewritten when so much of it has been acknowledged, or all.
const WORTH_REWRITING: usize = 64 * 1024;

/// Why an event was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The server has been away for very long.
    #[error("too much waits for the fleet server; connect the kit to a network")]
    Full,
    /// The disk.
    #[error("the event could not be written to disk")]
    Disk(#[from] io::Error),
}

/// Where an event stands. Never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpoolPlace {
    /// In which spool.
    pub spool: SpoolId,
    /// At which number.
    pub sequence: Sequence,
}

/// Events on disk, oldest first.
#[derive(Debug)]
pub(super) struct Spool {
    state: StateDir,
    file: File,
    id: SpoolId,
    next: Sequence,
    /// Not acknowledged, each with its size in the file.
    waiting: Vec<(NumberedEvent, usize)>,
    file_bytes: usize,
}

impl Spool {
    /// Opens the spool and cuts off what a power cut tore. A damaged one is set aside and a new one begun.
    pub(super) fn open(state: StateDir) -> io::Result<Self> {
        let stored = state.read_if_there(SPOOL)?;
        let contents = stored.as_deref().and_then(spool_format::read);
        if stored.is_some() && contents.is_none() {
            tracing::error!("the event spool is damaged; it is kept as events.spool.damaged");
            std::fs::rename(state.path(SPOOL), state.path("events.spool.damaged"))?;
        }
        let contents = match contents {
            Some(contents) => contents,
            None => begin(&state)?,
        };
        let file = OpenOptions::new().write(true).open(state.path(SPOOL))?;
        let Contents {
            spool: id,
            next,
            events,
            whole_bytes,
        } = contents;
        let sized = |event| {
            let bytes = spool_format::record(id, &event).len();
            (event, bytes)
        };
        let waiting = events.into_iter().map(sized).collect();
        let mut spool = Self {
            state,
            file,
            id,
            next,
            waiting,
            file_bytes: whole_bytes,
        };
        spool.cut_back()?;
        Ok(spool)
    }

    pub(super) fn id(&self) -> SpoolId {
        self.id
    }

    /// Where the next event will stand.
    pub(super) fn next_place(&self) -> SpoolPlace {
        SpoolPlace {
            spool: self.id,
            sequence: self.next,
        }
    }

    /// Whether an event was kept there, be it acknowledged or not.
    pub(super) fn has(&self, place: &SpoolPlace) -> bool {
        place.spool == self.id && place.sequence < self.next
    }

    /// Keeps an event. It is on disk when this returns.
    pub(super) fn append(&mut self, event: Event) -> Result<Sequence, SpoolError> {
        let limit = if must_be_kept(&event.kind) {
            MOST_BYTES
        } else {
            RESERVED_FROM
        };
        let numbered = NumberedEvent {
            sequence: self.next,
            event,
        };
        let record = spool_format::record(self.id, &numbered);
        if self.file_bytes + record.len() > limit {
            return Err(SpoolError::Full);
        }
        let written = self.file.write_all(&record).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Whatever part was written must not stand before the next record.
            self.cut_back()?;
            return Err(error.into());
        }
        self.file_bytes += record.len();
        self.next = self.next.next();
        self.waiting.push((numbered, record.len()));
        Ok(self.next_before())
    }

    /// The oldest events that are not acknowledged.
    pub(super) fn waiting(&self, most: usize) -> Vec<NumberedEvent> {
        self.waiting
            .iter()
            .take(most)
            .map(|(event, _)| event.clone())
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Forgets what the server has durably stored.
    pub(super) fn acknowledge(&mut self, up_to: Sequence) -> io::Result<()> {
        let before = self.waiting.len();
        self.waiting.retain(|(event, _)| event.sequence > up_to);
        let waiting_bytes: usize = self.waiting.iter().map(|(_, bytes)| bytes).sum();
        let acknowledged_bytes = self.file_bytes - spool_format::HEADER_BYTES - waiting_bytes;
        let all_gone = self.waiting.is_empty() && before > 0;
        if all_gone || acknowledged_bytes > WORTH_REWRITING {
            self.rewrite()
        } else {
            Ok(())
        }
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let first = self
            .waiting
            .first()
            .map_or(self.next, |(event, _)| event.sequence);
        let mut content = spool_format::header(self.id, first);
        for (event, _) in &self.waiting {
            content.extend(spool_format::record(self.id, event));
        }
        self.state.replace(SPOOL, &content)?;
        self.file = OpenOptions::new().write(true).open(self.state.path(SPOOL))?;
        self.file.seek(SeekFrom::End(0))?;
        self.file_bytes = content.len();
        Ok(())
    }

    fn cut_back(&mut self) -> io::Result<()> {
        let end = u64::try_from(self.file_bytes).expect("a file's length fits");
        self.file.set_len(end)?;
        self.file.seek(SeekFrom::Start(end))?;
        self.file.sync_data()
    }

    fn next_before(&self) -> Sequence {
        Sequence(self.next.0 - 1)
    }
}

fn begin(state: &StateDir) -> io::Result<Contents> {
    let (spool, next) = (SpoolId::generate(), Sequence(1));
    let header = spool_format::header(spool, next);
    state.replace(SPOOL, &header)?;
    Ok(Contents {
        spool,
        next,
        events: Vec::new(),
        whole_bytes: header.len(),
    })
}

/// What the design keeps for five years, the receipt of the wipe, and faults that somebody waits to have seen to. The rest
/// only helps to count and to find faults.
fn must_be_kept(kind: &EventKind) -> bool {
    match kind {
        EventKind::PatientIdentified { .. }
        | EventKind::MeetingJoined { .. }
        | EventKind::MeetingEnded { .. }
        | EventKind::FaultReported { .. }
        | EventKind::Wiped { .. }
        | EventKind::CheckedOut { .. }
        | EventKind::Returned { .. }
        | EventKind::HygieneSigned { .. }
        | EventKind::HygieneSkipped { .. }
        | EventKind::GateAnswered { .. }
        | EventKind::PreferredInPerson { .. }
        | EventKind::Attended { .. }
        | EventKind::UnexpectedParticipant { .. } => true,
        EventKind::AgentStarted { .. }
        | EventKind::JoinTapped { .. }
        | EventKind::MeetingInterrupted { .. }
        | EventKind::MeetingRated { .. }
        | EventKind::HelpRequested
        | EventKind::CommandDone { .. }
        | EventKind::SoundByTelephone { .. }
        | EventKind::SoundChecked { .. }
        | EventKind::SummaryShown { .. } => false,
    }
}

#[cfg(test)]
#[path = "spool_tests.rs"]
mod tests;
