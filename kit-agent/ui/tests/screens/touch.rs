//! How a touch counts: on release, within the button, and not again for half a second.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use kit_screens::{ComponentHandle, Invitation, Kit, Language, Screen, StaffKey};
use slint::LogicalPosition;

use crate::elements::{Target, focused, targets};
use crate::stand::{Look, Stand};

#[test]
fn a_trembling_hand_joins_once() {
    let (stand, joins) = invited();
    let join = middle(&stand, "Gå med");
    stand.touch(join, join);
    stand.pass(Duration::from_millis(400));
    stand.touch(join, join);
    assert_eq!(joins.get(), 1, "the second touch within 500 ms is ignored");
    stand.pass(Duration::from_millis(600));
    stand.touch(join, join);
    assert_eq!(joins.get(), 2, "a later touch counts again");
}

#[test]
fn a_second_touch_elsewhere_is_ignored_too() {
    let (stand, joins) = invited();
    let helped = Rc::new(Cell::new(false));
    let help = Rc::clone(&helped);
    stand.kit.global::<Kit>().on_help(move || help.set(true));
    let (help, join) = (middle(&stand, "Hjälp"), middle(&stand, "Gå med"));
    stand.touch(help, help);
    stand.touch(join, join);
    assert!(helped.get());
    assert_eq!(joins.get(), 0);
}

#[test]
fn a_finger_that_slides_away_presses_nothing() {
    let (stand, joins) = invited();
    let join = middle(&stand, "Gå med");
    stand.touch(join, LogicalPosition::new(join.x, 5.0));
    assert_eq!(joins.get(), 0);
}

#[test]
fn a_touch_hides_the_focus_ring() {
    let (stand, _) = invited();
    stand.press_key("?");
    stand.settle();
    assert!(focused(&stand).is_some());
    let read = middle(&stand, "Läs upp");
    stand.touch(read, read);
    stand.settle();
    assert!(focused(&stand).is_none());
}

#[test]
fn the_code_pad_takes_quick_digits() {
    let stand = Stand::new(Look::light(Language::Swedish));
    let digits = Rc::new(RefCell::new(Vec::new()));
    let pressed = Rc::clone(&digits);
    stand
        .kit
        .global::<StaffKey>()
        .on_digit(move |digit| pressed.borrow_mut().push(digit));
    stand.kit.set_screen(Screen::StaffKey);
    stand.settle();
    for digit in ["1", "1", "0"] {
        let key = middle(&stand, digit);
        stand.touch(key, key);
    }
    assert_eq!(*digits.borrow(), [1, 1, 0]);
}

fn invited() -> (Stand, Rc<Cell<u32>>) {
    let stand = Stand::new(Look::light(Language::Swedish));
    let joins = Rc::new(Cell::new(0));
    let counted = Rc::clone(&joins);
    stand
        .kit
        .global::<Invitation>()
        .on_join(move || counted.set(counted.get() + 1));
    stand.kit.set_screen(Screen::MeetingToday);
    stand.settle();
    (stand, joins)
}

fn middle(stand: &Stand, label: &str) -> LogicalPosition {
    let Target { area, .. } = targets(stand)
        .into_iter()
        .find(|target| target.label == label)
        .unwrap();
    LogicalPosition::new(
        (area.x + area.width / 2.0) * stand.mm(),
        (area.y + area.height / 2.0) * stand.mm(),
    )
}
