//! What can happen to a visit.

use super::gates::{Answer, Gate};
use super::readiness::{KitFacts, Part, Presence};
use super::reservation::Reservation;
use super::staff_key::KeyCheck;
use crate::meeting::MeetingEvent;

/// One event. Each comes with the time at which it happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A deadline of [`super::Visit::next_deadline`] has passed.
    TimePassed,
    /// The kit's own check said how the kit is.
    Facts(KitFacts),
    /// Sync brought the next reservation, or said that there is none.
    Booked(Option<Box<Reservation>>),
    /// A care worker logged in for the shift and chose its code.
    StaffOnShift(Staff),
    /// The shift's code was typed and compared.
    KeyTyped(KeyCheck),
    /// A button of the present view was tapped. Buttons that the view does not offer have no effect.
    Tapped(Act),
    /// Anything on the staff's side was touched.
    Touched,
    /// The meeting service said something.
    Meeting(MeetingEvent),
    /// How well sound and picture get through.
    Quality(Quality),
    /// Whether the far end confirms that our sound arrives.
    OurSound(Confirmed),
    /// "Läs upp" began or ended.
    Reading(Reading),
    /// One part of the wipe was done and checked.
    WipeChecked(WipeItem),
    /// The wipe could not be confirmed.
    WipeFailed,
}

/// Every button of every screen. A view lists those that it offers, the primary one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Act {
    /// Run the kit's own check again.
    CheckAgain,
    /// Clean the kit and sign for it.
    Clean,
    /// Staff takes the kit for the booked visit.
    CheckOut,
    /// One part of the packing list is there or missing.
    Part(Part, Presence),
    /// The packing list is done; the kit leaves.
    ConfirmCheckOut,
    /// Not now: back to the shelf.
    CancelCheckOut,
    /// To the staff's side, by the shift's code.
    Staff,
    /// Back to the patient's side.
    ToPatient,
    /// An answer to a gate.
    Answer(Answer),
    /// Take an answer back.
    Undo(Gate),
    /// Read the consent text.
    ReadText,
    /// Identify by `BankID` instead.
    UseBankId,
    /// Identify by the care worker instead.
    UseStaff,
    /// Ask whether to give the visit up.
    AskGiveUp,
    /// Yes, give the visit up before the meeting.
    GiveUp,
    /// THE tap.
    Join,
    /// Close our microphone.
    Mute,
    /// Open our microphone.
    Unmute,
    /// Open help.
    Help,
    /// Close help, a text or a list; from cleaning on the shelf, back to the shelf.
    Back,
    /// Ask the care worker for help, in the room and in the meeting.
    AskStaff,
    /// Something is wrong: which of four?
    SomethingWrong,
    /// It is this.
    Wrong(Trouble),
    /// Did the repair help?
    Repaired(RepairResult),
    /// Show the help desk's number.
    CallSupport,
    /// Ask whether to end.
    End,
    /// No, stay in the meeting or in the visit.
    Stay,
    /// Yes, leave.
    Leave,
    /// Sound by telephone from now on.
    SoundByTelephone,
    /// Sound through the kit again.
    SoundHere,
    /// Show the number to ring while calling goes on.
    CallInstead,
    /// Join again after a lost meeting.
    JoinAgain,
    /// On to the next screen.
    Next,
    /// How the meeting felt.
    Rate(Rating),
    /// No answer on how it felt.
    SkipRating,
    /// The receipt was read, or the kit stands on its charger.
    Done,
    /// One part of the kit was cleaned.
    Cleaned(Part),
    /// All parts are clean; signed.
    SignHygiene,
    /// Not cleaned now: why?
    SkipCleaning,
    /// For this reason. The kit stays not ready.
    SkipBecause(SkipReason),
    /// Try the wipe again.
    WipeAgain,
    /// The kit is back on its shelf.
    ConfirmReturn,
}

/// The care worker of the shift. The pseudonym leads to a person only on the server.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Staff {
    /// Opaque id.
    pub pseudonym: String,
    /// In which role.
    pub role: Role,
}

/// Why the kit is not cleaned now. The routine leaves hygiene to the municipality's own routines (§5.4), so nobody may
/// be held up by it, and no kit is ready without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum SkipReason {
    /// There is nothing to clean with.
    NothingToCleanWith,
    /// There is no time now.
    NoTime,
    /// Somebody else cleans it.
    SomebodyElse,
    /// A part is broken.
    Broken,
}

impl SkipReason {
    /// The list, in its order.
    pub const ALL: [SkipReason; 4] = [
        SkipReason::NothingToCleanWith,
        SkipReason::NoTime,
        SkipReason::SomebodyElse,
        SkipReason::Broken,
    ];
}

/// A staff member's role in the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Role {
    /// The municipality's care worker.
    CareWorker,
    /// A nurse on home visit.
    Nurse,
    /// Anyone else of the staff.
    OtherStaff,
}

/// The four pictures of "what is wrong?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Trouble {
    /// We hear nothing.
    WeHearNothing,
    /// They do not hear us.
    TheyDoNotHearUs,
    /// The picture does not show.
    NoPicture,
    /// Something is broken.
    Broken,
}

/// What a person says of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum RepairResult {
    /// It works now.
    Helped,
    /// It does not.
    DidNotHelp,
}

/// How the meeting felt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Rating {
    /// Good.
    Good,
    /// So-so.
    SoSo,
    /// Bad.
    Bad,
}

/// How well the link carries the meeting, as the quality ladder sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// As it should be.
    Good,
    /// Visible loss.
    Weak,
    /// Sound only.
    SoundOnly,
}

/// Whether something is known for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum Confirmed {
    /// It is.
    Yes,
    /// It is not.
    #[default]
    No,
}

/// Whether the kit is reading a screen aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading {
    /// The kit speaks.
    Aloud,
    /// The kit is silent.
    #[default]
    Silent,
}

/// What a wipe must prove to be gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum WipeItem {
    /// Picture and sound.
    Media,
    /// The meeting's link and all that came with the reservation.
    Link,
    /// Logins, cookies and browser profile.
    Login,
}

impl WipeItem {
    /// All of them, in the order of the receipt.
    pub const ALL: [WipeItem; 3] = [WipeItem::Media, WipeItem::Link, WipeItem::Login];
}
