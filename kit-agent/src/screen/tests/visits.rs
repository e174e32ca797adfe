//! Visits from the shelf to the shelf: which screen is shown, and that its buttons lead on.

use kit_screens as ui;
use kit_screens::ComponentHandle;
use slint::Model;

use super::walk::{Walk, host, person};
use super::{Stand, Surroundings, acts, around};
use crate::meeting::{Ending, Loss, MeetingEvent, Refusal};
use crate::screen::Touch;
use crate::visit::event::{Rating, SkipReason};
use crate::visit::gates::{Answer, Gate, Method, Privacy, Sharing};
use crate::visit::{Act, Event};

#[test]
fn a_whole_visit_can_be_walked_by_its_buttons() {
    let mut walk = Walk::start(Stand::open());
    walk.sees(ui::Screen::Starting);
    walk.answers_the_gates();
    walk.tap(Act::Join);
    walk.sees(ui::Screen::MeetingToday);
    walk.hears(MeetingEvent::Waiting);
    walk.sees(ui::Screen::WaitingRoom);
    walk.hears(MeetingEvent::Joined);
    walk.hears(MeetingEvent::Roster(vec![
        person("me", true),
        host("doctor", false),
    ]));
    walk.sees(ui::Screen::InMeeting);
    walk.through_the_meeting();
    walk.tap(Act::End);
    walk.sees(ui::Screen::EndQuestion);
    walk.tap(Act::Leave);
    walk.sees(ui::Screen::Ended);
    walk.tap(Act::Next);
    walk.sees(ui::Screen::Recap);
    walk.tap(Act::Next);
    walk.sees(ui::Screen::Rating);
    walk.tap(Act::Rate(Rating::Good));
    walk.sees(ui::Screen::Wiped);
    walk.home();
}

#[test]
fn what_goes_wrong_on_the_way_in_leaves_one_way_on() {
    let mut stand = Stand::open();
    for (refusal, reason) in [
        (Refusal::NoSuchMeeting, ui::FailureReason::NotFound),
        (Refusal::Pin, ui::FailureReason::WrongCode),
        (Refusal::NotLetIn, ui::FailureReason::NobodyLetIn),
        (Refusal::Full, ui::FailureReason::RoomFull),
        (Refusal::LinkNotAllowed, ui::FailureReason::LinkNotAllowed),
    ] {
        let mut walk = Walk::joining(stand);
        walk.hears(MeetingEvent::Refused(refusal));
        walk.sees(ui::Screen::Failure);
        assert_eq!(walk.window().global::<ui::Failure>().get_reason(), reason);
        walk.press("End", Act::AskGiveUp);
        walk.sees(ui::Screen::EndQuestion);
        walk.press("Yes, give up", Act::GiveUp);
        walk.sees(ui::Screen::Wiped);
        stand = walk.stand;
    }
}

#[test]
fn help_outside_the_meeting_shows_the_help_desks_number_and_closes() {
    let mut walk = Walk::start(Stand::open());
    walk.press("Help", Act::CallSupport);
    walk.sees(ui::Screen::HelpDesk);
    assert_eq!(
        walk.window().global::<ui::Kit>().get_help_desk(),
        "060-98\u{a0}76\u{a0}54"
    );
    walk.press("Close", Act::Back);
    walk.sees(ui::Screen::Starting);
}

#[test]
fn before_the_tap_the_text_can_be_read_and_the_visit_given_up() {
    let mut walk = Walk::at_the_gates(Stand::open());
    walk.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
    walk.draw();
    let rows = walk.window().global::<ui::Gates>().get_rows();
    assert_eq!(rows.row_data(0).unwrap().done_at, "09.55");
    walk.press("Read text 3, 2026", Act::ReadText);
    walk.sees(ui::Screen::ConsentText);
    walk.press("Back", Act::Back);
    walk.press("Give the visit up", Act::AskGiveUp);
    walk.sees(ui::Screen::EndQuestion);
    walk.press("No, go on", Act::Stay);
    walk.sees(ui::Screen::Gates);
}

#[test]
fn a_long_wait_shows_the_number_and_can_be_ended() {
    let mut walk = Walk::joining(Stand::open());
    walk.hears(MeetingEvent::Waiting);
    walk.press("End", Act::End);
    walk.tap(Act::Stay);
    walk.wait(15 * 60);
    walk.sees(ui::Screen::WaitingRoom);
    assert_eq!(
        walk.window().global::<ui::Phone>().get_number(),
        "060-12\u{a0}34\u{a0}56"
    );
}

#[test]
fn cleaning_on_the_shelf_can_be_skipped_with_a_reason_and_stays_owed() {
    let mut walk = Walk::never_cleaned(Stand::open());
    walk.sees(ui::Screen::NotReady);
    walk.press("Clean", Act::Clean);
    walk.sees(ui::Screen::Cleaning);
    walk.press("Skip", Act::SkipCleaning);
    walk.sees(ui::Screen::SkipCleaning);
    walk.press("There is no time now", Act::SkipBecause(SkipReason::NoTime));
    walk.sees(ui::Screen::NotReady);
}

#[test]
fn a_lost_meeting_can_be_joined_again() {
    let mut walk = Walk::joining(Stand::open());
    walk.hears(MeetingEvent::Joined);
    walk.hears(MeetingEvent::Lost(Loss::Network));
    walk.sees(ui::Screen::Failure);
    walk.press("Join again", Act::JoinAgain);
    walk.hears(MeetingEvent::Joined);
    walk.hears(MeetingEvent::Ended(Ending::HostEnded));
    walk.sees(ui::Screen::Ended);
}

#[test]
fn a_no_from_the_patient_shows_the_number_and_can_be_taken_back() {
    let mut walk = Walk::at_the_gates(Stand::open());
    walk.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
    walk.tap(Act::Answer(Answer::Sharing(Sharing::Refused)));
    walk.sees(ui::Screen::Failure);
    let number = walk.window().global::<ui::Failure>().get_phone();
    assert_eq!(number, "060-12\u{a0}34\u{a0}56");
    walk.press("Back", Act::Undo(Gate::Sharing));
    walk.tap(Act::Answer(Answer::Sharing(Sharing::CannotConsent)));
    walk.sees(ui::Screen::Gates);
}

#[test]
fn in_doubt_the_sound_goes_by_telephone_and_the_code_opens_it() {
    let mut walk = Walk::at_the_gates(Stand::open());
    walk.answer_all(Privacy::SoundByTelephone);
    walk.tap(Act::Join);
    walk.hears(MeetingEvent::Joined);
    walk.sees(ui::Screen::SoundByPhone);
    assert_eq!(
        walk.window().global::<ui::Phone>().get_code(),
        "482\u{a0}917\u{a0}#"
    );
    walk.tap(Act::SoundHere);
    walk.sees(ui::Screen::StaffKey);
}

#[test]
fn nobody_who_was_in_the_meeting_stays_in_the_window() {
    let mut walk = Walk::joining(Stand::open());
    walk.hears(MeetingEvent::Joined);
    walk.hears(MeetingEvent::Roster(vec![
        person("me", true),
        host("doctor", false),
    ]));
    walk.shows_names();
    let meeting = walk.window().global::<ui::Meeting>();
    assert_eq!(meeting.get_people().row_data(1).unwrap().name, "Anna Andersson");
    for act in [Act::End, Act::Leave, Act::Next, Act::Next, Act::SkipRating] {
        walk.tap(act);
    }
    walk.shows_names();
    assert_eq!(walk.window().global::<ui::Meeting>().get_people().row_count(), 0);
}

#[test]
fn the_pictures_are_turned_off_by_whoever_has_the_camera() {
    let mut walk = Walk::joining(Stand::open());
    walk.hears(MeetingEvent::Joined);
    let view = walk.visit.view(walk.now);
    let mut turns = |held_in_browser| {
        let around = Surroundings {
            held_in_browser,
            ..around(walk.now)
        };
        walk.stand.show(&view, around);
        acts(&walk.stand.press_all()).contains(&Act::PictureOff)
    };
    assert!(turns(false));
    assert!(!turns(true), "a button that does nothing");
}

#[test]
fn what_is_not_an_act_of_the_visit_reaches_the_program_too() {
    let mut walk = Walk::at_the_gates(Stand::open());
    walk.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
    walk.event(Event::Tapped(Act::ToPatient));
    walk.draw();
    assert_eq!(walk.stand.press_named("Contrast"), Some(Touch::Contrast));
    let Some(Touch::ReadAloud(text)) = walk.stand.press_named("Read aloud") else {
        panic!("nothing was read");
    };
    assert!(text.contains("The staff finish their part first."), "{text}");
    let view = walk.visit.view(walk.now);
    let mut reading = around(walk.now);
    reading.reading = true;
    walk.stand.show(&view, reading);
    assert_eq!(walk.stand.press_named("Quiet"), Some(Touch::Silence));
    walk.tap(Act::Staff);
    walk.draw();
    assert_eq!(walk.stand.press_named("7"), Some(Touch::Digit(7)));
    assert_eq!(walk.stand.press_named("Erase"), Some(Touch::Erase));
}
