//! The unattended demo: a whole visit that measures itself and leaves a report and a picture of every screen.
//!
//! `report.json` holds taps, milliseconds from the tap to the first remote frame, what arrived at *each* end, and the
//! wipe's receipt as the kit and as the fleet server know it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::node::RoomSettings;
use serde_json::{Value, json};

use crate::judge;
use crate::speech::Speaker;
use crate::visit::{Place, SOON};

/// Does one visit of `stay` in the meeting and writes the report into `out`.
pub async fn unattended(out: &Path, stay: Duration) -> Result<()> {
    std::fs::create_dir_all(out)?;
    let mut place = Place::open_uncleaned(RoomSettings::default()).await?;
    let patient = Speaker::Patient.record(place.folder.path()).await?;
    let _speaking = place.sound.speak(&patient)?;
    let mut far = place.far_end("Anna", Speaker::Nurse).await?;
    far.until("joined", |_| true).await?;

    place.kit.shows("ready", SOON).await?;
    place.display.save(&out.join("1-not-ready.png")).await?;
    place.clean().await?;
    place.prepare().await?;
    place.display.save(&out.join("2-meeting-today.png")).await?;

    place.join().await?;
    place.kit.shows("meeting", SOON).await?;
    place.both_see_and_hear().await?;
    place.display.save(&out.join("3-in-meeting.png")).await?;
    let heard = place.sound.record(stay, place.folder.path()).await?;
    let far_end = far
        .until_stats(|stats| stats["in"]["video"]["frames_decoded"].as_u64() > Some(0))
        .await?;
    let shot = place.display.shot().await?;
    let marks = judge::marks(&shot.rgba, shot.width, shot.height).await?;
    let nurse = place.folder.path().join("Nurse.wav");
    let likeness = judge::likeness(&heard, &nurse).await?;

    place.leave().await?;
    place.display.save(&out.join("4-ended.png")).await?;
    place.rate_and_wipe().await?;
    place.display.save(&out.join("5-nothing-left.png")).await?;

    let receipt = place.receipt_at_server().await?;
    let report = report(&place.kit.journal()?, &far_end, &marks, likeness, &receipt)?;
    std::fs::write(out.join("report.json"), serde_json::to_vec_pretty(&report)?)?;
    say(&format!("{report:#}"));
    Ok(())
}

fn report(
    journal: &[Value],
    far_end: &Value,
    marks: &[judge::Mark],
    likeness: f64,
    receipt: &Value,
) -> Result<Value> {
    let tap = journal
        .iter()
        .find(|line| line["event"] == "tap" && line["data"] == "Join")
        .context("no tap")?;
    let frame = journal
        .iter()
        .find(|line| line["event"] == "first_frame")
        .context("no frame")?;
    let figures = journal
        .iter()
        .rfind(|line| line["event"] == "figures")
        .context("no figures")?;
    let waited = frame["ms"]
        .as_u64()
        .zip(tap["ms"].as_u64())
        .map(|(frame, tap)| frame - tap);
    let wiped = journal
        .iter()
        .find(|line| !line["data"]["Wiped"].is_null())
        .context("no receipt")?;
    ensure!(
        !marks.is_empty(),
        "the far end's picture was not found in the kit's window"
    );
    Ok(json!({
        "taps_by_patient": journal.iter().filter(|line| line["event"] == "tap" && line["data"] == "Join").count(),
        "ms_from_tap_to_first_remote_frame": waited,
        "kit": {
            "frames_received": figures["data"]["frames_decoded"],
            "audio_level_db": figures["data"]["recv_level_db"],
            "far_end_found_in_window": !marks.is_empty(),
            "likeness_to_far_end_speech": likeness,
        },
        "far_end": {
            "frames_received": far_end["in"]["video"]["frames_decoded"],
            "audio_level_db": far_end["level_db"],
        },
        "wipe_receipt": { "kit": wiped["data"]["Wiped"], "fleet_server": receipt },
    }))
}

#[expect(clippy::print_stdout, reason = "the demo speaks to the person who started it")]
fn say(line: &str) {
    println!("{line}");
}
