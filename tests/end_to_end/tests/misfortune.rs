//! Everything that can go wrong, one misfortune a test. Each ends with sound and picture back, or on a plain screen with a
//! way on.

use std::time::Duration;

use anyhow::Result;
use end_to_end::speech::Speaker;
use end_to_end::visit::{ALIAS, KIT, Place, SOON};
use lab::node::{AnswerFault, Fault, RoomFault, RoomSettings};

/// A kit in a meeting with a talking robot.
async fn in_meeting() -> Result<Place> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    Ok(place)
}

/// A kit whose meeting ends before it began; gives the screen that the patient is left with.
async fn turned_away(room: RoomSettings) -> Result<Place> {
    let mut place = Place::open(room).await?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("failed", SOON).await?;
    Ok(place)
}

fn has_a_way_on(place: &Place) -> Result<()> {
    let screen = place.kit.screen()?;
    assert!(
        !screen["acts"].as_array().is_none_or(Vec::is_empty),
        "a screen without a way on: {screen}"
    );
    Ok(())
}

async fn survives(fault: Fault) -> Result<Place> {
    let place = in_meeting().await?;
    let kit = place.kit_at_node()?;
    place.control().fault(ALIAS, &kit.uuid, fault).await?;
    place.both_see_and_hear().await?;
    Ok(place)
}

#[tokio::test]
async fn the_event_stream_drops() -> Result<()> {
    let place = survives(Fault::DropEvents { refuse_ms: 0 }).await?;
    let all_open = |status: &lab::node::RoomStatus| {
        status
            .participants
            .iter()
            .any(|p| p.display_name == KIT && p.events_open)
    };
    place.control().wait_for(ALIAS, SOON, all_open).await?;
    Ok(())
}

#[tokio::test]
async fn the_media_leg_is_cut_off() -> Result<()> {
    let before = in_meeting().await?;
    let kit = before.kit_at_node()?;
    let old = kit.call.as_ref().map(|call| call.call_uuid.clone());
    before
        .control()
        .fault(ALIAS, &kit.uuid, Fault::CallDisconnected { reason: None })
        .await?;
    let fresh = |status: &lab::node::RoomStatus| {
        let kit = status.participants.iter().find(|p| p.display_name == KIT);
        kit.and_then(|kit| kit.call.as_ref())
            .is_some_and(|call| call.connected && Some(&call.call_uuid) != old.as_ref())
    };
    before.control().wait_for(ALIAS, SOON, fresh).await?;
    before.both_see_and_hear().await
}

#[tokio::test]
async fn the_token_is_lost_early() -> Result<()> {
    survives(Fault::InvalidateToken).await.map(drop)
}

#[tokio::test]
async fn the_node_asks_for_a_restart() -> Result<()> {
    survives(Fault::UpdateSdp).await.map(drop)
}

#[tokio::test]
async fn garbage_comes_in_the_event_stream() -> Result<()> {
    survives(Fault::SendRaw {
        text: "event: participant_create\ndata: {\"uuid\": [[[\n\n\u{0}\u{1}".into(),
    })
    .await
    .map(drop)
}

#[tokio::test]
async fn an_event_of_100_megabytes_comes() -> Result<()> {
    survives(Fault::HugeEvent { bytes: 100_000_000 }).await.map(drop)
}

async fn no_network_for(length: Duration) -> Result<()> {
    let place = in_meeting().await?;
    place.cut_off(length, true).await?;
    has_a_way_on(&place)?;
    place.kit.shows("meeting", length + SOON).await?;
    place.both_see_and_hear().await
}

#[tokio::test]
async fn no_network_for_5_seconds() -> Result<()> {
    no_network_for(Duration::from_secs(5)).await
}

#[tokio::test]
async fn no_network_for_20_seconds() -> Result<()> {
    no_network_for(Duration::from_secs(20)).await
}

#[tokio::test]
async fn no_network_for_60_seconds() -> Result<()> {
    no_network_for(Duration::from_mins(1)).await
}

#[tokio::test]
async fn the_fleet_server_is_away() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.fleet.stop().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await
}

#[tokio::test]
async fn the_node_is_in_maintenance_for_a_moment() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    let away = AnswerFault {
        to: "request_token".into(),
        times: 2,
        status: 503,
        result: Some("System in maintenance mode".into()),
        ..AnswerFault::default()
    };
    place.control().room_fault(ALIAS, RoomFault::Answer(away))?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await
}

#[tokio::test]
async fn the_answer_to_the_call_is_garbage_once() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    let garbage = AnswerFault {
        to: "calls".into(),
        times: 1,
        status: 200,
        result: Some(serde_json::json!({ "call_uuid": "x", "sdp": "v=0 garbage" })),
        ..AnswerFault::default()
    };
    place.control().room_fault(ALIAS, RoomFault::Answer(garbage))?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await
}

#[tokio::test]
async fn the_meeting_wants_a_pin_that_nobody_has() -> Result<()> {
    let room = RoomSettings {
        host_pin: Some("1111".into()),
        guest_pin: Some("2222".into()),
        ..RoomSettings::default()
    };
    has_a_way_on(&turned_away(room).await?)
}

#[tokio::test]
async fn nobody_opens_the_lobby() -> Result<()> {
    let room = RoomSettings {
        lobby: true,
        lobby_timeout_ms: 6_000,
        ..RoomSettings::default()
    };
    let place = turned_away(room).await?;
    let waited = place
        .kit
        .journal()?
        .iter()
        .any(|line| line["data"]["screen"] == "waiting_room");
    assert!(waited, "the waiting room comes first");
    has_a_way_on(&place)
}

#[tokio::test]
async fn the_host_ends_the_meeting() -> Result<()> {
    let place = in_meeting().await?;
    place.control().end(ALIAS, None)?;
    place.kit.shows("summary", SOON).await?;
    has_a_way_on(&place)
}

#[tokio::test]
async fn the_kit_is_removed() -> Result<()> {
    let place = in_meeting().await?;
    let kit = place.kit_at_node()?;
    place.control().fault(ALIAS, &kit.uuid, Fault::Kick).await?;
    place.kit.shows("summary", SOON).await?;
    has_a_way_on(&place)
}

#[tokio::test]
async fn the_speaker_is_unplugged_and_comes_back() -> Result<()> {
    let place = in_meeting().await?;
    place.sound.until_heard(SOON).await?;
    place.sound.unplug("speaker").await?;
    place.both_see_and_hear().await?;
    place.sound.plug_in("speaker").await?;
    place.sound.until_heard(SOON).await
}

#[tokio::test]
async fn the_microphone_is_unplugged_and_comes_back() -> Result<()> {
    let place = in_meeting().await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let speaking = place.sound.speak(&patient)?;
    place.the_kit_is_heard().await?;
    place.sound.unplug("room").await?;
    place.both_see_and_hear().await?;
    drop(speaking);
    place.sound.plug_in("room").await?;
    let _speaking = place.sound.speak(&patient)?;
    place.the_kit_is_heard().await
}

#[tokio::test]
async fn there_is_no_camera() -> Result<()> {
    let mut place = Place::open_with(RoomSettings::default(), "/dev/no-camera").await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let _speaking = place.sound.speak(&patient)?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.the_kit_is_heard().await?;
    assert_eq!(
        place.kit_at_node()?.call.map(|call| call.video_in.frames),
        Some(0),
        "and no picture is sent"
    );
    Ok(())
}
