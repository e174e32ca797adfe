//! A whole visit through the real programs: staff's taps, the patient's one tap, a far end that others wrote, and nothing
//! left. What is compared is *content*: the picture in the kit's window, and speech in both directions.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::judge;
use end_to_end::speech::Speaker;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::node::{RoomSettings, VideoSettings};
use serde_json::{Value, json};

const LISTEN: Duration = Duration::from_secs(10);
/// Three clients and their mixes share two cores with the sound that is measured.
const SMALL: VideoSettings = VideoSettings {
    width: 640,
    height: 360,
    fps: 10,
    max_kbps: 700,
};

#[tokio::test]
async fn one_tap_and_everybody_sees_and_hears_each_other() -> Result<()> {
    let mut place = Place::open_uncleaned(RoomSettings::default()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let _speaking = place.sound.speak(&patient)?;
    let mut far = place.far_end("Anna", Speaker::Nurse).await?;
    far.until("joined", |_| true).await?;
    place.clean().await?;
    place.prepare().await?;

    let before = place.kit.now()?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    assert_eq!(
        taps(&place, before)?,
        [json!("Join")],
        "one tap, and nothing is typed"
    );

    let shot = place.display.shot().await?;
    let marks = judge::marks(&shot.rgba, shot.width, shot.height).await?;
    assert_eq!(
        marks.len(),
        1,
        "the far end's picture is in the kit's window: {marks:?}"
    );

    far.until_stats(|stats| stats["in"]["video"]["frames_decoded"].as_u64() > Some(20))
        .await?;
    let picture = place.folder.path().join("there.png");
    far.ask("frame", json!({ "file": picture, "of": "main" })).await?;
    assert!(
        judge::is_test_picture(&picture)?,
        "the kit's picture is seen at the far end"
    );

    let at_the_kit = place.sound.record(LISTEN, place.folder.path()).await?;
    let nurse = place.folder.path().join("Nurse.wav");
    let to_kit = judge::likeness(&at_the_kit, &nurse).await?;
    assert!(
        to_kit > judge::SAME,
        "the far end's speech comes out of the kit's speaker: {to_kit}"
    );
    let own_voice = judge::likeness(&at_the_kit, &patient).await?;
    assert!(own_voice < judge::OTHER, "nobody hears himself: {own_voice}");

    let far_away = place.folder.path().join("there.wav");
    far.ask("record", json!({ "seconds": 10, "file": far_away }))
        .await?;
    let to_far = judge::likeness(&far_away, &patient).await?;
    assert!(
        to_far > judge::SAME,
        "the patient's speech is heard at the far end: {to_far}"
    );

    place.leave().await?;
    place.rate_and_wipe().await?;
    place.receipt_at_server().await?;
    place.signatures_at_server().await?;
    nothing_is_left(&place).await
}

#[tokio::test]
async fn with_three_all_hear_all() -> Result<()> {
    let room = RoomSettings {
        video: SMALL,
        ..RoomSettings::default()
    };
    let mut place = Place::open(room).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let mut anna = place.far_end("Anna", Speaker::Nurse).await?;
    let mut omar = place.far_end("Omar", Speaker::Officer).await?;
    anna.until("joined", |_| true).await?;
    omar.until("joined", |_| true).await?;
    place.prepare().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;

    // One speaks at a time, as people do: what is heard is then compared with one sentence.
    for (name, silent, sentence) in [("Anna", "Omar", "Nurse.wav"), ("Omar", "Anna", "Officer.wav")] {
        anna.ask("mute", json!({ "name": silent, "on": true })).await?;
        anna.ask("mute", json!({ "name": name, "on": false })).await?;
        let sentence = place.folder.path().join(sentence);
        let listener = if name == "Anna" { &mut omar } else { &mut anna };
        let there = place.folder.path().join("there.wav");
        let (here, recorded) = tokio::join!(
            place.sound.record(LISTEN, place.folder.path()),
            listener.ask("record", json!({ "seconds": 10, "file": there })),
        );
        recorded?;
        is_heard("the kit", name, &here?, &sentence).await?;
        is_heard(silent, name, &there, &sentence).await?;
    }

    anna.ask("mute", json!({ "name": "Anna", "on": true })).await?;
    anna.ask("mute", json!({ "name": "Omar", "on": true })).await?;
    let _speaking = place.sound.speak(&patient)?;
    for (name, far) in [("Anna", &mut anna), ("Omar", &mut omar)] {
        let there = place.folder.path().join("there.wav");
        far.ask("record", json!({ "seconds": 10, "file": there })).await?;
        is_heard(name, "the patient", &there, &patient).await?;
    }
    Ok(())
}

async fn is_heard(listener: &str, speaker: &str, recording: &Path, sentence: &Path) -> Result<()> {
    let likeness = judge::likeness(recording, sentence).await?;
    assert!(
        likeness > judge::SAME,
        "{listener} hears {speaker}: likeness {likeness}"
    );
    Ok(())
}

#[tokio::test]
async fn a_pulled_battery_leaves_nothing_and_the_wipe_comes_first() -> Result<()> {
    let mut place = Place::open(RoomSettings::default()).await?;
    place.control().add_robot(ALIAS, "Robot", 440.0)?;
    place.prepare().await?;
    place.join().await?;
    place.both_see_and_hear().await?;

    place.kit.kill().await?;
    place.start_kit()?;

    place
        .kit
        .until("the receipt", 0, SOON, |line| {
            !line["data"]["sentence"]["NothingLeft"].is_null()
        })
        .await?;
    let first = place.kit.journal()?.into_iter().next().context("a first line")?;
    assert_eq!(
        first["data"]["screen"], "wipe",
        "nothing comes before the wipe: {first}"
    );
    nothing_is_left(&place).await
}

/// What was tapped since, digits included.
fn taps(place: &Place, since: usize) -> Result<Vec<Value>> {
    let lines = place.kit.journal()?.into_iter().skip(since);
    let taps = lines.filter(|line| line["event"] == "tap");
    Ok(taps.map(|line| line["data"].clone()).collect())
}

/// Neither the kit's folder nor its log at debug level holds anything of the meeting.
async fn nothing_is_left(place: &Place) -> Result<()> {
    let link = place.node.link_to(ALIAS);
    let secrets = [ALIAS, &link, "kaprifol", "Anna", "2580"];
    place.kit.nothing_left(&secrets).await
}
