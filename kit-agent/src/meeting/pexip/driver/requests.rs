//! The requests of a session: their paths, bodies and patience (protocols §1.2, §1.4, §1.8, §1.9).

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::Driver;
use crate::media::call::{Media, TurnServer};
use crate::meeting::DisplayName;
use crate::meeting::pexip::admission::{self, Admission};
use crate::meeting::pexip::login::Login;
use crate::meeting::pexip::wire::{self, Auth, Post, Reply, Wire, WireError};

/// Limit for an ordinary answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// `ack` starts the media and may be slow; the Android client waits without limit.
const ACK_PATIENCE: Duration = Duration::from_mins(1);

/// A request has ended.
pub(super) enum Done {
    Admission(Admission),
    Refreshed {
        seat: u64,
        answer: Result<Reply, WireError>,
    },
    Called {
        call: u64,
        answer: Result<Reply, WireError>,
    },
    Updated {
        call: u64,
        purpose: Purpose,
        offer: u64,
        answer: Result<Reply, WireError>,
    },
    CandidateSent {
        call: u64,
    },
    Acknowledged {
        call: u64,
        answer: Result<Reply, WireError>,
    },
    /// Something whose answer changes nothing.
    Control,
}

/// What an `update` is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// New ICE credentials.
    Restart,
    /// Slides on or off.
    Slides(bool),
}

/// What a good `calls` answer holds.
pub(super) struct NewCall {
    pub(super) uuid: String,
    pub(super) sdp: String,
    pub(super) turn: Vec<TurnServer>,
}

/// A participant's own corner of the conference.
pub(super) struct Corner {
    pub(super) alias: SecretString,
    pub(super) token: watch::Receiver<SecretString>,
    pub(super) participant: String,
}

impl Corner {
    fn post(&self, below: &[&str], body: Value) -> Post {
        let mut path = vec!["participants".to_owned(), self.participant.clone()];
        path.extend(below.iter().map(|segment| (*segment).to_owned()));
        let auth = Auth::Token(self.token.clone());
        Post {
            alias: self.alias.clone(),
            path,
            auth,
            body,
            patience: PATIENCE,
        }
    }

    pub(super) fn calls(&self, sdp: &str) -> Post {
        self.post(
            &["calls"],
            json!({"call_type": "WEBRTC", "sdp": sdp, "media_type": "video", "fecc_supported": false}),
        )
    }

    pub(super) fn update(&self, call: &str, sdp: &str) -> Post {
        self.post(
            &["calls", call, "update"],
            json!({"sdp": sdp, "fecc_supported": false}),
        )
    }

    /// Starts the media, or answers an offer of the node.
    pub(super) fn ack(&self, call: &str, answer: Option<&str>) -> Post {
        let body = answer.map_or_else(|| json!({}), |sdp| json!({"sdp": sdp}));
        Post {
            patience: ACK_PATIENCE,
            ..self.post(&["calls", call, "ack"], body)
        }
    }

    pub(super) fn candidate(&self, call: &str, body: Value) -> Post {
        self.post(&["calls", call, "new_candidate"], body)
    }

    pub(super) fn disconnect(&self, call: &str) -> Post {
        self.post(&["calls", call, "disconnect"], Value::Null)
    }

    /// The name over our picture and in the others' list.
    pub(super) fn overlay_text(&self, name: &DisplayName) -> Post {
        self.post(&["overlaytext"], json!({"text": name.expose()}))
    }

    /// `mute`, `client_mute`, `unlock` and their like.
    pub(super) fn control(&self, act: &str) -> Post {
        self.post(&[act], Value::Null)
    }
}

/// The same, for the conference as a whole.
pub(super) fn conference(corner: &Corner, act: &str, body: Value) -> Post {
    Post {
        path: vec![act.to_owned()],
        ..corner.post(&[], body)
    }
}

pub(super) fn message(corner: &Corner, text: &str) -> Post {
    conference(corner, "message", json!({"type": "text/plain", "payload": text}))
}

/// Rings somebody for sound only (protocols §1.8).
pub(super) fn dial(corner: &Corner, destination: &str) -> Post {
    let body = json!({"role": "GUEST", "destination": destination, "protocol": "auto", "call_type": "audio"});
    conference(corner, "dial", body)
}

pub(super) fn join_body(name: &DisplayName, one_time_token: Option<&SecretString>, login: &Login) -> Value {
    admission::request(
        name.expose(),
        one_time_token.map(ExposeSecret::expose_secret),
        login,
    )
}

pub(super) fn join(alias: SecretString, pin: Option<SecretString>, body: Value) -> Post {
    Post {
        alias,
        path: vec!["request_token".into()],
        auth: Auth::Pin(pin),
        body,
        patience: PATIENCE,
    }
}

pub(super) fn refresh(alias: SecretString, token: watch::Receiver<SecretString>) -> Post {
    let auth = Auth::Token(token);
    Post {
        alias,
        path: vec!["refresh_token".into()],
        auth,
        body: json!({}),
        patience: PATIENCE,
    }
}

pub(super) fn release(alias: SecretString, token: watch::Receiver<SecretString>) -> Post {
    let auth = Auth::Token(token);
    Post {
        alias,
        path: vec!["release_token".into()],
        auth,
        body: json!({}),
        patience: PATIENCE,
    }
}

/// `{token, expires}` of a refresh.
pub(super) fn fresh_token(reply: &Reply) -> Option<(SecretString, Duration)> {
    let token = reply
        .result
        .get("token")?
        .as_str()
        .filter(|token| !token.is_empty())?;
    Some((token.into(), admission::seconds(reply.result.get("expires")?)?))
}

pub(super) fn new_call(reply: &Reply) -> Option<NewCall> {
    let uuid = reply.result.get("call_uuid")?.as_str()?.to_owned();
    let sdp = reply.result.get("sdp")?.as_str()?.to_owned();
    let turn = reply
        .result
        .get("turn")
        .map(admission::turn_servers)
        .unwrap_or_default();
    Some(NewCall { uuid, sdp, turn })
}

/// An `update` answers with the SDP itself or with an object around it.
pub(super) fn updated_sdp(reply: &Reply) -> Option<&str> {
    reply
        .result
        .as_str()
        .or_else(|| reply.result.get("sdp")?.as_str())
}

impl<W: Wire, M: Media> Driver<W, M> {
    /// Our corner, while we have a seat.
    pub(super) fn corner(&self) -> Option<Corner> {
        let seat = self.seat.as_ref()?;
        let participant = seat.grant.participant.clone();
        Some(Corner {
            alias: seat.alias.clone(),
            token: seat.token(),
            participant,
        })
    }

    /// Sends something whose answer changes nothing.
    pub(super) fn control(&mut self, post: Post) {
        let wire = self.wire.clone();
        self.work.spawn(async move {
            match wire::send(&wire, &post).await {
                Ok(reply) if reply.is_success() => {}
                Ok(reply) => tracing::debug!(status = reply.status, "the node declined"),
                Err(error) => tracing::debug!(%error, "a request got no answer"),
            }
            Done::Control
        });
    }

    /// Sends something that must reach the node even if the session ends meanwhile.
    pub(super) fn errand(&mut self, post: Post) {
        let wire = self.wire.clone();
        self.errands.spawn(async move {
            if let Err(error) = wire::send(&wire, &post).await {
                tracing::debug!(%error, "a token could not be released");
            }
            Done::Control
        });
    }

    /// The last requests of a session: end the call, release the token, also one that is only now being granted.
    pub(super) async fn goodbye(&mut self) {
        if let Some(corner) = self.corner() {
            if let Some(call) = self.call.as_ref().and_then(|active| active.uuid.clone()) {
                self.errand(corner.disconnect(&call));
            }
            self.errand(release(corner.alias, corner.token));
        }
        while let Some(done) = self.errands.join_next().await {
            if let Ok(Done::Admission(Admission::Granted(grant))) = done {
                self.errand(release(self.room.alias.clone(), watch::channel(grant.token).1));
            }
        }
    }
}
