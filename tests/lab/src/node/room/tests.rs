//! Rules of the room: PIN, lobby, tokens, floor, control functions.

use serde_json::{Value, json};

use super::*;

fn at(seconds: u64) -> Moment {
    Moment {
        uptime: Duration::from_secs(seconds),
        unix: 1_000.0,
    }
}

fn room(settings: Value) -> Room {
    Room::new("plan", serde_json::from_value(settings).unwrap(), "https://node")
}

fn ask(name: &str, pin: Option<&str>) -> JoinRequest {
    JoinRequest {
        display_name: Some(name.into()),
        pin: pin.map(Into::into),
        ..JoinRequest::default()
    }
}

fn join(room: &mut Room, name: &str, pin: Option<&str>) -> (String, Value) {
    let answer = room.request_token(&ask(name, pin), at(0));
    assert_eq!(answer.status, 200, "{answer:?}");
    (
        answer.result["participant_uuid"].as_str().unwrap().into(),
        answer.result,
    )
}

fn events_to(room: &mut Room, uuid: &str) -> Vec<Event> {
    let to_uuid = |outgoing| match outgoing {
        Outgoing::Event { to, event } if to == uuid => Some(event),
        _ => None,
    };
    room.take_outbox().into_iter().filter_map(to_uuid).collect()
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

#[test]
fn without_any_pin_everybody_is_host() {
    let mut room = room(json!({}));
    let (_, result) = join(&mut room, "Anna", None);
    assert_eq!(result["role"], "HOST");
    assert_eq!(
        result["expires"], "120",
        "a string: the official client refuses a number"
    );
    assert_eq!(result["current_service_type"], "conference");
}

#[test]
fn pin_prompt_wrong_pin_and_both_right_ones() {
    let mut room = room(json!({"host_pin": "1234", "guest_pin": "99"}));
    let prompt = room.request_token(&ask("Anna", None), at(0));
    assert_eq!(prompt.status, 403);
    assert_eq!(
        (&prompt.result["pin"], &prompt.result["guest_pin"]),
        (&json!("required"), &json!("required"))
    );
    assert!(prompt.result["version"].is_object());
    assert_eq!(
        room.request_token(&ask("Anna", Some("0")), at(0)).result,
        "Invalid PIN"
    );
    assert_eq!(
        room.request_token(&ask("Anna", Some("none")), at(0)).result["pin"],
        "required"
    );
    assert_eq!(join(&mut room, "Anna", Some("1234")).1["role"], "HOST");
    assert_eq!(join(&mut room, "Bo", Some("99")).1["role"], "GUEST");
}

#[test]
fn guests_without_a_pin_say_none_and_wait_for_a_host() {
    let mut room = room(json!({"host_pin": "1234"}));
    assert_eq!(
        room.request_token(&ask("Bo", None), at(0)).result["guest_pin"],
        "none"
    );
    let (guest, result) = join(&mut room, "Bo", Some("none"));
    assert_eq!(result["current_service_type"], "waiting_room");
    room.take_outbox();
    join(&mut room, "Anna", Some("1234"));
    let events = events_to(&mut room, &guest);
    let admitted = events.iter().find(|event| event.data["uuid"] == *guest).unwrap();
    assert_eq!(admitted.name, "participant_update");
    assert_eq!(admitted.data["service_type"], "conference");
    assert!(
        names(&events).contains(&"participant_create"),
        "now it sees the host"
    );
}

#[test]
fn lobby_hides_the_others_until_somebody_lets_in() {
    let mut room = room(json!({"host_pin": "1", "lobby": true}));
    let (host, _) = join(&mut room, "Anna", Some("1"));
    let (guest, _) = join(&mut room, "Bo", Some("none"));
    let opening = room.opening_events(&guest);
    assert_eq!(
        names(&opening),
        [
            "participant_sync_begin",
            "participant_create",
            "participant_sync_end",
            "conference_update"
        ]
    );
    let refused = room.control_participant(&guest, &guest, "unlock", &Value::Null, at(1));
    assert_eq!(refused.result, "Invalid role", "nobody lets himself in");
    assert_eq!(
        room.control_participant(&host, &guest, "unlock", &Value::Null, at(1)),
        Answer::ok(true)
    );
    assert_eq!(room.participant(&guest).unwrap().service, Service::Conference);
}

#[test]
fn lobby_time_out_has_the_official_reason() {
    let mut room = room(json!({"lobby": true, "lobby_timeout_ms": 5_000}));
    let (guest, _) = join(&mut room, "Bo", None);
    room.tick(at(4));
    room.take_outbox();
    room.tick(at(5));
    let outbox = room.take_outbox();
    let reason = json!({"reason": reasons::LOBBY_TIMEOUT});
    let goodbye = Outgoing::Event {
        to: guest.clone(),
        event: Event::new("disconnect", reason),
    };
    assert_eq!(outbox.first(), Some(&goodbye));
    assert_eq!(outbox.last(), Some(&Outgoing::Left { who: guest }));
}

#[test]
fn locked_room_keeps_newcomers_out_but_not_those_with_the_host_pin() {
    let mut room = room(json!({"host_pin": "1"}));
    join(&mut room, "Anna", Some("1"));
    room.set_locked(true);
    assert_eq!(
        join(&mut room, "Bo", Some("none")).1["current_service_type"],
        "waiting_room"
    );
    assert_eq!(
        join(&mut room, "Cia", Some("1")).1["current_service_type"],
        "conference"
    );
}

#[test]
fn token_that_is_not_refreshed_ends_the_stay() {
    let mut room = room(json!({"token_expires_s": 10}));
    let (uuid, result) = join(&mut room, "Anna", None);
    let token = result["token"].as_str().unwrap();
    assert!(room.bearer(token, at(9)).is_some());
    let fresh = room.refresh_token(&uuid, at(9)).result["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(room.bearer(token, at(9)).is_none(), "the old one dies at once");
    room.tick(at(18));
    assert!(room.bearer(&fresh, at(18)).is_some());
    room.tick(at(19));
    assert!(room.participants().is_empty());
}

#[test]
fn login_goes_over_list_and_redirect_to_a_proof() {
    let mut room =
        room(json!({"identity_providers": [{"name": "e-id", "uuid": "p1", "disable_popup_flow": true}]}));
    let mut request = ask("Bo", None);
    assert_eq!(room.request_token(&request, at(0)).result["idp"][0]["uuid"], "p1");
    request.chosen_idp = Some("p1".into());
    assert_eq!(
        room.request_token(&request, at(0)).status,
        403,
        "no target to come back to"
    );
    request.sso_redirect_target = Some("kit://login?t=__pexip-sso-token__".into());
    let redirect = room.request_token(&request, at(0)).result;
    let url = redirect["redirect_url"].as_str().unwrap();
    let state = url.rsplit("state%3D").next().unwrap().replace("%2D", "-");
    let Some(LoginEnd::Redirect(target)) = room.finish_login(&state, true) else {
        panic!("no redirect")
    };
    let proof = target.strip_prefix("kit://login?t=").unwrap();
    let proof = percent_encoding::percent_decode_str(proof).decode_utf8().unwrap();
    assert_eq!(room.finish_login(&state, true), None, "a login ends once");
    request.sso_token = Some("forged".into());
    assert_eq!(room.request_token(&request, at(0)).status, 403);
    request.sso_token = Some(proof.into());
    assert_eq!(room.request_token(&request, at(0)).status, 200);
}

#[test]
fn floor_passes_on_and_the_loser_learns_it_by_empty_names() {
    let mut room = room(json!({}));
    let (anna, _) = join(&mut room, "Anna", None);
    let (bo, _) = join(&mut room, "Bo", None);
    room.take_floor(&anna);
    room.take_outbox();
    room.take_floor(&bo);
    let start = events_to(&mut room, &anna)
        .into_iter()
        .filter(|event| event.name == "presentation_start");
    let uuids: Vec<Value> = start.map(|event| event.data["presenter_uuid"].clone()).collect();
    assert_eq!(uuids, [json!(""), json!(bo)]);
    room.release_token(&bo);
    assert!(names(&events_to(&mut room, &anna)).contains(&"presentation_stop"));
}

#[test]
fn guests_control_nobody_but_themselves() {
    let mut room = room(json!({"host_pin": "1"}));
    let (host, _) = join(&mut room, "Anna", Some("1"));
    let (guest, _) = join(&mut room, "Bo", Some("none"));
    for action in ["mute", "disconnect", "take_floor"] {
        let answer = room.control_participant(&guest, &host, action, &Value::Null, at(1));
        assert_eq!(answer.result, "Invalid role", "{action}");
    }
    for action in ["lock", "dial", "disconnect", "muteguests"] {
        let answer = room.control_conference(&guest, action, &Value::Null, at(1));
        assert_eq!(answer.result, "Invalid role", "{action}");
    }
    assert_eq!(
        room.control_participant(&guest, &guest, "mute", &Value::Null, at(1)),
        Answer::ok(true)
    );
}

#[test]
fn host_dials_a_telephone_and_ends_for_all() {
    let mut room = room(json!({}));
    let (host, _) = join(&mut room, "Anna", None);
    let dialled = room.control_conference(
        &host,
        "dial",
        &json!({"role": "GUEST", "destination": "+4660123"}),
        at(1),
    );
    let phone = dialled.result[0].as_str().unwrap();
    assert_eq!(room.participant(phone).unwrap().kind, Kind::Telephone);
    room.control_conference(&host, "disconnect", &Value::Null, at(2));
    assert!(room.participants().is_empty());
    assert!(names(&events_to(&mut room, &host)).contains(&"disconnect"));
}

#[test]
fn referred_participant_gets_in_once_without_questions() {
    let mut room = room(json!({"host_pin": "1", "guest_pin": "2"}));
    let mut request = ask("Bo", None);
    request.token = Some(room.issue_join_token());
    assert_eq!(room.request_token(&request, at(0)).status, 200);
    assert_eq!(room.request_token(&request, at(0)).status, 403);
}

#[test]
fn every_row_has_what_the_official_client_requires() {
    const REQUIRED: &str = "buzz_time call_direction disconnect_supported display_name encryption \
        external_node_uuid fecc_supported has_media is_audio_only_call is_external is_muted is_presenting \
        is_streaming_conference is_video_call is_video_muted is_video_silent local_alias mute_supported \
        overlay_text protocol role rx_presentation_policy spotlight start_time supports_direct_chat \
        transfer_supported uuid can_receive_personal_mix receive_from_video_mix";
    let mut room = room(json!({}));
    let (anna, _) = join(&mut room, "Anna", None);
    let rows = room.rows(&anna);
    for key in REQUIRED.split_whitespace() {
        assert!(!rows[0][key].is_null(), "{key}");
    }
    assert_eq!(rows[0]["role"], "chair");
}
