//! Every answer to `request_token`.

use secrecy::ExposeSecret;

use super::*;

fn answer(status: u16, result: Value) -> Admission {
    read(Ok(Reply { status, result }))
}

#[test]
fn every_prompt_is_told_apart_by_its_keys() {
    use Admission::{GuestWithoutPin, Later, LoginAt, LoginWanted, PinNeeded, Refused, WrongPin};
    let idp = json!([{"name": "x", "uuid": "y"}]);
    for (status, result, expected) in [
        (
            403,
            json!({"pin": "required", "guest_pin": "required", "version": {}}),
            PinNeeded,
        ),
        (
            403,
            json!({"pin": "required", "guest_pin": "none"}),
            GuestWithoutPin,
        ),
        (403, json!("Invalid PIN"), WrongPin),
        (
            403,
            json!({"idp": idp}),
            LoginWanted(vec![Provider {
                name: "x".into(),
                uuid: "y".into(),
            }]),
        ),
        (403, json!({"idp": "?"}), LoginWanted(vec![])),
        (
            403,
            json!({"redirect_url": "https://x", "redirect_idp": {}}),
            LoginAt("https://x".into()),
        ),
        (403, json!({"redirect_url": 7}), Later(Loss::Garbage)),
        (
            403,
            json!({"conference_extension": "required"}),
            Refused(Refusal::NoSuchMeeting),
        ),
        (
            403,
            json!("Participant exceeded PIN entry retries"),
            Refused(Refusal::Pin),
        ),
        (403, json!("Participant limit reached"), Refused(Refusal::Full)),
        (403, json!("something new"), Refused(Refusal::Other)),
        (
            404,
            json!("Neither conference nor gateway found"),
            Refused(Refusal::NoSuchMeeting),
        ),
        (404, Value::Null, Refused(Refusal::NoSuchMeeting)),
        (503, json!("System in maintenance mode"), Later(Loss::ServiceDown)),
        (529, Value::Null, Later(Loss::ServiceDown)),
        (200, json!({"token": 7}), Later(Loss::Garbage)),
        (200, json!([]), Later(Loss::Garbage)),
    ] {
        let what = format!("{status} {result}");
        assert_eq!(
            format!("{:?}", answer(status, result)),
            format!("{expected:?}"),
            "{what}"
        );
    }
}

#[test]
fn a_grant_is_read_with_what_the_call_needs() {
    let granted = answer(
        200,
        json!({
            "token": "T", "expires": "120", "participant_uuid": "me", "version": {}, "role": "GUEST",
            "current_service_type": "waiting_room", "bandwidth_out": 1200, "use_relay_candidates_only": true,
            "turn": [{"urls": ["turn:t:443?transport=tcp"], "username": "a:b", "credential": "c"}, {"urls": "x"}],
            "unknown": [1, 2],
        }),
    );
    let Admission::Granted(grant) = granted else {
        panic!("{granted:?}")
    };
    assert_eq!(grant.token.expose_secret(), "T");
    assert_eq!(grant.expires, Duration::from_mins(2));
    assert_eq!(
        (grant.place, grant.max_send_kbps),
        (Place::WaitingRoom, Some(1200))
    );
    assert_eq!(grant.relay_only, RelayOnly::Yes);
    assert_eq!(grant.turn.len(), 1);
}

#[test]
fn odd_expiries_are_kept_within_reason() {
    assert_eq!(seconds(&json!(120)), Some(Duration::from_mins(2)));
    assert_eq!(seconds(&json!("0")), Some(Duration::from_secs(3)));
    assert_eq!(seconds(&json!("1e99")), Some(Duration::from_hours(24)));
    assert_eq!(seconds(&json!("soon")), None);
    assert_eq!(seconds(&json!("NaN")), None);
}
