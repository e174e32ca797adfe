//! Offers of the node, candidates, TURN from an answer, and moving to another room.

use super::*;
use crate::media::call::CallEvent;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn an_offer_of_the_node_is_answered_in_ack() {
    let (seen, mut acks) = tokio::sync::mpsc::unbounded_channel();
    let mut world = World::joined(move |asked, body| {
        if asked.contains("/ack ") {
            seen.send(body.clone()).unwrap();
        }
        None
    })
    .await;
    world.node.event("update_sdp", &json!({"sdp": "theirs"}));
    world.settle().await;
    assert_eq!(acks.recv().await, Some(json!({})));
    assert_eq!(acks.recv().await, Some(json!({"sdp": "answer to theirs"})));
    world.node.event("new_offer", &json!({"sdp": "garbage"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(
        world.node.count("participants/me/calls T1"),
        2,
        "what cannot be answered is called anew"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_crosses_a_refresh_is_sent_again_with_the_fresh_token() {
    // The node takes only the latest token; the ack after `update` and the refresh are under way together.
    let mut acks = 0;
    let mut world = World::joined(move |asked, _| {
        acks += i32::from(asked == "participants/me/calls/c1/ack T1");
        (acks == 2 && asked.contains("/ack T1")).then(|| Answer::No(403, json!("Invalid token")))
    })
    .await;
    world.media.event(CallEvent::NetworkChanged);
    assert_eq!(world.told_within(secs(5)).await, []);
    assert_eq!(world.node.count("participants/me/calls/c1/ack T2"), 1);
    assert_eq!(world.node.count("request_token"), 1);
}

#[tokio::test(start_paused = true)]
async fn turn_servers_of_the_calls_answer_are_used_from_the_next_call_on() {
    let mut world = World::joined(|asked, _| {
        asked.starts_with("participants/me/calls ").then(|| {
            let turn = json!([{"urls": ["turn:t:443?transport=tcp"], "username": "u", "credential": "c"}]);
            Answer::Ok(json!({"call_uuid": "c1", "sdp": "answer", "turn": turn}))
        })
    })
    .await;
    world.node.event("call_disconnected", &json!({"call_uuid": "c1"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    let turns: Vec<_> = world
        .media
        .setups()
        .iter()
        .map(|setup| setup.turn.len())
        .collect();
    assert_eq!(turns, [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_refer_moves_to_the_other_room_with_its_token() {
    let mut bodies = 0;
    let mut world = World::joined(move |asked, body| {
        if asked.starts_with("request_token") {
            bodies += 1;
            assert_eq!(body.get("token").is_some(), bodies == 2);
        }
        None
    })
    .await;
    world
        .node
        .event("refer", &json!({"alias": "other", "token": "once"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(world.node.count("participants/me/calls T2"), 1);
    assert_eq!(world.node.count("release_token T1"), 1);
}

#[tokio::test(start_paused = true)]
async fn candidates_wait_for_the_answer_and_the_end_marker_comes_last() {
    let (seen, mut sent) = tokio::sync::mpsc::unbounded_channel();
    let world = World::joined(move |asked, body| {
        if asked.contains("/new_candidate ") {
            seen.send(body["candidate"].as_str().unwrap().to_owned()).unwrap();
        }
        None
    })
    .await;
    for candidate in [Some("1"), Some("2"), None] {
        let candidate = candidate.map(ToOwned::to_owned);
        world.media.event(CallEvent::LocalCandidate {
            candidate,
            mid: "0".into(),
            ufrag: "u".into(),
        });
    }
    world.settle().await;
    let order = [sent.recv().await, sent.recv().await, sent.recv().await].map(Option::unwrap);
    assert_eq!(order, ["1", "2", ""]);
}
