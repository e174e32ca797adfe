//! Coming, going and being seen: who is told what about whom.
//!
//! Those in the lobby see nobody but themselves [INF]; those in the meeting see everybody.

use serde_json::{Value, json};

use super::participant::{Kind, Participant, Role, Service};
use super::{Event, Moment, Outgoing, Room, conference_state, reasons};

impl Room {
    /// What a new event stream starts with.
    #[must_use]
    pub fn opening_events(&self, uuid: &str) -> Vec<Event> {
        let Some(viewer) = self.participant(uuid) else {
            return Vec::new();
        };
        let mut events = vec![Event::bare("participant_sync_begin")];
        let rows = self.participants.iter().filter(|row| sees(viewer, row));
        events.extend(rows.map(|row| Event::new("participant_create", self.row(row))));
        events.push(Event::bare("participant_sync_end"));
        events.push(Event::new("conference_update", conference_state(self)));
        if viewer.service == Service::Conference {
            events.extend(self.presentation_event());
            events.push(self.layout_event());
            events.push(self.stage_event());
        }
        events
    }

    /// The rows that this participant may ask for.
    #[must_use]
    pub fn rows(&self, uuid: &str) -> Value {
        let Some(viewer) = self.participant(uuid) else {
            return json!([]);
        };
        self.participants
            .iter()
            .filter(|row| sees(viewer, row))
            .map(|row| self.row(row))
            .collect()
    }

    /// A participant that did not come over the Client API: dialled, or the lab's own. Gives its uuid.
    pub fn invent(&mut self, name: &str, kind: Kind, role: Role, now: Moment) -> String {
        let mut participant = self.blank_participant(name, kind, now);
        participant.role = role;
        participant.has_media = kind == Kind::Robot;
        participant.audio_only = kind == Kind::Telephone;
        let uuid = participant.uuid.clone();
        self.enter(participant);
        uuid
    }

    /// Lets somebody in from the lobby; false if there is nobody to let in.
    pub fn admit(&mut self, uuid: &str) -> bool {
        let Some(participant) = self.participant_mut(uuid) else {
            return false;
        };
        if participant.service != Service::WaitingRoom {
            return false;
        }
        participant.service = Service::Conference;
        self.announce(uuid, "participant_update");
        // Now it may see the others.
        let events: Vec<Event> = self
            .participants
            .iter()
            .filter(|other| other.uuid != uuid)
            .map(|other| Event::new("participant_create", self.row(other)))
            .chain(self.presentation_event())
            .collect();
        for event in events {
            self.send(uuid, event);
        }
        self.announce_stage();
        true
    }

    /// Removes a participant and tells it why.
    pub fn disconnect(&mut self, uuid: &str, reason: &str) -> bool {
        if self.participant(uuid).is_none() {
            return false;
        }
        self.send(uuid, Event::new("disconnect", json!({"reason": reason})));
        self.leave(uuid);
        true
    }

    /// Removes everybody.
    pub fn end(&mut self, reason: &str) {
        let everybody: Vec<String> = self.participants.iter().map(|p| p.uuid.clone()).collect();
        for uuid in everybody {
            self.disconnect(&uuid, reason);
        }
        self.started = false;
    }

    /// The call of a participant began or ended.
    pub fn set_call(&mut self, uuid: &str, has_media: bool, audio_only: bool) {
        let Some(participant) = self.participant_mut(uuid) else {
            return;
        };
        if (participant.has_media, participant.audio_only) == (has_media, audio_only) {
            return;
        }
        participant.has_media = has_media;
        participant.audio_only = audio_only;
        self.announce(uuid, "participant_update");
    }

    pub(super) fn enter(&mut self, newcomer: Participant) {
        let uuid = newcomer.uuid.clone();
        let starts = newcomer.role == Role::Host && newcomer.service == Service::Conference;
        self.participants.push(newcomer);
        self.announce(&uuid, "participant_create");
        self.announce_stage();
        if starts && !self.started {
            self.start();
        }
    }

    /// A host is here: guests that only waited for one come in.
    pub(super) fn start(&mut self) {
        self.started = true;
        self.announce_conference();
        if self.locked || self.settings.lobby {
            return;
        }
        let waiting = self
            .participants
            .iter()
            .filter(|p| p.service == Service::WaitingRoom);
        let waiting: Vec<String> = waiting.map(|p| p.uuid.clone()).collect();
        for uuid in waiting {
            self.admit(&uuid);
        }
    }

    pub(super) fn leave(&mut self, uuid: &str) {
        let Some(position) = self.participants.iter().position(|p| p.uuid == uuid) else {
            return;
        };
        if self.presenter.as_deref() == Some(uuid) {
            self.stop_presentation();
        }
        let gone = self.participants.remove(position);
        let delete = Event::new("participant_delete", json!({"uuid": uuid}));
        let viewers = self.participants.iter().filter(|viewer| sees(viewer, &gone));
        let viewers: Vec<String> = viewers.map(|viewer| viewer.uuid.clone()).collect();
        for viewer in viewers {
            self.send(&viewer, delete.clone());
        }
        self.announce_stage();
        self.outbox.push(Outgoing::Left { who: uuid.into() });
    }

    /// Tells everybody who may see it about one participant.
    pub(super) fn announce(&mut self, uuid: &str, event: &str) {
        let Some(subject) = self.participant(uuid) else {
            return;
        };
        let event = Event::new(event, self.row(subject));
        let viewers = self.participants.iter().filter(|viewer| sees(viewer, subject));
        let viewers: Vec<String> = viewers.map(|viewer| viewer.uuid.clone()).collect();
        for viewer in viewers {
            self.send(&viewer, event.clone());
        }
    }

    pub(super) fn announce_conference(&mut self) {
        self.broadcast(&Event::new("conference_update", conference_state(self)), |_| true);
    }

    pub(super) fn broadcast(&mut self, event: &Event, to: impl Fn(&Participant) -> bool) {
        let to: Vec<String> = self
            .participants
            .iter()
            .filter(|p| to(p))
            .map(|p| p.uuid.clone())
            .collect();
        for uuid in to {
            self.send(&uuid, event.clone());
        }
    }

    pub(super) fn blank_participant(&mut self, name: &str, kind: Kind, now: Moment) -> Participant {
        Participant {
            uuid: self.new_uuid(),
            display_name: name.into(),
            role: Role::Guest,
            service: Service::Conference,
            kind,
            tokens: None,
            joined_at: now.uptime,
            muted: self.guests_muted,
            client_muted: false,
            video_muted: false,
            buzz_time: 0.0,
            spotlight: 0.0,
            overlay_text: name.into(),
            may_see_slides: true,
            has_media: false,
            audio_only: false,
            authenticated: false,
            start_time: now.unix,
            call_tag: String::new(),
        }
    }

    fn row(&self, participant: &Participant) -> Value {
        participant.row(&self.alias, self.presenter.as_deref() == Some(&participant.uuid))
    }

    fn announce_stage(&mut self) {
        let (stage, layout) = (self.stage_event(), self.layout_event());
        let inside = |p: &Participant| p.service == Service::Conference;
        self.broadcast(&stage, inside);
        self.broadcast(&layout, inside);
    }

    /// Order of speakers; voice activity is not measured here [INF].
    fn stage_event(&self) -> Event {
        let inside = self
            .participants
            .iter()
            .filter(|p| p.service == Service::Conference);
        let stage = inside
            .enumerate()
            .map(|(index, p)| json!({"participant_uuid": p.uuid, "stage_index": index, "vad": 0}));
        Event::new("stage", stage.collect())
    }

    /// Everybody in one grid: the node's only layout [INF].
    fn layout_event(&self) -> Event {
        let inside = self
            .participants
            .iter()
            .filter(|p| p.service == Service::Conference);
        let uuids: Vec<&str> = inside.map(|p| p.uuid.as_str()).collect();
        Event::new(
            "layout",
            json!({
                "view": "ac",
                "participants": uuids,
                "requested_layout": {"primary_screen": {"chair_layout": "ac", "guest_layout": "ac"}},
                "overlay_text_enabled": false,
            }),
        )
    }

    /// Ends the meeting for all because a participant said so.
    pub(super) fn end_by_participant(&mut self) {
        self.end(reasons::ENDED_BY_PARTICIPANT);
    }
}

fn sees(viewer: &Participant, row: &Participant) -> bool {
    viewer.uuid == row.uuid || viewer.service == Service::Conference
}
