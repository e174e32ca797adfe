//! Visits walked step by step.

use jiff::SignedDuration;

use super::World;
use super::facts::{good_facts, reservation, staff};
use crate::meeting::{Ending, Loss, MeetingEvent};
use crate::visit::effect::Recorded;
use crate::visit::event::{Confirmed, Quality, SkipReason};
use crate::visit::gates::{Answer, Gate, Method, Privacy, Sharing};
use crate::visit::readiness::{NotReady, Part, Presence};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::view::{Screen, Sentence};
use crate::visit::{Act, Event, VisitMark};

#[test]
fn a_visit_from_ready_to_nothing_is_left() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    assert_eq!(world.sentence(), Sentence::DoTheyHearUs);
    world.wait(SignedDuration::from_mins(44));
    world.tap(Act::End);
    world.tap(Act::Leave);
    let screen = world.visit.view(world.now).screen;
    assert_eq!(
        screen,
        Screen::Summary {
            most_present: 2,
            minutes: 44
        }
    );
    world.tap(Act::Next);
    assert_eq!(world.sentence(), Sentence::WhatWasDecided);
    world.tap(Act::Next);
    world.tap(Act::SkipRating);
    assert_eq!(world.sentence(), Sentence::Removing);
    world.confirm_wipe();
    assert_eq!(world.sentence(), Sentence::NothingLeft { at: world.now });
    world.walk_home();
    assert_eq!(world.sentence(), Sentence::NothingBooked);
}

#[test]
fn the_same_reservation_does_not_come_back_after_its_visit() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Meeting(MeetingEvent::Ended(Ending::HostEnded)));
    world.walk_home();
    world.feed(Event::Booked(Some(Box::new(reservation(1)))));
    assert_eq!(world.sentence(), Sentence::NothingBooked);
    world.feed(Event::Booked(Some(Box::new(reservation(2)))));
    assert_eq!(world.sentence(), Sentence::NextMeeting);
}

#[test]
fn the_next_patient_begins_without_an_answer_of_the_one_before() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Meeting(MeetingEvent::Ended(Ending::HostEnded)));
    world.walk_home();
    world.check_out_for(5);
    let State::Preparing(preparation) = world.visit.state() else {
        panic!("{:?}", world.visit.state());
    };
    assert!(preparation.portal_link.is_none());
    assert_eq!(
        preparation.gates.method(),
        None,
        "the one before stays identified"
    );
    assert!(!world.offers(Act::Join));
}

#[test]
fn a_visit_that_was_under_way_begins_with_the_wipe() {
    let world = World::start(VisitMark::UnderWay);
    assert!(matches!(world.visit.state(), State::Wiping(_)));
}

#[test]
fn a_wipe_that_is_not_confirmed_locks_the_tablet_until_it_is() {
    let mut world = World::start(VisitMark::UnderWay);
    world.wait(SignedDuration::from_secs(60));
    assert_eq!(world.sentence(), Sentence::NotSure);
    world.walk_home();
}

#[test]
fn a_refused_consent_keeps_the_button_away() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.tap(Act::Answer(Answer::Identity(Method::KnownFromBefore)));
    world.tap(Act::Answer(Answer::Sharing(Sharing::Refused)));
    assert_eq!(world.sentence(), Sentence::CannotBeHeld);
    world.feed(Event::Tapped(Act::Answer(Answer::RoomSeen)));
    assert!(
        !world.account.answers.contains(&Answer::RoomSeen),
        "a later question was answered out of turn"
    );
    world.tap(Act::Undo(Gate::Sharing));
}

#[test]
fn calling_again_changes_its_words_after_20_and_60_seconds_and_comes_back() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Meeting(MeetingEvent::Reconnecting));
    assert_eq!(world.sentence(), Sentence::CallingAgain);
    let due = world
        .visit
        .next_deadline(world.now)
        .expect("the wording changes by itself");
    assert_eq!(due - world.now, jiff::Span::new().seconds(20).fieldwise());
    world.wait(SignedDuration::from_secs(20));
    assert_eq!(world.sentence(), Sentence::CallingTakesLonger);
    world.feed(Event::Meeting(MeetingEvent::Reconnecting));
    world.wait(SignedDuration::from_secs(40));
    assert_eq!(world.sentence(), Sentence::CallMeanwhile);
    world.feed(Event::Meeting(MeetingEvent::Recovered));
    assert_eq!(world.sentence(), Sentence::NobodyAnswers);
}

#[test]
fn a_lost_meeting_can_be_joined_again_for_fifteen_minutes() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Meeting(MeetingEvent::Lost(Loss::Network)));
    world.wait(SignedDuration::from_mins(14));
    world.tap(Act::JoinAgain);
    world.feed(Event::Meeting(MeetingEvent::Joined));
    world.feed(Event::Meeting(MeetingEvent::Lost(Loss::Network)));
    world.wait(SignedDuration::from_mins(15));
    assert_eq!(world.sentence(), Sentence::MeetingOver);
}

#[test]
fn a_weak_link_is_told_after_3_seconds_and_forgotten_after_10() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::Quality(Quality::Weak));
    world.wait(SignedDuration::from_secs(2));
    assert_eq!(world.sentence(), Sentence::DoTheyHearUs);
    world.wait(SignedDuration::from_secs(1));
    assert_eq!(world.sentence(), Sentence::WeakNotConfirmed);
    world.feed(Event::OurSound(Confirmed::Yes));
    assert_eq!(world.sentence(), Sentence::WeakHeard);
    world.feed(Event::Quality(Quality::Good));
    world.wait(SignedDuration::from_secs(9));
    assert_eq!(world.sentence(), Sentence::WeakHeard);
    world.wait(SignedDuration::from_secs(1));
    assert_eq!(world.sentence(), Sentence::DoTheyHearUs);
}

#[test]
fn the_staffs_side_closes_after_a_minute_without_touch() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.wait(SignedDuration::from_secs(45));
    assert_eq!(world.sentence(), Sentence::PanelCloses);
    world.feed(Event::Touched);
    assert_eq!(world.sentence(), Sentence::AnswerGate);
    world.wait(SignedDuration::from_secs(60));
    assert_eq!(world.sentence(), Sentence::StaffPreparesFirst);
}

#[test]
fn giving_the_visit_up_asks_first_and_ends_in_the_wipe() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.feed(Event::Tapped(Act::GiveUp));
    assert_eq!(
        world.sentence(),
        Sentence::AnswerGate,
        "one tap gave the visit up"
    );
    world.tap(Act::AskGiveUp);
    world.tap(Act::Stay);
    world.tap(Act::AskGiveUp);
    world.tap(Act::GiveUp);
    assert_eq!(world.sentence(), Sentence::Removing);
    assert!(!world.account.recorded.contains(&Recorded::PreferredInPerson));
}

#[test]
fn an_answer_carries_its_time_and_the_text_can_be_read() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
    let Screen::Gates(gates) = world.visit.view(world.now).screen else {
        panic!("not at the gates");
    };
    assert_eq!(gates.rows[0].answered_at, Some(world.now));
    world.tap(Act::ReadText);
    let screen = world.visit.view(world.now).screen;
    assert!(matches!(screen, Screen::ConsentText(..)), "{screen:?}");
    world.wait(SignedDuration::from_secs(60));
    assert_eq!(world.sentence(), Sentence::StaffPreparesFirst);
}

#[test]
fn a_skipped_cleaning_has_a_reason_and_leaves_the_kit_not_ready() {
    let mut world = World::in_meeting(Privacy::NobodyElse);
    for act in [Act::End, Act::Leave, Act::Next, Act::Next, Act::SkipRating] {
        world.tap(act);
    }
    world.confirm_wipe();
    world.tap(Act::Done);
    world.tap(Act::SkipCleaning);
    world.tap(Act::SkipBecause(SkipReason::NothingToCleanWith));
    for part in Part::ALL {
        world.tap(Act::Part(part, Presence::Here));
    }
    world.tap(Act::ConfirmReturn);
    assert_eq!(world.sentence(), Sentence::PutOnCharge);
    world.wait(SignedDuration::from_secs(60));
    world.feed(Event::Facts(good_facts()));
    assert_eq!(world.sentence(), Sentence::NotReady(NotReady::Clean));
}

#[test]
fn the_help_desks_number_lies_over_the_visit_but_never_over_an_opening_meeting() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.tap(Act::CallSupport);
    assert_eq!(world.sentence(), Sentence::CallHelpDesk);
    world.tap(Act::Back);
    assert_eq!(world.sentence(), Sentence::StaffPreparesFirst);
    world.pass_gates(Privacy::NobodyElse);
    world.tap(Act::Join);
    world.feed(Event::Meeting(MeetingEvent::Waiting));
    for act in [Act::Help, Act::SomethingWrong, Act::CallSupport] {
        world.tap(act);
    }
    world.feed(Event::Meeting(MeetingEvent::Joined));
    assert_ne!(world.sentence(), Sentence::CallHelpDesk);
}

#[test]
fn a_check_out_that_cannot_be_says_why_and_leads_back() {
    let mut world = World::start(VisitMark::Clean);
    world.feed(Event::Facts(good_facts()));
    world.feed(Event::Booked(Some(Box::new(reservation(1)))));
    world.tap(Act::CheckOut);
    assert_eq!(world.sentence(), Sentence::LogInFirst);
    world.feed(Event::StaffOnShift(staff(), None));
    world.tap(Act::Part(Part::Speakerphone, Presence::Missing));
    assert_eq!(world.sentence(), Sentence::TakeAnotherKit);
    world.tap(Act::Part(Part::Speakerphone, Presence::Here));
    world.feed(Event::Booked(None));
    assert_eq!(world.sentence(), Sentence::NoLongerBooked);
    world.tap(Act::CancelCheckOut);
    assert_eq!(world.sentence(), Sentence::NothingBooked);
}

#[test]
fn whoever_is_removed_before_the_meeting_may_ask_again_but_not_where_it_is_over() {
    for (ending, again) in [(Ending::Removed, true), (Ending::HostEnded, false)] {
        let mut world = World::start(VisitMark::Clean);
        world.check_out();
        world.pass_gates(Privacy::NobodyElse);
        world.tap(Act::Join);
        world.feed(Event::Meeting(MeetingEvent::Ended(ending)));
        assert_eq!(world.offers(Act::JoinAgain), again);
        world.walk_home();
    }
}
