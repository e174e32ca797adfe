//! A visit walked through in the window, with every button pressed on the way.

use jiff::{SignedDuration, Timestamp};
use kit_screens as ui;

use super::{Kitchen, acts, around};
use crate::meeting::{Attendee, AttendeeId, DisplayName, Means, MeetingEvent, Place, Standing};
use crate::screen::Touch;
use crate::visit::event::{BankIdNews, Confirmed, Quality, RepairResult, Role, Staff, Trouble, WipeItem};
use crate::visit::gates::{Answer, Gate, Method, Privacy, RelativeAnswer, Sharing};
use crate::visit::readiness::{KitFacts, Part, Passed, Presence};
use crate::visit::reservation::{
    BankIdWay, InvitedRole, Kinship, LegalMode, Reservation, ReservationId, Telephone, TextVersion, Title,
    Ways,
};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::LoginTime;
use crate::visit::view::{Screen as Shown, Sentence, Stage, View};
use crate::visit::{Act, Event, LastRun, Visit, VisitMark};

/// A visit, its clock and its window.
pub(super) struct Walk {
    pub(super) visit: Visit,
    pub(super) now: Timestamp,
    pub(super) kitchen: Kitchen,
}

impl Walk {
    /// The kit starts at 09.55; the meeting is at 10.00.
    pub(super) fn start(kitchen: Kitchen) -> Self {
        let now = ten_o_clock() - SignedDuration::from_mins(5);
        let last = LastRun {
            mark: VisitMark::Clean,
            reservation: None,
            cleaned_at: Some(now),
        };
        Self {
            visit: Visit::start(last, now).0,
            now,
            kitchen,
        }
    }

    /// A kit that nobody has signed for yet.
    pub(super) fn never_cleaned(kitchen: Kitchen) -> Self {
        let mut walk = Self::start(kitchen);
        let last = LastRun {
            mark: VisitMark::Clean,
            reservation: None,
            cleaned_at: None,
        };
        walk.visit = Visit::start(last, walk.now).0;
        walk.event(Event::Facts(good_facts()));
        walk
    }

    pub(super) fn at_the_gates(kitchen: Kitchen) -> Self {
        let mut walk = Self::start(kitchen);
        walk.takes_the_kit_out();
        walk
    }

    pub(super) fn joining(kitchen: Kitchen) -> Self {
        let mut walk = Self::at_the_gates(kitchen);
        walk.answer_all(Privacy::NobodyElse);
        walk.tap(Act::Join);
        walk
    }

    pub(super) fn takes_the_kit_out(&mut self) {
        self.event(Event::Facts(good_facts()));
        self.event(Event::StaffOnShift(care_worker(), None));
        self.sees(ui::Screen::Ready);
        self.event(Event::Booked(Some(Box::new(reservation()))));
        self.sees(ui::Screen::Ready);
        self.checks_out();
        self.sees(ui::Screen::Identify);
        self.tap(Act::UseStaff);
        self.sees(ui::Screen::StaffKey);
        self.event(Event::KeyTyped(KeyCheck::Right));
    }

    pub(super) fn checks_out(&mut self) {
        self.tap(Act::CheckOut);
        for part in Part::ALL {
            self.sees(ui::Screen::CheckOut);
            self.tap(Act::Part(part, Presence::Here));
        }
        self.sees(ui::Screen::CheckOut);
        self.tap(Act::ConfirmCheckOut);
    }

    pub(super) fn answers_the_gates(&mut self) {
        self.takes_the_kit_out();
        self.sees(ui::Screen::Gates);
        self.tap(Act::UseBankId);
        for (news, screen) in [
            (BankIdNews::Code(LoginTime::Enough), ui::Screen::BankId),
            (BankIdNews::Scanned, ui::Screen::BankId),
            (BankIdNews::Cancelled, ui::Screen::BankId),
        ] {
            self.sees(screen);
            self.event(Event::BankId(news));
        }
        self.sees(ui::Screen::BankId);
        self.tap(Act::UseStaff);
        self.tap(Act::UseStaff);
        self.event(Event::KeyTyped(KeyCheck::Right));
        self.answer_all(Privacy::NobodyElse);
        self.sees(ui::Screen::MeetingToday);
    }

    pub(super) fn answer_all(&mut self, privacy: Privacy) {
        for answer in [
            Answer::Identity(Method::StaffInRoom),
            Answer::Sharing(Sharing::Consent),
            Answer::Relative(0, RelativeAnswer::Welcome),
            Answer::Privacy(privacy),
            Answer::RoomSeen,
        ] {
            self.sees(ui::Screen::Gates);
            self.tap(Act::Answer(answer));
        }
    }

    /// Sound, slides, a weak network, help, a repair, and a call that is lost and comes back.
    pub(super) fn through_the_meeting(&mut self) {
        self.tap(Act::Mute);
        self.sees(ui::Screen::InMeeting);
        self.tap(Act::Unmute);
        self.tap(Act::PictureOff);
        self.sees(ui::Screen::InMeeting);
        self.tap(Act::PictureOn);
        self.hears(MeetingEvent::SlidesStarted { by: None });
        self.sees(ui::Screen::InMeeting);
        self.hears(MeetingEvent::SlidesStopped);
        self.event(Event::Quality(Quality::SoundOnly));
        self.wait(3);
        self.sees(ui::Screen::InMeeting);
        self.event(Event::OurSound(Confirmed::Yes));
        for act in [Act::Help, Act::AskStaff] {
            self.tap(act);
            self.sees(ui::Screen::Help);
        }
        for act in [Act::Back, Act::Help, Act::SomethingWrong] {
            self.tap(act);
        }
        self.sees(ui::Screen::WhatIsWrong);
        self.tap(Act::Wrong(Trouble::WeHearNothing));
        for _ in 0..2 {
            self.sees(ui::Screen::Repair);
            self.tap(Act::Repaired(RepairResult::DidNotHelp));
        }
        self.sees(ui::Screen::Repair);
        self.tap(Act::Back);
        self.hears(MeetingEvent::Reconnecting);
        for seconds in [0, 20, 40] {
            self.wait(seconds);
            self.sees(ui::Screen::CallingAgain);
        }
        self.hears(MeetingEvent::Recovered);
    }

    /// Wipe, cleaning and return.
    pub(super) fn home(&mut self) {
        self.event(Event::WipeFailed);
        self.sees(ui::Screen::Wiped);
        self.tap(Act::WipeAgain);
        for item in WipeItem::ALL {
            self.event(Event::WipeChecked(item));
            self.sees(ui::Screen::Wiped);
        }
        self.tap(Act::Done);
        self.sees(ui::Screen::Cleaning);
        self.tap(Act::SkipCleaning);
        self.sees(ui::Screen::SkipCleaning);
        self.tap(Act::Back);
        for part in Part::ALL {
            self.sees(ui::Screen::Cleaning);
            self.tap(Act::Cleaned(part));
        }
        self.sees(ui::Screen::Cleaning);
        self.tap(Act::SignHygiene);
        for part in Part::ALL {
            self.sees(ui::Screen::ReturnKit);
            self.tap(Act::Part(part, Presence::Here));
        }
        self.sees(ui::Screen::ReturnKit);
        self.tap(Act::ConfirmReturn);
        self.sees(ui::Screen::ReturnKit);
        self.tap(Act::Done);
        self.sees(ui::Screen::Starting);
    }

    /// Draws the view, presses all that is there, and compares with what the view offers.
    pub(super) fn sees(&mut self, screen: ui::Screen) {
        let view = self.visit.view(self.now);
        self.draw();
        assert_eq!(self.window().get_screen(), screen, "{view:?}");
        let pressed = self.kitchen.press_all();
        let by_keyboard = self.kitchen.press_all_by_keyboard();
        for (label, touch) in &pressed {
            let reached = touch.as_ref().is_none_or(|touch| by_keyboard.contains(touch));
            assert!(reached, "\"{label}\" is not reached by Tab and Enter on {view:?}");
        }
        let sent = acts(&pressed);
        for act in &view.acts {
            assert!(
                sent.contains(act) || has_no_button(&view, *act),
                "no button for {act:?} on {view:?}: {pressed:?}"
            );
        }
        assert!(sent.iter().all(|act| view.acts.contains(act)), "{pressed:?}");
        assert!(view.acts.is_empty() || !sent.is_empty(), "dead end: {view:?}");
    }

    pub(super) fn press(&mut self, label: &str, act: Act) {
        self.draw();
        assert_eq!(self.kitchen.press_named(label), Some(Touch::Act(act)));
        self.tap(act);
    }

    pub(super) fn shows_names(&self) {
        let mut around = around(self.now);
        around.names_allowed = true;
        self.kitchen.show(&self.visit.view(self.now), around);
    }

    pub(super) fn draw(&self) {
        self.kitchen.show(&self.visit.view(self.now), around(self.now));
    }

    pub(super) fn window(&self) -> &ui::KitWindow {
        &self.kitchen.window.window
    }

    pub(super) fn tap(&mut self, act: Act) {
        assert!(self.visit.view(self.now).acts.contains(&act), "{act:?}");
        self.event(Event::Tapped(act));
    }

    pub(super) fn hears(&mut self, news: MeetingEvent) {
        self.event(Event::Meeting(news));
    }

    pub(super) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        self.event(Event::TimePassed);
    }

    pub(super) fn event(&mut self, event: Event) {
        self.visit.step(self.now, event);
    }
}

/// Acts that the drawings have no button for, or that another tap leads to.
fn has_no_button(view: &View, act: Act) -> bool {
    match (&view.screen, act) {
        // The first tap on a part says that it is there, the second that it is missing.
        (Shown::CheckOut(parts) | Shown::Return(parts), Act::Part(part, Presence::Missing)) => {
            parts.contains(&(part, None))
        }
        // A "no" is shown with the number: it can be taken back, or the visit given up.
        (Shown::Gates(_), act) if view.sentence == Sentence::CannotBeHeld => {
            !matches!(act, Act::Undo(Gate::Sharing) | Act::AskGiveUp | Act::CallSupport)
        }
        // Help is asked for where the room is set up: the last question.
        (Shown::Gates(rows), Act::CallSupport) => rows.current != Some(Gate::RoomSeen),
        // Where the number is shown, nothing is left of "call instead".
        (Shown::Help { .. }, Act::End)
        | (Shown::Repair(_), Act::SoundByTelephone)
        | (Shown::Reconnecting(Some(_)), Act::CallInstead) => true,
        // A picture or a question takes the button's place.
        (Shown::Meeting(shown), Act::SoundByTelephone) => {
            shown.unexpected.is_some() || matches!(shown.stage, Stage::Slides(_))
        }
        _ => false,
    }
}

pub(super) fn good_facts() -> KitFacts {
    KitFacts {
        self_test: Passed::Yes,
        battery_percent: 92,
        network: Passed::Yes,
    }
}

pub(super) fn ten_o_clock() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

pub(super) fn reservation() -> Reservation {
    Reservation {
        id: ReservationId("r1".into()),
        starts_at: ten_o_clock(),
        title: Title::CarePlanMeeting,
        link: "https://meet.example.org/webapp3/m/sip".into(),
        pin: None,
        telephone: Some(Telephone {
            number: "060-12 34 56".into(),
            code: Some("482 917".into()),
        }),
        relatives: vec![Kinship::Daughter],
        legal_mode: LegalMode::CareProvidersOnly,
        invited: vec![InvitedRole::Doctor],
        host_pin: None,
        text: None,
        ways: Ways {
            bank_id: Some(BankIdWay::Region),
            ..Ways::default()
        },
        text_version: TextVersion {
            number: 3,
            year: 2026,
        },
    }
}

pub(super) fn person(id: &str, is_me: bool) -> Attendee {
    Attendee {
        id: AttendeeId(id.into()),
        name: DisplayName::new("Anna Andersson".into()),
        is_me,
        place: Place::InMeeting,
        by: Means::Video,
        standing: Standing::Guest,
    }
}

pub(super) fn care_worker() -> Staff {
    Staff {
        pseudonym: "s-1".into(),
        role: Role::CareWorker,
    }
}

pub(super) fn host(id: &str, is_me: bool) -> Attendee {
    Attendee {
        standing: Standing::Host,
        ..person(id, is_me)
    }
}
