//! Calls that may only go through a relay, a real one (coturn), over each of the three ways to reach it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use end_to_end::join::Join;
use end_to_end::processes::until;
use end_to_end::turn::{Doors, Turn, Way};
use lab::node::{RoomSettings, TurnServer, VideoSettings};

use super::{Meeting, SOON};

/// A meeting whose participants may use nothing but this relay.
async fn meeting_through(relay: TurnServer) -> Result<Meeting> {
    let room = RoomSettings {
        turn: vec![relay],
        use_relay_candidates_only: true,
        ..RoomSettings::default()
    };
    Meeting::open(room).await
}

async fn carries_the_call(way: Way) -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server(way)).await?;
    let kit = meeting.join(turn.authority_pem())?;
    meeting.both_see_and_hear(&kit).await?;
    assert_eq!(turn.allocations(), 1, "{}", turn.log());
    Ok(())
}

#[tokio::test]
async fn sound_and_picture_go_through_a_relay_over_udp() -> Result<()> {
    carries_the_call(Way::Udp).await
}

#[tokio::test]
async fn sound_and_picture_go_through_a_relay_over_tcp() -> Result<()> {
    carries_the_call(Way::Tcp).await
}

#[tokio::test]
async fn sound_and_picture_go_through_a_relay_over_tls() -> Result<()> {
    carries_the_call(Way::Tls).await
}

/// The cause is told, and no call comes up.
async fn is_not_used(meeting: &Meeting, trusted: &str, cause: &str) -> Result<Join> {
    let kit = meeting.join(trusted)?;
    until("the cause in the log", SOON, || async {
        kit.log().contains(cause).then_some(())
    })
    .await
    .with_context(|| kit.log())?;
    assert_eq!(kit.count(0, "first_frame")?, 0, "{}", kit.log());
    Ok(kit)
}

#[tokio::test]
async fn a_relay_with_another_password_is_not_used() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    for way in [Way::Udp, Way::Tls] {
        let meeting = meeting_through(turn.server_with_wrong_password(way)).await?;
        is_not_used(&meeting, turn.authority_pem(), "the relay refused").await?;
    }
    assert_eq!(turn.allocations(), 0, "{}", turn.log());
    Ok(())
}

#[tokio::test]
async fn a_relay_without_a_trusted_certificate_is_not_used() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server(Way::Tls)).await?;
    is_not_used(&meeting, "", "invalid peer certificate").await?;
    assert_eq!(turn.allocations(), 0, "{}", turn.log());
    Ok(())
}

#[tokio::test]
async fn a_relay_that_does_not_speak_tls_gets_no_plain_text() -> Result<()> {
    let turn = Turn::start(Doors::WithoutTls).await?;
    let meeting = meeting_through(turn.tls_at_the_plain_door()).await?;
    is_not_used(&meeting, turn.authority_pem(), "no TLS connection to the relay").await?;
    assert_eq!(turn.allocations(), 0, "{}", turn.log());
    Ok(())
}

/// Each try fails within milliseconds; the pauses between them keep their number down.
#[tokio::test]
async fn without_any_relay_the_program_gives_up_within_its_minute_and_does_not_hurry() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server_with_wrong_password(Way::Tcp)).await?;
    let mut kit = meeting.join(turn.authority_pem())?;
    let ended = kit.ended(Duration::from_secs(90)).await?;
    assert_eq!(ended.code, Some(4), "unreachable: {}", ended.said);
    let tries = ended.said.matches("a relay cannot be used").count();
    assert!((5..=20).contains(&tries), "{tries} tries: {}", ended.said);
    Ok(())
}

async fn comes_back_after_a_failure(way: Way) -> Result<()> {
    let mut turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server(way)).await?;
    let kit = meeting.join(turn.authority_pem())?;
    meeting.both_see_and_hear(&kit).await?;

    turn.stop().await?;
    let from = kit.now()?;
    kit.until("calling again", from, SOON, |line| {
        line["event"] == "reconnecting"
    })
    .await?;
    turn.start_again().await?;
    kit.until("recovery", from, SOON, |line| line["event"] == "recovered")
        .await?;
    meeting.both_see_and_hear(&kit).await
}

#[tokio::test]
async fn a_relay_over_udp_dies_and_comes_back() -> Result<()> {
    comes_back_after_a_failure(Way::Udp).await
}

#[tokio::test]
async fn a_relay_over_tls_dies_and_comes_back() -> Result<()> {
    comes_back_after_a_failure(Way::Tls).await
}

#[tokio::test]
async fn bursts_of_a_large_picture_come_through_tls() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    let room = RoomSettings {
        turn: vec![turn.server(Way::Tls)],
        use_relay_candidates_only: true,
        video: VideoSettings {
            width: 1280,
            height: 720,
            fps: 30,
            max_kbps: 4_000,
        },
        ..RoomSettings::default()
    };
    let meeting = Meeting::open(room).await?;
    let kit = meeting.join(turn.authority_pem())?;
    meeting.both_see_and_hear(&kit).await?;
    kit.until_figures("ten seconds of it", 0, SOON, |figures| {
        figures["frames_decoded"].as_u64() > Some(250)
    })
    .await?;
    assert_eq!(turn.allocations(), 1, "the connection broke: {}", turn.log());
    Ok(())
}
