//! Who may hear, and who may be there. Measured where it counts: at the conference node and at the sound server.

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::processes::until;
use end_to_end::speech::Speaker;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::node::RoomSettings;
use serde_json::json;

/// "Ljud via telefon" beside the stage.
const BY_TELEPHONE: (f64, f64) = (0.875, 0.746);
/// How long nothing may be heard in either direction.
const SILENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn with_sound_by_telephone_nothing_leaves_the_room_and_nothing_is_played() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let _speaking = place.sound.speak(&patient)?;
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
    let figures = || {
        let call = place.kit_at_node()?.call.context("the kit has a call")?;
        anyhow::Ok((call.audio_in.loud_frames, call.video_in.frames))
    };
    comes_to_rest("the last sound on its way", || Ok(figures()?.0)).await?;
    let before = figures()?;
    let played = place.sound.record(SILENCE, place.folder.path()).await?;
    let after = figures()?;
    assert_eq!(after.0, before.0, "sound with energy left the room");
    assert!(after.1 > before.1 + 10, "the picture stays: {before:?} {after:?}");
    let samples = std::fs::read(played)?.split_off(44);
    assert!(samples.len() > 400_000, "five seconds were listened to");
    assert!(
        samples.iter().all(|byte| *byte == 0),
        "something was played in the room"
    );

    place.tap_and_see(SOUND_HERE).await?;
    place.the_kit_is_heard().await?;
    place.sound.until_heard(SOON).await
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
    let alone = |room: &lab::node::RoomStatus| room.participants.iter().all(|p| p.display_name != "Robot");
    control.wait_for(ALIAS, SOON, alone).await?;
    Ok(())
}
