//! A meeting room as pure state: requests in, answers and outgoing events out.
//!
//! No HTTP, no media, no clock of its own: time comes in as a [`Moment`], randomness from a seed. `client_api` feeds it
//! requests and `control` feeds it what tests want; both deliver what lies in the outbox ([`Room::take_outbox`]).

mod admission;
mod answer;
mod event;
mod faults;
mod floor;
mod host;
mod login;
mod participant;
mod roster;
mod settings;
#[cfg(test)]
mod tests;
mod token;

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

pub use admission::JoinRequest;
pub use answer::Answer;
pub use event::Event;
pub use faults::Fault;
pub use login::{BegunLogin, LoginEnd};
pub use participant::{Kind, Participant, Role, Service};
pub use settings::{IdentityProvider, LoginResult, RoomSettings, StunServer, TurnServer, VideoSettings};

/// More participants than any care meeting has; beyond it joining is refused.
const MAX_PARTICIPANTS: usize = 64;

/// When something happens, in the two clocks that the protocol needs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moment {
    /// Since the node started; never goes back.
    pub uptime: Duration,
    /// Seconds of the Unix epoch, for rows.
    pub unix: f64,
}

/// What the room wants done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Outgoing {
    /// Send this event to this participant.
    Event {
        /// Its uuid.
        to: String,
        /// What to send.
        event: Event,
    },
    /// End the media of this participant, whose token stays good.
    EndCall {
        /// Its uuid.
        who: String,
    },
    /// This participant is gone: end its media and, after the events before this one, its event stream.
    Left {
        /// Its uuid.
        who: String,
    },
}

/// One room.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the conference's state"
)]
#[derive(Debug)]
pub struct Room {
    alias: String,
    settings: RoomSettings,
    base_url: String,
    rng: StdRng,
    participants: Vec<Participant>,
    locked: bool,
    guests_muted: bool,
    guests_can_unmute: bool,
    started: bool,
    presenter: Option<String>,
    logins: login::Logins,
    join_tokens: Vec<String>,
    outbox: Vec<Outgoing>,
}

impl Room {
    /// An empty room. `base_url` is the node's own address, for the stand-in login page.
    #[must_use]
    pub fn new(alias: &str, settings: RoomSettings, base_url: &str) -> Self {
        Self {
            alias: alias.into(),
            rng: StdRng::seed_from_u64(settings.seed),
            locked: settings.locked,
            settings,
            base_url: base_url.into(),
            participants: Vec::new(),
            guests_muted: false,
            guests_can_unmute: true,
            started: false,
            presenter: None,
            logins: login::Logins::default(),
            join_tokens: Vec::new(),
            outbox: Vec::new(),
        }
    }

    /// The name in the link.
    #[must_use]
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// As last set.
    #[must_use]
    pub fn settings(&self) -> &RoomSettings {
        &self.settings
    }

    /// Changes settings of a room in use; those who are in stay in.
    pub fn set_settings(&mut self, settings: RoomSettings) {
        let lock_changes = settings.locked != self.settings.locked;
        let locked = settings.locked;
        self.settings = settings;
        if lock_changes {
            self.set_locked(locked);
        }
    }

    /// Everybody, in order of arrival.
    #[must_use]
    pub fn participants(&self) -> &[Participant] {
        &self.participants
    }

    /// One of them.
    #[must_use]
    pub fn participant(&self, uuid: &str) -> Option<&Participant> {
        self.participants
            .iter()
            .find(|participant| participant.uuid == uuid)
    }

    /// Who sends slides.
    #[must_use]
    pub fn presenter(&self) -> Option<&str> {
        self.presenter.as_deref()
    }

    /// Whether newcomers are kept out.
    #[must_use]
    pub fn locked(&self) -> bool {
        self.locked
    }

    /// Whose token this is, if it opens anything now.
    #[must_use]
    pub fn bearer(&self, token: &str, now: Moment) -> Option<&Participant> {
        self.participants.iter().find(|participant| {
            participant
                .tokens
                .as_ref()
                .is_some_and(|tokens| tokens.accept(token, now.uptime))
        })
    }

    /// Whose token this is or was.
    #[must_use]
    pub fn owner_of_token(&self, token: &str) -> Option<&Participant> {
        self.participants.iter().find(|participant| {
            participant
                .tokens
                .as_ref()
                .is_some_and(|tokens| tokens.knows(token))
        })
    }

    /// Takes what is to be done outside, in order.
    pub fn take_outbox(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outbox)
    }

    /// Notices tokens that were not refreshed and lobbies that lasted too long. To be called several times a second.
    pub fn tick(&mut self, now: Moment) {
        let expired = |p: &Participant| p.tokens.as_ref().is_some_and(|tokens| tokens.expired(now.uptime));
        let lobby_limit = Duration::from_millis(self.settings.lobby_timeout_ms);
        let waited_out =
            |p: &Participant| p.service == Service::WaitingRoom && now.uptime >= p.joined_at + lobby_limit;
        let leaving: Vec<(String, &str)> = self
            .participants
            .iter()
            .filter_map(|p| {
                let reason = if expired(p) {
                    Some(reasons::TOKEN_EXPIRED)
                } else if waited_out(p) {
                    Some(reasons::LOBBY_TIMEOUT)
                } else {
                    None
                };
                reason.map(|reason| (p.uuid.clone(), reason))
            })
            .collect();
        for (uuid, reason) in leaving {
            self.disconnect(&uuid, reason);
        }
    }

    fn send(&mut self, to: &str, event: Event) {
        self.outbox.push(Outgoing::Event { to: to.into(), event });
    }

    fn participant_mut(&mut self, uuid: &str) -> Option<&mut Participant> {
        self.participants
            .iter_mut()
            .find(|participant| participant.uuid == uuid)
    }

    fn new_uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.rng.random())
            .into_uuid()
            .to_string()
    }

    /// A secret of 256 bits. It carries the signs that a client must not re-encode in a query (`+`, `/`, `=`).
    fn new_secret(&mut self) -> String {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let body: String = (0..43)
            .map(|_| char::from(SIGNS[self.rng.random_range(0..SIGNS.len())]))
            .collect();
        format!("{body}=")
    }
}

/// `conference_update` and `conference_status`.
fn conference_state(room: &Room) -> Value {
    json!({
        "all_muted": false,
        "breakout_rooms": false,
        "classification": {"levels": {}, "current": null},
        "direct_media": false,
        "guests_can_present": room.settings.guests_can_present,
        "guests_can_unmute": room.guests_can_unmute,
        "guests_muted": room.guests_muted,
        "live_captions_available": false,
        "locked": room.locked,
        "presentation_allowed": true,
        "started": room.started,
    })
}

/// Texts as the official client's table of codes has them.
pub mod reasons {
    /// #pex113
    pub const TOKEN_EXPIRED: &str = "Timer expired awaiting token refresh";
    /// #pex121
    pub const ENDED_BY_API: &str = "API initiated conference termination";
    /// #pex124
    pub const REMOVED_BY_PARTICIPANT: &str = "Disconnected by another participant";
    /// #pex125
    pub const ENDED_BY_PARTICIPANT: &str = "Conference terminated by another participant";
    /// #pex126
    pub const LOBBY_TIMEOUT: &str =
        "Timeout waiting for conference host to join or permit access to locked conference";
}
