//! What a visit asks the rest of the agent to do.

use jiff::Timestamp;
use secrecy::SecretString;

use super::cleaning::Occasion;
use super::event::{Confirmed, Rating, Role, SkipReason, Trouble, WipeItem};
use super::gates::{About, Answer, Gate, Gated, Privacy};
use super::live::Live;
use super::readiness::Part;
use super::reservation::{Kinship, ReservationId, TextVersion};
use super::seat::{Known, PersonRole};
use crate::meeting::AttendeeId;

/// One thing to do. Effects are performed in the order in which they were given.
#[derive(Debug)]
pub enum Effect {
    /// Run the kit's own check and report `Facts`.
    CheckKit,
    /// Write or clear the mark "a visit is under way" durably, before anything else is done.
    Mark(VisitMark, Option<ReservationId>),
    /// Begin the care worker's login and report `StaffLogin`; what is chosen as code comes as `CodeChosen`.
    StartStaffLogin,
    /// No care worker's login any more: forget it and what was typed.
    StopStaffLogin,
    /// The shift is over: forget its code.
    EndShift,
    /// Begin the patient's login by the region and report `BankId`.
    StartBankId,
    /// Open the citizens' portal in the throw-away browser and report `Portal`.
    OpenPortal,
    /// No login by the patient any more: end the order, close the browser and remove its profile.
    CloseBrowser,
    /// Join the meeting.
    Join(JoinOrder),
    /// Tell the others who sits here, by role.
    ShowAs(Vec<OnSofa>),
    /// Let somebody in who waits.
    Admit(AttendeeId),
    /// Remove somebody from the meeting.
    Remove(AttendeeId),
    /// Let nobody else in, or let them in again.
    Lock(Gateway),
    /// Ask the meeting to ring the room's own telephone, where it has one.
    RingTheRoom,
    /// Leave the meeting and release its token.
    Leave,
    /// What the room may hear and what may be heard of it, from now on.
    Sound(SoundRoute),
    /// Whether our picture is sent, from now on.
    Picture(Gateway),
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
    /// Whether our picture is sent from the first packet on.
    pub picture: Gateway,
    /// Who sits here, by role, for the others to see.
    pub on_sofa: Vec<OnSofa>,
    _gated: Gated,
}

/// Somebody on the sofa, by role; never a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum OnSofa {
    /// The patient.
    Patient,
    /// A relative whom the patient wants here.
    Relative(Kinship),
    /// The care worker.
    Staff(Role),
}

impl JoinOrder {
    pub(super) fn new(live: &Live) -> Self {
        let booked = &live.reservation;
        Self {
            // Where the portal led to goes before what the server knew.
            link: live.portal_link.as_ref().unwrap_or(&booked.link).clone(),
            pin: booked.host_pin.as_ref().or(booked.pin.as_ref()).cloned(),
            sound: live.sound_route(),
            picture: live.picture,
            on_sofa: live.on_sofa(),
            _gated: live.gated.clone(),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
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
    /// A gate was answered, under this version of the consent text, about this one.
    Answered(Answer, TextVersion, Option<About>),
    /// An answer was taken back.
    Undone(Gate),
    /// The patient would rather meet in person.
    PreferredInPerson,
    /// The patient tapped; sound as agreed.
    Tapped(Privacy),
    /// In the meeting.
    Joined,
    /// Somebody was in the meeting, from then until then.
    Attended {
        /// In which role.
        role: PersonRole,
        /// How we know.
        known: Known,
        /// Since when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Somebody came whom nobody expected.
    Unexpected,
    /// The sound goes by telephone, or no more.
    ByTelephone(Gateway),
    /// Whether the others answered when we asked if they hear us.
    SoundChecked(Confirmed),
    /// What was decided, who does what: the questions were shown. Nothing is stored of the answers.
    SummaryShown,
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
    /// All parts are clean, by this version of the municipality's checklist where one was shown.
    HygieneSigned(Occasion, Option<u32>),
    /// Not cleaned, for this reason; the kit stays not ready.
    HygieneSkipped(SkipReason),
    /// The kit is back; these parts were missing.
    Returned {
        /// Missing parts.
        missing: Vec<Part>,
    },
}
