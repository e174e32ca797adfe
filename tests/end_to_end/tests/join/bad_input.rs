//! What a hostile or broken service and a wrong link may do: a clear sentence and exit code, no crash, bounded memory.

use anyhow::{Context as _, Result};
use end_to_end::join::{Ended, Join};
use lab::node::{AnswerFault, RoomFault, RoomSettings};

use super::{ALIAS, Meeting, SOON};

/// Huge answers may cost this much memory more than a good meeting: a few answers at their limit of 256 KiB each, and what
/// the allocator keeps. 100 MB would be seen.
const ROOM_FOR_ANSWERS_KB: u64 = 20 * 1024;

/// The most memory that the program ever held, in kB.
fn peak_kb(kit: &Join) -> Result<u64> {
    let pid = kit.pid().context("the program runs")?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("a peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn huge(to: &str, times: u32) -> RoomFault {
    RoomFault::Answer(AnswerFault {
        to: to.into(),
        times,
        bytes: Some(100_000_000),
        ..AnswerFault::default()
    })
}

#[tokio::test]
async fn answers_of_100_megabytes_are_not_read() -> Result<()> {
    let good = Meeting::open(RoomSettings::default()).await?;
    let kit = good.join("")?;
    good.both_see_and_hear(&kit).await?;
    let usual = peak_kb(&kit)?;
    drop(kit);

    let bad = Meeting::open(RoomSettings::default()).await?;
    for fault in [huge("request_token", 2), huge("calls", 2)] {
        bad.node.control().room_fault(ALIAS, fault)?;
    }
    let kit = bad.join("")?;
    bad.both_see_and_hear(&kit).await?;
    let peak = peak_kb(&kit)?;
    assert!(
        peak < usual + ROOM_FOR_ANSWERS_KB,
        "{peak} kB, and {usual} kB in a good meeting"
    );
    Ok(())
}

#[tokio::test]
async fn endless_answers_are_cut_off_and_asked_for_again() -> Result<()> {
    let bad = Meeting::open(RoomSettings::default()).await?;
    let endless = AnswerFault {
        times: 3,
        bytes: Some(0),
        ..AnswerFault::default()
    };
    bad.node.control().room_fault(ALIAS, RoomFault::Answer(endless))?;
    let kit = bad.join("")?;
    bad.both_see_and_hear(&kit).await?;
    assert_eq!(kit.log().matches("NoToken(Garbage)").count(), 3, "{}", kit.log());
    Ok(())
}

#[tokio::test]
async fn garbage_instead_of_a_session_description() -> Result<()> {
    let bad = Meeting::open(RoomSettings::default()).await?;
    let many_lines = "a=candidate:1 1 UDP 1 127.0.0.1 9 typ host\r\n".repeat(4_000);
    for sdp in [
        "",
        "\u{0}\u{ffff}",
        "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:active\r\n",
        &format!("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n{many_lines}"),
    ] {
        let fault = AnswerFault {
            to: "calls".into(),
            result: Some(serde_json::json!({ "call_uuid": "x", "sdp": sdp })),
            ..AnswerFault::default()
        };
        bad.node.control().room_fault(ALIAS, RoomFault::Answer(fault))?;
    }
    let kit = bad.join("")?;
    kit.until("the picture after all", 0, SOON * 2, |line| {
        line["event"] == "first_frame"
    })
    .await?;
    bad.both_see_and_hear(&kit).await
}

async fn turned_away(link: &str) -> Result<Ended> {
    let mut kit = Join::start(link, "")?;
    let ended = kit.ended(SOON).await?;
    assert!(!ended.said.contains("panicked"), "{}", ended.said);
    Ok(ended)
}

#[tokio::test]
async fn links_that_may_not_be_followed() -> Result<()> {
    for (link, sentence) in [
        ("https://zoom.us/j/123456789", "may not be used for care meetings"),
        (
            "https://meet.example/webapp3/m/19121212-1212",
            "contains a personal number",
        ),
        (
            "https://meet.example/webapp3/m/191212121212",
            "contains a personal number",
        ),
        ("http://meet.example/webapp3/m/rum", "must begin with https"),
        (
            "https://anna:hemlig@meet.example/webapp3/m/rum",
            "hides where it leads",
        ),
        ("https://meet.example/", "leads to no meeting room"),
        ("rum 4711", "this is not a link"),
    ] {
        let ended = turned_away(link).await?;
        assert_eq!(ended.code, Some(2), "{link}: {}", ended.said);
        assert!(ended.said.contains(sentence), "{link}: {}", ended.said);
        assert!(
            !ended.said.contains("1212"),
            "the link is repeated: {}",
            ended.said
        );
    }
    Ok(())
}

#[tokio::test]
async fn exit_codes_tell_refused_from_unreachable() -> Result<()> {
    let meeting = Meeting::open(RoomSettings::default()).await?;
    let mut kit = Join::start(&meeting.node.link_to("inget-rum"), meeting.node.ca_pem())?;
    let ended = kit.ended(SOON).await?;
    assert_eq!(ended.code, Some(3), "refused: {}", ended.said);

    let mut kit = Join::start(&meeting.link(), "")?;
    let ended = kit.ended(SOON).await?;
    assert_eq!(
        ended.code,
        Some(4),
        "its certificate is not trusted: {}",
        ended.said
    );
    assert!(ended.said.contains("could not prove who it is"), "{}", ended.said);
    Ok(())
}
