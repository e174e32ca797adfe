//! What a walk sees on each screen: every act that the view offers has its button, and no button does anything else.

use jiff::SignedDuration;
use kit_screens as ui;

use super::walk::Walk;
use super::{acts, around};
use crate::meeting::MeetingEvent;
use crate::screen::Touch;
use crate::visit::gates::Gate;
use crate::visit::readiness::Presence;
use crate::visit::view::{Screen as Shown, Sentence, Stage, View};
use crate::visit::{Act, Event};

impl Walk {
    /// Draws the view, presses all that is there, and compares with what the view offers.
    pub(super) fn sees(&mut self, screen: ui::Screen) {
        let view = self.visit.view(self.now);
        self.draw();
        assert_eq!(self.window().get_screen(), screen, "{view:?}");
        let pressed = self.stand.press_all();
        let by_keyboard = self.stand.press_all_by_keyboard();
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
        assert_eq!(self.stand.press_named(label), Some(Touch::Act(act)));
        self.tap(act);
    }

    pub(super) fn shows_names(&self) {
        let mut around = around(self.now);
        around.names_allowed = true;
        self.stand.show(&self.visit.view(self.now), around);
    }

    pub(super) fn draw(&self) {
        self.stand.show(&self.visit.view(self.now), around(self.now));
    }

    pub(super) fn window(&self) -> &ui::KitWindow {
        &self.stand.window.window
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
