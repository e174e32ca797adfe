//! What the kit knows of one booked meeting, as the fleet server's sync brought it.
//!
//! Held from sync to wipe and dropped with the visit's state. Nothing here prints: the link, its PIN and the telephone
//! number reach the screen or the meeting service, never a log.

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

/// How long before its time a meeting can be joined.
pub const OPENS_BEFORE: SignedDuration = SignedDuration::from_mins(15);

/// One booked meeting.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// The fleet server's id.
    pub id: ReservationId,
    /// When the meeting begins.
    pub starts_at: Timestamp,
    /// Which approved wording stands on the tile.
    pub title: Title,
    /// The meeting's link, already checked by `meeting::link`.
    pub link: SecretString,
    /// The meeting's PIN where it has one.
    pub pin: Option<SecretString>,
    /// The number to ring for "sound by telephone".
    pub telephone: Option<Telephone>,
    /// Relatives who want to take part, by kinship, never by name.
    pub relatives: Vec<Kinship>,
    /// Whether only care providers take part.
    pub legal_mode: LegalMode,
    /// Whom the one who booked has invited, by role; empty where that is not known.
    pub invited: Vec<InvitedRole>,
    /// The PIN that makes the kit a host, where the region gives it that role.
    pub host_pin: Option<SecretString>,
    /// Version of the consent text that is read aloud.
    pub text_version: TextVersion,
    /// That text, where the municipality has adopted one; otherwise the built-in one.
    pub text: Option<AdoptedText>,
    /// How people may show who they are here.
    pub ways: Ways,
}

impl Reservation {
    /// The first moment at which the patient may join.
    #[must_use]
    pub fn opens_at(&self) -> Timestamp {
        self.starts_at
            .saturating_sub(OPENS_BEFORE)
            .unwrap_or(self.starts_at)
    }
}

/// The fleet server's id of a reservation. Says nothing about the patient.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ReservationId(pub String);

/// The approved wordings for a meeting outside itself (routine §4.2.4, 2a).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Title {
    /// "your booked SIP meeting", SIP being the care plan.
    CarePlanMeeting,
    /// "your booked care visit".
    CareVisit,
}

/// Version of an approved text, such as 3 of 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct TextVersion {
    /// Number within the year.
    pub number: u16,
    /// Year of approval.
    pub year: i16,
}

/// A consent text that the municipality has adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptedText {
    /// In Swedish.
    pub swedish: String,
    /// In English.
    pub english: String,
}

/// Who takes part, by law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum LegalMode {
    /// Care providers only.
    #[default]
    CareProvidersOnly,
    /// Others too: social services, school and the like. Sharing with them is off unless lifted.
    Mixed,
}

/// The role of somebody who is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub enum InvitedRole {
    /// A doctor.
    Doctor,
    /// A nurse.
    Nurse,
    /// Who coordinates the care plan.
    CareCoordinator,
    /// The municipality's care.
    Municipality,
    /// Social services.
    SocialServices,
    /// A school.
    School,
    /// A relative who joins from elsewhere.
    Relative,
    /// An interpreter.
    Interpreter,
    /// Somebody else.
    Other,
}

impl InvitedRole {
    /// Whether it knows something of the patient by its work, and so discloses it.
    #[must_use]
    pub fn discloses(self) -> bool {
        !matches!(self, InvitedRole::Relative | InvitedRole::Interpreter)
    }
}

/// How people may show who they are, as the region allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Ways {
    /// The care worker in the room may vouch for the patient.
    pub staff: bool,
    /// The patient may use `BankID`, and where.
    pub bank_id: Option<BankIdWay>,
    /// Care workers log in on the kit when they take it.
    pub staff_login: bool,
}

impl Default for Ways {
    /// The care worker vouches, and is known to the kit by its settings.
    fn default() -> Self {
        Self {
            staff: true,
            bank_id: None,
            staff_login: false,
        }
    }
}

/// Where `BankID` is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum BankIdWay {
    /// The region itself asks, by the fleet server.
    Region,
    /// The citizens' portal asks, in the throw-away browser.
    Portal {
        /// How many logins there are until the meeting: 1 or 2.
        logins: u8,
    },
}

/// An electronic identification of the patient's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub enum EId {
    /// `BankID`.
    #[default]
    BankId,
    /// Freja eID+.
    Freja,
    /// Another one.
    Other,
}

/// Who a relative is to the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Kinship {
    /// A daughter.
    Daughter,
    /// A son.
    Son,
    /// Husband, wife or partner.
    Partner,
    /// A sister or brother.
    Sibling,
    /// Anyone else who is close.
    Other,
}

/// How to reach the same meeting by an ordinary telephone.
#[derive(Clone, PartialEq, Eq)]
pub struct Telephone {
    /// Number as it is shown, grouped.
    pub number: String,
    /// Code to key in when the meeting answers.
    pub code: Option<String>,
}

impl std::fmt::Debug for Telephone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telephone(…)")
    }
}
