//! What a test may set about a room. The JSON form is documented in the crate's README.

use serde::{Deserialize, Serialize};

use crate::link::LinkSettings;

/// How a room behaves. Every field has a default, so `{}` is an open room without PIN.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch that a test throws by itself"
)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomSettings {
    /// Makes whoever sends it a host. Without any PIN everybody is a host [DOC].
    pub host_pin: Option<String>,
    /// What guests must send; without it, and with a host PIN, guests send `none`.
    pub guest_pin: Option<String>,
    /// Newcomers without the host PIN wait until somebody lets them in.
    pub lobby: bool,
    /// The visible conference lock; has the same effect on newcomers.
    pub locked: bool,
    /// After this long in the lobby comes the #pex126 disconnect, in ms.
    pub lobby_timeout_ms: u64,
    /// Life of a token in seconds.
    pub token_expires_s: u64,
    /// How long a replaced token still works, in ms.
    pub old_token_survives_ms: u64,
    /// Not empty: participants must log in.
    pub identity_providers: Vec<IdentityProvider>,
    /// Page of the identity provider; `None` is the node's own stand-in page.
    pub login_url: Option<String>,
    /// Whether an `sso_token` works more than once.
    pub sso_token_reusable: bool,
    /// What comes of a login that went well at the provider.
    pub login_result: LoginResult,
    /// `standard` or `mssip`: a virtual reception asks for an extension.
    pub conference_extension: Option<String>,
    /// Whether guests may take the floor.
    pub guests_can_present: bool,
    /// STUN servers as in the token's answer.
    pub stun: Vec<StunServer>,
    /// TURN servers as in the token's answer.
    pub turn: Vec<TurnServer>,
    /// TURN servers in the `calls` answer: the TCP/443 fallback.
    pub calls_turn: Vec<TurnServer>,
    /// Tells clients to use relayed paths only.
    pub use_relay_candidates_only: bool,
    /// Limit on what the client receives, kbit/s.
    pub bandwidth_in: Option<u32>,
    /// Limit on what the client sends, kbit/s.
    pub bandwidth_out: Option<u32>,
    /// The composed picture.
    pub video: VideoSettings,
    /// The link that each participant starts with.
    pub link: LinkSettings,
    /// Seed of tokens and of emulated links.
    pub seed: u64,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            host_pin: None,
            guest_pin: None,
            lobby: false,
            locked: false,
            lobby_timeout_ms: 120_000,
            token_expires_s: 120,
            old_token_survives_ms: 0,
            identity_providers: Vec::new(),
            login_url: None,
            sso_token_reusable: true,
            login_result: LoginResult::Success,
            conference_extension: None,
            guests_can_present: true,
            stun: Vec::new(),
            turn: Vec::new(),
            calls_turn: Vec::new(),
            use_relay_candidates_only: false,
            bandwidth_in: None,
            bandwidth_out: None,
            video: VideoSettings::default(),
            link: LinkSettings::default(),
            seed: 1,
        }
    }
}

/// What the node makes of a login.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginResult {
    /// The person gets in.
    #[default]
    Success,
    /// The person is not let in: message `forbidden`, 403.
    Forbidden,
    /// The login does not work now: message `service unavailable`, 503.
    Unavailable,
}

/// An identity provider as the client is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    /// Shown to the person who logs in.
    pub name: String,
    /// What the client sends as `chosen_idp`.
    pub uuid: String,
    /// The client is to be redirected instead of opening a second window.
    #[serde(default)]
    pub disable_popup_flow: bool,
}

/// A STUN server; the key is `url`, not `urls` (the official client insists).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StunServer {
    /// `stun:host:port`.
    pub url: String,
}

/// A TURN server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnServer {
    /// `turn:host:port?transport=tcp` and the like.
    pub urls: Vec<String>,
    /// User name.
    pub username: String,
    /// Password.
    pub credential: String,
}

/// Size, rate and limit of the composed picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct VideoSettings {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: u32,
    /// Upper limit of the encoder, kbit/s.
    pub max_kbps: u32,
}

impl Default for VideoSettings {
    fn default() -> Self {
        // Small enough that two cores also carry browsers and the kit.
        Self {
            width: 640,
            height: 360,
            fps: 20,
            max_kbps: 1_500,
        }
    }
}

impl VideoSettings {
    /// Keeps sizes even and everything within what one machine can do.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            width: self.width.clamp(160, 1_920) & !1,
            height: self.height.clamp(90, 1_080) & !1,
            fps: self.fps.clamp(1, 60),
            max_kbps: self.max_kbps.clamp(80, 8_000),
        }
    }
}
