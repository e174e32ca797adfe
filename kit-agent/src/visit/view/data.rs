//! The data of single screens.

use jiff::Timestamp;

use crate::meeting::{Attendee, AttendeeId};
use crate::visit::cleaning::HowTo;
use crate::visit::effect::Gateway;
use crate::visit::event::{Confirmed, StaffLoginEnd};
use crate::visit::gates::{About, Answer, Gate};
use crate::visit::readiness::Part;
use crate::visit::reservation::{Kinship, Telephone, TextVersion, Title};
use crate::visit::seat::{Known, Seat};
use crate::visit::state::BankIdStep;

/// Facts on the ready screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadyFacts {
    /// When the next meeting begins.
    pub next: Option<Timestamp>,
    /// When hygiene was signed.
    pub cleaned_at: Option<Timestamp>,
    /// Battery, percent.
    pub battery_percent: Option<u8>,
}

/// Cleaning, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleaningPage {
    /// The parts, and which are done.
    pub parts: Vec<(Part, Confirmed)>,
    /// Which version of the municipality's checklist is shown, where it has adopted one.
    pub version: Option<u32>,
    /// How the next part is cleaned by it; none = in the screen's own words.
    pub how_to: Option<HowTo>,
}

/// The meeting's tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tile {
    /// When the meeting begins.
    pub starts_at: Timestamp,
    /// From when it can be joined.
    pub opens_at: Timestamp,
    /// Approved wording.
    pub title: Title,
}

/// The keypad for the shift's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPad {
    /// Tries left.
    pub tries_left: u8,
    /// Until when no code is taken.
    pub locked_until: Option<Timestamp>,
    /// Whether the patient can join meanwhile.
    pub patient_can_join: bool,
    /// End of the shift, where the login says so.
    pub valid_until: Option<Timestamp>,
}

/// A care worker's login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginPage {
    /// The server is asked for a code.
    Starting,
    /// The code is shown.
    Code,
    /// It came to nothing.
    Ended(StaffLoginEnd),
}

/// The citizens' portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortalPage {
    /// Which login this is.
    pub login: u8,
    /// Of how many.
    pub logins: u8,
    /// How far it is. The page itself is to be seen while it is under way.
    pub step: BankIdStep,
}

/// The gates, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateRows {
    /// Each question with its answer so far.
    pub rows: Vec<GateRow>,
    /// The question to answer now.
    pub current: Option<Gate>,
    /// Whether the care worker's own word counts as an answer to who the patient is.
    pub staff_vouches: bool,
    /// Whether `BankID` is a way here.
    pub bank_id: bool,
    /// The consent text's version.
    pub text_version: TextVersion,
    /// Number of the one who booked, for a meeting that cannot be held.
    pub telephone: Option<Telephone>,
}

/// One question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateRow {
    /// Which.
    pub gate: Gate,
    /// Whom it is about, where there are several.
    pub about: Option<About>,
    /// The answer so far.
    pub answer: Option<Answer>,
    /// When it was given.
    pub answered_at: Option<Timestamp>,
}

/// Who is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Everybody, ourselves too.
    pub roster: Vec<Attendee>,
    /// The number, where it is time to offer it.
    pub telephone: Option<Telephone>,
}

/// The meeting screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Everybody, ourselves too.
    pub roster: Vec<Attendee>,
    /// Roles of the others, and how they are known.
    pub seats: Vec<Seat>,
    /// How we know who the patient is.
    pub patient_known: Known,
    /// Somebody whom nobody expected: the seat to answer for.
    pub unexpected: Option<usize>,
    /// Who speaks.
    pub speaker: Option<AttendeeId>,
    /// What the stage shows.
    pub stage: Stage,
    /// Pictures in both directions, as the patient wants them.
    pub picture: Gateway,
    /// The number and code, when the sound goes by telephone.
    pub telephone: Option<Telephone>,
    /// Whether the room's telephone is in the meeting.
    pub heard_by_telephone: Confirmed,
    /// Whether our microphone is open for the others.
    pub heard: Confirmed,
}

/// The care worker's side of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffPanel {
    /// The others, with their seats' numbers.
    pub seats: Vec<(usize, Seat)>,
    /// Relatives on the sofa, with their place in the reservation's list.
    pub relatives: Vec<(usize, Kinship)>,
    /// Whether the kit may steer the meeting.
    pub host: bool,
    /// Whether others can come in.
    pub door: Gateway,
    /// Whether nothing may be shared with those who are no care providers.
    pub sharing_off: bool,
}

/// A person whom nobody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// Number of the seat.
    pub number: usize,
    /// The seat.
    pub seat: Seat,
    /// Whether the kit may remove them; otherwise the host must be asked.
    pub host: bool,
}

/// What the stage shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The meeting's picture.
    People,
    /// Slides, by whom where known.
    Slides(Option<AttendeeId>),
    /// The table: sound only.
    Table,
}
