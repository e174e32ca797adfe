//! Who gets in, as what, and how far: `request_token`, `refresh_token`, `release_token`.
//!
//! Order of the questions [INF]: extension, PIN (which decides host or guest), login, lobby.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::login::BegunLogin;
use super::participant::{Kind, Participant, Role, Service};
use super::token::Tokens;
use super::{Answer, MAX_PARTICIPANTS, Moment, Room};

/// Longest accepted name.
const MAX_NAME: usize = 256;

/// Body of `request_token`; unknown keys are ignored, as a real node must do for newer clients.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct JoinRequest {
    /// Name in the roster; required.
    pub display_name: Option<String>,
    /// Uuid of an identity provider, or `none`.
    pub chosen_idp: Option<String>,
    /// Proof of login, or `none`.
    pub sso_token: Option<String>,
    /// Where to go after login; holds `__pexip-sso-token__`.
    pub sso_redirect_target: Option<String>,
    /// Answer of a virtual reception's prompt.
    pub conference_extension: Option<String>,
    /// One-time token of a `refer` event.
    pub token: Option<String>,
    /// Comes back in the roster's row.
    pub call_tag: Option<String>,
    /// From the `pin` header, not from the body.
    #[serde(skip)]
    pub pin: Option<String>,
    /// Begun by the node at the chosen provider, not from the body.
    #[serde(skip)]
    pub login: Option<BegunLogin>,
}

impl Room {
    /// `request_token`.
    pub fn request_token(&mut self, request: &JoinRequest, now: Moment) -> Answer {
        let Some(name) = request
            .display_name
            .as_deref()
            .filter(|name| name.len() <= MAX_NAME)
        else {
            return Answer::bad_request("display_name is required");
        };
        if self.participants.len() >= MAX_PARTICIPANTS {
            return Answer::refused("Participant limit reached");
        }
        // Someone who was sent here by `refer` has been asked everything already.
        let referred = self.redeem_join_token(request.token.as_deref());
        let admitted = if referred {
            Ok((Role::Guest, false))
        } else {
            self.question(request)
        };
        match admitted {
            Ok((role, authenticated)) => self.admit_newcomer(name, role, authenticated, request, now),
            Err(refusal) => refusal,
        }
    }

    fn question(&mut self, request: &JoinRequest) -> Result<(Role, bool), Answer> {
        self.check_extension(request)?;
        let role = self.check_pin(request.pin.as_deref())?;
        let authenticated = self.check_login(request)?;
        Ok((role, authenticated))
    }

    fn check_extension(&self, request: &JoinRequest) -> Result<(), Answer> {
        let given = request
            .conference_extension
            .as_deref()
            .is_some_and(|extension| !extension.is_empty());
        match &self.settings.conference_extension {
            Some(kind) if !given => Err(Answer::refused(json!({
                "conference_extension": "required",
                "conference_extension_type": kind,
            }))),
            _ => Ok(()),
        }
    }

    fn check_pin(&self, pin: Option<&str>) -> Result<Role, Answer> {
        let (host_pin, guest_pin) = (&self.settings.host_pin, &self.settings.guest_pin);
        if host_pin.is_none() && guest_pin.is_none() {
            return Ok(Role::Host);
        }
        let Some(pin) = pin.filter(|pin| !pin.is_empty()) else {
            return Err(self.pin_prompt());
        };
        if host_pin.as_deref() == Some(pin) {
            return Ok(Role::Host);
        }
        // `none` means "no PIN, let me in as guest".
        let guest_pin_wanted = guest_pin.as_deref().unwrap_or("none");
        if pin == guest_pin_wanted {
            return Ok(Role::Guest);
        }
        Err(if pin == "none" {
            self.pin_prompt()
        } else {
            Answer::refused("Invalid PIN")
        })
    }

    fn pin_prompt(&self) -> Answer {
        let needed = |pin: &Option<String>| if pin.is_some() { "required" } else { "none" };
        Answer::refused(json!({
            "pin": needed(&self.settings.host_pin),
            "guest_pin": needed(&self.settings.guest_pin),
            "version": version(),
        }))
    }

    fn redeem_join_token(&mut self, token: Option<&str>) -> bool {
        let Some(position) = token.and_then(|token| self.join_tokens.iter().position(|known| known == token))
        else {
            return false;
        };
        self.join_tokens.remove(position);
        true
    }

    fn admit_newcomer(
        &mut self,
        name: &str,
        role: Role,
        authenticated: bool,
        request: &JoinRequest,
        now: Moment,
    ) -> Answer {
        let token = self.new_secret();
        let newcomer = Participant {
            role,
            service: self.service_for(role),
            tokens: Some(Tokens::new(token.clone(), now.uptime + self.token_life())),
            authenticated,
            call_tag: request.call_tag.clone().unwrap_or_default(),
            ..self.blank_participant(name, Kind::Client, now)
        };
        let answer = self.token_answer(&newcomer, &token);
        self.enter(newcomer);
        answer
    }

    fn service_for(&self, role: Role) -> Service {
        let has_host_pin = role == Role::Host && self.settings.host_pin.is_some();
        let guests_wait_for_host = role == Role::Guest && !self.started;
        if has_host_pin || !(self.locked || self.settings.lobby || guests_wait_for_host) {
            Service::Conference
        } else {
            Service::WaitingRoom
        }
    }

    fn token_answer(&self, newcomer: &Participant, token: &str) -> Answer {
        let mut result = json!({
            "token": token,
            // A string: the official client refuses a number.
            "expires": self.settings.token_expires_s.to_string(),
            "participant_uuid": newcomer.uuid,
            "version": version(),
            "role": newcomer.role,
            "display_name": newcomer.display_name,
            "current_service_type": newcomer.service,
            "service_type": "conference",
            "conference_name": self.alias,
            "call_type": "video",
            "chat_enabled": true,
            "guests_can_present": self.settings.guests_can_present,
            "allow_1080p": false,
            "vp9_enabled": false,
            "fecc_enabled": false,
            "direct_media": false,
            "use_relay_candidates_only": self.settings.use_relay_candidates_only,
            "breakout_rooms": false,
            "analytics_enabled": false,
        });
        for (key, limit) in [
            ("bandwidth_in", self.settings.bandwidth_in),
            ("bandwidth_out", self.settings.bandwidth_out),
        ] {
            if let Some(kbps) = limit {
                result[key] = kbps.into();
            }
        }
        // Left out rather than empty: the official client makes an invalid server of an empty list.
        if !self.settings.stun.is_empty() {
            result["stun"] = json!(self.settings.stun);
        }
        if !self.settings.turn.is_empty() {
            result["turn"] = json!(self.settings.turn);
        }
        Answer::ok(result)
    }

    /// `refresh_token`.
    pub fn refresh_token(&mut self, uuid: &str, now: Moment) -> Answer {
        let token = self.new_secret();
        let dies_at = now.uptime + self.token_life();
        let old_survives = Duration::from_millis(self.settings.old_token_survives_ms);
        let expires = self.settings.token_expires_s.to_string();
        let Some(participant) = self.participant_mut(uuid) else {
            return Answer::invalid_token();
        };
        if let Some(tokens) = &mut participant.tokens {
            tokens.replace(token.clone(), dies_at, now.uptime, old_survives);
        }
        Answer::ok(json!({"token": token, "expires": expires, "role": participant.role}))
    }

    /// `release_token`: the participant leaves; no event tells it so.
    pub fn release_token(&mut self, uuid: &str) -> Answer {
        self.leave(uuid);
        Answer::ok(true)
    }

    fn token_life(&self) -> Duration {
        Duration::from_secs(self.settings.token_expires_s)
    }
}

/// Version of the node that the official client's release is made for.
fn version() -> Value {
    json!({"pseudo_version": "39.0 lab stand-in", "version_id": "39"})
}
