//! Who is in the meeting now, kept on disk while it goes on: so that the log of meetings has them though the battery is pulled.
//!
//! Roles, methods and times, as the spool has them; never a name. Somebody who leaves is handed over to the spool: first the
//! file says at which place of the spool they will stand, then the spool takes them, then the file forgets them. So a crash
//! at any moment tells of nobody twice and forgets nobody. Neighbours: `visit::attendance` says who is here, `clerk` is the
//! only one who writes, one thing after the other.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fleet_api::ReservationId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::clerk::Telling;
use super::{Kit, gates};
use crate::fleet::{EventKind, SpoolPlace};
use crate::visit::attendance::{Here, here_now};
use crate::visit::state::State;
use crate::whole_file;

/// The time until which they were here is written anew after this, at the next look around.
const RENEWED_AFTER: SignedDuration = SignedDuration::from_secs(10);

/// Somebody in the meeting, until when it was last known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Somebody {
    #[serde(flatten)]
    event: EventKind,
    /// Where the spool has them, if it came so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<SpoolPlace>,
}

/// The file and what it says.
#[derive(Debug)]
pub(super) struct Present {
    path: PathBuf,
    people: Vec<Somebody>,
}

impl Present {
    /// Reads what the last run left.
    pub(super) fn open(state: &Path) -> Self {
        let path = state.join("present.json");
        let people = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::error!(%error, "who was in the meeting before the crash cannot be read");
                Vec::new()
            }),
            Err(_) => Vec::new(),
        };
        Self { path, people }
    }

    /// Those whom a crash cut off, unless the spool has them already.
    pub(super) fn left_behind(&self, has: impl Fn(&SpoolPlace) -> bool) -> Vec<EventKind> {
        let told = |person: &&Somebody| person.place.as_ref().is_some_and(&has);
        let untold = self.people.iter().filter(|person| !told(person));
        untold.map(|person| person.event.clone()).collect()
    }

    /// These are here now, and nobody else.
    pub(super) fn are_here(&mut self, people: Vec<EventKind>) {
        let fresh = |event| Somebody { event, place: None };
        self.people = people.into_iter().map(fresh).collect();
        let kept = if self.people.is_empty() {
            whole_file::remove(&self.path)
        } else {
            write(&self.path, &self.people)
        };
        if let Err(error) = kept {
            tracing::error!(%error, "the kit cannot remember who is in the meeting; check its disk");
        }
    }

    /// Whether this tells of somebody who is kept here; then the file and its new contents, once the place is known.
    pub(super) fn handing_over(&mut self, event: &EventKind) -> Option<HandingOver> {
        let same = |person: &Somebody| person.place.is_none() && is_the_same(&person.event, event);
        let number = self.people.iter().position(same)?;
        self.people[number].event = event.clone();
        Some(HandingOver {
            path: self.path.clone(),
            people: self.people.clone(),
            number,
        })
    }

    /// The spool has them there.
    pub(super) fn handed_over(&mut self, over: &HandingOver, place: SpoolPlace) {
        if let Some(person) = self.people.get_mut(over.number) {
            person.place = Some(place);
        }
    }
}

/// Somebody on the way into the spool.
#[derive(Debug, Clone)]
pub(super) struct HandingOver {
    path: PathBuf,
    people: Vec<Somebody>,
    number: usize,
}

impl HandingOver {
    /// Notes where they will stand, durably.
    pub(super) fn note(mut self, place: SpoolPlace) -> io::Result<()> {
        self.people[self.number].place = Some(place);
        write(&self.path, &self.people)
    }
}

/// The same person of the same meeting, in the same seat.
fn is_the_same(kept: &EventKind, told: &EventKind) -> bool {
    let seat = |event: &EventKind| match event {
        EventKind::Attended {
            reservation,
            role,
            method,
            from,
            ..
        } => Some((*reservation, *role, *method, *from)),
        _ => None,
    };
    seat(kept).is_some() && seat(kept) == seat(told)
}

fn write(path: &Path, people: &[Somebody]) -> io::Result<()> {
    whole_file::replace(path, &serde_json::to_vec(people)?)
}

/// Who was last told to the clerk, and when.
#[derive(Debug, Default)]
pub(super) struct LastTold(Option<(Vec<Here>, Timestamp)>);

impl LastTold {
    fn is_due(&self, here: &[Here], now: Timestamp) -> bool {
        match &self.0 {
            None => !here.is_empty(),
            Some((told, at)) => told != here || now >= *at + RENEWED_AFTER,
        }
    }
}

impl Kit {
    /// Has it noted durably who is here, when that has changed and now and then.
    pub(super) fn keep_present(&mut self) {
        let now = Timestamp::now();
        let (events, here) = match here(self.visit.state(), now) {
            None => (Vec::new(), Vec::new()),
            Some((reservation, here, until)) => {
                let event =
                    |here: &Here| gates::attended(reservation, here.role, here.known, (here.from, until));
                (here.iter().map(event).collect(), here)
            }
        };
        if !self.last_told.is_due(&here, now) {
            return;
        }
        self.tell(Telling::Here(events));
        self.last_told.0 = (!here.is_empty()).then_some((here, now));
    }
}

/// Who is in which meeting, and until when that is known; nothing outside one.
fn here(state: &State, now: Timestamp) -> Option<(ReservationId, Vec<Here>, Timestamp)> {
    let live = state.live()?;
    let until = match state {
        State::Lost(live) => live.since,
        _ => now,
    };
    let reservation = live.reservation.id.0.parse().ok()?;
    Some((reservation, here_now(live), until))
}

#[cfg(test)]
#[path = "present_tests.rs"]
mod tests;
