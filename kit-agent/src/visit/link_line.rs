//! "The network is weak here": when the line comes and goes. Pure.

use jiff::{SignedDuration, Timestamp};

use super::event::Quality;

/// "The network is weak here": shown after 3 s of visible loss, gone after 10 s without (visual §4.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkLine {
    quality: Quality,
    since: Timestamp,
    shown: bool,
}

/// How long a weak link must be seen before it is told.
const TOLD_AFTER: SignedDuration = SignedDuration::from_secs(3);
/// How long the link must be good before the line goes.
const GONE_AFTER: SignedDuration = SignedDuration::from_secs(10);

impl LinkLine {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            quality: Quality::Good,
            since: now,
            shown: false,
        }
    }

    /// Takes the present quality.
    pub(super) fn note(&mut self, now: Timestamp, quality: Quality) {
        self.settle(now);
        let was_good = self.quality == Quality::Good;
        if was_good != (quality == Quality::Good) {
            self.since = now;
        }
        self.quality = quality;
    }

    /// Lets time pass.
    pub(super) fn settle(&mut self, now: Timestamp) {
        if self.changes_at().is_some_and(|at| at <= now) {
            self.shown = !self.shown;
        }
    }

    /// When the line will appear or go, if nothing else happens.
    #[must_use]
    pub fn changes_at(&self) -> Option<Timestamp> {
        match (self.quality == Quality::Good, self.shown) {
            (false, false) => Some(self.since + TOLD_AFTER),
            (true, true) => Some(self.since + GONE_AFTER),
            _ => None,
        }
    }

    /// Whether the line is shown.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// Whether the picture has been given up for the sound.
    #[must_use]
    pub fn is_sound_only(&self) -> bool {
        self.quality == Quality::SoundOnly
    }
}
