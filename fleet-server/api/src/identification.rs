//! What a kit's tenant allows: ways to identify, the consent text in force, and where meetings are held.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    HostName, Origin, PortalName, TextToRead, WebAddress, closed_list,
    limits::{MEETING_PORTS, PORTAL_E_IDS, PORTAL_ORIGINS, at_most},
};

/// The ways to identify that the tenant allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Identification {
    /// The care worker in the room vouches (way A).
    pub staff: bool,
    /// The patient's BankID by way of a portal (way B).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portal: Option<Portal>,
    /// The patient's BankID with the region as relying party.
    #[serde(default)]
    pub bank_id: bool,
    /// Whether care workers log in for the kit by their own phone.
    #[serde(default)]
    pub staff_login: bool,
}

impl Default for Identification {
    fn default() -> Self {
        Self {
            staff: true,
            portal: None,
            bank_id: false,
            staff_login: false,
        }
    }
}

/// A portal where the patient logs in and finds the booked time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Portal {
    /// Its name on the screen, such as "1177".
    pub name: PortalName,
    /// Where it begins.
    pub start: WebAddress,
    /// What the browser may load besides.
    #[serde(deserialize_with = "at_most::<PORTAL_ORIGINS, _, _>")]
    #[schema(max_items = 20)]
    pub allowed_origins: Vec<Origin>,
    /// How often the patient must identify on the way to the meeting.
    #[schema(value_type = u8, minimum = 1, maximum = 2)]
    pub logins: PortalLogins,
    /// The electronic identifications that one may choose there, each with the page by which it is known; none = BankID.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "at_most::<PORTAL_E_IDS, _, _>"
    )]
    #[schema(max_items = 10)]
    pub e_ids: Vec<PortalEId>,
}

/// An electronic identification at a portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortalEId {
    /// Which one.
    pub e_id: EId,
    /// Whoever uses it comes by a page whose address begins like this; fields of a query, such as `acr_values`, must be among the page's.
    pub page: WebAddress,
}

closed_list! {
    /// An electronic identification.
    EId {
        /// BankID.
        BankId = "bank_id",
        /// Freja eID+.
        Freja = "freja",
        /// Another one.
        Other = "other",
    }
}

/// How many logins lead to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum PortalLogins {
    /// One.
    One,
    /// One in the portal, one in the meeting service.
    Two,
}

/// Neither one nor two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a portal needs one login or two")]
pub struct NeitherOneNorTwo;

impl TryFrom<u8> for PortalLogins {
    type Error = NeitherOneNorTwo;

    fn try_from(number: u8) -> Result<Self, NeitherOneNorTwo> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(NeitherOneNorTwo),
        }
    }
}

impl From<PortalLogins> for u8 {
    fn from(logins: PortalLogins) -> Self {
        match logins {
            PortalLogins::One => 1,
            PortalLogins::Two => 2,
        }
    }
}

/// A version of the consent text. Answers name it, so that it can be told what was read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct TextVersion {
    /// Counted from 1 in each municipality.
    pub number: u16,
    /// The year in which it was adopted.
    pub year: i16,
}

/// The consent text that the municipality has adopted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentText {
    /// Which one.
    #[serde(flatten)]
    pub version: TextVersion,
    /// To read aloud in Swedish.
    pub swedish: TextToRead,
    /// To read aloud in English.
    pub english: TextToRead,
}

/// A host where meetings may be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MeetingHost {
    /// Its name.
    pub host: HostName,
    /// How a meeting there is joined.
    pub service: MeetingService,
    /// The ports that links may name; none = 443 only.
    #[serde(default, deserialize_with = "at_most::<MEETING_PORTS, _, _>")]
    #[schema(max_items = 20)]
    pub ports: Vec<u16>,
}

closed_list! {
    /// How a kit joins a meeting.
    MeetingService {
        /// Natively, by Pexip's client interface.
        Pexip = "pexip",
        /// In the locked browser.
        Browser = "browser",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_server_allows_staff_in_the_room_and_nothing_else() {
        let allowed = Identification::default();
        let wire = serde_json::to_string(&allowed).unwrap();
        assert_eq!(wire, r#"{"staff":true,"bank_id":false,"staff_login":false}"#);
        assert_eq!(
            serde_json::from_str::<Identification>(r#"{"staff":true}"#).unwrap(),
            allowed
        );
    }

    #[test]
    fn a_portal_has_one_login_or_two_and_a_bounded_list_of_origins() {
        let wire = |origins: usize, logins: u8| {
            let origins = vec!["https://login.example"; origins];
            serde_json::json!({
                "name": "1177", "start": "https://portal.example/", "allowed_origins": origins, "logins": logins,
            })
            .to_string()
        };
        for (origins, logins, good) in [
            (20, 1, true),
            (0, 2, true),
            (21, 1, false),
            (1, 0, false),
            (1, 3, false),
        ] {
            let portal = serde_json::from_str::<Portal>(&wire(origins, logins));
            assert_eq!(portal.is_ok(), good, "{origins} origins, {logins} logins");
        }
    }

    #[test]
    fn a_portal_says_nothing_of_e_ids_where_it_has_only_one() {
        let wire = r#"{"name":"1177","start":"https://portal.example/","allowed_origins":[],"logins":1}"#;
        let mut portal = serde_json::from_str::<Portal>(wire).unwrap();
        assert_eq!(serde_json::to_string(&portal).unwrap(), wire);
        portal.e_ids.push(PortalEId {
            e_id: EId::Freja,
            page: "https://login.example/freja".parse().unwrap(),
        });
        let wire = serde_json::to_string(&portal).unwrap();
        assert!(
            wire.ends_with(r#""e_ids":[{"e_id":"freja","page":"https://login.example/freja"}]}"#),
            "{wire}"
        );
        assert_eq!(serde_json::from_str::<Portal>(&wire).unwrap(), portal);
    }

    #[test]
    fn the_consent_text_names_its_version_beside_its_words() {
        let text = ConsentText {
            version: TextVersion {
                number: 3,
                year: 2026,
            },
            swedish: "Får vi prata om dig med dem som är med?".parse().unwrap(),
            english: "May we talk about you with those who are here?".parse().unwrap(),
        };
        let wire = serde_json::to_string(&text).unwrap();
        assert!(wire.starts_with(r#"{"number":3,"year":2026,"#), "{wire}");
        assert_eq!(serde_json::from_str::<ConsentText>(&wire).unwrap(), text);
    }
}
