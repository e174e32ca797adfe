//! The window without a display: a visit is walked through, and every button of every screen is pressed.
//!
//! Views are made by the visit itself and drawn by the real window on Slint's testing backend. Each press goes through
//! the accessible action, the way a screen reader presses, and once more by Tab and Enter.

mod buttons;
mod people;
mod threads;
mod visits;
mod walk;

use std::time::Duration;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use jiff::Timestamp;
use kit_screens::ComponentHandle;
use slint::platform::{Key, WindowEvent};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{Language, Screen, Surroundings, Touch, Window, WindowOptions, open};
use crate::visit::event::Act;
use crate::visit::view::View;

/// Longer than a trembling hand's second tap is ignored.
const RESTED: Duration = Duration::from_millis(600);

/// The window and what came out of it.
struct Stand {
    window: Window,
    screen: Screen,
    touches: UnboundedReceiver<Touch>,
}

impl Stand {
    fn open() -> Self {
        i_slint_backend_testing::init_no_event_loop();
        let (send, touches) = unbounded_channel();
        let (window, screen) = open(english(), send).unwrap();
        window
            .window
            .window()
            .dispatch_event(WindowEvent::WindowActiveChanged(true));
        Self {
            window,
            screen,
            touches,
        }
    }

    fn show(&self, view: &View, around: Surroundings) {
        self.screen.show(view.clone(), around);
        // There is no event loop here that would do it.
        self.screen.show_next(&self.window.window);
    }

    /// Presses every button that is shown, and says what each sent.
    fn press_all(&mut self) -> Vec<(String, Option<Touch>)> {
        self.buttons()
            .into_iter()
            .map(|button| {
                let label = button.accessible_label().unwrap_or_default().to_string();
                (label, self.press(&button))
            })
            .collect()
    }

    /// Presses the first button of this name.
    fn press_named(&mut self, label: &str) -> Option<Touch> {
        let named = |button: &ElementHandle| button.accessible_label().is_some_and(|name| name == label);
        let button = self.buttons().into_iter().find(named);
        let button = button.unwrap_or_else(|| panic!("no button {label}"));
        self.press(&button)
    }

    /// Goes once round by Tab and presses each stop with Enter, and says what each sent.
    fn press_all_by_keyboard(&mut self) -> Vec<Touch> {
        let stops = self.buttons().len();
        let mut sent = Vec::new();
        for _ in 0..stops {
            rest();
            self.key(Key::Return);
            sent.extend(self.touches.try_recv().ok());
            self.key(Key::Tab);
        }
        sent
    }

    fn key(&self, key: Key) {
        let text: slint::SharedString = key.into();
        let window = self.window.window.window();
        window.dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        window.dispatch_event(WindowEvent::KeyReleased { text });
    }

    fn press(&mut self, button: &ElementHandle) -> Option<Touch> {
        rest();
        button.invoke_accessible_default_action();
        let touch = self.touches.try_recv().ok();
        assert_eq!(self.touches.try_recv().ok(), None, "one press, one touch");
        touch
    }

    fn buttons(&self) -> Vec<ElementHandle> {
        let can_be_pressed = |element: &ElementHandle| {
            matches!(
                element.accessible_role(),
                Some(AccessibleRole::Button | AccessibleRole::Checkbox)
            ) && element.accessible_enabled() != Some(false)
        };
        ElementQuery::from_root(&self.window.window)
            .match_predicate(can_be_pressed)
            .find_all()
    }
}

/// The window's timer starts when it hears of the last press, and rings when its time has passed.
fn rest() {
    i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1));
    i_slint_backend_testing::mock_elapsed_time(RESTED);
}

fn english() -> WindowOptions {
    WindowOptions {
        language: Language::English,
        ..WindowOptions::default()
    }
}

fn around(now: Timestamp) -> Surroundings {
    Surroundings {
        place: "Norrby kommun".into(),
        kit_name: "Kit 14".into(),
        now,
        battery_percent: Some(92),
        charging: false,
        signal: 4,
        reading: false,
        high_contrast: false,
        reduced_motion: true,
        digits_typed: 0,
        scan: super::Scan::default(),
        portal: None,
        camera_missing: false,
        held_in_browser: false,
        help_desk: Some("060-98 76 54".into()),
        names_allowed: false,
    }
}

fn acts(pressed: &[(String, Option<Touch>)]) -> Vec<Act> {
    let act = |touch: &Option<Touch>| match touch {
        Some(Touch::Act(act)) => Some(*act),
        _ => None,
    };
    pressed.iter().filter_map(|(_, touch)| act(touch)).collect()
}
