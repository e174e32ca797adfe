//! Random visits, which must keep every rule and find home.

use jiff::SignedDuration;
use proptest::prelude::*;

use super::World;
use super::facts::{attendee, good_facts, host, reservation, staff, ten_o_clock};
use crate::meeting::{AttendeeId, Ending, Loss, MeetingEvent, Refusal};
use crate::visit::event::{
    BankIdNews, CodeChoice, Confirmed, LoginFailure, PortalNews, Quality, Reading, SkipReason, StaffLoginEnd,
    StaffLoginNews, WipeItem,
};
use crate::visit::gates::{Answer, Assessment, Method, Privacy};
use crate::visit::readiness::KitFacts;
use crate::visit::reservation::EId;
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::LoginTime;
use crate::visit::{Act, Event, VisitMark};

/// One move of a random visit.
#[derive(Debug, Clone)]
enum Move {
    /// Taps the n-th act that the view offers.
    Offered(usize),
    /// Taps whatever, offered or not.
    Any(Act),
    Feed(Happening),
    Wait(u16),
}

/// Events other than taps.
#[derive(Debug, Clone, Copy)]
enum Happening {
    GoodFacts,
    FlatBattery,
    Booked(u8),
    NothingBooked,
    StaffOnShift,
    ShiftEnded,
    StaffLogin(u8),
    CodeChosen(CodeChoice),
    BankId(BankIdNews),
    Portal(u8),
    Key(KeyCheck),
    Touched,
    Meeting(usize),
    Quality(Quality),
    OurSound(Confirmed),
    Reading(Reading),
    WipeChecked(usize),
    WipeFailed,
}

fn meeting_events() -> Vec<MeetingEvent> {
    vec![
        MeetingEvent::Waiting,
        MeetingEvent::LoginWanted(Box::new(super::facts::login_page())),
        MeetingEvent::Joined,
        MeetingEvent::Roster(vec![attendee("me", true), attendee("doctor", false)]),
        MeetingEvent::Roster(vec![
            host("me", true),
            attendee("doctor", false),
            attendee("x", false),
        ]),
        MeetingEvent::Speaker(Some(AttendeeId("me".into()))),
        MeetingEvent::Speaker(Some(AttendeeId("doctor".into()))),
        MeetingEvent::SlidesStarted { by: None },
        MeetingEvent::SlidesStopped,
        MeetingEvent::MutedByHost,
        MeetingEvent::UnmutedByHost,
        MeetingEvent::Reconnecting,
        MeetingEvent::Recovered,
        MeetingEvent::WrongPin,
        MeetingEvent::Refused(Refusal::Full),
        MeetingEvent::Lost(Loss::Network),
        MeetingEvent::Ended(Ending::HostEnded),
    ]
}

impl Happening {
    fn event(self) -> Event {
        match self {
            Happening::GoodFacts => Event::Facts(good_facts()),
            Happening::FlatBattery => Event::Facts(KitFacts {
                battery_percent: 3,
                ..good_facts()
            }),
            Happening::Booked(id) => Event::Booked(Some(Box::new(reservation(id)))),
            Happening::NothingBooked => Event::Booked(None),
            Happening::StaffOnShift => Event::StaffOnShift(staff(), None),
            Happening::ShiftEnded => Event::ShiftEnded,
            Happening::StaffLogin(n) => Event::StaffLogin(staff_login_news(n)),
            Happening::CodeChosen(choice) => Event::CodeChosen(choice),
            Happening::BankId(news) => Event::BankId(news),
            Happening::Portal(n) => Event::Portal(portal_news(n)),
            Happening::Key(check) => Event::KeyTyped(check),
            Happening::Touched => Event::Touched,
            Happening::Meeting(n) => Event::Meeting(meeting_events()[n % meeting_events().len()].clone()),
            Happening::Quality(quality) => Event::Quality(quality),
            Happening::OurSound(confirmed) => Event::OurSound(confirmed),
            Happening::Reading(reading) => Event::Reading(reading),
            Happening::WipeChecked(n) => Event::WipeChecked(WipeItem::ALL[n % 3]),
            Happening::WipeFailed => Event::WipeFailed,
        }
    }
}

fn staff_login_news(n: u8) -> StaffLoginNews {
    match n {
        0 => StaffLoginNews::Shown,
        1 => StaffLoginNews::Ended(StaffLoginEnd::Expired),
        // A shift so short that it ends in the middle of a visit, and one that does not.
        2 => StaffLoginNews::Done {
            staff: staff(),
            until: ten_o_clock(),
        },
        _ => StaffLoginNews::Done {
            staff: staff(),
            until: ten_o_clock() + SignedDuration::from_hours(8),
        },
    }
}

fn portal_news(n: u8) -> PortalNews {
    match n {
        0 => PortalNews::Login(1),
        1 => PortalNews::Login(2),
        2 => PortalNews::Cancelled,
        3 => PortalNews::Failed(LoginFailure::NotAllowed),
        _ => PortalNews::LinkFound("https://meet.example.org/webapp3/m/sip".into(), EId::Other),
    }
}

fn bank_id_news() -> impl Strategy<Value = BankIdNews> {
    prop_oneof![
        Just(BankIdNews::Code(LoginTime::Enough)),
        Just(BankIdNews::Code(LoginTime::NearlyOver)),
        Just(BankIdNews::Scanned),
        Just(BankIdNews::Done),
        Just(BankIdNews::Cancelled),
        Just(BankIdNews::Failed(LoginFailure::NotThisPerson)),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => Just(Happening::GoodFacts),
        1 => Just(Happening::FlatBattery),
        2 => (0..4u8).prop_map(Happening::Booked),
        1 => Just(Happening::NothingBooked),
        2 => Just(Happening::StaffOnShift),
        1 => Just(Happening::ShiftEnded),
        4 => (0..4u8).prop_map(Happening::StaffLogin),
        3 => prop_oneof![Just(CodeChoice::First), Just(CodeChoice::Differs), Just(CodeChoice::Kept)]
            .prop_map(Happening::CodeChosen),
        3 => bank_id_news().prop_map(Happening::BankId),
        3 => (0..5u8).prop_map(Happening::Portal),
        3 => Just(Happening::Key(KeyCheck::Right)),
        1 => Just(Happening::Key(KeyCheck::Wrong)),
        1 => Just(Happening::Touched),
        8 => (0..64usize).prop_map(Happening::Meeting),
        1 => prop_oneof![Just(Quality::Good), Just(Quality::Weak), Just(Quality::SoundOnly)].prop_map(Happening::Quality),
        1 => prop_oneof![Just(Confirmed::Yes), Just(Confirmed::No)].prop_map(Happening::OurSound),
        1 => prop_oneof![Just(Reading::Aloud), Just(Reading::Silent)].prop_map(Happening::Reading),
        4 => (0..3usize).prop_map(Happening::WipeChecked),
        1 => Just(Happening::WipeFailed),
    ]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let act = prop_oneof![
        Just(Act::Join),
        Just(Act::JoinAgain),
        Just(Act::Done),
        Just(Act::Next),
        Just(Act::Leave),
        Just(Act::SoundHere),
        Just(Act::PictureOff),
        Just(Act::PictureOn),
        Just(Act::SignHygiene),
        Just(Act::GiveUp),
        Just(Act::Back),
        Just(Act::SkipBecause(SkipReason::NoTime)),
        Just(Act::ConfirmReturn),
        Just(Act::Answer(Answer::RoomSeen)),
        Just(Act::Answer(Answer::Identity(Method::BankIdRegion))),
        Just(Act::Answer(Answer::Secrecy(1, Assessment::Made))),
        Just(Act::Remove(0)),
        Just(Act::LockMeeting),
        Just(Act::PreferInPerson),
    ];
    let one = prop_oneof![
        10 => (0..32usize).prop_map(Move::Offered),
        1 => act.prop_map(Move::Any),
        8 => happening().prop_map(Move::Feed),
        1 => (0..2000u16).prop_map(Move::Wait),
    ];
    prop::collection::vec(one, 0..120)
}

/// Where a random visit begins, so that every part of it is walked often.
fn beginning(n: u8) -> World {
    match n % 4 {
        0 => World::start(VisitMark::UnderWay),
        1 => World::start(VisitMark::Clean),
        2 => {
            let mut world = World::start(VisitMark::Clean);
            world.check_out();
            world
        }
        _ => World::in_meeting(if n > 127 {
            Privacy::NobodyElse
        } else {
            Privacy::SoundByTelephone
        }),
    }
}

proptest! {
    /// The rules of [`World::check`] and [`World::take`] hold after every step, and there is always a way home.
    #[test]
    fn random_visits_keep_every_rule_and_find_home(start in any::<u8>(), moves in moves()) {
        let mut world = beginning(start);
        for one in moves {
            match one {
                Move::Offered(n) => {
                    let acts = world.visit.view(world.now).acts;
                    if !acts.is_empty() {
                        world.tap(acts[n % acts.len()]);
                    }
                }
                Move::Any(act) => world.feed(Event::Tapped(act)),
                Move::Feed(happening) => world.feed(happening.event()),
                Move::Wait(seconds) => world.wait(SignedDuration::from_secs(i64::from(seconds))),
            }
        }
        world.walk_home();
        prop_assert!(!world.account.wipe_owed && !world.account.session_open && !world.account.login_open);
    }
}
