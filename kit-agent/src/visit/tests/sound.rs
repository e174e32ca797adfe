//! Where the sound goes, and until when somebody was in a meeting that was lost.

use jiff::SignedDuration;

use super::World;
use super::facts::attendee;
use crate::meeting::{Loss, MeetingEvent};
use crate::visit::effect::{Gateway, Recorded, SoundRoute};
use crate::visit::event::{Event, Reading};
use crate::visit::gates::Privacy;
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::view::{Screen, Sentence, Stage};
use crate::visit::{Act, VisitMark};

fn agreed(world: &World) -> SoundRoute {
    world.visit.state().live().unwrap().sound_as_agreed()
}

#[test]
fn what_was_agreed_on_while_the_kit_read_aloud_holds_afterwards() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Reading(Reading::Aloud));
    assert_eq!(world.account.sound.unwrap().microphone, Gateway::Closed);
    assert_eq!(
        agreed(&world).microphone,
        Gateway::Open,
        "reading is no wish of the patient's"
    );
    world.tap(Act::Mute);
    assert_eq!(agreed(&world).microphone, Gateway::Closed);
    world.tap(Act::SoundByTelephone);
    assert_eq!(agreed(&world), SoundRoute::SILENT);
    world.feed(Event::Reading(Reading::Silent));
    assert_eq!(world.account.sound, Some(SoundRoute::SILENT));
}

#[test]
fn a_meeting_that_begins_while_the_kit_reads_aloud_does_not_hear_it() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.pass_gates(Privacy::NobodyElse);
    world.feed(Event::Reading(Reading::Aloud));
    world.tap(Act::Join);
    world.feed(Event::Meeting(MeetingEvent::Joined));
    assert_eq!(world.account.sound.unwrap().microphone, Gateway::Closed);
    world.feed(Event::Reading(Reading::Silent));
    assert_eq!(world.account.sound.unwrap().microphone, Gateway::Open);
}

#[test]
fn a_meeting_that_was_lost_was_over_then_and_not_when_nobody_came_back() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.wait(SignedDuration::from_mins(5));
    world.feed(Event::Meeting(MeetingEvent::Roster(vec![
        attendee("me", true),
        attendee("doctor", false),
    ])));
    let lost_at = world.now;
    world.feed(Event::Meeting(MeetingEvent::Lost(Loss::Media)));
    world.wait(SignedDuration::from_mins(15));
    assert!(
        matches!(world.visit.state(), State::Summary(_)),
        "{:?}",
        world.visit.state()
    );
    let until = world.account.recorded.iter().filter_map(|what| match what {
        Recorded::Attended { until, .. } => Some(*until),
        _ => None,
    });
    let until = until.collect::<Vec<_>>();
    assert_eq!(until, vec![lost_at; 4]);
    let left = Recorded::Left { seconds: 300 };
    assert!(
        world.account.recorded.contains(&left),
        "{:?}",
        world.account.recorded
    );
}

#[test]
fn in_doubt_about_privacy_only_the_shifts_code_opens_the_sound() {
    let mut world = World::in_meeting(Privacy::SoundByTelephone);
    assert_eq!(world.sentence(), Sentence::SoundByTelephone);
    world.tap(Act::SoundHere);
    world.feed(Event::KeyTyped(KeyCheck::Wrong));
    assert_eq!(world.account.sound, None, "nothing was ever opened");
    world.feed(Event::KeyTyped(KeyCheck::Right));
    assert_ne!(world.account.sound, None);
}

#[test]
fn one_tap_makes_it_sound_only_until_one_tap_brings_the_pictures_back() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    let stage = |world: &World| match world.visit.view(world.now).screen {
        Screen::Meeting(meeting) => meeting.stage,
        other => panic!("{other:?}"),
    };
    world.feed(Event::Meeting(MeetingEvent::SlidesStarted { by: None }));
    let sound = world.account.sound;
    world.tap(Act::PictureOff);
    assert_eq!(world.account.picture, Some(Gateway::Closed));
    assert_eq!(
        stage(&world),
        Stage::Table,
        "nothing of the others is drawn, slides neither"
    );
    assert_eq!(world.account.sound, sound, "the sound stays");
    world.feed(Event::Meeting(MeetingEvent::Reconnecting));
    world.feed(Event::Meeting(MeetingEvent::Recovered));
    assert_eq!(
        world.account.picture,
        Some(Gateway::Closed),
        "off after a lost network, too"
    );
    world.tap(Act::PictureOn);
    assert_eq!(world.account.picture, Some(Gateway::Open));
    assert_eq!(stage(&world), Stage::Slides(None));
}
