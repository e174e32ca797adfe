//! A meeting that the locked browser holds, because its service is none that the kit speaks itself.
//!
//! The browser has the kit's devices then. What it may do with them stands from its start, so another way of the sound means
//! another browser at the same link (decision 0025). Neighbours: `browser`; `room_microphone` while the kit reads aloud.

use secrecy::SecretString;
use url::Url;

use super::Kit;
use super::browser::Role;
use crate::meeting::browser::{AllowList, Purpose, Sound};
use crate::meeting::{Loss, MeetingEvent};
use crate::visit::Event;
use crate::visit::effect::{Gateway, SoundRoute};
use crate::visit::event::Reading;

/// A meeting held in the browser.
#[derive(Debug)]
pub(super) struct Held {
    link: SecretString,
    node: Url,
    sound: Sound,
    /// It was opened anew in the middle of the meeting.
    again: bool,
}

impl Kit {
    /// Holds the meeting in the browser, with the kit's devices: the studio lets go of them.
    pub(super) fn hold_in_browser(&mut self, link: SecretString, node: &Url, route: SoundRoute) {
        let held = Held {
            link,
            node: node.clone(),
            sound: self.sound_as_agreed().unwrap_or(sound_of(route)),
            again: false,
        };
        self.hold(held);
    }

    fn hold(&mut self, held: Held) {
        let allowed = AllowList::default()
            .with(&self.login_origins())
            .with_url(&held.node);
        self.studio = None;
        match self.errand(held.link.clone(), allowed, Purpose::Meeting(held.sound)) {
            Some(errand) => {
                self.open_browser(errand, Role::Meeting);
                if let Some(open) = &mut self.browser {
                    open.held = Some(held);
                }
            }
            None => self.step(Event::Meeting(MeetingEvent::Lost(Loss::Media))),
        }
    }

    /// The room's sound in a meeting that the browser holds, after each step of the visit. What the browser may do stands from
    /// its start, so it is ended, which silences it at once, and opened anew. Reading aloud is no reason for that: meanwhile
    /// the sound server keeps the microphone closed.
    pub(super) fn keep_sound_in_browser(&mut self) {
        let reads = self.reading == Reading::Aloud && self.browser_has_devices();
        self.room_microphone
            .want(if reads { Gateway::Closed } else { Gateway::Open });
        // After the meeting the browser is closed anyway.
        let Some(wanted) = self.sound_as_agreed() else {
            return;
        };
        let Some(open) = &mut self.browser else { return };
        if open.held.as_ref().is_some_and(|held| held.sound != wanted)
            && let Some(held) = open.held.take()
        {
            self.journal.note("browser_sound", &format!("{wanted:?}"));
            self.hold(Held {
                sound: wanted,
                again: true,
                ..held
            });
        }
    }

    /// The sound as the patient and the gates want it; none outside a meeting.
    fn sound_as_agreed(&self) -> Option<Sound> {
        let live = self.visit.state().live()?;
        Some(sound_of(live.sound_as_agreed()))
    }

    /// Whether the browser has the devices.
    pub(super) fn browser_has_devices(&self) -> bool {
        self.browser
            .as_ref()
            .is_some_and(|open| open.role == Role::Meeting)
    }

    /// Whether the visit knows of this meeting already.
    pub(super) fn was_held_before(&self) -> bool {
        let held = self.browser.as_ref().and_then(|open| open.held.as_ref());
        held.is_some_and(|held| held.again)
    }
}

fn sound_of(route: SoundRoute) -> Sound {
    match (route.microphone, route.loudspeaker) {
        (Gateway::Open, _) => Sound::Here,
        (Gateway::Closed, Gateway::Open) => Sound::Listening,
        (Gateway::Closed, Gateway::Closed) => Sound::Nowhere,
    }
}
