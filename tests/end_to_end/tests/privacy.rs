//! Who may hear, and what a crash leaves behind. Measured where it counts: at the conference node, at the sound server, on
//! the disk and in the memory of the next process.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use end_to_end::kit::nothing_left;
use end_to_end::processes::until;
use end_to_end::remains;
use end_to_end::speech::Speaker;
use end_to_end::visit::{ALIAS, Place, SOON};
use lab::node::RoomSettings;

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
    // What was on its way arrives; from then on there is nothing.
    until("the last sound on its way", SOON, || async {
        let before = figures().ok()?.0;
        tokio::time::sleep(Duration::from_millis(500)).await;
        (figures().ok()?.0 == before).then_some(())
    })
    .await?;
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

/// Crashes in one run; `./dev soak` sets 200.
fn crashes() -> usize {
    let wanted = std::env::var("KIT_CRASHES").ok().and_then(|n| n.parse().ok());
    wanted.unwrap_or(3)
}

/// A visit takes about this long from check-out; a crash comes anywhere in it.
const VISIT: Duration = Duration::from_secs(24);

#[tokio::test]
async fn killed_at_any_moment_of_a_visit_nothing_of_it_is_found() -> Result<()> {
    for crash in 0..crashes() {
        let share: f64 = rand::random();
        crash_at(VISIT.mul_f64(share))
            .await
            .with_context(|| format!("crash {crash}, {share:.3} into the visit"))?;
    }
    Ok(())
}

/// One visit that ends after so long, as when the battery is pulled; and what is left of it.
async fn crash_at(moment: Duration) -> Result<()> {
    let secret = format!("{:016x}", rand::random::<u64>());
    let alias = format!("rum-{secret}");
    let pin = format!("{}", rand::random_range(100_000_000..1_000_000_000_u32));
    let person = format!("19121212-{:04} Tolvan", rand::random_range(1000..10_000_u32));
    let room = RoomSettings {
        guest_pin: Some(pin.clone()),
        host_pin: Some(format!("1{pin}")),
        ..RoomSettings::default()
    };
    let mut place = Place::open_clean(&alias, room, &pin).await?;
    place.control().add_robot(&alias, &person, 440.0)?;
    place.check_out().await?;
    tokio::select! {
        walked = visit(&place) => walked?,
        () = tokio::time::sleep(moment) => {}
    }
    place.kit.kill().await?;
    place.start_kit()?;
    let home = place.kit.until("a kit without a visit", 0, SOON, |line| {
        let screen = &line["data"]["screen"];
        !line["data"]["sentence"]["NothingLeft"].is_null() || screen == "ready" || screen == "cleaning"
    });
    let home = home.await?;
    let first = &place.kit.journal()?[0]["data"]["screen"];
    ensure!(
        *first == "wipe" || home["data"]["screen"] == "ready",
        "{first} came before the wipe"
    );
    let secrets = [&*secret, &pin, &person];
    nothing_left(place.kit.state.path(), &secrets)?;
    let own = [place.folder.path(), place.kit.state.path()];
    remains::in_temporary_files(&secrets, &own)?;
    let pid = place.kit.pid().context("the kit runs")?;
    remains::in_environment(pid, &secrets)?;
    remains::in_memory(pid, &secrets)
}

/// Everything after check-out, until the kit says that nothing is left.
async fn visit(place: &Place) -> Result<()> {
    place.pass_gates().await?;
    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    place.leave().await?;
    place.rate_and_wipe().await
}

#[test]
fn the_search_finds_what_is_there() {
    let planted = format!("planterad-{}", std::process::id());
    assert!(remains::in_memory(std::process::id(), &[&planted]).is_err());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &planted).unwrap();
    assert!(remains::in_temporary_files(&[&planted], &[Path::new("/nowhere")]).is_err());
}
