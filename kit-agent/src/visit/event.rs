//! What can happen to a visit.

use jiff::Timestamp;

pub use super::act::Act;
use super::cleaning::Checklist;
pub use super::login_news::{
    BankIdNews, CodeChoice, LoginFailure, PortalNews, StaffLoginEnd, StaffLoginNews,
};
use super::readiness::KitFacts;
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
    /// Sync brought the checklist by which the kit is cleaned, or said that there is none.
    Checklist(Option<Checklist>),
    /// A care worker is on shift, until then where the login says so.
    StaffOnShift(Staff, Option<Timestamp>),
    /// The server has ended the shift of whoever is bound to the kit: returned, over, taken over, or reported lost.
    ShiftEnded,
    /// The care worker's login went on.
    StaffLogin(StaffLoginNews),
    /// A code for the shift was typed.
    CodeChosen(CodeChoice),
    /// The patient's `BankID` login by the region went on.
    BankId(BankIdNews),
    /// The citizens' portal in the throw-away browser went on.
    Portal(PortalNews),
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
