//! The running kit: one loop that feeds the visit and performs what it decides.
//!
//! The visit (`crate::visit`) is pure; here are its clock, its devices and its network. Everything that happens comes in
//! through one `select!`, so that the visit sees one event after the other; what takes long runs beside the loop and
//! reports back. Neighbours: `screen` shows, `meeting` joins, `media` carries, `fleet` keeps the link to the server.

mod at_the_screen;
mod bank_id;
mod booking;
mod browser;
mod checks;
mod clerk;
mod effects;
mod errands;
mod gates;
mod held_meeting;
mod in_meeting;
pub mod journal;
mod logins;
mod memory;
mod parts;
mod present;
mod quality;
mod read_aloud;
mod records;
mod room_microphone;
pub mod settings;
pub mod shift;
mod shift_known;
mod sofa;
mod wipe;

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;

use self::logins::LoginReport;
pub use self::memory::wipe_is_owed;
use self::parts::Kit;
pub use self::parts::Parts;
use crate::fleet::KitState;
use crate::meeting::{MeetingEvent, Session};
use crate::visit::Event;
use crate::visit::readiness::KitFacts;
use crate::visit::staff_key::KeyCheck;

/// How often the clock on the screen and the kit's own facts are looked at.
const TICK: Duration = Duration::from_secs(15);

/// Runs until the window closes or the program is told to stop.
pub async fn run(parts: Parts) -> Result<()> {
    let mut kit = Kit::new(parts);
    kit.serve().await;
    kit.stop().await;
    Ok(())
}

/// What work beside the loop reports.
#[derive(Debug)]
enum Inner {
    Facts(KitFacts, Box<KitState>),
    Wiped(wipe::Found),
    /// The signature for a cleaned kit is in the spool.
    SignatureKept,
    /// The text of this number was read to its end.
    VoiceEnded(u64),
    Login(LoginReport),
    KeyChecked(KeyCheck),
}

impl Kit {
    async fn serve(&mut self) {
        let mut tick = tokio::time::interval(TICK);
        loop {
            self.show();
            let due = self.due();
            tokio::select! {
                touch = self.touches.recv() => match touch {
                    Some(touch) => self.on_touch(touch),
                    None => return,
                },
                event = next_event(&mut self.session) => self.on_meeting(event),
                event = browser::next(&mut self.browser) => self.on_browser(event),
                changed = self.desired.changed() => match changed {
                    Ok(()) => self.book(),
                    Err(_) => return,
                },
                Some(report) = self.inner.1.recv() => self.on_report(report),
                Some(_) = self.leaving.join_next(), if !self.leaving.is_empty() => self.left(),
                _ = tick.tick() => self.look_around(),
                changed = self.asked_at.changed() => match changed {
                    Ok(()) => self.follow_shift(),
                    Err(_) => return,
                },
                () = tokio::time::sleep(until(due)) => {}
            }
            // Whatever came at the same moment, or made the clock jump, must not hide that time has passed.
            if Timestamp::now() >= due {
                self.step(Event::TimePassed);
            }
        }
    }

    /// One event for the visit, and what follows from it.
    fn step(&mut self, event: Event) {
        let effects = self.visit.step(Timestamp::now(), event);
        self.perform_all(effects);
        self.keep_present();
        self.keep_studio();
        self.keep_sound_in_browser();
    }

    /// Tells the visit which meeting is next.
    fn book(&mut self) {
        self.take_shift_from_settings();
        let mut desired = self.desired.borrow_and_update().clone();
        desired.identification.portal = desired.identification.portal.or(self.settings.portal.clone());
        self.step(Event::Checklist(
            desired.checklist.as_ref().map(booking::checklist),
        ));
        let next = booking::next(&desired, Timestamp::now());
        self.step(Event::Booked(next.map(Box::new)));
        self.follow_shift();
    }

    fn on_report(&mut self, report: Inner) {
        match report {
            Inner::Facts(facts, told) => self.on_facts(facts, *told),
            Inner::Wiped(found) => self.on_wiped(&found),
            Inner::SignatureKept => self.remember_cleaned(self.visit.cleaned_at()),
            Inner::VoiceEnded(number) => self.voice_ended(number),
            Inner::Login(report) => self.on_login(report),
            Inner::KeyChecked(check) => self.step(Event::KeyTyped(check)),
        }
    }

    /// Now and then: how is the kit, and which meeting is next?
    fn look_around(&mut self) {
        while self.helpers.try_join_next().is_some() {}
        self.check_kit();
        self.book();
    }

    /// When time alone changes something, at the latest at the next look around.
    fn due(&self) -> Timestamp {
        let now = Timestamp::now();
        let latest = now.saturating_add(TICK).unwrap_or(Timestamp::MAX);
        self.visit.next_deadline(now).map_or(latest, |at| at.min(latest))
    }
}

/// Never in a tight loop, should the moment lie in the past.
fn until(due: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(Timestamp::now()))
        .unwrap_or_default()
        .clamp(Duration::from_millis(10), TICK)
}

/// Waits for the session's next event; for ever while there is none.
async fn next_event(session: &mut Option<Session>) -> Option<MeetingEvent> {
    match session {
        Some(session) => session.events.recv().await,
        None => std::future::pending().await,
    }
}
