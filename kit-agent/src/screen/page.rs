//! From a view to the window: what is true of the kit on every screen, then the screen's own part.
//!
//! The parts stand in `before`, `meeting`, `after` and `care_of_kit`, as the drawings' properties do. Properties are
//! written before the screen changes, so that a new screen opens with its own words.

use jiff::tz::TimeZone;
use kit_screens as ui;
use kit_screens::ComponentHandle;

use super::window::Shown;
use super::{Surroundings, words};
use crate::visit::View;
use crate::visit::event::Act;
use crate::visit::view::Screen;

/// One view on its way into the window.
pub(super) struct Page<'a> {
    pub(super) window: &'a ui::KitWindow,
    pub(super) view: &'a View,
    pub(super) around: &'a Surroundings,
    pub(super) time_zone: &'a TimeZone,
    pub(super) language: ui::Language,
}

impl<'a> Page<'a> {
    pub(super) fn new(
        window: &'a ui::KitWindow,
        shown: &'a Shown,
        time_zone: &'a TimeZone,
        language: ui::Language,
    ) -> Self {
        Self {
            window,
            view: &shown.view,
            around: &shown.around,
            time_zone,
            language,
        }
    }

    /// Writes everything.
    pub(super) fn write(&self) {
        self.surroundings();
        let screen = self.screen();
        self.window.set_screen(screen);
    }

    /// One domain of the window's properties.
    pub(super) fn global<T: ui::Global<'a, ui::KitWindow>>(&self) -> T {
        self.window.global()
    }

    fn surroundings(&self) {
        let around = self.around;
        let theme = self.global::<ui::Theme>();
        theme.set_high_contrast(around.high_contrast);
        theme.set_reduced_motion(around.reduced_motion);
        let kit = self.global::<ui::Kit>();
        kit.set_place(around.place.as_str().into());
        kit.set_kit_name(around.kit_name.as_str().into());
        kit.set_clock(words::clock(around.now, self.time_zone).into());
        kit.set_battery(around.battery_percent.unwrap_or(100).into());
        kit.set_charging(around.charging || around.battery_percent.is_none());
        kit.set_signal(around.signal.min(4).into());
        kit.set_reading(around.reading);
        kit.set_staff_key(self.view.acts.contains(&Act::Staff));
        kit.set_in_person(self.view.acts.contains(&Act::AskInPerson));
        kit.set_help_desk(
            around
                .help_desk
                .as_deref()
                .map(words::unbroken)
                .unwrap_or_default()
                .into(),
        );
    }

    fn screen(&self) -> ui::Screen {
        match &self.view.screen {
            Screen::Ready(facts) => self.shelf(*facts),
            Screen::StaffLogin(page) => self.staff_login(*page),
            Screen::ChooseCode => self.choose_code(),
            Screen::Identify(logins) => self.identify(*logins),
            Screen::CheckOut(parts) => self.check_out(parts),
            Screen::Tile(tile) => self.tile(*tile),
            Screen::BankId(step, time) => self.bank_id(*step, *time),
            Screen::Portal(page) => self.portal(*page),
            Screen::KeyPad(pad) => self.key_pad(*pad),
            Screen::Gates(gates) => self.gates(gates),
            Screen::ConsentText(version, text) => self.consent_text(*version, text.as_ref()),
            Screen::InPersonQuestion => self.in_person_question(),
            Screen::GiveUpQuestion => self.give_up_question(),
            Screen::WaitingRoom(people) => self.waiting_room(people),
            Screen::StaffPanel(panel) => self.staff_panel(panel),
            Screen::Stranger(stranger) => self.stranger(stranger),
            Screen::Meeting(meeting) => self.meeting(meeting),
            Screen::Reconnecting(telephone) => self.calling_again(telephone.as_ref()),
            Screen::Help { in_meeting } => self.help(*in_meeting),
            Screen::HelpDesk { .. } => ui::Screen::HelpDesk,
            Screen::WhatIsWrong => ui::Screen::WhatIsWrong,
            Screen::Repair(trouble) => self.repair(*trouble),
            Screen::EndQuestion => self.end_question(),
            Screen::Failed(failure, telephone) => self.failed(*failure, telephone.as_ref()),
            Screen::Lost(telephone) => self.lost(telephone.as_ref()),
            Screen::Summary {
                most_present,
                minutes,
            } => self.summary(*most_present, *minutes),
            Screen::Recap(roles) => self.recap(roles),
            Screen::Rating => ui::Screen::Rating,
            Screen::Wipe(checked) => self.wipe(checked),
            Screen::Cleaning(page) => self.cleaning(page),
            Screen::SkipCleaning => ui::Screen::SkipCleaning,
            Screen::Return(parts) => self.returning(parts),
        }
    }
}
