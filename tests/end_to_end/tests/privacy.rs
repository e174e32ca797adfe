//! Who may hear, and who may be there. Measured where it counts: at the conference node and at the sound server.

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::processes::until;
use end_to_end::sound_server::Speaking;
use end_to_end::speech::Speaker;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::node::{Fault, MediaFigures, RoomSettings, RoomStatus};
use serde_json::json;

/// "Ljud via telefon" beside the stage.
const BY_TELEPHONE: (f64, f64) = (0.875, 0.746);
/// How long nothing may be heard in either direction.
const SILENCE: Duration = Duration::from_secs(5);

/// A room in which somebody speaks, and whose sound goes by telephone: nothing more is on its way.
async fn on_the_telephone() -> Result<(Place, Speaking)> {
    let mut place = Place::open(RoomSettings::default()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let speaking = place.sound.speak(&patient)?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.the_kit_is_heard().await?;
    place.sound.until_heard(SOON).await?;

    place.tap_and_see(BY_TELEPHONE).await?;
    // The kit is a host here, so the meeting rings the room's telephone and says so.
    place
        .kit
        .until("the room's telephone", 0, SOON, |line| {
            line["data"]["sentence"] == "HeardByTelephone"
        })
        .await?;
    comes_to_rest("the last sound on its way", || {
        Ok(call_at_node(&place)?.audio_in.loud_frames)
    })
    .await?;
    Ok((place, speaking))
}

fn call_at_node(place: &Place) -> Result<MediaFigures> {
    place.kit_at_node()?.call.context("the kit has a call")
}

/// For a while nothing at all is played in the room.
async fn nothing_is_played(place: &Place) -> Result<()> {
    let played = place.sound.record(SILENCE, place.folder.path()).await?;
    let samples = std::fs::read(played)?.split_off(44);
    assert!(samples.len() > 400_000, "five seconds were listened to");
    assert!(
        samples.iter().all(|byte| *byte == 0),
        "something was played in the room"
    );
    Ok(())
}

#[tokio::test]
async fn with_sound_by_telephone_nothing_leaves_the_room_and_nothing_is_played() -> Result<()> {
    let (place, _speaking) = on_the_telephone().await?;
    let before = call_at_node(&place)?;
    nothing_is_played(&place).await?;
    let after = call_at_node(&place)?;
    let loud = [&before, &after].map(|call| call.audio_in.loud_frames);
    assert_eq!(loud[0], loud[1], "sound with energy left the room");
    let frames = [before, after].map(|call| call.video_in.frames);
    assert!(frames[1] > frames[0] + 10, "the picture stays: {frames:?}");

    place.tap_and_see(SOUND_HERE).await?;
    place.the_kit_is_heard().await?;
    place.sound.until_heard(SOON).await
}

#[tokio::test]
async fn sound_by_telephone_holds_over_a_broken_path_and_in_a_new_call() -> Result<()> {
    let (place, _speaking) = on_the_telephone().await?;
    let (kit, before) = (place.kit_at_node()?, call_at_node(&place)?);
    place.cut_off(Duration::from_millis(6_500), false).await?;
    place.kit.shows("meeting", SOON).await?;
    let after = pictures_come(&place, &before).await?;
    let loud = since(&before, &after, |call| call.audio_in.loud_frames);
    assert_eq!(loud, 0, "sound left by the mended path");

    let gone = Fault::CallDisconnected { reason: None };
    place.control().fault(ALIAS, &kit.uuid, gone).await?;
    let other = |room: &RoomStatus| {
        let call = room
            .participants
            .iter()
            .find(|p| p.uuid == kit.uuid)
            .and_then(|p| p.call.as_ref());
        call.is_some_and(|call| call.connected && call.call_uuid != after.call_uuid)
    };
    place.control().wait_for(ALIAS, SOON, other).await?;
    pictures_come(&place, &after).await?;
    nothing_is_played(&place).await?;
    let loud = call_at_node(&place)?.audio_in.loud_frames;
    assert_eq!(loud, 0, "sound left in the new call");
    Ok(())
}

/// Waits until the node has seen a second of pictures of the kit since `before`, in the same call or in a new one.
async fn pictures_come(place: &Place, before: &MediaFigures) -> Result<MediaFigures> {
    until("pictures of the kit at the node", SOON, || async {
        let call = call_at_node(place).ok()?;
        (since(before, &call, |call| call.video_in.frames) > 15).then_some(call)
    })
    .await
}

/// How much was counted since `before`; a new call counts from nothing.
fn since(before: &MediaFigures, now: &MediaFigures, count: fn(&MediaFigures) -> u64) -> u64 {
    let same = before.call_uuid == now.call_uuid;
    count(now) - if same { count(before) } else { 0 }
}

/// One's own picture: one tap turns the pictures off in both directions, and one brings them back.
const OWN_PICTURE: (f64, f64) = (0.875, 0.122);

#[tokio::test]
async fn with_the_pictures_off_no_picture_leaves_the_room_and_the_sound_goes_on() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let _speaking = place.sound.speak(&patient)?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    place.the_kit_is_heard().await?;

    let from = place.kit.now()?;
    place.tap_and_see(OWN_PICTURE).await?;
    assert_eq!(taps_since(&place, from)?, [json!("PictureOff")], "one tap");
    let figures = || {
        let call = place.kit_at_node()?.call.context("the kit has a call")?;
        anyhow::Ok((call.video_in.packets, call.audio_in.loud_frames))
    };
    comes_to_rest("the last picture on its way", || Ok(figures()?.0)).await?;
    let before = figures()?;
    tokio::time::sleep(SILENCE).await;
    let after = figures()?;
    assert_eq!(after.0, before.0, "a picture left the room");
    assert!(after.1 > before.1 + 20, "the sound goes on: {before:?} {after:?}");
    assert!(place.kit_at_node()?.video_muted, "the others are told");
    place.sound.until_heard(SOON).await?;

    let from = place.kit.now()?;
    place.tap_and_see(OWN_PICTURE).await?;
    assert_eq!(taps_since(&place, from)?, [json!("PictureOn")], "one tap");
    until("our picture at the node again", SOON, || async {
        (figures().ok()?.0 > after.0 + 20).then_some(())
    })
    .await?;
    assert!(!place.kit_at_node()?.video_muted);
    Ok(())
}

/// What was on its way arrives; from then on there is nothing.
async fn comes_to_rest(what: &str, count: impl Fn() -> Result<u64>) -> Result<()> {
    until(what, SOON, || async {
        let before = count().ok()?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        (count().ok()? == before).then_some(())
    })
    .await
}

fn taps_since(place: &Place, from: usize) -> Result<Vec<serde_json::Value>> {
    let lines = place.kit.journal()?.into_iter().skip(from);
    let taps = lines.filter(|line| line["event"] == "tap");
    Ok(taps.map(|line| line["data"].clone()).collect())
}

/// "Ljud här igen": the first of the three controls.
const SOUND_HERE: (f64, f64) = (0.2, 0.906);
/// The first row's button on the care worker's side of a meeting, and "Lås mötet".
const FIRST_ROW: (f64, f64) = (0.883, 0.2105);
const LOCK: (f64, f64) = (0.12, 0.916);

#[tokio::test]
async fn a_host_locks_the_meeting_and_removes_somebody() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.both_see_and_hear().await?;
    place.open_staff_panel().await?;
    place.tap_and_see(LOCK).await?;
    let control = place.control();
    control.wait_for(ALIAS, SOON, |room| room.locked).await?;
    place.tap_and_see(FIRST_ROW).await?;
    let alone = |room: &RoomStatus| room.participants.iter().all(|p| p.display_name != "Robot");
    control.wait_for(ALIAS, SOON, alone).await?;
    Ok(())
}
