//! Made-up facts of whoever takes the kit out, and of its packing, wipe and cleaning.

use kit_screens::*;

use crate::{facts::model, pictures};

pub(crate) fn shelf(w: &KitWindow, act: ShelfAct, screen: Screen) {
    w.global::<Kit>().set_shelf_act(act);
    w.set_screen(screen);
}

pub(crate) fn staff_login(w: &KitWindow, state: LoginState) {
    let login = w.global::<StaffLogin>();
    login.set_code(pictures::code());
    login.set_state(state);
    w.set_screen(Screen::StaffLogin);
}

pub(crate) fn staff_key(w: &KitWindow, state: StaffKeyState) {
    let key = w.global::<StaffKey>();
    key.set_valid_until("15.00".into());
    key.set_digits_entered(if state == StaffKeyState::Entering { 2 } else { 0 });
    key.set_patient_can_join(true);
    key.set_state(state);
    w.set_screen(Screen::StaffKey);
}

pub(crate) fn check_out(w: &KitWindow, outcome: PackOutcome) {
    let stopped = outcome == PackOutcome::Stopped;
    let checks = [
        (SelfCheckKind::MeetingReachable, ""),
        (SelfCheckKind::SoundAndPicture, ""),
        (SelfCheckKind::MobileNetwork, ""),
        (SelfCheckKind::Cleaned, "08.15"),
        (SelfCheckKind::Battery, "92"),
    ];
    let checks = checks.map(|(kind, detail)| SelfCheck {
        kind,
        passed: !stopped,
        detail: detail.into(),
    });
    let check_out = w.global::<CheckOut>();
    check_out.set_parts(packed_parts(if stopped {
        Part::Speakerphone
    } else {
        Part::ExtensionCable
    }));
    check_out.set_checks(model(checks));
    check_out.set_outcome(outcome);
    check_out.set_signed_in_until("15.00".into());
    w.set_screen(Screen::CheckOut);
}

fn packed_parts(missing: Part) -> ModelRc<PackedPart> {
    let parts = [
        Part::Tablet,
        Part::Stand,
        Part::Speakerphone,
        Part::ExtensionCable,
        Part::Backpack,
    ];
    model(parts.into_iter().map(|part| PackedPart {
        part,
        state: if part == missing {
            PackState::Missing
        } else {
            PackState::Packed
        },
        note: if part == missing {
            "Saknas. Kommunen ersätter den.".into()
        } else {
            SharedString::default()
        },
    }))
}

pub(crate) fn cleaning(w: &KitWindow, done: usize) {
    let parts = [
        Part::Hands,
        Part::Tablet,
        Part::Speaker,
        Part::Stand,
        Part::BackpackAndCable,
    ];
    let steps = parts.into_iter().enumerate().map(|(place, part)| CleaningStep {
        part,
        done: place < done,
    });
    let cleaning = w.global::<Cleaning>();
    cleaning.set_steps(model(steps));
    cleaning.set_current(done.min(4) as i32);
    cleaning.set_done(done as i32);
    cleaning.set_time_left("0.42".into());
    w.set_screen(Screen::Cleaning);
}

pub(crate) fn wiped(w: &KitWindow, state: WipeState) {
    let wipe = w.global::<Wipe>();
    wipe.set_state(state);
    wipe.set_media_gone(true);
    wipe.set_link_gone(state == WipeState::Done);
    wipe.set_login_gone(state == WipeState::Done);
    wipe.set_checked_at("10.49".into());
    w.set_screen(Screen::Wiped);
}

pub(crate) fn give_back(w: &KitWindow, state: ReturnState) {
    w.global::<Return>().set_parts(packed_parts(Part::Hands));
    w.global::<Return>().set_state(state);
    w.set_screen(Screen::ReturnKit);
}
