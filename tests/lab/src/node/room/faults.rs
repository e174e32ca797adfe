//! Faults that concern one participant's session. Those of the wire (cut stream, huge answer) are the HTTP layer's.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Event, Outgoing, Room, reasons};

/// A fault that a test throws at one participant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The token dies early.
    InvalidateToken,
    /// Cuts the event stream.
    DropEvents {
        /// New streams are refused for this long, in ms.
        #[serde(default)]
        refuse_ms: u64,
    },
    /// Any event.
    SendEvent {
        /// Name.
        event: String,
        /// Payload.
        #[serde(default)]
        data: Value,
    },
    /// Raw bytes in the event stream.
    SendRaw {
        /// Sent as it is.
        text: String,
    },
    /// One event with this much data.
    HugeEvent {
        /// Bytes of data.
        bytes: u64,
    },
    /// The media leg goes, the token stays.
    CallDisconnected {
        /// Reason.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Out, with any reason.
    Disconnect {
        /// Reason.
        reason: String,
    },
    /// Out, as by another participant.
    Kick,
    /// Moved to another room.
    Refer {
        /// Its alias.
        alias: String,
    },
    /// Asks for a refresh.
    RefreshToken,
    /// The node offers an ICE restart.
    UpdateSdp,
}

impl Room {
    /// Kills the tokens of a participant; the room itself notices only when they would have expired.
    pub fn invalidate_token(&mut self, uuid: &str) -> bool {
        let tokens = self
            .participant_mut(uuid)
            .and_then(|participant| participant.tokens.as_mut());
        tokens.map(super::token::Tokens::invalidate).is_some()
    }

    /// `call_disconnected`: the media leg of `call_uuid` ends.
    pub fn drop_call(&mut self, uuid: &str, call_uuid: &str, reason: Option<&str>) {
        let data = json!({"call_uuid": call_uuid, "reason": reason.unwrap_or("Media process disconnected")});
        self.send(uuid, Event::new("call_disconnected", data));
        self.outbox.push(Outgoing::EndCall { who: uuid.into() });
    }

    /// Any event to one participant.
    pub fn send_event(&mut self, uuid: &str, event: Event) {
        self.send(uuid, event);
    }

    /// `refer`: `token` is a join token of the other room.
    pub fn refer(&mut self, uuid: &str, alias: &str, token: &str) {
        self.send(uuid, Event::new("refer", json!({"alias": alias, "token": token})));
    }

    /// A token that gets its bearer in here once, without questions.
    pub fn issue_join_token(&mut self) -> String {
        let token = self.new_secret();
        self.join_tokens.push(token.clone());
        token
    }

    /// Out, as another participant would do it.
    pub fn kick(&mut self, uuid: &str) -> bool {
        self.disconnect(uuid, reasons::REMOVED_BY_PARTICIPANT)
    }
}
