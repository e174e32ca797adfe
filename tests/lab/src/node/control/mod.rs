//! What tests may do to a node. [`Control`] is the whole of it; the control port (`http`) is a thin layer on it.

mod http;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answer_fault::RoomFault;
use super::room::{Event, Fault, Kind, Role, RoomSettings, reasons};
use super::status::RoomStatus;
use super::world::{Entry, World};
use crate::link::LinkSettings;

pub(super) use http::router;

/// Data of one huge event at most; enough for any limit of a client.
const MAX_EVENT_BYTES: u64 = 200 * 1024 * 1024;

/// A handle on a node for tests.
#[derive(Clone)]
pub struct Control {
    world: Arc<World>,
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No room with this alias.
    #[error("there is no such room; create it with PUT /rooms/ALIAS")]
    NoRoom,
    /// No participant with this uuid.
    #[error("there is no such participant in this room")]
    NoParticipant,
    /// The participant has no call.
    #[error("the participant has no call")]
    NoCall,
    /// Too many rooms.
    #[error("the node holds too many rooms; delete some")]
    TooManyRooms,
    /// Media could not do it.
    #[error("the call could not do that: {0}")]
    Call(String),
    /// A state did not come in time.
    #[error("the awaited state did not come in time; last seen: {0}")]
    TimedOut(String),
}

impl Control {
    pub(super) fn new(world: Arc<World>) -> Self {
        Self { world }
    }

    /// Creates a room, or changes the settings of one that exists.
    pub fn put_room(&self, alias: &str, settings: RoomSettings) -> Result<(), ControlError> {
        if self.world.put_room(alias, settings) {
            Ok(())
        } else {
            Err(ControlError::TooManyRooms)
        }
    }

    /// Ends the meeting and forgets the room.
    pub fn delete_room(&self, alias: &str) -> Result<(), ControlError> {
        let found = self.world.remove_room(alias, reasons::ENDED_BY_API);
        if found { Ok(()) } else { Err(ControlError::NoRoom) }
    }

    /// The room as it is now.
    pub fn room(&self, alias: &str) -> Result<RoomStatus, ControlError> {
        self.in_room(alias, |entry| Ok(RoomStatus::of(entry)))
    }

    /// The tokens that the room's participants hold now, for tests that look for them where they must not be.
    pub fn tokens(&self, alias: &str) -> Result<Vec<String>, ControlError> {
        self.in_room(alias, |entry| {
            let held = entry.room.participants().iter();
            let tokens = held.filter_map(|participant| participant.tokens.as_ref());
            Ok(tokens.map(|tokens| tokens.text().to_owned()).collect())
        })
    }

    /// Waits until the room is as wanted. Media figures are looked at several times a second.
    pub async fn wait_for(
        &self,
        alias: &str,
        limit: Duration,
        mut wanted: impl FnMut(&RoomStatus) -> bool,
    ) -> Result<RoomStatus, ControlError> {
        let deadline = Instant::now() + limit;
        let mut changes = self.world.changes();
        loop {
            changes.mark_unchanged();
            let status = self.room(alias)?;
            if wanted(&status) {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                return Err(ControlError::TimedOut(format!("{status:?}")));
            }
            // Figures grow without a change of state, so a change is waited for only so long.
            let next_look = (Instant::now() + Duration::from_millis(100)).min(deadline);
            let _ = tokio::time::timeout_at(next_look.into(), changes.changed()).await;
        }
    }

    /// Arms or disarms wrong answers.
    pub fn room_fault(&self, alias: &str, fault: RoomFault) -> Result<(), ControlError> {
        self.in_room(alias, |entry| {
            entry.answer_faults.arm(fault);
            Ok(())
        })
    }

    /// Ends the meeting for all.
    pub fn end(&self, alias: &str, reason: Option<&str>) -> Result<(), ControlError> {
        self.in_room(alias, |entry| {
            entry.room.end(reason.unwrap_or(reasons::ENDED_BY_PARTICIPANT));
            Ok(())
        })
    }

    /// The conference lock.
    pub fn set_locked(&self, alias: &str, locked: bool) -> Result<(), ControlError> {
        self.in_room(alias, |entry| {
            entry.room.set_locked(locked);
            Ok(())
        })
    }

    /// Lets somebody in from the lobby.
    pub fn admit(&self, alias: &str, uuid: &str) -> Result<(), ControlError> {
        self.in_room(alias, |entry| {
            entry
                .room
                .admit(uuid)
                .then_some(())
                .ok_or(ControlError::NoParticipant)
        })
    }

    /// Replaces the emulated link of a participant from now on.
    pub fn set_link(&self, alias: &str, uuid: &str, link: &LinkSettings) -> Result<(), ControlError> {
        self.in_room(alias, |entry| {
            let session = entry.sessions.get(uuid).ok_or(ControlError::NoParticipant)?;
            session.link.set(link);
            Ok(())
        })
    }

    /// Adds a participant of the lab's own: a test tone and a moving picture. Gives its uuid.
    pub fn add_robot(&self, alias: &str, display_name: &str, tone_hz: f64) -> Result<String, ControlError> {
        let now = self.world.now();
        self.in_room(alias, |entry| {
            let uuid = entry.room.invent(display_name, Kind::Robot, Role::Guest, now);
            entry
                .mixer
                .add_robot(&uuid, tone_hz)
                .map_err(|error| ControlError::Call(error.to_string()))?;
            Ok(uuid)
        })
    }

    /// Throws a fault at a participant.
    pub async fn fault(&self, alias: &str, uuid: &str, fault: Fault) -> Result<(), ControlError> {
        match fault {
            Fault::UpdateSdp => self.offer_restart(alias, uuid).await,
            Fault::Refer { alias: other } => self.refer(alias, uuid, &other),
            fault => self.in_room(alias, |entry| session_fault(entry, uuid, fault)),
        }
    }

    /// The node offers an ICE restart of the participant's call; the answer comes back in `ack`.
    async fn offer_restart(&self, alias: &str, uuid: &str) -> Result<(), ControlError> {
        let call = self.in_room(alias, |entry| {
            let session = entry.sessions.get(uuid).ok_or(ControlError::NoParticipant)?;
            session.call.clone().ok_or(ControlError::NoCall)
        })?;
        let sdp = call
            .offer_restart()
            .await
            .map_err(|error| ControlError::Call(error.to_string()))?;
        self.in_room(alias, |entry| {
            entry
                .room
                .send_event(uuid, Event::new("update_sdp", serde_json::json!({"sdp": sdp})));
            Ok(())
        })
    }

    fn refer(&self, alias: &str, uuid: &str, other: &str) -> Result<(), ControlError> {
        let token = self.in_room(other, |entry| Ok(entry.room.issue_join_token()))?;
        self.in_room(alias, |entry| {
            entry.room.participant(uuid).ok_or(ControlError::NoParticipant)?;
            entry.room.refer(uuid, other, &token);
            Ok(())
        })
    }

    fn in_room<T>(
        &self,
        alias: &str,
        work: impl FnOnce(&mut Entry) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.world
            .with_room(alias, |entry, _| work(entry))
            .ok_or(ControlError::NoRoom)?
    }
}

fn session_fault(entry: &mut Entry, uuid: &str, fault: Fault) -> Result<(), ControlError> {
    let session = entry.sessions.get_mut(uuid).ok_or(ControlError::NoParticipant)?;
    match fault {
        Fault::InvalidateToken => {
            entry.room.invalidate_token(uuid);
        }
        Fault::DropEvents { refuse_ms } => {
            session.events_refused_until = Instant::now() + Duration::from_millis(refuse_ms);
            session.events = None;
        }
        Fault::SendEvent { event, data } => entry.room.send_event(uuid, Event::new(event, data)),
        Fault::SendRaw { text } => session.send(text.into()),
        Fault::HugeEvent { bytes } => {
            let size = usize::try_from(bytes.min(MAX_EVENT_BYTES)).unwrap_or(usize::MAX);
            let data = Value::String("x".repeat(size));
            session.send(Event::new("message_received", data).encode().into());
        }
        Fault::CallDisconnected { reason } => {
            let call = session.call.as_ref().ok_or(ControlError::NoCall)?;
            let call_uuid = call.uuid().to_owned();
            entry.room.drop_call(uuid, &call_uuid, reason.as_deref());
        }
        Fault::Disconnect { reason } => {
            entry.room.disconnect(uuid, &reason);
        }
        Fault::Kick => {
            entry.room.kick(uuid);
        }
        Fault::RefreshToken => entry.room.send_event(uuid, Event::bare("refresh_token")),
        Fault::Refer { .. } | Fault::UpdateSdp => unreachable!("handled by the caller"),
    }
    Ok(())
}
