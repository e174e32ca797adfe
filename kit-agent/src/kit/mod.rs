//! The running kit: one loop that feeds the visit and performs what it decides.
//!
//! The visit (`crate::visit`) is pure; here are its clock, its devices and its network. Everything that happens comes in
//! through one `select!`, so that the visit sees one event after the other; what takes long runs beside the loop and
//! reports back. Neighbours: `screen` shows, `meeting` joins, `media` carries, `fleet` keeps the link to the server.

mod booking;
mod browser;
mod checks;
mod clerk;
mod effects;
mod gates;
mod held_meeting;
mod in_meeting;
pub mod journal;
mod logins;
mod memory;
mod present;
mod quality;
mod read_aloud;
mod records;
pub mod settings;
pub mod shift;
mod shift_known;
mod sofa;
mod wipe;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use self::clerk::Telling;
use self::journal::Journal;
use self::logins::{Login, LoginReport};
use self::memory::Memory;
pub use self::memory::wipe_is_owed;
use self::present::Present;
use self::read_aloud::Voice;
use self::settings::Settings;
use self::shift::{ShiftCode, Typing};
use self::shift_known::ShiftKnown;
use crate::fleet::{DesiredState, FleetLink, KitState};
use crate::media::studio::GstStudio;
use crate::meeting::{MeetingEvent, Session};
use crate::screen::{Language, Screen, Surroundings, Touch};
use crate::visit::event::Reading;
use crate::visit::readiness::{KitFacts, Passed};
use crate::visit::staff_key::KeyCheck;
use crate::visit::state::State;
use crate::visit::{Event, Visit};

/// How often the clock on the screen and the kit's own facts are looked at.
const TICK: Duration = Duration::from_secs(15);

/// What a kit is made of.
pub struct Parts {
    /// `kit.toml`.
    pub settings: Settings,
    /// Where the kit keeps what it must.
    pub state: PathBuf,
    /// The link to the server.
    pub fleet: FleetLink,
    /// What people see.
    pub screen: Screen,
    /// What people do.
    pub touches: mpsc::UnboundedReceiver<Touch>,
    /// The diary, for whoever watches from outside.
    pub journal: Journal,
    /// Of all texts.
    pub language: Language,
}

/// Runs until the window closes or the program is told to stop.
pub async fn run(parts: Parts) -> Result<()> {
    let mut kit = Kit::new(parts);
    kit.serve().await;
    kit.stop().await;
    Ok(())
}

struct Kit {
    visit: Visit,
    settings: Settings,
    state: PathBuf,
    fleet: Arc<FleetLink>,
    desired: watch::Receiver<DesiredState>,
    screen: Screen,
    touches: mpsc::UnboundedReceiver<Touch>,
    journal: Journal,
    memory: Memory,
    present: Present,
    code: Option<ShiftCode>,
    login: Login,
    shift_known: ShiftKnown,
    typing: Typing,
    voice: Voice,
    language: Language,
    reading: Reading,
    high_contrast: bool,
    facts: Option<KitFacts>,
    studio: Option<Arc<GstStudio>>,
    session: Option<Session>,
    browser: Option<browser::Open>,
    quality: quality::Watch,
    /// Sessions that are on their way out: their tokens are being released.
    leaving: JoinSet<()>,
    /// Work beside the loop reports here.
    inner: (mpsc::UnboundedSender<Inner>, mpsc::UnboundedReceiver<Inner>),
    helpers: JoinSet<()>,
    /// Tells the fleet link, in order.
    clerk: (mpsc::UnboundedSender<Telling>, JoinSet<()>),
}

/// What work beside the loop reports.
#[derive(Debug)]
enum Inner {
    Facts(KitFacts, Box<KitState>),
    Wiped(wipe::Found),
    VoiceEnded,
    Login(LoginReport),
    KeyChecked(KeyCheck),
}

impl Kit {
    fn new(parts: Parts) -> Self {
        let memory = Memory::open(&parts.state);
        let present = Present::new(&parts.state);
        let (visit, effects) = Visit::start(memory.last_run(), Timestamp::now());
        let fleet = Arc::new(parts.fleet);
        let mut kit = Self {
            visit,
            desired: fleet.desired(),
            clerk: clerk::start(fleet.clone()),
            fleet,
            settings: parts.settings,
            state: parts.state,
            screen: parts.screen,
            touches: parts.touches,
            journal: parts.journal,
            memory,
            present,
            code: None,
            login: Login::default(),
            shift_known: ShiftKnown::default(),
            typing: Typing::default(),
            voice: Voice::default(),
            language: parts.language,
            reading: Reading::Silent,
            high_contrast: false,
            facts: None,
            studio: None,
            session: None,
            browser: None,
            quality: quality::Watch::default(),
            leaving: JoinSet::new(),
            inner: mpsc::unbounded_channel(),
            helpers: JoinSet::new(),
        };
        kit.tell_who_was_here();
        kit.perform_all(effects);
        kit.book();
        kit
    }

    async fn serve(&mut self) {
        let mut tick = tokio::time::interval(TICK);
        loop {
            self.show();
            let deadline = self.until_deadline();
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
                () = tokio::time::sleep(deadline) => self.step(Event::TimePassed),
            }
        }
    }

    /// One event for the visit, and what follows from it.
    fn step(&mut self, event: Event) {
        let effects = self.visit.step(Timestamp::now(), event);
        self.perform_all(effects);
        self.keep_present();
        self.keep_studio();
    }

    fn show(&mut self) {
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
            camera_missing: self.camera_missing(),
            held_in_browser: self.browser_has_devices(),
            help_desk: booking::help_desk(&self.desired.borrow()),
            names_allowed: self.settings.names_allowed,
        };
        self.screen.show(view, around);
    }

    fn on_touch(&mut self, touch: Touch) {
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
                self.voice.speak(text, voice(self.language), self.inner.0.clone());
                self.read(Reading::Aloud);
            }
            Touch::Silence => {
                self.voice.stop();
                self.read(Reading::Silent);
            }
            Touch::Contrast => self.high_contrast = !self.high_contrast,
            Touch::Staffed => self.step(Event::Touched),
        }
    }

    fn read(&mut self, reading: Reading) {
        self.reading = reading;
        self.step(Event::Reading(reading));
    }

    /// Tells the visit which meeting is next.
    fn book(&mut self) {
        self.take_shift_from_settings();
        let mut desired = self.desired.borrow_and_update().clone();
        desired.identification.portal = desired.identification.portal.or(self.settings.portal.clone());
        let next = booking::next(&desired, Timestamp::now());
        self.step(Event::Booked(next.map(Box::new)));
        self.follow_shift();
    }

    fn on_report(&mut self, report: Inner) {
        match report {
            Inner::Facts(facts, told) => self.on_facts(facts, *told),
            Inner::Wiped(found) => self.on_wiped(&found),
            Inner::VoiceEnded => self.read(Reading::Silent),
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

    fn has_network(&self) -> bool {
        self.facts.is_none_or(|facts| facts.network == Passed::Yes)
    }

    fn until_deadline(&self) -> Duration {
        let now = Timestamp::now();
        let Some(at) = self.visit.next_deadline(now) else {
            return TICK;
        };
        // Never in a tight loop, should a deadline lie in the past.
        Duration::try_from(at.duration_since(now))
            .unwrap_or_default()
            .clamp(Duration::from_millis(10), TICK)
    }

    /// Whether a meeting is near or under way: then camera and microphone are open, otherwise never.
    fn meeting_is_near(&self) -> bool {
        matches!(
            self.visit.state(),
            State::Preparing(_)
                | State::BankId(_)
                | State::Tile(..)
                | State::Connecting(_)
                | State::WaitingRoom(_)
                | State::InMeeting(_)
                | State::Reconnecting(_)
                | State::Failed(..)
                | State::Lost(_)
        )
    }

    /// Leaves an open meeting and lets the token be released.
    async fn stop(mut self) {
        self.leave();
        while self.leaving.join_next().await.is_some() {}
        let (tell, mut clerk) = self.clerk;
        drop(tell);
        while clerk.join_next().await.is_some() {}
        self.helpers.shutdown().await;
        drop(self.login);
        if let Ok(fleet) = Arc::try_unwrap(self.fleet) {
            fleet.shutdown().await;
        }
    }
}

/// Voice for "Läs upp", as espeak-ng names it.
fn voice(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        _ => "sv",
    }
}

/// Waits for the session's next event; for ever while there is none.
async fn next_event(session: &mut Option<Session>) -> Option<MeetingEvent> {
    match session {
        Some(session) => session.events.recv().await,
        None => std::future::pending().await,
    }
}
