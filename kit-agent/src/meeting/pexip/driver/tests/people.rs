//! Who is here, who speaks, slides, microphones, notes, and what the log says of it all.

use std::sync::Arc;

use super::*;
use crate::media::call::OfferKind;
use crate::meeting::session::{Microphone, OurPicture};
use crate::meeting::{AttendeeId, DisplayName, Door, Place};

fn id(id: &str) -> AttendeeId {
    AttendeeId(id.into())
}

#[tokio::test(start_paused = true)]
async fn the_roster_is_told_with_who_we_are() {
    let mut world = World::joined(well).await;
    world.node.event("participant_sync_begin", &Value::Null);
    world.participant("me", &json!({}));
    world.participant("doctor", &json!({"service_type": "waiting_room"}));
    world.node.event("participant_sync_end", &Value::Null);
    let told = world.told_within(Duration::from_secs(1)).await;
    let [MeetingEvent::Roster(roster)] = told.as_slice() else {
        panic!("{told:?}")
    };
    let rows: Vec<_> = roster
        .iter()
        .map(|row| (row.id.0.as_str(), row.is_me, row.place))
        .collect();
    assert_eq!(
        rows,
        [
            ("doctor", false, Place::WaitingRoom),
            ("me", true, Place::InMeeting)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn speakers_slides_and_the_hosts_mute_are_told_once() {
    let mut world = World::joined(well).await;
    let stage = json!([{"participant_uuid": "doctor", "stage_index": 0, "vad": 100}]);
    world.node.event("stage", &stage);
    world.node.event("stage", &stage);
    world.node.event(
        "presentation_start",
        &json!({"presenter_name": "x", "presenter_uuid": "doctor"}),
    );
    world.participant("me", &json!({"is_muted": "YES"}));
    world.participant("me", &json!({"is_muted": "YES"}));
    world.participant("me", &json!({"is_muted": "NO"}));
    let expected = [
        MeetingEvent::Speaker(Some(id("doctor"))),
        MeetingEvent::SlidesStarted {
            by: Some(id("doctor")),
        },
        MeetingEvent::MutedByHost,
        MeetingEvent::UnmutedByHost,
    ];
    for event in expected {
        assert_eq!(world.next().await, event);
    }
}

#[tokio::test(start_paused = true)]
async fn slides_are_received_while_they_are_shown() {
    let mut world = World::joined(well).await;
    world.node.event(
        "presentation_start",
        &json!({"presenter_name": "x", "presenter_uuid": "d"}),
    );
    world.told_within(Duration::from_secs(1)).await;
    world.node.event("presentation_stop", &Value::Null);
    world.told_within(Duration::from_secs(1)).await;
    assert_eq!(
        world.media.offers(),
        [
            OfferKind::Initial,
            OfferKind::Slides(true),
            OfferKind::Slides(false)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn slides_come_back_after_a_new_call() {
    let mut world = World::joined(well).await;
    world.node.event(
        "presentation_start",
        &json!({"presenter_name": "x", "presenter_uuid": "d"}),
    );
    world.told_within(Duration::from_secs(1)).await;
    world.node.event("call_disconnected", &json!({"call_uuid": "c1"}));
    world.told_within(Duration::from_secs(1)).await;
    assert_eq!(
        world.media.offers()[2..],
        [OfferKind::Initial, OfferKind::Slides(true)]
    );
}

#[tokio::test(start_paused = true)]
async fn commands_reach_the_node() {
    let world = World::joined(well).await;
    world
        .command(SessionCommand::Microphone(Microphone::Closed))
        .await;
    world.participant("me", &json!({"is_muted": "YES"}));
    world.settle().await;
    world.command(SessionCommand::Microphone(Microphone::Open)).await;
    world.command(SessionCommand::Picture(OurPicture::Held)).await;
    world.command(SessionCommand::Picture(OurPicture::Held)).await;
    world.command(SessionCommand::Picture(OurPicture::Sent)).await;
    world.command(SessionCommand::Admit(id("daughter"))).await;
    world.command(SessionCommand::Message("Hjälp".into())).await;
    world.command(SessionCommand::Remove(id("stranger"))).await;
    world.command(SessionCommand::Door(Door::Locked)).await;
    world.command(SessionCommand::Door(Door::Open)).await;
    world.command(SessionCommand::Ring("+46701234567".into())).await;
    let name = DisplayName::new("Patient – hemma".into());
    world.command(SessionCommand::ShowAs(name)).await;
    for asked in [
        "participants/me/client_mute T1",
        "participants/me/client_unmute T1",
        "participants/me/unmute T1",
        "participants/me/video_muted T1",
        "participants/me/video_unmuted T1",
        "participants/daughter/unlock T1",
        "message T1",
        "participants/stranger/disconnect T1",
        "lock T1",
        "unlock T1",
        "dial T1",
        "participants/me/overlaytext T1",
    ] {
        assert_eq!(world.node.count(asked), 1, "{asked}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_held_back_stays_so_with_a_new_token() {
    let mut world = World::joined(well).await;
    world
        .command(SessionCommand::Microphone(Microphone::Closed))
        .await;
    world.command(SessionCommand::Picture(OurPicture::Held)).await;
    world
        .node
        .event("disconnect", &json!({"reason": "Media node disconnected"}));
    world.told_within(Duration::from_secs(1)).await;
    assert_eq!(world.node.count("participants/me/client_mute T2"), 1);
    assert_eq!(world.node.count("participants/me/video_muted T2"), 1);
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_logged_even_at_trace() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(Arc::new(log.reopen().unwrap()))
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let mut first = true;
    let mut world = World::join_link(
        "https://meet.example/webapp3/m/sesame?pin=4711",
        move |asked, _| {
            if asked.starts_with("request_token") && std::mem::take(&mut first) {
                return Some(Answer::Ok(json!({
                    "token": "TokenOfGold", "expires": "120", "participant_uuid": "me",
                    "current_service_type": "conference",
                })));
            }
            (asked.contains("update") || asked.starts_with("refresh"))
                .then(|| Answer::No(403, json!("Anna Andersson")))
        },
    );
    assert_eq!(world.next().await, MeetingEvent::Joined);
    world.participant("doctor", &json!({"display_name": "Anna Andersson"}));
    world.media.event(crate::media::call::CallEvent::NetworkChanged);
    world.told_within(Duration::from_secs(90)).await;
    world
        .node
        .event("disconnect", &json!({"reason": "Anna Andersson said so"}));
    world.told_within(Duration::from_secs(5)).await;

    let logged = std::fs::read_to_string(log.path()).unwrap();
    assert!(
        logged.contains("trying"),
        "nothing was logged, so nothing was tested: {logged}"
    );
    for secret in [
        "sesame",
        "4711",
        "TokenOfGold",
        "Anna",
        "Andersson",
        "meet.example",
    ] {
        assert!(!logged.contains(secret), "{secret} is in the log:\n{logged}");
    }
}
