//! Where the sound goes while the kit reads aloud, and until when somebody was in a meeting that was lost.

use jiff::SignedDuration;

use super::{World, attendee};
use crate::meeting::{Loss, MeetingEvent};
use crate::visit::effect::{Gateway, Recorded, SoundRoute};
use crate::visit::event::{Event, Reading};
use crate::visit::gates::Privacy;
use crate::visit::state::State;
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
