//! Every screen works from a keyboard: Tab in reading order, focus first on the primary act, Enter, Space, Escape.

use std::cell::Cell;
use std::rc::Rc;

use i_slint_backend_testing::AccessibleRole;
use kit_screens::{ComponentHandle, EndQuestion, Invitation, InvitationState, Language, Meeting, Screen};
use slint::platform::Key;

use crate::elements::{Area, focused, targets};
use crate::stand::{Look, Stand};
use crate::states::{STATES, state};

#[test]
fn every_target_is_named_and_reached_by_tab_in_reading_order() {
    for state in STATES {
        let stand = Stand::new(Look::light(Language::Swedish));
        state.show(&stand.kit);
        stand.settle();
        let targets: Vec<_> = targets(&stand)
            .into_iter()
            .filter(|target| target.enabled)
            .collect();
        for target in &targets {
            assert!(
                !target.label.is_empty(),
                "{}: a target has no name: {target:?}",
                state.name
            );
            let role = target.role;
            assert!(
                matches!(role, Some(AccessibleRole::Button | AccessibleRole::Checkbox)),
                "{}: \"{}\" has the role {role:?}",
                state.name,
                target.label
            );
        }
        // Any key shows the ring; from there once round.
        stand.press_key("?");
        stand.settle();
        let start = focused(&stand).unwrap_or_else(|| panic!("{}: nothing has the focus", state.name));
        let mut reached = vec![place_of(&targets_areas(&targets), start, state.name)];
        for _ in 1..targets.len() {
            stand.press_key(Key::Tab);
            stand.pass(std::time::Duration::from_millis(10));
            let next = focused(&stand).unwrap_or_else(|| panic!("{}: the focus is lost", state.name));
            reached.push(place_of(&targets_areas(&targets), next, state.name));
        }
        let round: Vec<usize> = (0..targets.len())
            .map(|step| (reached[0] + step) % targets.len())
            .collect();
        assert_eq!(reached, round, "{}: Tab leaves the order of the page", state.name);
    }
}

#[test]
fn focus_starts_on_the_primary_act() {
    for (name, primary) in [
        ("02-meeting-today", "Gå med"),
        ("04-identify", "Personalen intygar"),
        ("07-gates", "Samtycker"),
        ("09-in-meeting", "Ljud på"),
        ("16-help", "Tillbaka till mötet"),
        ("18-end-question", "Nej, jag stannar"),
        ("19-ended", "Nästa"),
        ("19-ended-lost", "Gå med igen"),
        ("21-wiped", "Klar"),
        ("22-cleaning-all-done", "Signera"),
    ] {
        let stand = Stand::new(Look::light(Language::Swedish));
        state(name).show(&stand.kit);
        stand.settle();
        stand.press_key("?");
        stand.settle();
        let focus = focused(&stand).unwrap();
        let target = targets(&stand)
            .into_iter()
            .find(|target| close(target.area, focus))
            .unwrap();
        assert_eq!(target.label, primary, "{name}");
    }
}

#[test]
fn enter_and_space_press_and_escape_leaves() {
    let stand = Stand::new(Look::light(Language::Swedish));
    let joins = Rc::new(Cell::new(0));
    let counted = Rc::clone(&joins);
    stand
        .kit
        .global::<Invitation>()
        .on_join(move || counted.set(counted.get() + 1));
    stand.kit.global::<Invitation>().set_state(InvitationState::Ready);
    stand.kit.set_screen(Screen::MeetingToday);
    stand.settle();
    stand.press_key(Key::Return);
    stand.settle();
    stand.press_key(" ");
    assert_eq!(joins.get(), 2);

    let stayed = Rc::new(Cell::new(false));
    let asked = Rc::new(Cell::new(false));
    let (stay, ask) = (Rc::clone(&stayed), Rc::clone(&asked));
    stand.kit.global::<EndQuestion>().on_stay(move || stay.set(true));
    stand.kit.global::<Meeting>().on_end(move || ask.set(true));
    stand.kit.set_screen(Screen::InMeeting);
    stand.settle();
    stand.press_key(Key::Escape);
    assert!(asked.get(), "Escape in the meeting asks whether to end it");
    stand.kit.set_screen(Screen::EndQuestion);
    stand.settle();
    stand.press_key(Key::Escape);
    assert!(stayed.get(), "Escape from the question stays in the meeting");
}

fn targets_areas(targets: &[crate::elements::Target]) -> Vec<Area> {
    targets.iter().map(|target| target.area).collect()
}

fn place_of(areas: &[Area], focus: Area, state: &str) -> usize {
    areas
        .iter()
        .position(|&area| close(area, focus))
        .unwrap_or_else(|| panic!("{state}: the ring {focus:?} is round no target of {areas:?}"))
}

fn close(one: Area, other: Area) -> bool {
    one.holds(other, 0.3) && other.holds(one, 0.3)
}
