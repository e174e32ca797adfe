//! What the screen is given to show, and what people do at it.
//!
//! Neighbours: `screen` draws and reports touches; `read_aloud` is the voice of "Läs upp"; the visit decides what a tap means.

use jiff::Timestamp;

use super::booking;
use super::parts::Kit;
use crate::screen::{Language, Surroundings, Touch};
use crate::visit::Event;
use crate::visit::event::Reading;
use crate::visit::readiness::Passed;

impl Kit {
    /// The voice of this number has spoken its text.
    pub(super) fn voice_ended(&mut self, number: u64) {
        if self.voice.is_latest(number) {
            self.read(Reading::Silent);
        }
    }

    pub(super) fn show(&mut self) {
        let now = Timestamp::now();
        let view = self.visit.view(now);
        self.journal.screen(&view);
        self.keep_browser_in_its_place(&view);
        let battery = kit_hardware::power::battery();
        let around = Surroundings {
            place: self.settings.place.clone(),
            kit_name: self.fleet.enrolment().kit_name.as_str().to_owned(),
            now,
            battery_percent: battery.map(|battery| battery.percent),
            charging: battery.is_some_and(|battery| battery.charging),
            signal: if self.has_network() { 4 } else { 0 },
            reading: self.reading == Reading::Aloud,
            high_contrast: self.high_contrast,
            reduced_motion: false,
            digits_typed: self.typing.length(),
            scan: self.login.scan().clone(),
            portal: self.portal_offered(),
            camera_missing: self.camera_missing(),
            held_in_browser: self.browser_has_devices(),
            help_desk: booking::help_desk(&self.desired.borrow()),
            names_allowed: self.settings.names_allowed,
        };
        self.screen.show(view, around);
    }

    pub(super) fn on_touch(&mut self, touch: Touch) {
        match touch {
            Touch::Act(act) => {
                self.journal.note("tap", &act);
                self.typing.clear();
                self.step(Event::Tapped(act));
            }
            Touch::Digit(digit) => {
                self.journal.note("tap", &"a digit");
                self.step(Event::Touched);
                if let Some(code) = self.typing.digit(digit) {
                    self.on_code(code);
                }
            }
            Touch::Erase => {
                self.typing.erase();
                self.step(Event::Touched);
            }
            Touch::ReadAloud(text) => {
                // First the microphone, then the voice: none of it goes into the meeting.
                self.read(Reading::Aloud);
                let silence = self.room_microphone.settled();
                self.voice
                    .speak(text, voice(self.language), silence, self.inner.0.clone());
            }
            Touch::Silence => self.fall_silent(),
            Touch::Contrast => self.high_contrast = !self.high_contrast,
            Touch::Staffed => self.step(Event::Touched),
        }
    }

    /// Nothing is read aloud any more.
    pub(super) fn fall_silent(&mut self) {
        self.voice.stop();
        self.read(Reading::Silent);
    }

    fn read(&mut self, reading: Reading) {
        self.reading = reading;
        self.step(Event::Reading(reading));
    }

    pub(super) fn has_network(&self) -> bool {
        self.facts.is_none_or(|facts| facts.network == Passed::Yes)
    }
}

/// Voice for "Läs upp", as espeak-ng names it.
fn voice(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        _ => "sv",
    }
}
