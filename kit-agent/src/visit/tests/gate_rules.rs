//! The gates of one visit: who is asked what, what an answer means, and what stands in the log.

use jiff::SignedDuration;

use super::World;
use crate::meeting::MeetingEvent;
use crate::visit::effect::{Effect, Recorded};
use crate::visit::event::Event;
use crate::visit::gates::{Answer, Assessment, Gate, Method, Mixed, Privacy, RelativeAnswer, Sharing};
use crate::visit::reservation::Kinship;
use crate::visit::seat::PersonRole;
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::view::{Screen, Sentence};
use crate::visit::{Act, VisitMark};

fn at_the_gates() -> World {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world
}

#[test]
fn who_cannot_consent_needs_an_assessment_by_each_who_discloses() {
    let mut world = at_the_gates();
    world.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
    world.tap(Act::Answer(Answer::Sharing(Sharing::CannotConsent)));
    world.tap(Act::Answer(Answer::Secrecy(0, Assessment::Made)));
    world.tap(Act::Answer(Answer::Secrecy(1, Assessment::NotYet)));
    assert_eq!(world.sentence(), Sentence::AssessSecrecyFirst);
    assert!(
        !world.offers(Act::Answer(Answer::LegalMode(Mixed::SharingOff))),
        "one assessment is missing, and the next question is asked"
    );
    world.tap(Act::Answer(Answer::Secrecy(1, Assessment::Made)));
    world.tap(Act::Answer(Answer::LegalMode(Mixed::SharingOff)));
    world.tap(Act::Answer(Answer::Relative(0, RelativeAnswer::NotWelcome)));
    world.tap(Act::Answer(Answer::Privacy(Privacy::NobodyElse)));
    world.tap(Act::Answer(Answer::RoomSeen));
    assert!(matches!(world.visit.state(), State::Tile(..)));
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.tap(Act::Undo(Gate::Sharing));
    assert_eq!(
        world.visit.view(world.now).acts[0],
        Act::Answer(Answer::Sharing(Sharing::Consent))
    );
    world.tap(Act::Answer(Answer::Sharing(Sharing::CannotConsent)));
    assert!(
        world.offers(Act::Answer(Answer::Secrecy(0, Assessment::Made))),
        "an assessment outlived the question it belongs to"
    );
}

#[test]
fn who_is_known_and_has_no_e_id_is_not_held_back() {
    let mut world = at_the_gates();
    let ways = match world.visit.state() {
        State::Preparing(preparation) => preparation.reservation.ways,
        other => panic!("{other:?}"),
    };
    assert_eq!(ways.bank_id, None, "no e-ID is a way here");
    world.tap(Act::Answer(Answer::Identity(Method::KnownFromBefore)));
    world.tap(Act::Answer(Answer::Sharing(Sharing::Consent)));
    world.tap(Act::Answer(Answer::LegalMode(Mixed::SharingLifted)));
    world.tap(Act::Answer(Answer::Relative(0, RelativeAnswer::Welcome)));
    world.tap(Act::Answer(Answer::Privacy(Privacy::NobodyElse)));
    world.tap(Act::Answer(Answer::RoomSeen));
    world.tap(Act::Join);
    assert!(world.account.session_open, "held back for want of an e-ID");
    world.walk_home();
}

#[test]
fn where_nothing_may_be_shared_the_staffs_side_says_so_all_through_the_meeting() {
    for (answer, off) in [(Mixed::SharingOff, true), (Mixed::SharingLifted, false)] {
        let mut world = at_the_gates();
        world.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
        world.tap(Act::Answer(Answer::Sharing(Sharing::Consent)));
        world.tap(Act::Answer(Answer::LegalMode(answer)));
        world.tap(Act::Answer(Answer::Relative(0, RelativeAnswer::Welcome)));
        world.tap(Act::Answer(Answer::Privacy(Privacy::NobodyElse)));
        world.tap(Act::Answer(Answer::RoomSeen));
        world.tap(Act::Join);
        world.feed(Event::Meeting(MeetingEvent::Joined));
        world.tap(Act::Help);
        world.tap(Act::Staff);
        world.feed(Event::KeyTyped(KeyCheck::Right));
        match world.visit.view(world.now).screen {
            Screen::StaffPanel(panel) => assert_eq!(panel.sharing_off, off, "{answer:?}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn rather_in_person_is_an_outcome_from_the_patients_side_and_from_the_staffs() {
    let mut patient = World::start(VisitMark::Clean);
    patient.check_out();
    for act in [Act::CallSupport, Act::AskInPerson, Act::PreferInPerson] {
        patient.tap(act);
    }
    let mut staff = at_the_gates();
    for act in [Act::AskGiveUp, Act::AskInPerson, Act::PreferInPerson] {
        staff.tap(act);
    }
    let mut meeting = World::in_meeting(Privacy::NobodyElse);
    meeting.tap(Act::Help);
    meeting.tap(Act::Staff);
    meeting.feed(Event::KeyTyped(KeyCheck::Right));
    meeting.tap(Act::AskInPerson);
    meeting.tap(Act::PreferInPerson);
    for mut world in [patient, staff, meeting] {
        let counted = world.account.recorded.iter();
        assert_eq!(
            counted
                .filter(|what| **what == Recorded::PreferredInPerson)
                .count(),
            1
        );
        world.walk_home();
    }
}

#[test]
fn a_relatives_consent_can_be_taken_back_in_the_meeting() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.tap(Act::Help);
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.now += SignedDuration::from_mins(20);
    let effects = world.visit.step(world.now, Event::Tapped(Act::Withdraw(0)));
    let daughter = PersonRole::Kin(Kinship::Daughter);
    let was_here = effects.iter().find_map(|effect| match effect {
        Effect::Record(record) => match record.what {
            Recorded::Attended {
                role, from, until, ..
            } if role == daughter => Some(until.duration_since(from)),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(was_here, Some(SignedDuration::from_mins(20)), "{effects:?}");
    let shown = effects.iter().find_map(|effect| match effect {
        Effect::ShowAs(sofa) => Some(sofa.len()),
        _ => None,
    });
    assert_eq!(shown, Some(2), "the others still see the relative: {effects:?}");
    assert!(!world.offers(Act::Withdraw(0)));
    world.tap(Act::Back);
    world.tap(Act::End);
    world.tap(Act::Leave);
    let later = world.account.recorded.iter();
    let again = later.filter(|what| matches!(what, Recorded::Attended { role, .. } if *role == daughter));
    assert_eq!(again.count(), 0, "who left is told of again");
    world.tap(Act::Next);
    let Screen::Recap(roles) = world.visit.view(world.now).screen else {
        panic!("no recap");
    };
    assert!(
        roles.contains(&daughter),
        "who was here for a while was here: {roles:?}"
    );
}

#[test]
fn each_answer_is_recorded_with_its_text_version_by_the_care_worker() {
    let mut world = at_the_gates();
    let effects = world.visit.step(
        world.now,
        Event::Tapped(Act::Answer(Answer::Identity(Method::KnownFromBefore))),
    );
    let [Effect::Record(record)] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(record.by.as_deref(), Some("s-1"));
    assert!(matches!(record.what, Recorded::Answered(_, version, None) if version.number == 3));
}
