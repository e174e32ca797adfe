//! The tests' world: a visit, its clock, and an account of its effects that is kept apart from the machine.
//!
//! Every step is checked against the rules that must always hold; `story` walks by hand, `random` at random.

mod account;
mod gate_rules;
mod logins;
mod people;
mod random;
mod sound;
mod story;

use jiff::{SignedDuration, Timestamp};

use crate::meeting::browser::ProofTarget;
use crate::meeting::{Attendee, AttendeeId, DisplayName, LoginPage, Means, MeetingEvent, Place, Standing};
use crate::visit::effect::{Gateway, SoundRoute};
use crate::visit::event::{BankIdNews, PortalNews, Role, Staff, WipeItem};
use crate::visit::gates::{Answer, Method, Mixed, Privacy, RelativeAnswer, Sharing};
use crate::visit::live::SoundMode;
use crate::visit::readiness::{KitFacts, Part, Passed, Presence};
use crate::visit::reservation::{
    BankIdWay, InvitedRole, Kinship, LegalMode, Reservation, ReservationId, Telephone, TextVersion, Title,
    Ways,
};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::{StaffLogin, State};
use crate::visit::view::{Screen, Sentence};
use crate::visit::{Act, Event, LastRun, Visit, VisitMark};

use account::Account;

/// The meeting's time in all tests.
fn ten_o_clock() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

fn reservation(id: u8) -> Reservation {
    Reservation {
        id: ReservationId(format!("r{id}")),
        starts_at: ten_o_clock(),
        title: Title::CarePlanMeeting,
        link: "https://meet.example.org/webapp3/m/sip".into(),
        pin: None,
        telephone: Some(Telephone {
            number: "060-12 34 56".into(),
            code: Some("482 917".into()),
        }),
        relatives: vec![Kinship::Daughter],
        legal_mode: LegalMode::Mixed,
        invited: vec![InvitedRole::Doctor, InvitedRole::SocialServices],
        host_pin: None,
        text_version: TextVersion {
            number: 3,
            year: 2026,
        },
        text: None,
        ways: ways(id),
    }
}

/// What the region allows differs from meeting to meeting here, so that every way is walked.
fn ways(id: u8) -> Ways {
    match id {
        2 => Ways {
            bank_id: Some(BankIdWay::Region),
            staff_login: true,
            ..Ways::default()
        },
        3 => Ways {
            staff: false,
            bank_id: Some(BankIdWay::Portal { logins: 2 }),
            staff_login: true,
        },
        _ => Ways::default(),
    }
}

fn good_facts() -> KitFacts {
    KitFacts {
        self_test: Passed::Yes,
        battery_percent: 92,
        network: Passed::Yes,
    }
}

fn staff() -> Staff {
    Staff {
        pseudonym: "s-1".into(),
        role: Role::CareWorker,
    }
}

fn login_page() -> LoginPage {
    let node = url::Url::parse("https://meet.example.org/").unwrap();
    LoginPage::new("https://idp.example.org/".into(), ProofTarget::new(&node))
}

fn attendee(id: &str, is_me: bool) -> Attendee {
    Attendee {
        id: AttendeeId(id.into()),
        name: DisplayName::new(
            if id == "doctor" {
                "Läkare"
            } else {
                "Anna Andersson"
            }
            .into(),
        ),
        is_me,
        place: Place::InMeeting,
        by: Means::Video,
        standing: Standing::Guest,
    }
}

fn host(id: &str, is_me: bool) -> Attendee {
    Attendee {
        standing: Standing::Host,
        ..attendee(id, is_me)
    }
}

/// A visit, its clock, and an independent account of what it asked for.
struct World {
    visit: Visit,
    now: Timestamp,
    account: Account,
}

impl World {
    fn start(mark: VisitMark) -> Self {
        let now = ten_o_clock() - SignedDuration::from_mins(5);
        let (visit, effects) = Visit::start(
            LastRun {
                mark,
                reservation: (mark == VisitMark::UnderWay).then(|| ReservationId("r1".into())),
                cleaned_at: Some(now),
            },
            now,
        );
        let mut world = Self {
            visit,
            now,
            account: Account::default(),
        };
        world.account.wipe_owed = mark == VisitMark::UnderWay;
        world.account.take(effects);
        world
    }

    fn feed(&mut self, event: Event) {
        if let (Event::WipeChecked(item), State::Wiping(_)) = (&event, self.visit.state()) {
            self.account.wiped.push(*item);
        }
        // A login that has ended by itself has closed its browser and its order.
        let ends_login = match (&event, self.visit.state()) {
            (Event::BankId(news), State::BankId(login)) => {
                login.way == BankIdWay::Region && !matches!(news, BankIdNews::Code(_) | BankIdNews::Scanned)
            }
            (Event::Portal(news), State::BankId(login)) => {
                login.way != BankIdWay::Region && !matches!(news, PortalNews::Login(_))
            }
            _ => false,
        };
        if ends_login {
            self.account.login_open = false;
        }
        let effects = self.visit.step(self.now, event);
        self.account.take(effects);
        self.check();
    }

    fn tap(&mut self, act: Act) {
        let view = self.visit.view(self.now);
        assert!(view.acts.contains(&act), "{act:?} is not offered by {view:?}");
        self.feed(Event::Tapped(act));
    }

    fn wait(&mut self, duration: SignedDuration) {
        self.now += duration;
        self.feed(Event::TimePassed);
    }

    /// What holds in every state.
    fn check(&self) {
        let state = self.visit.state();
        let view = self.visit.view(self.now);
        let waits = self.visit.next_deadline(self.now).is_some() || matches!(state, State::Ready);
        let leads_on = view.acts.iter().any(|act| *act != Act::CallSupport);
        assert!(leads_on || waits, "dead end: {state:?}");
        let under_way = |login: &StaffLogin| login.back_to.is_some();
        let left_behind = matches!(state, State::LoggingIn(login) if !under_way(login))
            || matches!(
                state,
                State::Starting { .. }
                    | State::NotReady(_)
                    | State::Ready
                    | State::Reserved
                    | State::CheckingOut(_)
                    | State::Wiped { .. }
                    | State::Cleaning(_)
                    | State::Returning(_)
                    | State::Returned { .. }
            );
        assert!(
            !(left_behind && self.account.wipe_owed),
            "the wipe was skipped: {state:?}"
        );
        self.check_sound(state);
        assert!(
            !self.account.login_open || matches!(state, State::BankId(_)),
            "a login goes on behind {state:?}"
        );
        let shows_the_visit = matches!(
            view.screen,
            Screen::Gates(_)
                | Screen::ConsentText(..)
                | Screen::GiveUpQuestion
                | Screen::InPersonQuestion
                | Screen::Identify(_)
                | Screen::BankId(..)
                | Screen::Portal(_)
                | Screen::StaffPanel(_)
                | Screen::Stranger(_)
                | Screen::WaitingRoom(_)
                | Screen::Meeting(_)
                | Screen::Reconnecting(_)
                | Screen::Failed(..)
                | Screen::Lost(_)
        );
        let after = matches!(
            state,
            State::Wiping(_) | State::Locked(_) | State::Rating(_) | State::Summary(_) | State::Recap(_)
        );
        assert!(
            !(shows_the_visit && (left_behind || after)),
            "the visit shows outside itself: {view:?}"
        );
    }

    fn check_sound(&self, state: &State) {
        let sound = self.account.sound.unwrap_or(SoundRoute::SILENT);
        match state {
            State::Connecting(live)
            | State::WaitingRoom(live)
            | State::InMeeting(live)
            | State::Reconnecting(live) => {
                assert_eq!(sound, live.sound_route());
                let picture = self.account.picture.unwrap_or(Gateway::Open);
                assert_eq!(
                    picture, live.picture,
                    "our picture goes another way than was asked for"
                );
                if live.sound != SoundMode::Kit {
                    assert_eq!(
                        sound,
                        SoundRoute::SILENT,
                        "sound by telephone, and the kit is not silent"
                    );
                }
            }
            _ => assert_eq!(sound, SoundRoute::SILENT, "sound outside a meeting"),
        }
    }

    fn check_out(&mut self) {
        self.check_out_for(1);
    }

    fn check_out_for(&mut self, meeting: u8) {
        self.feed(Event::Facts(good_facts()));
        self.feed(Event::Booked(Some(Box::new(reservation(meeting)))));
        self.feed(Event::StaffOnShift(staff(), None));
        self.tap(Act::CheckOut);
        for part in Part::ALL {
            self.tap(Act::Part(part, Presence::Here));
        }
        self.tap(Act::ConfirmCheckOut);
    }

    fn pass_gates(&mut self, privacy: Privacy) {
        self.tap(Act::Staff);
        self.feed(Event::KeyTyped(KeyCheck::Right));
        self.tap(Act::Answer(Answer::Identity(Method::StaffInRoom)));
        self.tap(Act::Answer(Answer::Sharing(Sharing::Consent)));
        self.tap(Act::Answer(Answer::LegalMode(Mixed::SharingLifted)));
        self.tap(Act::Answer(Answer::Relative(0, RelativeAnswer::Welcome)));
        self.tap(Act::Answer(Answer::Privacy(privacy)));
        self.tap(Act::Answer(Answer::RoomSeen));
    }

    fn in_meeting(privacy: Privacy) -> Self {
        let mut world = Self::start(VisitMark::Clean);
        world.check_out();
        world.pass_gates(privacy);
        world.tap(Act::Join);
        world.feed(Event::Meeting(MeetingEvent::Joined));
        world.feed(Event::Meeting(MeetingEvent::Roster(vec![
            attendee("me", true),
            attendee("doctor", false),
        ])));
        world
    }

    fn sentence(&self) -> Sentence {
        self.visit.view(self.now).sentence
    }

    /// Walks home with a world that helps: what a person would tap, and a wipe that succeeds.
    fn walk_home(&mut self) {
        for _ in 0..200 {
            match self.visit.state() {
                _ if self.offers(Act::Back)
                    && matches!(self.visit.view(self.now).screen, Screen::HelpDesk { .. }) =>
                {
                    self.tap(Act::Back);
                }
                State::Ready | State::Reserved => return,
                State::Starting { .. } | State::NotReady(_) if !self.offers(Act::Clean) => {
                    self.feed(Event::Facts(good_facts()));
                }
                State::Wiping(_) => self.confirm_wipe(),
                _ => self.tap_towards_home(),
            }
        }
        panic!("no way home from {:?}", self.visit.state());
    }

    fn confirm_wipe(&mut self) {
        for item in WipeItem::ALL {
            self.feed(Event::WipeChecked(item));
        }
    }

    fn offers(&self, act: Act) -> bool {
        self.visit.view(self.now).acts.contains(&act)
    }

    fn tap_towards_home(&mut self) {
        let acts = self.visit.view(self.now).acts;
        let rank = |act: &Act| match act {
            Act::Leave
            | Act::GiveUp
            | Act::Next
            | Act::SkipRating
            | Act::Done
            | Act::WipeAgain
            | Act::PreferInPerson => 0,
            Act::SignHygiene | Act::ConfirmReturn | Act::CancelCheckOut | Act::UseStaff => 1,
            Act::End | Act::AskGiveUp | Act::Staff | Act::Cleaned(_) => 2,
            Act::Back | Act::Help => 3,
            Act::Part(_, Presence::Here) => 4,
            _ => 9,
        };
        let pad = matches!(self.visit.view(self.now).screen, Screen::KeyPad(_));
        if pad && acts.contains(&Act::ToPatient) && !acts.contains(&Act::LogInAgain) {
            self.now += crate::visit::staff_key::LOCKED_FOR;
            return self.feed(Event::KeyTyped(KeyCheck::Right));
        }
        // Where the shift has ended, the patient still has a way: to say so at the help desk's number.
        let best = if acts.contains(&Act::LogInAgain) && acts.contains(&Act::ToPatient) {
            self.tap(Act::ToPatient);
            self.tap(Act::CallSupport);
            Act::AskInPerson
        } else {
            self.best(acts, rank)
        };
        self.tap(best);
    }

    fn best(&self, acts: Vec<Act>, rank: impl Fn(&Act) -> u8) -> Act {
        acts.into_iter()
            .min_by_key(rank)
            .unwrap_or_else(|| panic!("{:?} offers nothing", self.visit.state()))
    }
}
