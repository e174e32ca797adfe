//! `request_token`: what the node answers, told apart by keys as the official clients do (protocols §1.2).

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::login::Login;
use super::reason::Reason;
use super::wire::{Reply, WireError};
use crate::media::call::{RelayOnly, TurnServer};
use crate::meeting::{Loss, Place, Refusal};

/// The node's answer.
#[derive(Debug)]
pub(super) enum Admission {
    /// In, or in the waiting room.
    Granted(Box<Grant>),
    /// A PIN is wanted of everybody.
    PinNeeded,
    /// Hosts have a PIN; without one we come in as a guest.
    GuestWithoutPin,
    /// The PIN was wrong.
    WrongPin,
    /// A login is wanted, by one of these.
    LoginWanted(Vec<Provider>),
    /// The login begins here.
    LoginAt(SecretString),
    /// No.
    Refused(Refusal),
    /// The node is in trouble, or the answer makes no sense: try again after a while.
    Later(Loss),
}

/// A place in the meeting.
#[derive(Debug)]
pub(super) struct Grant {
    /// Proof of the place.
    pub(super) token: SecretString,
    /// How long it is good.
    pub(super) expires: Duration,
    /// Our own participant id.
    pub(super) participant: String,
    /// In the meeting or the waiting room.
    pub(super) place: Place,
    /// TURN servers to use.
    pub(super) turn: Vec<TurnServer>,
    /// Whether only relayed paths may be used.
    pub(super) relay_only: RelayOnly,
    /// Most that we may send, kbit/s.
    pub(super) max_send_kbps: Option<u32>,
}

/// One of the logins that the node offers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Provider {
    pub(super) uuid: String,
    #[serde(default)]
    pub(super) name: String,
}

/// Most logins of a list that are looked at.
const MAX_PROVIDERS: usize = 50;
/// Longest address of a login, bytes.
const MAX_LOGIN_ADDRESS: usize = 32 * 1024;

/// Body of the request.
pub(super) fn request(name: &str, one_time_token: Option<&str>, login: &Login) -> Value {
    let mut body = json!({
        "display_name": name,
        "chosen_idp": login.chosen.as_deref().unwrap_or("none"),
        "sso_token": login.proof.as_ref().map_or("none", |proof| proof.expose_secret()),
        "sso_redirect_target": login.target.for_node(),
        "direct_media": false,
        "supports_direct_chat": false,
    });
    if let Some(token) = one_time_token {
        body["token"] = token.into();
    }
    body
}

/// Reads the answer.
pub(super) fn read(answer: Result<Reply, WireError>) -> Admission {
    match answer {
        Err(error) => Admission::Later(error.loss()),
        Ok(reply) if reply.is_success() => match granted(&reply.result) {
            Some(grant) => Admission::Granted(Box::new(grant)),
            None => Admission::Later(Loss::Garbage),
        },
        Ok(reply) if reply.is_node_trouble() => Admission::Later(Loss::ServiceDown),
        Ok(reply) => prompt(&reply),
    }
}

/// The order of the keys is that of the Android client: `redirect_url`, `guest_pin`, `idp`.
fn prompt(reply: &Reply) -> Admission {
    let result = &reply.result;
    if let Some(address) = result.get("redirect_url") {
        let address = address
            .as_str()
            .filter(|address| address.len() <= MAX_LOGIN_ADDRESS);
        return address.map_or(Admission::Later(Loss::Garbage), |address| {
            Admission::LoginAt(address.into())
        });
    }
    if let Some(guest_pin) = result.get("guest_pin") {
        return if guest_pin == "none" {
            Admission::GuestWithoutPin
        } else {
            Admission::PinNeeded
        };
    }
    if let Some(offered) = result.get("idp") {
        let offered = offered.as_array().into_iter().flatten().take(MAX_PROVIDERS);
        return Admission::LoginWanted(
            offered
                .filter_map(|one| Provider::deserialize(one).ok())
                .collect(),
        );
    }
    if result.get("conference_extension").is_some() {
        return Admission::Refused(Refusal::NoSuchMeeting);
    }
    if reply.status == 404 {
        return Admission::Refused(Refusal::NoSuchMeeting);
    }
    let text = result.as_str().unwrap_or_default();
    if text.eq_ignore_ascii_case("invalid pin") {
        return Admission::WrongPin;
    }
    refused(Reason::read(text))
}

fn refused(reason: Reason) -> Admission {
    match reason {
        Reason::NotLetIn => Admission::Refused(Refusal::NotLetIn),
        Reason::TooManyPins => Admission::Refused(Refusal::Pin),
        Reason::Login => Admission::Refused(Refusal::LoginNeeded),
        Reason::Full => Admission::Refused(Refusal::Full),
        Reason::NoSuchMeeting => Admission::Refused(Refusal::NoSuchMeeting),
        Reason::Maintenance | Reason::MachineFailed => Admission::Later(Loss::ServiceDown),
        Reason::ConferenceEnded
        | Reason::Removed
        | Reason::Disabled
        | Reason::TokenInvalid
        | Reason::Other => Admission::Refused(Refusal::Other),
    }
}

/// What we read of a 200; everything else in it is let be.
#[derive(Deserialize)]
struct Granted {
    token: SecretString,
    expires: Value,
    participant_uuid: String,
    #[serde(default)]
    current_service_type: String,
    #[serde(default)]
    turn: Value,
    #[serde(default)]
    use_relay_candidates_only: bool,
    #[serde(default)]
    bandwidth_out: Option<f64>,
}

fn granted(result: &Value) -> Option<Grant> {
    let granted = Granted::deserialize(result).ok()?;
    Some(Grant {
        token: granted.token,
        expires: seconds(&granted.expires)?,
        participant: granted.participant_uuid,
        place: place(&granted.current_service_type),
        turn: turn_servers(&granted.turn),
        relay_only: if granted.use_relay_candidates_only {
            RelayOnly::Yes
        } else {
            RelayOnly::No
        },
        max_send_kbps: granted.bandwidth_out.and_then(kbps),
    })
}

/// Everything but the waiting room counts as inside: a lecture, a test call, a virtual reception's prompt.
pub(super) fn place(service_type: &str) -> Place {
    if service_type == "waiting_room" {
        Place::WaitingRoom
    } else {
        Place::InMeeting
    }
}

/// `expires` is a string of seconds; some versions send a number. Between 3 s and a day.
pub(super) fn seconds(expires: &Value) -> Option<Duration> {
    let seconds = expires
        .as_f64()
        .or_else(|| expires.as_str()?.trim().parse().ok())?;
    seconds
        .is_finite()
        .then(|| Duration::from_secs_f64(seconds.clamp(3.0, 86_400.0)))
}

fn kbps(value: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to a range that fits"
    )]
    let kbps = value.clamp(0.0, 1e6) as u32;
    (kbps > 0).then_some(kbps)
}

/// Most TURN servers that are used.
const MAX_TURN: usize = 8;

/// `[{urls: […], username, credential}]`; entries that are not so are left out.
pub(super) fn turn_servers(turn: &Value) -> Vec<TurnServer> {
    #[derive(Deserialize)]
    struct Server {
        urls: Vec<String>,
        #[serde(default)]
        username: SecretString,
        #[serde(default)]
        credential: SecretString,
    }
    let servers = turn
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|server| Server::deserialize(server).ok());
    let servers = servers.map(|s| TurnServer {
        urls: s.urls,
        username: s.username,
        credential: s.credential,
    });
    servers.take(MAX_TURN).collect()
}

#[cfg(test)]
#[path = "admission_tests.rs"]
mod tests;
