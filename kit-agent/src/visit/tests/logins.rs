//! The care worker's login and the patient's by `BankID`.

use jiff::SignedDuration;

use super::World;
use super::facts::{good_facts, login_page, reservation, staff, ten_o_clock};
use crate::meeting::MeetingEvent;
use crate::visit::effect::Effect;
use crate::visit::event::{
    BankIdNews, CodeChoice, Event, LoginFailure, PortalNews, StaffLoginEnd, StaffLoginNews,
};
use crate::visit::gates::{Answer, Gate, Method, Privacy};
use crate::visit::readiness::{Part, Presence};
use crate::visit::reservation::EId;
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::{BankIdStep, LoginTime, State};
use crate::visit::view::{Screen, Sentence};
use crate::visit::{Act, VisitMark};

/// Checked out after a login; the meeting's number says which ways there are.
fn logged_in(meeting: u8) -> World {
    let mut world = World::start(VisitMark::Clean);
    world.feed(Event::Facts(good_facts()));
    world.feed(Event::Booked(Some(Box::new(reservation(meeting)))));
    world.tap(Act::CheckOut);
    assert_eq!(world.sentence(), Sentence::ScanToLogIn);
    world.feed(Event::StaffLogin(StaffLoginNews::Shown));
    world.feed(Event::StaffLogin(StaffLoginNews::Done {
        staff: staff(),
        until: ten_o_clock() + SignedDuration::from_hours(1),
    }));
    for (choice, sentence) in [
        (CodeChoice::First, Sentence::RepeatCode),
        (CodeChoice::Differs, Sentence::CodesDiffer),
        (CodeChoice::First, Sentence::RepeatCode),
        (CodeChoice::Kept, Sentence::IsAllThere),
    ] {
        world.feed(Event::CodeChosen(choice));
        assert_eq!(world.sentence(), sentence);
    }
    for part in Part::ALL {
        world.tap(Act::Part(part, Presence::Here));
    }
    world.tap(Act::ConfirmCheckOut);
    world
}

#[test]
fn nobody_takes_the_kit_without_a_login_where_the_region_wants_one() {
    let mut world = World::start(VisitMark::Clean);
    world.feed(Event::Facts(good_facts()));
    world.feed(Event::StaffOnShift(staff(), None));
    world.feed(Event::Booked(Some(Box::new(reservation(2)))));
    world.tap(Act::CheckOut);
    world.feed(Event::CodeChosen(CodeChoice::Kept));
    assert_eq!(world.sentence(), Sentence::ScanToLogIn, "a code without a login");
    let ended = StaffLoginNews::Ended(StaffLoginEnd::Declined);
    world.feed(Event::StaffLogin(ended));
    assert_eq!(world.sentence(), Sentence::LogInEnded(StaffLoginEnd::Declined));
    world.tap(Act::LogInAgain);
    world.wait(SignedDuration::from_mins(10));
    assert_eq!(world.sentence(), Sentence::NextMeeting);
}

#[test]
fn after_the_shifts_end_nobody_vouches_and_no_code_opens() {
    let mut world = logged_in(2);
    assert_eq!(world.visit.view(world.now).screen, Screen::Identify(1));
    world.now = ten_o_clock() + SignedDuration::from_hours(1);
    world.feed(Event::TimePassed);
    assert!(!world.offers(Act::UseStaff), "A is offered after the shift's end");
    world.tap(Act::Staff);
    assert_eq!(world.sentence(), Sentence::ShiftOver);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    assert_eq!(
        world.sentence(),
        Sentence::ShiftOver,
        "the code outlived its shift"
    );
    world.tap(Act::LogInAgain);
    world.feed(Event::StaffLogin(StaffLoginNews::Shown));
    world.feed(Event::StaffLogin(StaffLoginNews::Done {
        staff: staff(),
        until: world.now + SignedDuration::from_hours(1),
    }));
    world.feed(Event::CodeChosen(CodeChoice::First));
    world.feed(Event::CodeChosen(CodeChoice::Kept));
    world.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
}

#[test]
fn a_shift_that_the_server_has_ended_binds_nobody_but_a_running_meeting_goes_on() {
    let mut world = logged_in(2);
    world.feed(Event::ShiftEnded);
    assert_eq!(world.visit.bound_to(), None);
    assert!(!world.offers(Act::UseStaff), "A is offered after the shift's end");
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    assert_eq!(
        world.sentence(),
        Sentence::ShiftOver,
        "the code outlived its shift"
    );

    let mut world = logged_in(2);
    world.feed(Event::Tapped(Act::Staff));
    world.feed(Event::KeyTyped(KeyCheck::Right));
    assert!(matches!(world.visit.view(world.now).screen, Screen::Gates(_)));
    world.feed(Event::ShiftEnded);
    assert!(
        !matches!(world.visit.view(world.now).screen, Screen::Gates(_)),
        "the staff's side stays open"
    );

    // A shift of the kit's own settings ends on the kit only.
    let mut world = World::in_meeting(Privacy::NobodyElse);
    world.feed(Event::ShiftEnded);
    assert!(matches!(world.visit.state(), State::InMeeting(_)));
}

#[test]
fn bank_id_by_the_region_answers_who_the_patient_is() {
    let mut world = logged_in(2);
    world.tap(Act::UseBankId);
    for news in [BankIdNews::Code(LoginTime::Enough), BankIdNews::Cancelled] {
        world.feed(Event::BankId(news));
    }
    assert_eq!(world.sentence(), Sentence::BankId(BankIdStep::Cancelled));
    world.feed(Event::BankId(BankIdNews::Done));
    assert_eq!(
        world.sentence(),
        Sentence::BankId(BankIdStep::Cancelled),
        "a login that is over succeeded"
    );
    world.tap(Act::UseBankId);
    for news in [
        BankIdNews::Code(LoginTime::Enough),
        BankIdNews::Scanned,
        BankIdNews::Done,
    ] {
        world.feed(Event::BankId(news));
    }
    world.wait(SignedDuration::from_secs(3));
    let State::Preparing(preparation) = world.visit.state() else {
        panic!("{:?}", world.visit.state());
    };
    assert_eq!(preparation.gates.method(), Some(Method::BankIdRegion));
}

#[test]
fn in_the_last_minute_a_login_by_the_region_offers_more_time_and_begins_anew() {
    let mut world = logged_in(2);
    world.tap(Act::UseBankId);
    world.feed(Event::BankId(BankIdNews::Code(LoginTime::Enough)));
    assert!(!world.offers(Act::UseBankId));
    world.feed(Event::BankId(BankIdNews::Code(LoginTime::NearlyOver)));
    let screen = world.visit.view(world.now).screen;
    assert_eq!(screen, Screen::BankId(BankIdStep::Shown, LoginTime::NearlyOver));
    let effects = world.visit.step(world.now, Event::Tapped(Act::UseBankId));
    assert!(
        matches!(effects[..], [Effect::CloseBrowser, Effect::StartBankId]),
        "{effects:?}"
    );
    let screen = world.visit.view(world.now).screen;
    assert_eq!(screen, Screen::BankId(BankIdStep::Starting, LoginTime::Enough));
    world.feed(Event::BankId(BankIdNews::Code(LoginTime::NearlyOver)));
    world.feed(Event::BankId(BankIdNews::Scanned));
    assert!(!world.offers(Act::UseBankId), "somebody types in the telephone");
}

#[test]
fn the_portals_link_is_joined_and_goes_with_its_login() {
    let mut world = logged_in(3);
    assert!(!world.offers(Act::UseStaff), "the region does not allow it");
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    let effects = world.visit.step(world.now, Event::Tapped(Act::UseBankId));
    assert!(matches!(effects[..], [Effect::OpenPortal]), "{effects:?}");
    world.feed(Event::Portal(PortalNews::Login(2)));
    let Screen::Portal(page) = world.visit.view(world.now).screen else {
        panic!("no portal");
    };
    assert_eq!((page.login, page.logins), (2, 2));
    world.feed(Event::Portal(PortalNews::LinkFound(
        "https://meet.example.org/webapp3/m/other".into(),
        EId::Freja,
    )));
    world.wait(SignedDuration::from_secs(3));
    let method = |world: &World| match world.visit.state() {
        State::Preparing(preparation) => preparation.gates.method(),
        _ => None,
    };
    assert_eq!(method(&world), Some(Method::Portal(EId::Freja)));
    let link = |world: &World| match world.visit.state() {
        State::Preparing(preparation) => preparation.portal_link.is_some(),
        _ => false,
    };
    assert!(link(&world));
    world.tap(Act::Staff);
    world.feed(Event::KeyTyped(KeyCheck::Right));
    world.tap(Act::Undo(Gate::Identity));
    assert!(!link(&world), "somebody else's link stayed");
    world.tap(Act::UseBankId);
    world.feed(Event::Portal(PortalNews::Failed(LoginFailure::NotAllowed)));
    world.tap(Act::UseStaff);
    world.walk_home();
}

#[test]
fn the_meetings_own_login_has_a_frame_a_way_back_and_time() {
    let mut world = World::start(VisitMark::Clean);
    world.check_out();
    world.pass_gates(Privacy::NobodyElse);
    world.tap(Act::Join);
    world.feed(Event::Meeting(MeetingEvent::LoginWanted(Box::new(login_page()))));
    let page = |world: &World| match world.visit.view(world.now).screen {
        Screen::Portal(page) => Some((page.login, page.logins)),
        _ => None,
    };
    assert_eq!(page(&world), Some((1, 1)));
    world.wait(SignedDuration::from_mins(5));
    assert_eq!(page(&world), Some((1, 1)), "a person takes longer than a network");

    world.tap(Act::UseStaff);
    assert!(world.offers(Act::JoinAgain), "{:?}", world.visit.state());
    world.tap(Act::JoinAgain);
    assert_eq!(page(&world), None);
    world.feed(Event::Meeting(MeetingEvent::LoginWanted(Box::new(login_page()))));
    world.feed(Event::Meeting(MeetingEvent::Joined));
    assert!(matches!(world.visit.state(), State::InMeeting(_)));
    world.walk_home();
}
