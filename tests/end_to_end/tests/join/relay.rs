//! Calls that may only go through a relay, a real one (coturn), over each of the three ways to reach it.

use std::time::Duration;

use anyhow::Result;
use end_to_end::turn::{Doors, Turn, Way};
use lab::node::{RoomSettings, TurnServer};

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

/// The relay's refusal is told in the log, the program gives up within its minute, and no media came through.
async fn is_turned_away(meeting: &Meeting, trusted: &str, cause: &str) -> Result<()> {
    let mut kit = meeting.join(trusted)?;
    let ended = kit.ended(Duration::from_secs(90)).await?;
    assert_eq!(ended.code, Some(4), "unreachable: {}", ended.said);
    assert!(ended.said.contains(cause), "{}", ended.said);
    let through = kit.count(0, "first_frame")?;
    assert_eq!(through, 0, "{}", ended.said);
    Ok(())
}

#[tokio::test]
async fn a_relay_with_another_password_refuses() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    for way in [Way::Udp, Way::Tls] {
        let meeting = meeting_through(turn.server_with_wrong_password(way)).await?;
        is_turned_away(&meeting, turn.authority_pem(), "the relay refused").await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_relay_without_a_trusted_certificate_is_not_used() -> Result<()> {
    let turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server(Way::Tls)).await?;
    is_turned_away(&meeting, "", "certificate").await?;
    assert_eq!(turn.allocations(), 0, "{}", turn.log());
    Ok(())
}

#[tokio::test]
async fn a_relay_that_does_not_speak_tls_gets_no_plain_text() -> Result<()> {
    let turn = Turn::start(Doors::WithoutTls).await?;
    let meeting = meeting_through(turn.tls_at_the_plain_door()).await?;
    is_turned_away(&meeting, turn.authority_pem(), "TLS").await?;
    assert_eq!(turn.allocations(), 0, "{}", turn.log());
    Ok(())
}

async fn comes_back_after_a_failure(way: Way) -> Result<()> {
    let mut turn = Turn::start(Doors::All).await?;
    let meeting = meeting_through(turn.server(way)).await?;
    let kit = meeting.join(turn.authority_pem())?;
    meeting.both_see_and_hear(&kit).await?;

    turn.stop().await?;
    let from = kit.now()?;
    kit.until("calling again", from, SOON, |line| line["event"] == "reconnecting")
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
