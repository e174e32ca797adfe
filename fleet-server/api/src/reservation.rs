//! One booked meeting, as its kit is told of it: who is expected by role and kinship, never by name.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    HostPin, MeetingLink, NeutralTitle, PhoneNumber, ReservationId, TelephoneCode, closed_list,
    limits::{INVITED_ROLES, RELATIVES, at_most},
};

/// One booked meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reservation {
    /// Its id.
    pub id: ReservationId,
    /// What the screen may call it.
    pub title: NeutralTitle,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Where it is held.
    pub link: MeetingLink,
    /// The relatives who are expected in the patient's home.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "at_most::<RELATIVES, _, _>"
    )]
    #[schema(max_items = 8)]
    pub relatives: Vec<Kinship>,
    /// Under which rules of secrecy it is held.
    #[serde(default)]
    pub legal_mode: LegalMode,
    /// How to take the sound by telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<MeetingTelephone>,
    /// The roles that are expected in the meeting, the patient and the kit's own people not counted.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "at_most::<INVITED_ROLES, _, _>"
    )]
    #[schema(max_items = 20)]
    pub invited: Vec<InvitedRole>,
    /// Where the kit is the meeting's host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_pin: Option<HostPin>,
}

/// A number to call for the sound of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingTelephone {
    /// The number.
    pub number: PhoneNumber,
    /// The digits that are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<TelephoneCode>,
}

closed_list! {
    /// What a relative is to the patient.
    Kinship {
        /// Daughter.
        Daughter = "daughter",
        /// Son.
        Son = "son",
        /// Wife, husband or partner.
        Partner = "partner",
        /// Sister or brother.
        Sibling = "sibling",
        /// Somebody else who is close.
        Other = "other",
    }
}

closed_list! {
    /// Somebody expected in the meeting, by role.
    InvitedRole {
        /// A doctor.
        Doctor = "doctor",
        /// A nurse.
        Nurse = "nurse",
        /// The care coordinator.
        CareCoordinator = "care_coordinator",
        /// The municipality's care.
        Municipality = "municipality",
        /// The social services.
        SocialServices = "social_services",
        /// The school.
        School = "school",
        /// A relative who is elsewhere.
        Relative = "relative",
        /// An interpreter.
        Interpreter = "interpreter",
        /// Somebody else.
        Other = "other",
    }
}

/// Under which rules of secrecy a meeting is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalMode {
    /// Only care providers take part.
    #[default]
    CareProvidersOnly,
    /// Others take part too: social services, school. Sharing is off unless the patient lifts the secrecy.
    Mixed,
}

impl LegalMode {
    /// Both, in the order in which a person is offered them.
    pub const ALL: [Self; 2] = [Self::CareProvidersOnly, Self::Mixed];

    /// The name used on the wire and in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CareProvidersOnly => "care_providers_only",
            Self::Mixed => "mixed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> Reservation {
        Reservation {
            id: ReservationId(uuid::Uuid::nil()),
            title: NeutralTitle::CareVisit,
            starts_at: Timestamp::UNIX_EPOCH,
            ends_at: Timestamp::UNIX_EPOCH,
            link: MeetingLink::parse("https://video.example/m/sesame").unwrap(),
            relatives: Vec::new(),
            legal_mode: LegalMode::default(),
            telephone: None,
            invited: Vec::new(),
            host_pin: None,
        }
    }

    #[test]
    fn an_older_server_books_a_plain_meeting() {
        let wire = r#"{"id":"00000000-0000-0000-0000-000000000000","title":"care_visit",
            "starts_at":"1970-01-01T00:00:00Z","ends_at":"1970-01-01T00:00:00Z","link":"https://video.example/m/sesame"}"#;
        assert_eq!(serde_json::from_str::<Reservation>(wire).unwrap(), plain());
    }

    #[test]
    fn a_full_booking_reads_the_same_on_both_sides_and_prints_no_secret() {
        let full = Reservation {
            relatives: Kinship::ALL.to_vec(),
            legal_mode: LegalMode::Mixed,
            telephone: Some(MeetingTelephone {
                number: "060-12 34 56".parse().unwrap(),
                code: Some(TelephoneCode::parse("482917").unwrap()),
            }),
            invited: InvitedRole::ALL.to_vec(),
            host_pin: Some(HostPin::parse("4711").unwrap()),
            ..plain()
        };
        let wire = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Reservation>(&wire).unwrap(), full);
        let printed = format!("{full:?}");
        for secret in ["482917", "4711", "sesame"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }

    #[test]
    fn lists_are_bounded_on_the_wire() {
        let mut many = plain();
        many.relatives = vec![Kinship::Other; RELATIVES + 1];
        let wire = serde_json::to_string(&many).unwrap();
        assert!(serde_json::from_str::<Reservation>(&wire).is_err());
    }
}
