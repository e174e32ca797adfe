//! The tests' world: a visit, its clock, and an account of its effects that is kept apart from the machine.
//!
//! Every step is checked against the `rules` that must always hold; `story` walks by hand, `random` at random.

mod account;
pub(crate) mod facts;
mod gate_rules;
mod logins;
mod people;
mod random;
mod rules;
mod sound;
mod story;
mod way_home;

use jiff::{SignedDuration, Timestamp};

use crate::meeting::MeetingEvent;
use crate::visit::event::{BankIdNews, PortalNews};
use crate::visit::gates::{Answer, Method, Mixed, Privacy, RelativeAnswer, Sharing};
use crate::visit::readiness::{Part, Presence};
use crate::visit::reservation::{BankIdWay, ReservationId};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::view::Sentence;
use crate::visit::{Act, Event, LastRun, Visit, VisitMark};

use facts::{attendee, good_facts, reservation, staff, ten_o_clock};

use account::Account;

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

    fn offers(&self, act: Act) -> bool {
        self.visit.view(self.now).acts.contains(&act)
    }
}
