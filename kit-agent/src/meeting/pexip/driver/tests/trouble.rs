//! Everything that goes wrong on the way, and that it comes back or ends plainly.

use super::*;
use crate::media::call::{CallEvent, OfferKind};
use crate::meeting::pexip::wire::WireError;
use crate::meeting::{Ending, Loss};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn the_token_is_refreshed_each_third_of_its_life_and_then_used() {
    let mut world = World::joined(well).await;
    assert_eq!(world.told_within(secs(81)).await, []);
    assert_eq!(world.node.count("refresh_token"), 2);
    world.node.drop_streams();
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(
        world.node.count("events T3"),
        1,
        "the stream is opened again with the latest token"
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_lost_early_is_asked_for_again_with_the_same_pin() {
    let mut refused = false;
    let script = move |asked: &str, _: &Value| {
        let now = asked.starts_with("refresh") && !std::mem::replace(&mut refused, true);
        now.then(|| Answer::No(403, json!("Invalid token")))
    };
    let mut world = World::join_link("https://meet.example/webapp3/m/room?pin=4711", script);
    assert_eq!(world.next().await, MeetingEvent::Joined);
    assert_eq!(
        world.told_within(secs(45)).await,
        [],
        "the people in the room notice nothing"
    );
    assert_eq!(world.node.count("request_token 4711"), 2);
    assert_eq!(world.node.count("participants/me/calls T2"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_gone_is_made_again_with_the_same_token() {
    let mut world = World::joined(well).await;
    world
        .node
        .event("call_disconnected", &json!({"call_uuid": "c1", "reason": "x"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(world.node.count("participants/me/calls T1"), 2);
    world
        .node
        .event("call_disconnected", &json!({"call_uuid": "c1", "reason": "late"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(
        world.node.count("participants/me/calls T1"),
        2,
        "a former call does not matter"
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_path_is_restarted_and_only_long_gaps_are_told() {
    let mut world = World::joined(well).await;
    world.media.event(CallEvent::PathLost);
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(world.media.offers(), [OfferKind::Initial, OfferKind::IceRestart]);
    assert_eq!(world.node.count("participants/me/calls/c1/update"), 1);
    assert_eq!(
        world.node.count("refresh_token"),
        1,
        "a good update is followed by a refresh"
    );

    world.media.set_dead(true);
    world.media.event(CallEvent::PathLost);
    assert_eq!(world.next().await, MeetingEvent::Reconnecting);
    world.media.set_dead(false);
    assert_eq!(world.next().await, MeetingEvent::Recovered);
}

#[tokio::test(start_paused = true)]
async fn a_new_address_restarts_at_once_and_opens_the_stream_anew() {
    let world = World::joined(well).await;
    world.media.event(CallEvent::NetworkChanged);
    world.settle().await;
    assert_eq!(world.media.offers().last(), Some(&OfferKind::IceRestart));
    assert_eq!(world.node.count("events"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_restart_becomes_a_new_call() {
    let mut world = World::joined(well).await;
    world.media.refuse_restart();
    world.media.event(CallEvent::NetworkChanged);
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(
        world.media.offers(),
        [OfferKind::Initial, OfferKind::IceRestart, OfferKind::Initial]
    );
    assert_eq!(world.node.count("participants/me/calls/c1/disconnect"), 1);
}

/// No request gets through and no packet flows between these moments after joining.
fn outage(from: u64, to: u64) -> impl FnMut(&str, &Value) -> Option<Answer> + Send + 'static {
    let began = tokio::time::Instant::now();
    move |_, _| {
        (from..to)
            .contains(&began.elapsed().as_secs())
            .then_some(Answer::Error(WireError::NoContact))
    }
}

#[tokio::test(start_paused = true)]
async fn sixty_seconds_without_network_are_survived() {
    // The media's path is back a little before the node: a call that begins without it never gets any here.
    let mut world = World::joined(outage(1, 63)).await;
    tokio::time::sleep(secs(1)).await;
    world.media.set_dead(true);
    world.node.drop_streams();
    world.media.event(CallEvent::PathLost);
    assert_eq!(world.next().await, MeetingEvent::Reconnecting);
    tokio::time::sleep(secs(57)).await;
    world.media.set_dead(false);
    let began = tokio::time::Instant::now();
    assert_eq!(world.next().await, MeetingEvent::Recovered);
    assert!(
        began.elapsed() < secs(10),
        "the node was back after 1.5 s, the meeting after {:?}",
        began.elapsed()
    );
    tokio::time::sleep(secs(40)).await;
    assert!(world.node.has_stream());
}

#[tokio::test(start_paused = true)]
async fn after_half_an_hour_without_network_the_meeting_is_lost() {
    let mut world = World::joined(outage(1, u64::MAX)).await;
    tokio::time::sleep(secs(1)).await;
    world.media.set_dead(true);
    world.media.event(CallEvent::PathLost);
    let began = tokio::time::Instant::now();
    assert_eq!(world.next().await, MeetingEvent::Reconnecting);
    assert_eq!(world.next().await, MeetingEvent::Lost(Loss::Network));
    assert_eq!(began.elapsed().as_secs(), 30 * 60);
}

#[tokio::test(start_paused = true)]
async fn the_host_ends_or_removes_and_nobody_comes_back_by_himself() {
    for (reason, ending) in [
        ("Conference terminated by another participant", Ending::HostEnded),
        ("Disconnected by another participant", Ending::Removed),
    ] {
        let mut world = World::joined(well).await;
        world.node.event("disconnect", &json!({"reason": reason}));
        assert_eq!(world.next().await, MeetingEvent::Ended(ending));
        assert_eq!(world.node.count("request_token"), 1);
        assert_eq!(world.node.count("release_token"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_reason_is_heard_even_where_the_media_end_first() {
    let mut world = World::joined(well).await;
    world.media.event(CallEvent::Failed("closed".into()));
    world.settle().await;
    world.node.event(
        "disconnect",
        &json!({"reason": "Conference terminated by another participant"}),
    );
    assert_eq!(world.next().await, MeetingEvent::Ended(Ending::HostEnded));
    assert_eq!(world.node.count("request_token"), 1);
}

#[tokio::test(start_paused = true)]
async fn media_that_ended_without_a_reason_are_called_again() {
    let mut world = World::joined(well).await;
    world.media.event(CallEvent::Failed("closed".into()));
    assert_eq!(world.told_within(secs(3)).await, []);
    assert_eq!(world.node.count("participants/me/calls T1"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_dies_is_left_for_a_new_token() {
    let mut world = World::joined(well).await;
    world
        .node
        .event("disconnect", &json!({"reason": "Signaling node disconnected"}));
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(world.node.count("request_token"), 2);
    assert_eq!(world.node.count("participants/me/calls T2"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_event_stream_comes_back_after_drops_and_refusals() {
    let mut refusals = 3;
    let mut world = World::joined(move |asked, _| {
        let refuse = asked.starts_with("events") && refusals > 0;
        refusals -= i32::from(refuse);
        refuse.then_some(Answer::Error(WireError::Status(503)))
    })
    .await;
    tokio::time::sleep(secs(2)).await;
    assert!(world.node.has_stream());
    world.node.drop_streams();
    assert_eq!(world.told_within(secs(2)).await, []);
    assert!(world.node.has_stream());
}

#[tokio::test(start_paused = true)]
async fn garbage_on_the_stream_is_skipped_and_a_flood_drops_the_stream() {
    let mut world = World::joined(well).await;
    world
        .node
        .raw(b"event: participant_create\ndata: {\n\n\xff\xfe\n\nevent: new\ndata: null\n\n".to_vec());
    assert_eq!(world.told_within(secs(1)).await, []);
    world.node.raw(vec![b'x'; 10_000_000]);
    assert_eq!(world.told_within(secs(1)).await, []);
    assert_eq!(
        world.node.count("events"),
        2,
        "the stream was dropped and opened again"
    );
    world.node.event(
        "disconnect",
        &json!({"reason": "Disconnected by another participant"}),
    );
    assert_eq!(world.next().await, MeetingEvent::Ended(Ending::Removed));
}
