//! The questions that the routine sets before a meeting, and what may be answered to them.
//!
//! Closed lists only: an answer goes into the log, so there is no free text. Neighbour: `gates` keeps them.

use super::reservation::EId;

/// The questions, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Gate {
    /// Who is the patient?
    Identity,
    /// May the organisations share what they know, spoken and written?
    Sharing,
    /// The patient cannot consent: has this one who discloses assessed secrecy? The number is the place in
    /// the list of those who disclose.
    Secrecy(usize),
    /// Others than care providers take part: may they get to know it too?
    LegalMode,
    /// May this relative take part? The number is the place in the reservation's list.
    Relative(usize),
    /// Can anybody else see or hear?
    Privacy,
    /// Is everybody in the room on the picture?
    RoomSeen,
}

/// How the patient was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Method {
    /// The care worker in the room vouches.
    StaffInRoom,
    /// The patient is known to the care worker from before.
    KnownFromBefore,
    /// By this electronic identification in the citizens' portal.
    Portal(EId),
    /// By `BankID` with the region as relying party.
    BankIdRegion,
}

/// On what ground information may be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Sharing {
    /// The patient consents.
    Consent,
    /// The patient says no: the meeting cannot be held like this.
    Refused,
    /// The patient cannot consent: everybody who discloses must assess secrecy.
    CannotConsent,
}

/// What one who discloses says of the assessment of secrecy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Assessment {
    /// It is made, and nothing stands against it.
    Made,
    /// It is not made yet.
    NotYet,
}

/// Whether others than care providers get to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Mixed {
    /// No: nothing is shared while they are here.
    SharingOff,
    /// Yes: the patient has lifted secrecy towards them.
    SharingLifted,
}

/// What the patient says about one relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum RelativeAnswer {
    /// May take part: the patient vouches.
    Welcome,
    /// May not take part.
    NotWelcome,
    /// Was welcome, and is no more.
    Withdrawn,
}

/// Whether others can hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Privacy {
    /// Nobody else sees or hears.
    NobodyElse,
    /// In doubt: the sound goes by telephone.
    SoundByTelephone,
}

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Answer {
    /// To [`Gate::Identity`].
    Identity(Method),
    /// To [`Gate::Sharing`].
    Sharing(Sharing),
    /// To [`Gate::Secrecy`].
    Secrecy(usize, Assessment),
    /// To [`Gate::LegalMode`].
    LegalMode(Mixed),
    /// To [`Gate::Relative`].
    Relative(usize, RelativeAnswer),
    /// To [`Gate::Privacy`].
    Privacy(Privacy),
    /// To [`Gate::RoomSeen`].
    RoomSeen,
}

impl Answer {
    /// The question that this answers.
    #[must_use]
    pub fn gate(self) -> Gate {
        match self {
            Answer::Identity(_) => Gate::Identity,
            Answer::Sharing(_) => Gate::Sharing,
            Answer::Secrecy(index, _) => Gate::Secrecy(index),
            Answer::LegalMode(_) => Gate::LegalMode,
            Answer::Relative(index, _) => Gate::Relative(index),
            Answer::Privacy(_) => Gate::Privacy,
            Answer::RoomSeen => Gate::RoomSeen,
        }
    }

    /// Whether the meeting can be held with it.
    #[must_use]
    pub fn lets_pass(self) -> bool {
        !matches!(
            self,
            Answer::Sharing(Sharing::Refused) | Answer::Secrecy(_, Assessment::NotYet)
        )
    }
}
