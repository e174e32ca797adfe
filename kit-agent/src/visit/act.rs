//! Every button of every screen.

use super::event::{Rating, RepairResult, SkipReason, Trouble};
use super::gates::{Answer, Gate};
use super::readiness::{Part, Presence};

/// One button. A view lists those that it offers, the primary one first.
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
    /// The shift's login has run out: log in again.
    LogInAgain,
    /// Read the consent text.
    ReadText,
    /// Identify by `BankID`; try again.
    UseBankId,
    /// Identify by the care worker instead.
    UseStaff,
    /// Ask whether the patient would rather meet in person.
    AskInPerson,
    /// Yes, rather meet in person. An outcome like any other, never an error.
    PreferInPerson,
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
    /// No picture in either direction: sound only.
    PictureOff,
    /// Pictures again.
    PictureOn,
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
    /// Yes, we know the person in this seat.
    KnowPerson(usize),
    /// No, we do not.
    DoNotKnowPerson(usize),
    /// Let the person in this seat in, who waits.
    Admit(usize),
    /// Remove the person in this seat from the meeting.
    Remove(usize),
    /// Let nobody else in.
    LockMeeting,
    /// Let others in again.
    UnlockMeeting,
    /// The patient no longer wants this relative here.
    Withdraw(usize),
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
