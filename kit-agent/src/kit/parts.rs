//! What a running kit is made of, how it begins and how it ends.
//!
//! The clerk is begun first: who was in a meeting that a crash cut off is told of before anything else is. Neighbours: the
//! loop in `kit`, and every room beside this one, which each see to a part.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::clerk::{self, Telling};
use super::journal::Journal;
use super::logins::Login;
use super::memory::Memory;
use super::present::{LastTold, Present};
use super::read_aloud::Voice;
use super::room_microphone::RoomMicrophone;
use super::settings::Settings;
use super::shift::{ShiftCode, Typing};
use super::shift_known::ShiftKnown;
use super::{Inner, browser, quality};
use crate::fleet::{DesiredState, FleetLink};
use crate::media::studio::GstStudio;
use crate::meeting::Session;
use crate::screen::{Language, Screen, Touch};
use crate::visit::Visit;
use crate::visit::event::Reading;
use crate::visit::readiness::KitFacts;

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

/// The running kit.
pub(super) struct Kit {
    pub(super) visit: Visit,
    pub(super) settings: Settings,
    pub(super) state: PathBuf,
    pub(super) fleet: Arc<FleetLink>,
    pub(super) desired: watch::Receiver<DesiredState>,
    /// When the newest of what the server wants was asked for.
    pub(super) asked_at: watch::Receiver<Option<Instant>>,
    pub(super) screen: Screen,
    pub(super) touches: mpsc::UnboundedReceiver<Touch>,
    pub(super) journal: Journal,
    pub(super) memory: Memory,
    pub(super) code: Option<ShiftCode>,
    pub(super) login: Login,
    pub(super) shift_known: ShiftKnown,
    pub(super) last_told: LastTold,
    pub(super) typing: Typing,
    pub(super) voice: Voice,
    pub(super) room_microphone: RoomMicrophone,
    pub(super) language: Language,
    pub(super) reading: Reading,
    pub(super) high_contrast: bool,
    pub(super) facts: Option<KitFacts>,
    pub(super) studio: Option<Arc<GstStudio>>,
    pub(super) session: Option<Session>,
    pub(super) browser: Option<browser::Open>,
    pub(super) quality: quality::Watch,
    /// Sessions that are on their way out: their tokens are being released.
    pub(super) leaving: JoinSet<()>,
    /// Work beside the loop reports here.
    pub(super) inner: (mpsc::UnboundedSender<Inner>, mpsc::UnboundedReceiver<Inner>),
    pub(super) helpers: JoinSet<()>,
    /// Tells the fleet link, in order.
    pub(super) clerk: (mpsc::UnboundedSender<Telling>, JoinSet<()>),
}

impl Kit {
    pub(super) fn new(parts: Parts) -> Self {
        let memory = Memory::open(&parts.state);
        let (visit, effects) = Visit::start(memory.last_run(), Timestamp::now());
        let fleet = Arc::new(parts.fleet);
        let inner = mpsc::unbounded_channel();
        let mut kit = Self {
            visit,
            desired: fleet.desired(),
            asked_at: fleet.asked_at(),
            clerk: clerk::start(fleet.clone(), Present::open(&parts.state), inner.0.clone()),
            room_microphone: RoomMicrophone::opened(parts.settings.devices.microphone.clone()),
            fleet,
            settings: parts.settings,
            state: parts.state,
            screen: parts.screen,
            touches: parts.touches,
            journal: parts.journal,
            memory,
            code: None,
            login: Login::default(),
            shift_known: ShiftKnown::default(),
            last_told: LastTold::default(),
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
            inner,
            helpers: JoinSet::new(),
        };
        kit.perform_all(effects);
        kit.book();
        kit
    }

    /// Leaves an open meeting and lets the token be released.
    pub(super) async fn stop(mut self) {
        self.leave();
        while self.leaving.join_next().await.is_some() {}
        let (tell, mut clerk) = self.clerk;
        drop(tell);
        while clerk.join_next().await.is_some() {}
        self.helpers.shutdown().await;
        drop(self.login);
        self.room_microphone.leave().await;
        if let Ok(fleet) = Arc::try_unwrap(self.fleet) {
            fleet.shutdown().await;
        }
    }
}
