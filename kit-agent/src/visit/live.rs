//! What belongs to a meeting from the tap to its end: sound, people, the link's quality, and what lies over it.

use jiff::{SignedDuration, Timestamp};

use super::effect::{Gateway, SoundRoute};
use super::event::{Confirmed, Quality, Reading, Staff, Trouble};
use super::gates::{Gated, Privacy};
use super::reservation::Reservation;
use super::state::Preparation;
use crate::meeting::{Attendee, AttendeeId};

/// From the tap to the end of the meeting.
#[derive(Debug)]
pub struct Live {
    /// The booked meeting.
    pub reservation: Reservation,
    /// Who took the kit out.
    pub staff: Staff,
    /// Proof of the gates, for joining again.
    pub gated: Gated,
    /// Since when in the present state.
    pub since: Timestamp,
    /// First entry into the meeting itself.
    pub joined_at: Option<Timestamp>,
    /// Where the sound goes.
    pub sound: SoundMode,
    /// Our microphone, as the patient wants it.
    pub microphone: Gateway,
    /// Our microphone, as the host wants it.
    pub host_microphone: Gateway,
    /// Whether the kit reads aloud just now.
    pub reading: Reading,
    /// Who is here.
    pub roster: Vec<Attendee>,
    /// Most people in the meeting at the same time.
    pub most_present: usize,
    /// Who speaks.
    pub speaker: Option<AttendeeId>,
    /// Whether slides are shown, and by whom.
    pub slides: Option<Slides>,
    /// How well the link carries.
    pub link: LinkLine,
    /// Whether our sound is confirmed to arrive.
    pub our_sound: Confirmed,
    /// What lies over the meeting.
    pub overlay: Overlay,
}

/// Slides are being shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slides {
    /// By whom, where the service says so.
    pub by: Option<AttendeeId>,
}

/// Where the meeting's sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundMode {
    /// Through the kit.
    Kit,
    /// By telephone; the kit is silent.
    Telephone(TelephoneReason),
}

/// Why the sound goes by telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TelephoneReason {
    /// Somebody else might hear: only staff may undo it.
    Privacy,
    /// The sound over the network did not work.
    Trouble,
}

/// What lies over the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Nothing.
    None,
    /// Help.
    Help,
    /// Help was asked for.
    HelpComing,
    /// What is wrong?
    WhatIsWrong,
    /// A repair was tried this many times.
    Repair(Trouble, u8),
    /// Shall the meeting be left?
    EndQuestion,
    /// The shift's code, to have the sound here again.
    StaffKey,
    /// Not in the meeting: shall the visit be given up?
    GiveUpQuestion,
}

/// Repairs before another way is offered.
pub const REPAIRS: u8 = 2;

impl Live {
    /// A visit at the moment of the tap.
    #[must_use]
    pub fn new(preparation: Preparation, gated: Gated, now: Timestamp) -> Self {
        let sound = match gated.privacy() {
            Privacy::NobodyElse => SoundMode::Kit,
            Privacy::SoundByTelephone => SoundMode::Telephone(TelephoneReason::Privacy),
        };
        Self {
            reservation: preparation.reservation,
            staff: preparation.staff,
            gated,
            since: now,
            joined_at: None,
            sound,
            microphone: Gateway::Open,
            host_microphone: Gateway::Open,
            reading: Reading::Silent,
            roster: Vec::new(),
            most_present: 0,
            speaker: None,
            slides: None,
            link: LinkLine::new(now),
            our_sound: Confirmed::No,
            overlay: Overlay::None,
        }
    }

    /// Where sound may go now.
    #[must_use]
    pub fn sound_route(&self) -> SoundRoute {
        if matches!(self.sound, SoundMode::Telephone(_)) {
            return SoundRoute::SILENT;
        }
        let heard = self.microphone == Gateway::Open && self.reading == Reading::Silent;
        SoundRoute {
            microphone: if heard { Gateway::Open } else { Gateway::Closed },
            loudspeaker: Gateway::Open,
        }
    }
}

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
    fn new(now: Timestamp) -> Self {
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
