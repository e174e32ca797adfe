//! Logins, the question for a person whom nobody expected, and the care worker's side of a meeting: every button leads on.

use jiff::SignedDuration;
use kit_screens as ui;

use super::walk::{Walk, host, person, reservation};
use super::{Stand, around};
use crate::meeting::{Attendee, MeetingEvent, Place};
use crate::screen::{PortalOffered, Surroundings, Touch, roles};
use crate::visit::event::{BankIdNews, CodeChoice, LoginFailure, PortalNews, StaffLoginEnd, StaffLoginNews};
use crate::visit::gates::{Answer, Assessment, Method, Mixed, Sharing};
use crate::visit::reservation::{AdoptedText, BankIdWay, EId, LegalMode, Reservation};
use crate::visit::seat::Known;
use crate::visit::staff_key::KeyCheck;
use crate::visit::tests::facts::{good_facts, staff, ten_o_clock};
use crate::visit::{Act, Event};

fn on_the_shelf(booked: Reservation) -> Walk {
    let mut walk = Walk::start(Stand::open());
    walk.event(Event::Facts(good_facts()));
    walk.event(Event::Booked(Some(Box::new(booked))));
    walk
}

#[test]
fn the_care_worker_logs_in_and_chooses_a_code() {
    let mut booked = reservation();
    booked.ways.staff_login = true;
    let mut walk = on_the_shelf(booked);
    walk.tap(Act::CheckOut);
    walk.sees(ui::Screen::StaffLogin);
    walk.event(Event::StaffLogin(StaffLoginNews::Shown));
    walk.sees(ui::Screen::StaffLogin);
    walk.event(Event::StaffLogin(StaffLoginNews::Ended(
        StaffLoginEnd::NotAllowed,
    )));
    walk.sees(ui::Screen::StaffLogin);
    walk.press("Try again", Act::LogInAgain);
    walk.event(Event::StaffLogin(StaffLoginNews::Done {
        staff: staff(),
        until: ten_o_clock() + SignedDuration::from_mins(1),
    }));
    for choice in [CodeChoice::First, CodeChoice::Differs, CodeChoice::Kept] {
        walk.sees(ui::Screen::StaffKey);
        walk.event(Event::CodeChosen(choice));
    }
    walk.sees(ui::Screen::CheckOut);
}

#[test]
fn the_portals_frame_is_ours_and_its_end_has_a_way_on() {
    let mut booked = reservation();
    booked.ways.bank_id = Some(BankIdWay::Portal { logins: 2 });
    let mut walk = on_the_shelf(booked);
    walk.event(Event::StaffOnShift(staff(), None));
    walk.checks_out();
    walk.sees(ui::Screen::Identify);
    walk.press("BankID", Act::UseBankId);
    walk.event(Event::Portal(PortalNews::Login(2)));
    walk.sees(ui::Screen::Portal);
    walk.event(Event::Portal(PortalNews::Failed(LoginFailure::NotAllowed)));
    walk.sees(ui::Screen::BankId);
    walk.press("Yes", Act::UseBankId);
    walk.press("Cancel", Act::UseStaff);
    walk.sees(ui::Screen::Identify);
    walk.press("BankID", Act::UseBankId);
    walk.event(Event::BankId(BankIdNews::Done));
    walk.sees(ui::Screen::Portal);
}

#[test]
fn the_portal_and_its_e_ids_are_named_as_the_region_has_them() {
    let mut booked = reservation();
    booked.ways.bank_id = Some(BankIdWay::Portal { logins: 1 });
    let mut walk = on_the_shelf(booked);
    walk.event(Event::StaffOnShift(staff(), None));
    walk.checks_out();
    let view = walk.visit.view(walk.now);
    for (other_e_ids, label) in [
        (false, "BankID through Vårdporten"),
        (true, "E-ID through Vårdporten"),
    ] {
        let portal = Some(PortalOffered {
            name: "Vårdporten".into(),
            other_e_ids,
        });
        let around = Surroundings {
            portal,
            ..around(walk.now)
        };
        walk.stand.show(&view, around);
        assert_eq!(
            walk.stand.press_named(label),
            Some(Touch::Act(Act::UseBankId)),
            "{label}"
        );
    }
    let shown = |e_id| roles::known(Known::Portal(e_id));
    assert_eq!(shown(EId::BankId), ui::Known::BankId);
    assert_eq!(shown(EId::Freja), ui::Known::Freja);
    assert_eq!(shown(EId::Other), ui::Known::EId);
}

fn at_the_second_gate(mut booked: Reservation) -> Walk {
    // Five questions, so that all of them are to be seen.
    booked.relatives.clear();
    let mut walk = on_the_shelf(booked);
    walk.event(Event::StaffOnShift(staff(), None));
    walk.checks_out();
    walk.tap(Act::Staff);
    walk.event(Event::KeyTyped(KeyCheck::Right));
    walk.tap(Act::Answer(Answer::Identity(Method::KnownFromBefore)));
    walk
}

#[test]
fn the_municipalitys_own_text_is_read_and_each_who_discloses_is_asked_for() {
    let mut booked = reservation();
    let text = "Regionen och kommunen delar uppgifter om dig. ".repeat(40);
    booked.text = Some(AdoptedText {
        swedish: text.clone(),
        english: text,
    });
    let mut walk = at_the_second_gate(booked);
    walk.tap(Act::ReadText);
    walk.sees(ui::Screen::ConsentText);
    walk.tap(Act::Back);
    walk.tap(Act::Answer(Answer::Sharing(Sharing::CannotConsent)));
    for assessment in [Assessment::NotYet, Assessment::Made] {
        walk.sees(ui::Screen::Gates);
        walk.tap(Act::Answer(Answer::Secrecy(0, assessment)));
    }
    walk.sees(ui::Screen::Gates);
}

#[test]
fn where_others_than_care_providers_take_part_sharing_is_asked_for() {
    let mut booked = reservation();
    booked.legal_mode = LegalMode::Mixed;
    let mut walk = at_the_second_gate(booked);
    walk.tap(Act::Answer(Answer::Sharing(Sharing::Consent)));
    walk.sees(ui::Screen::Gates);
    walk.tap(Act::Answer(Answer::LegalMode(Mixed::SharingOff)));
    walk.sees(ui::Screen::Gates);
}

#[test]
fn a_stranger_is_asked_for_beside_the_picture_and_a_host_steers() {
    let mut walk = Walk::joining(Stand::open());
    walk.hears(MeetingEvent::Joined);
    let waiting = Attendee {
        place: Place::WaitingRoom,
        ..person("w", false)
    };
    walk.hears(MeetingEvent::Roster(vec![
        host("me", true),
        host("doctor", false),
        person("x", false),
        waiting,
    ]));
    walk.sees(ui::Screen::InMeeting);
    walk.press("No", Act::DoNotKnowPerson(1));
    walk.sees(ui::Screen::Stranger);
    walk.press("Lock the meeting", Act::LockMeeting);
    walk.sees(ui::Screen::Stranger);
    walk.press("Remove the person", Act::Remove(1));
    walk.press("Help", Act::Help);
    walk.press("Staff", Act::Staff);
    walk.sees(ui::Screen::StaffKey);
    walk.event(Event::KeyTyped(KeyCheck::Right));
    walk.sees(ui::Screen::StaffPanel);
    walk.press("Let them in", Act::Admit(2));
    walk.press("No longer welcome", Act::Withdraw(0));
    walk.press("Open the meeting", Act::UnlockMeeting);
    walk.press("Rather in person", Act::AskInPerson);
    walk.sees(ui::Screen::EndQuestion);
    walk.press("Yes, in person", Act::PreferInPerson);
    walk.sees(ui::Screen::Ended);
}
