//! The care worker's screens around the visit: check-out, cleaning, return.

use kit_screens as ui;

use super::page::Page;
use super::{rows, words};
use crate::visit::event::{Act, Confirmed};
use crate::visit::readiness::{LEAST_BATTERY, Part, Presence};
use crate::visit::view::{CleaningPage, Sentence};

/// Bars from which the network is called good, as on the ready screen.
const GOOD_SIGNAL: u8 = 3;

impl Page<'_> {
    /// §4.19.
    pub(super) fn check_out(&self, parts: &[(Part, Option<Presence>)]) -> ui::Screen {
        let check_out = self.global::<ui::CheckOut>();
        rows::write(&check_out.get_parts(), packed(parts), |parts| {
            check_out.set_parts(parts);
        });
        rows::write(&check_out.get_checks(), self.own_check(), |checks| {
            check_out.set_checks(checks);
        });
        let missing = parts
            .iter()
            .any(|(_, presence)| *presence == Some(Presence::Missing));
        let may_go = self.view.acts.contains(&Act::ConfirmCheckOut);
        check_out.set_outcome(match (self.view.sentence, may_go) {
            (Sentence::TakeAnotherKit, _) => ui::PackOutcome::Stopped,
            (Sentence::NoLongerBooked, _) => ui::PackOutcome::NoLongerBooked,
            (Sentence::LogInFirst, _) => ui::PackOutcome::LogInFirst,
            (_, false) => ui::PackOutcome::Checking,
            (_, true) if missing => ui::PackOutcome::MissingMinor,
            (_, true) => ui::PackOutcome::Complete,
        });
        ui::Screen::CheckOut
    }

    /// §4.18.
    pub(super) fn cleaning(&self, page: &CleaningPage) -> ui::Screen {
        let cleaning = self.global::<ui::Cleaning>();
        let parts = &page.parts;
        let is_done = |done: &Confirmed| *done == Confirmed::Yes;
        let steps = parts.iter().map(|(part, done)| ui::CleaningStep {
            part: named(*part),
            done: is_done(done),
        });
        rows::write(&cleaning.get_steps(), steps.collect(), |steps| {
            cleaning.set_steps(steps);
        });
        let current = parts.iter().position(|(_, done)| !is_done(done));
        cleaning.set_current(words::count(current.unwrap_or(0)));
        let done = parts.iter().filter(|(_, done)| is_done(done)).count();
        cleaning.set_done(words::count(done));
        cleaning.set_can_go_back(self.view.acts.contains(&Act::Back));
        let version = page.version.unwrap_or(0);
        cleaning.set_version(i32::try_from(version).unwrap_or(i32::MAX));
        let how_to = page.how_to.as_ref();
        cleaning.set_how_to(how_to.map_or("", |how| how.text.as_str()).into());
        cleaning.set_wet_minutes(how_to.map_or(1, |how| how.minutes).into());
        ui::Screen::Cleaning
    }

    /// §4.19, return. The rows stay open for correction until the kit is handed in.
    pub(super) fn returning(&self, parts: &[(Part, Option<Presence>)]) -> ui::Screen {
        let back = self.global::<ui::Return>();
        rows::write(&back.get_parts(), packed(parts), |parts| back.set_parts(parts));
        back.set_state(if self.view.sentence == Sentence::PutOnCharge {
            ui::ReturnState::Returned
        } else if self.view.acts.contains(&Act::ConfirmReturn) {
            ui::ReturnState::Complete
        } else {
            ui::ReturnState::Ticking
        });
        ui::Screen::ReturnKit
    }

    /// What the kit knows of itself at this moment.
    fn own_check(&self) -> Vec<ui::SelfCheck> {
        let around = self.around;
        let check = |kind, passed, detail: String| ui::SelfCheck {
            kind,
            passed,
            detail: detail.into(),
        };
        let mut checks = vec![
            check(
                ui::SelfCheckKind::SoundAndPicture,
                !around.camera_missing,
                String::new(),
            ),
            check(
                ui::SelfCheckKind::MobileNetwork,
                around.signal >= GOOD_SIGNAL,
                String::new(),
            ),
        ];
        checks.extend(around.battery_percent.map(|percent| {
            check(
                ui::SelfCheckKind::Battery,
                percent >= LEAST_BATTERY,
                percent.to_string(),
            )
        }));
        checks
    }
}

fn packed(parts: &[(Part, Option<Presence>)]) -> Vec<ui::PackedPart> {
    let row = |(part, presence): &(Part, Option<Presence>)| ui::PackedPart {
        part: named(*part),
        state: match presence {
            None => ui::PackState::NotChecked,
            Some(Presence::Here) => ui::PackState::Packed,
            Some(Presence::Missing) => ui::PackState::Missing,
        },
        note: "".into(),
    };
    parts.iter().map(row).collect()
}

fn named(part: Part) -> ui::Part {
    match part {
        Part::Tablet => ui::Part::Tablet,
        Part::Speakerphone => ui::Part::Speakerphone,
        Part::Stand => ui::Part::Stand,
        Part::ExtensionCable => ui::Part::ExtensionCable,
        Part::Rucksack => ui::Part::Backpack,
    }
}
