//! What a meeting came to: how the patient was identified for it, why it ended, how it felt.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the patient was identified (routine, "Identifiering").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentificationMethod {
    /// The care worker in the room vouches.
    StaffVouches,
    /// The patient's own BankID, by way of 1177.
    BankId,
    /// The care worker in the room knows the patient from before.
    KnownFromBefore,
    /// The patient's own BankID, with the region as relying party.
    BankIdRegion,
    /// The meeting service's own login.
    MeetingLogin,
    /// The patient's own Freja eID+, by way of the portal.
    Freja,
    /// Another electronic identification of the patient's own, by way of the portal.
    OtherEId,
}

/// Why a meeting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// The patient or the care worker chose to end it.
    LeftByRoom,
    /// The host ended it for all.
    EndedByHost,
    /// The host removed the kit.
    Removed,
    /// The network did not come back.
    ConnectionLost,
    /// It could not be joined at all.
    NeverJoined,
}

/// How a meeting felt; three fixed answers, of patients and care workers alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Good.
    Good,
    /// So-so.
    SoSo,
    /// Bad.
    Bad,
}

impl Rating {
    /// All answers, in the order in which people are asked.
    pub const ALL: [Self; 3] = [Self::Good, Self::SoSo, Self::Bad];

    /// The name used on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::SoSo => "so_so",
            Self::Bad => "bad",
        }
    }
}
