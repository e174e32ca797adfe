//! Coming in and leaving.

use secrecy::ExposeSecret;

use super::*;
use crate::meeting::pexip::wire::WireError;
use crate::meeting::{Ending, Loss, Refusal};

#[tokio::test(start_paused = true)]
async fn joins_in_the_order_of_the_official_client_and_leaves_cleanly() {
    let mut world = World::joined(well).await;
    assert_eq!(world.node.asked()[..1], ["request_token -"]);
    assert_eq!(world.node.count("events T1"), 1);
    assert_eq!(world.node.count("participants/me/calls/c1/ack T1"), 1);
    world.command(SessionCommand::Leave).await;
    assert_eq!(world.next().await, MeetingEvent::Ended(Ending::WeLeft));
    assert_eq!(world.node.count("participants/me/calls/c1/disconnect T1"), 1);
    assert_eq!(world.node.count("release_token T1"), 1);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_session_releases_the_token() {
    let world = World::joined(well).await;
    let node = world.node.clone();
    drop(world);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(node.count("release_token T1"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pin_is_asked_for_until_it_is_right() {
    let mut world = World::join(|asked, _| match asked {
        "request_token -" => Some(Answer::No(
            403,
            json!({"pin": "required", "guest_pin": "required"}),
        )),
        "request_token 1" => Some(Answer::No(403, json!("Invalid PIN"))),
        _ => None,
    });
    assert_eq!(world.next().await, MeetingEvent::PinNeeded);
    world.command(SessionCommand::Pin("1".into())).await;
    assert_eq!(world.next().await, MeetingEvent::WrongPin);
    world.command(SessionCommand::Pin("2".into())).await;
    assert_eq!(world.next().await, MeetingEvent::Joined);
}

#[tokio::test(start_paused = true)]
async fn nobody_who_knows_the_pin_is_a_refusal_after_a_while() {
    let mut world = World::join(|_, _| {
        Some(Answer::No(
            403,
            json!({"pin": "required", "guest_pin": "required"}),
        ))
    });
    assert_eq!(world.next().await, MeetingEvent::PinNeeded);
    assert_eq!(world.next().await, MeetingEvent::Refused(Refusal::Pin));
}

/// A node with a login of its own, whose proof is `P`.
fn with_login(_: &str, body: &Value) -> Option<Answer> {
    let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let target = field("sso_redirect_target");
    match (field("chosen_idp").as_str(), field("sso_token").as_str()) {
        ("", _) | (_, "P") => None,
        ("none", _) => Some(Answer::No(
            403,
            json!({"idp": [{"name": "Prov", "uuid": "i1"}], "version": {}}),
        )),
        ("i1", "none") if target.contains("__pexip-sso-token__") => Some(Answer::No(
            403,
            json!({"redirect_url": "https://idp.example/?s=1", "redirect_idp": {}}),
        )),
        _ => Some(Answer::No(403, json!("SSO Authentication Failed"))),
    }
}

#[tokio::test(start_paused = true)]
async fn the_meetings_own_login_is_wanted_and_its_proof_lets_us_in() {
    let mut world = World::join(with_login);
    let MeetingEvent::LoginWanted(page) = world.next().await else {
        panic!("a login is wanted");
    };
    assert_eq!(page.address(), "https://idp.example/?s=1");
    assert!(!format!("{page:?}").contains("idp.example"));
    world.command(SessionCommand::LoggedIn(Some("P".into()))).await;
    assert_eq!(world.next().await, MeetingEvent::Joined);
}

#[tokio::test(start_paused = true)]
async fn a_login_that_comes_to_nothing_is_told_plainly() {
    for (proof, refusal) in [
        (None, Refusal::LoginFailed),
        (Some("forged".into()), Refusal::LoginNeeded),
    ] {
        let mut world = World::join(with_login);
        assert!(matches!(world.next().await, MeetingEvent::LoginWanted(_)));
        world.command(SessionCommand::LoggedIn(proof)).await;
        assert_eq!(world.next().await, MeetingEvent::Refused(refusal));
    }
    let mut world = World::join(with_login);
    assert!(matches!(world.next().await, MeetingEvent::LoginWanted(_)));
    assert_eq!(
        world.next().await,
        MeetingEvent::Refused(Refusal::LoginFailed),
        "nobody finished it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pin_in_the_link_is_sent_at_once() {
    let mut world = World::join_link("https://meet.example/webapp3/m/room?pin=4711", well);
    assert_eq!(world.next().await, MeetingEvent::Joined);
    assert_eq!(world.node.count("request_token 4711"), 1);
}

#[tokio::test(start_paused = true)]
async fn where_only_hosts_have_a_pin_we_come_as_a_guest() {
    let mut world = World::join(|asked, _| match asked {
        "request_token -" => Some(Answer::No(403, json!({"pin": "required", "guest_pin": "none"}))),
        _ => None,
    });
    assert_eq!(world.next().await, MeetingEvent::Joined);
    assert_eq!(world.node.count("request_token none"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_node_in_trouble_is_tried_again_for_a_minute() {
    let mut left = 3;
    let mut world = World::join(move |asked, _| {
        let busy = asked.starts_with("request_token") && left > 0;
        left -= i32::from(busy);
        busy.then(|| Answer::No(503, json!("503 Service Unavailable")))
    });
    assert_eq!(world.next().await, MeetingEvent::Joined);

    let began = tokio::time::Instant::now();
    let mut world = World::join(|_, _| Some(Answer::No(529, Value::Null)));
    assert_eq!(world.next().await, MeetingEvent::Lost(Loss::ServiceDown));
    assert_eq!(began.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_told_at_once() {
    for (answer, told) in [
        (
            Answer::No(404, json!("Neither conference nor gateway found")),
            MeetingEvent::Refused(Refusal::NoSuchMeeting),
        ),
        (
            Answer::No(403, json!({"idp": []})),
            MeetingEvent::Refused(Refusal::LoginNeeded),
        ),
        (
            Answer::Error(WireError::NotTrusted),
            MeetingEvent::Lost(Loss::NotTrusted),
        ),
    ] {
        let mut answer = Some(answer);
        let mut world = World::join(move |_, _| answer.take());
        assert_eq!(world.next().await, told);
        assert_eq!(world.node.count("request_token"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn garbage_instead_of_an_answer_ends_plainly() {
    let mut world = World::join(|_, _| Some(Answer::Error(WireError::TooLong)));
    assert_eq!(world.next().await, MeetingEvent::Lost(Loss::Garbage));
}

#[tokio::test(start_paused = true)]
async fn the_waiting_room_is_told_and_left_when_somebody_lets_us_in() {
    let mut world = World::join(|asked, _| {
        asked.starts_with("request_token").then(|| {
            Answer::Ok(json!({
                "token": "T1", "expires": "120", "participant_uuid": "me", "current_service_type": "waiting_room",
            }))
        })
    });
    assert_eq!(world.next().await, MeetingEvent::Waiting);
    world.settle().await;
    world.participant("me", &json!({"service_type": "waiting_room"}));
    world.participant("me", &json!({"service_type": "conference"}));
    assert_eq!(world.next().await, MeetingEvent::Joined);
}

#[tokio::test(start_paused = true)]
async fn in_the_waiting_room_nobody_gives_up_even_without_media() {
    let mut world = World::join(|asked, _| {
        asked.starts_with("request_token").then(|| {
            Answer::Ok(json!({
                "token": "T1", "expires": "120", "participant_uuid": "me", "current_service_type": "waiting_room",
            }))
        })
    });
    world.media.set_dead(true);
    assert_eq!(world.next().await, MeetingEvent::Waiting);
    assert_eq!(world.told_within(Duration::from_mins(20)).await, []);
    world.media.set_dead(false);
    // Between two attempts nobody listens, and whoever lets in then lets in nobody: one attempt gets through first.
    assert_eq!(world.told_within(Duration::from_mins(1)).await, []);
    world.participant("me", &json!({"service_type": "conference"}));
    assert_eq!(world.next().await, MeetingEvent::Joined);
}

#[tokio::test(start_paused = true)]
async fn a_lobby_that_times_out_is_a_refusal() {
    let mut world = World::joined(well).await;
    let reason = "Timeout waiting for conference host to join or permit access to locked conference";
    world.node.event("disconnect", &json!({"reason": reason}));
    assert_eq!(world.next().await, MeetingEvent::Refused(Refusal::NotLetIn));
}

#[tokio::test(start_paused = true)]
async fn a_slow_ack_keeps_nobody_from_leaving() {
    let mut world = World::joined(|asked, _| asked.contains("/ack ").then_some(Answer::Never)).await;
    let began = tokio::time::Instant::now();
    world.command(SessionCommand::Leave).await;
    assert_eq!(world.next().await, MeetingEvent::Ended(Ending::WeLeft));
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn leaving_is_bounded_even_if_the_node_is_silent() {
    let mut world = World::joined(|asked, _| asked.starts_with("release").then_some(Answer::Never)).await;
    let began = tokio::time::Instant::now();
    world.command(SessionCommand::Leave).await;
    assert_eq!(world.next().await, MeetingEvent::Ended(Ending::WeLeft));
    assert!(began.elapsed() <= Duration::from_millis(3_100));
}

#[tokio::test(start_paused = true)]
async fn the_calls_limits_come_from_the_token() {
    let mut world = World::join(|asked, _| {
        asked.starts_with("request_token").then(|| {
            Answer::Ok(json!({
                "token": "T1", "expires": "120", "participant_uuid": "me", "current_service_type": "conference",
                "bandwidth_out": 900, "turn": [{"urls": ["turn:a:3478"], "username": "u", "credential": "c"}],
            }))
        })
    });
    assert_eq!(world.next().await, MeetingEvent::Joined);
    let setup = &world.media.setups()[0];
    assert_eq!(setup.max_send_kbps, Some(900));
    assert_eq!(setup.turn[0].credential.expose_secret(), "c");
}
