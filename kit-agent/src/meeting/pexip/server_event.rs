//! The events of a conference that matter to the kit (protocols §1.5). Pure, and fed with anything.
//!
//! Rows are not validated by the official client either: what is missing has a default, what is unknown is skipped.

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::admission::place;
use super::reason::Reason;
use super::sse::Frame;
use crate::meeting::{Attendee, AttendeeId, DisplayName, Means, Place, Standing};

/// Longest id that is kept, bytes.
const MAX_ID: usize = 128;
/// Longest display name that is kept, characters.
const MAX_NAME: usize = 80;

/// One event.
#[derive(Debug)]
pub(super) enum ServerEvent {
    /// The roster follows from the beginning.
    RosterBegins,
    /// The roster is complete.
    RosterEnds,
    /// Somebody came or changed.
    Participant(Participant),
    /// Somebody left.
    ParticipantGone(String),
    /// Who speaks; `None` if nobody.
    Speaker(Option<String>),
    /// Slides begin.
    SlidesStarted(Option<String>),
    /// Slides end, or our own were revoked.
    SlidesStopped,
    /// The whole session is over.
    Disconnect(Reason),
    /// The call is gone; the token is still good.
    CallGone {
        /// Which call, where it is said.
        call: Option<String>,
    },
    /// Move to another conference.
    Refer {
        /// Where.
        alias: SecretString,
        /// For its `request_token`.
        token: SecretString,
    },
    /// Refresh the token now.
    RefreshToken,
    /// The server offers; the answer goes back in `ack`.
    Offer(String),
    /// The server trickles a candidate.
    Candidate(String),
}

/// One participant.
#[derive(Debug)]
pub(super) struct Participant {
    /// As the visit sees him.
    pub(super) attendee: Attendee,
    /// Whether a host closed his microphone.
    pub(super) is_muted: bool,
}

/// Reads one event. `None` for what does not concern the kit, and for garbage.
pub(super) fn read(frame: &Frame) -> Option<ServerEvent> {
    let data: Value = serde_json::from_str(&frame.data).ok()?;
    let event = match frame.name.as_str() {
        "participant_sync_begin" => ServerEvent::RosterBegins,
        "participant_sync_end" => ServerEvent::RosterEnds,
        "participant_create" | "participant_update" => ServerEvent::Participant(participant(&data)?),
        "participant_delete" => ServerEvent::ParticipantGone(id(&data, "uuid")?),
        "stage" => ServerEvent::Speaker(speaker(&data)),
        "presentation_start" => slides(&data),
        "presentation_stop" => ServerEvent::SlidesStopped,
        "disconnect" => ServerEvent::Disconnect(Reason::read(text(&data, "reason"))),
        "call_disconnected" => ServerEvent::CallGone {
            call: id(&data, "call_uuid"),
        },
        "refer" => {
            let (alias, token) = (text(&data, "alias"), text(&data, "token"));
            let usable = (1..=250).contains(&alias.len()) && (1..=4096).contains(&token.len());
            return usable.then(|| ServerEvent::Refer {
                alias: alias.into(),
                token: token.into(),
            });
        }
        "refresh_token" => ServerEvent::RefreshToken,
        "new_offer" | "update_sdp" => ServerEvent::Offer(non_empty(text(&data, "sdp"))?.to_owned()),
        "new_candidate" => ServerEvent::Candidate(non_empty(text(&data, "candidate"))?.to_owned()),
        _ => return None,
    };
    Some(event)
}

/// What we read of a participant. Types are mixed: `is_muted` is "YES" or a boolean (protocols §1.6).
#[derive(Deserialize)]
struct Row {
    uuid: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    overlay_text: Value,
    #[serde(default)]
    service_type: Value,
    #[serde(default)]
    is_muted: Value,
    #[serde(default)]
    is_audio_only_call: Value,
    #[serde(default)]
    role: Value,
}

fn participant(data: &Value) -> Option<Participant> {
    let row = Row::deserialize(data).ok()?;
    let shown = row
        .overlay_text
        .as_str()
        .filter(|text| !text.is_empty())
        .unwrap_or(&row.display_name);
    let name: String = shown.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect();
    let by = if is_yes(&row.is_audio_only_call) {
        Means::Telephone
    } else {
        Means::Video
    };
    let place = row.service_type.as_str().map_or(Place::InMeeting, place);
    let is_muted = is_yes(&row.is_muted);
    let id = AttendeeId(usable_id(row.uuid)?);
    let attendee = Attendee {
        id,
        name: DisplayName::new(name),
        is_me: false,
        place,
        by,
        standing: match row.role.as_str() {
            Some("chair") => Standing::Host,
            _ => Standing::Guest,
        },
    };
    Some(Participant { attendee, is_muted })
}

fn is_yes(value: &Value) -> bool {
    value.as_bool().unwrap_or_else(|| {
        value
            .as_str()
            .is_some_and(|text| text.eq_ignore_ascii_case("yes"))
    })
}

/// The one on stage who speaks; the list is in the order of the stage.
fn speaker(data: &Value) -> Option<String> {
    let rows = data.as_array()?;
    let speaks = |row: &&Value| {
        row.get("vad")
            .and_then(Value::as_f64)
            .is_some_and(|vad| vad > 0.0)
    };
    id(rows.iter().find(speaks)?, "participant_uuid")
}

/// Three empty strings mean that our own presentation was revoked (protocols §1.5).
fn slides(data: &Value) -> ServerEvent {
    let fields = ["presenter_name", "presenter_uri", "presenter_uuid"];
    if fields
        .iter()
        .all(|field| data.get(*field).and_then(Value::as_str) == Some(""))
    {
        return ServerEvent::SlidesStopped;
    }
    ServerEvent::SlidesStarted(id(data, "presenter_uuid"))
}

fn text<'a>(data: &'a Value, field: &str) -> &'a str {
    data.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn id(data: &Value, field: &str) -> Option<String> {
    usable_id(text(data, field).to_owned())
}

fn usable_id(id: String) -> Option<String> {
    (1..=MAX_ID).contains(&id.len()).then_some(id)
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str) -> Option<ServerEvent> {
        read(&Frame {
            name: name.into(),
            data: data.into(),
        })
    }

    #[test]
    fn mixed_types_of_a_participant_are_read_alike() {
        for (data, muted, place) in [
            (
                r#"{"uuid":"a","is_muted":"YES","service_type":"waiting_room"}"#,
                true,
                Place::WaitingRoom,
            ),
            (
                r#"{"uuid":"a","is_muted":true,"service_type":"conference"}"#,
                true,
                Place::InMeeting,
            ),
            (r#"{"uuid":"a","is_muted":"NO"}"#, false, Place::InMeeting),
            (
                r#"{"uuid":"a","is_muted":7,"service_type":[]}"#,
                false,
                Place::InMeeting,
            ),
        ] {
            let Some(ServerEvent::Participant(row)) = event("participant_update", data) else {
                panic!("{data}")
            };
            assert_eq!((row.is_muted, row.attendee.place), (muted, place), "{data}");
        }
    }

    #[test]
    fn a_revoked_presentation_stops_the_slides() {
        let revoked = r#"{"presenter_name":"","presenter_uri":"","presenter_uuid":""}"#;
        assert!(matches!(
            event("presentation_start", revoked),
            Some(ServerEvent::SlidesStopped)
        ));
        let started = event(
            "presentation_start",
            r#"{"presenter_name":"x","presenter_uuid":"u"}"#,
        );
        assert!(matches!(started, Some(ServerEvent::SlidesStarted(Some(id))) if id == "u"));
    }

    #[test]
    fn the_speaker_is_who_is_on_stage_and_speaks() {
        let stage = r#"[{"participant_uuid":"a","vad":0},{"participant_uuid":"b","vad":100}]"#;
        assert!(matches!(event("stage", stage), Some(ServerEvent::Speaker(Some(id))) if id == "b"));
        assert!(matches!(event("stage", "[]"), Some(ServerEvent::Speaker(None))));
    }

    #[test]
    fn garbage_is_skipped() {
        for (name, data) in [
            ("participant_create", "{}"),
            ("participant_create", "null"),
            ("participant_create", "{"),
            ("participant_delete", r#"{"uuid":""}"#),
            ("refer", "{}"),
            ("new_offer", r#"{"sdp":7}"#),
            ("live_captions", "{}"),
            ("", ""),
        ] {
            assert!(event(name, data).is_none(), "{name} {data}");
        }
    }

    #[test]
    fn names_do_not_print() {
        let row = event("participant_create", r#"{"uuid":"a","display_name":"Anna"}"#);
        assert!(!format!("{row:?}").contains("Anna"));
    }
}
