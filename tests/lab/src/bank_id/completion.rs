//! What a completed order tells its relying party.
//!
//! `signature` and `ocspResponse` are labelled texts in base64, not XML signatures: no client that we know looks into them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use super::request::Asked;
use crate::people::Person;

/// `completionData`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Completion {
    pub(super) user: User,
    device: Value,
    bank_id_issue_date: &'static str,
    step_up: Value,
    signature: String,
    ocsp_response: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<String>,
}

/// Who it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) personal_number: String,
    pub(crate) name: String,
    pub(crate) given_name: String,
    pub(crate) surname: String,
}

impl Completion {
    /// `risk`: as a test wants it; `None` could not be computed.
    pub(super) fn new(asked: &Asked, person: &Person, risk: Option<&str>) -> Self {
        let step_up = if asked.wants_document {
            json!({"mrtd": true})
        } else {
            Value::Null
        };
        let visible = asked.visible.as_deref().unwrap_or_default();
        let signature = format!(
            "<labStandIn kind=\"{}\"><usrVisibleData>{visible}</usrVisibleData></labStandIn>",
            asked.kind.name()
        );
        Self {
            user: User {
                personal_number: person.personal_number.clone(),
                name: person.name(),
                given_name: person.given_name.clone(),
                surname: person.surname.clone(),
            },
            device: json!({
                // For a call there is no device of the relying party's: the telephone's own address.
                "ipAddress": asked.end_user_ip.as_deref().unwrap_or("192.0.2.1"),
                "uhi": STANDARD.encode("lab stand-in"),
            }),
            // With a zone, as `bankid6` reads it [SRC]; others show it without.
            bank_id_issue_date: "2024-02-01Z",
            step_up,
            signature: STANDARD.encode(signature),
            ocsp_response: STANDARD.encode("lab stand-in of an OCSP response"),
            risk: risk.filter(|_| asked.wants_risk).map(Into::into),
        }
    }
}
