//! What participants do to each other and to the conference ("control functions" of the Client API).

use serde_json::{Value, json};

use super::participant::{Kind, Role, Service};
use super::{Answer, Event, Moment, Room, conference_state};

/// Longest chat message that is passed on.
const MAX_MESSAGE: usize = 64 * 1024;

impl Room {
    /// A control function on one participant: the last segment of `participants/<uuid>/…`, asked for by `actor`.
    pub fn control_participant(
        &mut self,
        actor: &str,
        target: &str,
        action: &str,
        body: &Value,
        now: Moment,
    ) -> Answer {
        let Some(actor_role) = self.participant(actor).map(|p| p.role) else {
            return Answer::invalid_token();
        };
        if self.participant(target).is_none() {
            return Answer::not_found("No such participant");
        }
        if actor != target && actor_role != Role::Host && action != "message" {
            return Answer::invalid_role();
        }
        match action {
            "take_floor" => return self.take_floor(target),
            "release_floor" => return self.release_floor(target),
            "show_live_captions" | "hide_live_captions" => return Answer::ok(Value::Null),
            "disconnect" => return Answer::ok(self.kick(target)),
            "unlock" | "role" if actor_role != Role::Host => return Answer::invalid_role(),
            "unlock" => return Answer::ok(self.admit(target)),
            "message" => return Answer::ok(self.message(actor, Some(target), body)),
            "unmute" if actor_role != Role::Host && !self.guests_can_unmute => return Answer::invalid_role(),
            _ => {}
        }
        self.change_participant(target, action, body, now)
    }

    fn change_participant(&mut self, target: &str, action: &str, body: &Value, now: Moment) -> Answer {
        let Some(participant) = self.participant_mut(target) else {
            return Answer::ok(false);
        };
        match action {
            "mute" => participant.muted = true,
            "unmute" => participant.muted = false,
            "client_mute" => participant.client_muted = true,
            "client_unmute" => participant.client_muted = false,
            "video_muted" => participant.video_muted = true,
            "video_unmuted" => participant.video_muted = false,
            "buzz" => participant.buzz_time = now.unix,
            "clearbuzz" => participant.buzz_time = 0.0,
            "spotlighton" => participant.spotlight = now.unix,
            "spotlightoff" => participant.spotlight = 0.0,
            "allowrxpresentation" => participant.may_see_slides = true,
            "denyrxpresentation" => participant.may_see_slides = false,
            "role" => match body["role"].as_str() {
                Some("chair") => participant.role = Role::Host,
                Some("guest") => participant.role = Role::Guest,
                _ => return Answer::bad_request("role must be chair or guest"),
            },
            "overlaytext" => {
                let text = body["text"].as_str().unwrap_or_default();
                participant.overlay_text = text.chars().take(256).collect();
            }
            // Accepted without effect: the stand-in has one layout and no far cameras.
            "preferred_aspect_ratio" | "pres_in_mix" | "notify_not_afk" | "dtmf" | "fecc" => {
                return Answer::ok(true);
            }
            _ => return Answer::not_found("404 Not Found"),
        }
        self.announce(target, "participant_update");
        Answer::ok(true)
    }

    /// A control function on the conference: the last segment below its alias, asked for by `actor`.
    pub fn control_conference(&mut self, actor: &str, action: &str, body: &Value, now: Moment) -> Answer {
        let Some(role) = self.participant(actor).map(|p| p.role) else {
            return Answer::invalid_token();
        };
        match action {
            "conference_status" => return Answer::ok(conference_state(self)),
            "participants" => return Answer::ok(self.rows(actor)),
            "message" => return Answer::ok(self.message(actor, None, body)),
            "available_layouts" => return Answer::ok(json!(["ac"])),
            "layout_svgs" => return Answer::ok(json!({"ac": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"})),
            _ if role != Role::Host => return Answer::invalid_role(),
            "dial" => return self.dial(body, now),
            "lock" => self.set_locked(true),
            "unlock" => self.set_locked(false),
            "start_conference" => self.start(),
            "muteguests" => self.mute_guests(true),
            "unmuteguests" => self.mute_guests(false),
            "set_guests_can_unmute" => {
                self.guests_can_unmute = body["setting"].as_bool().unwrap_or(true);
                self.announce_conference();
            }
            "clearallbuzz" => self.clear_all_buzz(),
            "disconnect" => self.end_by_participant(),
            // Accepted without effect: the stand-in has one layout.
            "transform_layout" | "silent_video_detection" => {}
            _ => return Answer::not_found("404 Not Found"),
        }
        Answer::ok(true)
    }

    /// The conference lock; unlocking lets those in who waited for nothing else.
    pub fn set_locked(&mut self, locked: bool) {
        self.locked = locked;
        self.announce_conference();
        if !locked && self.started {
            self.start();
        }
    }

    fn mute_guests(&mut self, muted: bool) {
        self.guests_muted = muted;
        let guests = self.participants.iter().filter(|p| p.role == Role::Guest);
        let guests: Vec<String> = guests.map(|p| p.uuid.clone()).collect();
        for uuid in guests {
            if let Some(guest) = self.participant_mut(&uuid) {
                guest.muted = muted;
            }
            self.announce(&uuid, "participant_update");
        }
        self.announce_conference();
    }

    fn clear_all_buzz(&mut self) {
        let raised = self.participants.iter().filter(|p| p.buzz_time > 0.0);
        let raised: Vec<String> = raised.map(|p| p.uuid.clone()).collect();
        for uuid in raised {
            if let Some(participant) = self.participant_mut(&uuid) {
                participant.buzz_time = 0.0;
            }
            self.announce(&uuid, "participant_update");
        }
    }

    /// Invents a telephone that answers at once. There is no PSTN behind this stand-in.
    fn dial(&mut self, body: &Value, now: Moment) -> Answer {
        let Some(destination) = body["destination"]
            .as_str()
            .filter(|d| !d.is_empty() && d.len() <= 256)
        else {
            return Answer::bad_request("destination is required");
        };
        let name = body["remote_display_name"]
            .as_str()
            .unwrap_or(destination)
            .to_owned();
        let role = if body["role"] == "HOST" {
            Role::Host
        } else {
            Role::Guest
        };
        Answer::ok(json!([self.invent(&name, Kind::Telephone, role, now)]))
    }

    fn message(&mut self, from: &str, to: Option<&str>, body: &Value) -> bool {
        let (Some(kind), Some(payload)) = (body["type"].as_str(), body["payload"].as_str()) else {
            return false;
        };
        let Some(sender) = self.participant(from) else {
            return false;
        };
        if payload.len() > MAX_MESSAGE {
            return false;
        }
        let event = Event::new(
            "message_received",
            json!({
                "origin": sender.display_name,
                "uuid": from,
                "type": kind,
                "payload": payload,
                "direct": to.is_some(),
            }),
        );
        self.broadcast(&event, |p| match to {
            Some(to) => p.uuid == to,
            None => p.uuid != from && p.service == Service::Conference,
        });
        true
    }
}
