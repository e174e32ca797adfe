//! A visit walked through in the window, step by step; `buttons` presses every one of them on the way.

use jiff::{SignedDuration, Timestamp};
use kit_screens as ui;

use super::Stand;
use crate::meeting::{Attendee, DisplayName, MeetingEvent, Standing};
use crate::visit::event::{BankIdNews, Confirmed, Quality, RepairResult, Trouble, WipeItem};
use crate::visit::gates::{Answer, Method, Privacy, RelativeAnswer, Sharing};
use crate::visit::readiness::{Part, Presence};
use crate::visit::reservation::{BankIdWay, InvitedRole, LegalMode, Reservation, Ways};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::LoginTime;
use crate::visit::tests::facts::{self, good_facts, staff, ten_o_clock};
use crate::visit::{Act, Event, LastRun, Visit, VisitMark};

/// A visit, its clock and its window.
pub(super) struct Walk {
    pub(super) visit: Visit,
    pub(super) now: Timestamp,
    pub(super) stand: Stand,
}

impl Walk {
    /// The kit starts at 09.55; the meeting is at 10.00.
    pub(super) fn start(stand: Stand) -> Self {
        let now = ten_o_clock() - SignedDuration::from_mins(5);
        let last = LastRun {
            mark: VisitMark::Clean,
            reservation: None,
            cleaned_at: Some(now),
        };
        Self {
            visit: Visit::start(last, now).0,
            now,
            stand,
        }
    }

    /// A kit that nobody has signed for yet.
    pub(super) fn never_cleaned(stand: Stand) -> Self {
        let mut walk = Self::start(stand);
        let last = LastRun {
            mark: VisitMark::Clean,
            reservation: None,
            cleaned_at: None,
        };
        walk.visit = Visit::start(last, walk.now).0;
        walk.event(Event::Facts(good_facts()));
        walk
    }

    pub(super) fn at_the_gates(stand: Stand) -> Self {
        let mut walk = Self::start(stand);
        walk.takes_the_kit_out();
        walk
    }

    pub(super) fn joining(stand: Stand) -> Self {
        let mut walk = Self::at_the_gates(stand);
        walk.answer_all(Privacy::NobodyElse);
        walk.tap(Act::Join);
        walk
    }

    pub(super) fn takes_the_kit_out(&mut self) {
        self.event(Event::Facts(good_facts()));
        self.event(Event::StaffOnShift(staff(), None));
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
}

/// Care providers alone, and a region that is BankID's relying party itself.
pub(super) fn reservation() -> Reservation {
    Reservation {
        legal_mode: LegalMode::CareProvidersOnly,
        invited: vec![InvitedRole::Doctor],
        ways: Ways {
            bank_id: Some(BankIdWay::Region),
            ..Ways::default()
        },
        ..facts::reservation(1)
    }
}

/// Whoever it is: no name tells.
pub(super) fn person(id: &str, is_me: bool) -> Attendee {
    Attendee {
        name: DisplayName::new("Anna Andersson".into()),
        ..facts::attendee(id, is_me)
    }
}

pub(super) fn host(id: &str, is_me: bool) -> Attendee {
    Attendee {
        standing: Standing::Host,
        ..person(id, is_me)
    }
}
