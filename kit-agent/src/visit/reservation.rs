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
    /// Version of the consent text that is read aloud.
    pub text_version: TextVersion,
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
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
