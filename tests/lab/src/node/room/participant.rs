//! One participant and its row in the roster.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::token::Tokens;

/// Host or guest; `chair` in roster rows, `HOST` in token answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    /// May admit, lock, dial, end.
    Host,
    /// May not.
    Guest,
}

/// Where the participant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// In the lobby, until let in.
    WaitingRoom,
    /// In the meeting.
    Conference,
}

/// What kind of participant this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Joined over the Client API.
    Client,
    /// Invented by `dial`; has no media.
    Telephone,
    /// The lab's own test source.
    Robot,
}

/// A participant.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the roster's row"
)]
#[derive(Debug, Clone)]
pub struct Participant {
    /// Id in the roster and in paths.
    pub uuid: String,
    /// As given in `request_token`.
    pub display_name: String,
    /// Host or guest.
    pub role: Role,
    /// Lobby or meeting.
    pub service: Service,
    /// How it came.
    pub kind: Kind,
    /// `None` for those who did not come over the Client API.
    pub tokens: Option<Tokens>,
    /// When it joined, since the node started.
    pub joined_at: Duration,
    /// Sound switched off by a host.
    pub muted: bool,
    /// Sound switched off by the participant.
    pub client_muted: bool,
    /// Picture switched off.
    pub video_muted: bool,
    /// Raised its hand, seconds of the Unix epoch; 0 = no.
    pub buzz_time: f64,
    /// Put in the spotlight, seconds of the Unix epoch; 0 = no.
    pub spotlight: f64,
    /// Text over the picture.
    pub overlay_text: String,
    /// May see slides.
    pub may_see_slides: bool,
    /// Has a call.
    pub has_media: bool,
    /// The call is sound only.
    pub audio_only: bool,
    /// Logged in by an identity provider.
    pub authenticated: bool,
    /// Unix time of the join, for the row.
    pub start_time: f64,
    /// Tag from `request_token`.
    pub call_tag: String,
}

impl Participant {
    /// Whether the meeting hears it.
    #[must_use]
    pub fn audible(&self) -> bool {
        self.service == Service::Conference && !self.muted && !self.client_muted
    }

    /// Whether the meeting sees it.
    #[must_use]
    pub fn visible(&self) -> bool {
        self.service == Service::Conference && !self.video_muted
    }

    /// The full row as `participants` and the events give it. Field values beyond the types that the official client
    /// checks are [INF].
    #[must_use]
    pub fn row(&self, alias: &str, presenting: bool) -> Value {
        json!({
            "api_url": format!("/participants/{}", self.uuid),
            "buzz_time": self.buzz_time,
            "call_direction": if self.kind == Kind::Telephone { "out" } else { "in" },
            "call_tag": self.call_tag,
            "can_receive_personal_mix": false,
            "disconnect_supported": "YES",
            "display_name": self.display_name,
            "encryption": "On",
            "external_node_uuid": "",
            "fecc_supported": "NO",
            "has_media": self.has_media,
            "is_audio_only_call": yes_no(self.audio_only),
            "is_client_muted": self.client_muted,
            "is_external": false,
            "is_idp_authenticated": self.authenticated,
            "is_muted": yes_no(self.muted),
            "is_presenting": yes_no(presenting),
            "is_streaming_conference": false,
            "is_video_call": yes_no(!self.audio_only),
            "is_video_muted": self.video_muted,
            "is_video_silent": false,
            "last_spoken_time": 0,
            "local_alias": alias,
            "mute_supported": "YES",
            "overlay_text": self.overlay_text,
            "presentation_supported": "YES",
            "protocol": if self.kind == Kind::Telephone { "sip" } else { "api" },
            "receive_from_video_mix": {"mix_name": "main", "timestamp": 0.0},
            "role": if self.role == Role::Host { "chair" } else { "guest" },
            "rx_presentation_policy": if self.may_see_slides { "ALLOW" } else { "DENY" },
            "service_type": self.service,
            "spotlight": self.spotlight,
            "start_time": self.start_time,
            "supports_direct_chat": true,
            "transfer_supported": "YES",
            "uri": self.display_name,
            "uuid": self.uuid,
            "vendor": "lab stand-in",
        })
    }
}

fn yes_no(value: bool) -> &'static str {
    if value { "YES" } else { "NO" }
}
