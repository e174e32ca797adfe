//! Who is here, kept from the event stream. A reconnected stream tells everything again; who is not told is gone.

use std::collections::{BTreeMap, BTreeSet};

use super::server_event::Participant;
use crate::meeting::{Attendee, Place};

/// Most participants that are kept.
const MAX_PARTICIPANTS: usize = 500;

/// Everybody, ourselves too.
#[derive(Debug, Default)]
pub(super) struct Roster {
    rows: BTreeMap<String, Participant>,
    /// While a sync runs: those told so far.
    told: Option<BTreeSet<String>>,
}

impl Roster {
    /// A sync begins.
    pub(super) fn begin(&mut self) {
        self.told = Some(BTreeSet::new());
    }

    /// A sync ends: who was not told is gone.
    pub(super) fn end(&mut self) {
        if let Some(told) = self.told.take() {
            self.rows.retain(|id, _| told.contains(id));
        }
    }

    /// Somebody came or changed.
    pub(super) fn set(&mut self, participant: Participant) {
        let id = participant.attendee.id.0.clone();
        if let Some(told) = &mut self.told {
            told.insert(id.clone());
        }
        if self.rows.len() < MAX_PARTICIPANTS || self.rows.contains_key(&id) {
            self.rows.insert(id, participant);
        }
    }

    /// Somebody left.
    pub(super) fn remove(&mut self, id: &str) {
        self.rows.remove(id);
    }

    /// Whether a sync runs, so that the rows are not complete.
    pub(super) fn is_being_told(&self) -> bool {
        self.told.is_some()
    }

    /// Where one of them is.
    pub(super) fn place(&self, id: &str) -> Option<Place> {
        self.rows.get(id).map(|row| row.attendee.place)
    }

    /// Whether a host closed one's microphone.
    pub(super) fn is_muted(&self, id: &str) -> bool {
        self.rows.get(id).is_some_and(|row| row.is_muted)
    }

    /// Everybody, for the visit.
    pub(super) fn attendees(&self, me: &str) -> Vec<Attendee> {
        let mark = |row: &Participant| Attendee {
            is_me: row.attendee.id.0 == me,
            ..row.attendee.clone()
        };
        self.rows.values().map(mark).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::server_event::{ServerEvent, read};
    use super::super::sse::Frame;
    use super::*;

    fn row(id: &str) -> Participant {
        let data = format!(r#"{{"uuid":"{id}"}}"#);
        match read(&Frame {
            name: "participant_create".into(),
            data,
        }) {
            Some(ServerEvent::Participant(row)) => row,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_not_told_again_after_a_reconnect_is_gone() {
        let mut roster = Roster::default();
        roster.set(row("a"));
        roster.set(row("b"));
        roster.begin();
        roster.set(row("b"));
        assert_eq!(
            roster.attendees("b").len(),
            2,
            "nobody vanishes while the list is being told"
        );
        roster.end();
        let rows = roster.attendees("b");
        assert!(rows.len() == 1 && rows[0].is_me);
    }
}
