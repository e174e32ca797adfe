//! What a visit asks the rest of the agent to do.

use jiff::Timestamp;
use secrecy::SecretString;

use super::event::{Confirmed, Rating, Role, SkipReason, Trouble, WipeItem};
use super::gates::{Answer, Gate, Gated, Privacy};
use super::readiness::Part;
use super::reservation::{Reservation, ReservationId, TextVersion};

/// One thing to do. Effects are performed in the order in which they were given.
#[derive(Debug)]
pub enum Effect {
    /// Run the kit's own check and report `Facts`.
    CheckKit,
    /// Write or clear the mark "a visit is under way" durably, before anything else is done.
    Mark(VisitMark),
    /// Join the meeting.
    Join(JoinOrder),
    /// Leave the meeting and release its token.
    Leave,
    /// What the room may hear and what may be heard of it, from now on.
    Sound(SoundRoute),
    /// Ask the service to open our microphone again after the host closed it.
    AskToUnmute,
    /// Tell the others in the meeting that help is needed here.
    AskForHelp,
    /// Run the repair for this trouble.
    Repair(Trouble),
    /// Tell whoever is responsible what is wrong.
    Report(Trouble),
    /// Somebody looks at the help desk's number: tell the server.
    CallSupport,
    /// Remove everything and report each part as it is checked.
    Wipe,
    /// Append to the durable log.
    Record(Record),
}

/// Whether a visit is under way; survives a crash, so that the next start begins with the wipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum VisitMark {
    /// A wipe is owed.
    UnderWay,
    /// Nothing is on the tablet.
    Clean,
}

/// All that is needed to join. Only a [`Gated`] makes one.
#[derive(Debug)]
pub struct JoinOrder {
    /// The checked link.
    pub link: SecretString,
    /// The meeting's PIN, if it has one.
    pub pin: Option<SecretString>,
    /// How the sound goes from the first packet on.
    pub sound: SoundRoute,
    _gated: Gated,
}

impl JoinOrder {
    pub(super) fn new(gated: &Gated, reservation: &Reservation, sound: SoundRoute) -> Self {
        Self {
            link: reservation.link.clone(),
            pin: reservation.pin.clone(),
            sound,
            _gated: gated.clone(),
        }
    }
}

/// Where sound goes, at media level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoundRoute {
    /// Whether the room's sound is sent.
    pub microphone: Gateway,
    /// Whether the meeting's sound is played.
    pub loudspeaker: Gateway,
}

impl SoundRoute {
    /// Nothing is sent to or played from the room.
    pub const SILENT: SoundRoute = SoundRoute {
        microphone: Gateway::Closed,
        loudspeaker: Gateway::Closed,
    };
}

/// Whether sound passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gateway {
    /// It does.
    Open,
    /// It does not.
    Closed,
}

/// One line of the log: what, when, by which role. Never a name, never what was said.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Record {
    /// When.
    pub at: Timestamp,
    /// Which reservation, if one was known.
    pub reservation: Option<ReservationId>,
    /// The care worker's pseudonym, where the act was theirs.
    pub by: Option<String>,
    /// In which role.
    pub role: Option<Role>,
    /// What.
    pub what: Recorded,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum Recorded {
    /// The kit left with a care worker; these parts were missing.
    CheckedOut {
        /// Missing parts that did not stop the meeting.
        missing: Vec<Part>,
    },
    /// A gate was answered, under this version of the consent text.
    Answered(Answer, TextVersion),
    /// An answer was taken back.
    Undone(Gate),
    /// The patient tapped; sound as agreed.
    Tapped(Privacy),
    /// In the meeting.
    Joined,
    /// Sound and picture stopped without anybody's wish.
    Interrupted,
    /// They flow again.
    Recovered,
    /// The meeting could not be entered.
    NotJoined(String),
    /// Out of the meeting, after so many seconds in it.
    Left {
        /// Seconds from first entry to leaving.
        seconds: i64,
    },
    /// How it felt. Stands alone: the server keeps it apart from the visit.
    Rated(Rating),
    /// The wipe's receipt.
    Wiped {
        /// Whether every part was confirmed.
        confirmed: Confirmed,
        /// Parts that were confirmed.
        items: Vec<WipeItem>,
    },
    /// All parts are clean.
    HygieneSigned,
    /// Not cleaned, for this reason; the kit stays not ready.
    HygieneSkipped(SkipReason),
    /// The kit is back; these parts were missing.
    Returned {
        /// Missing parts.
        missing: Vec<Part>,
    },
}
