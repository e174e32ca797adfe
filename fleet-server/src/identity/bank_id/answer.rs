//! What BankID says. What is secret in it does not print and is overwritten when dropped.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::domain::identity::personal_number::PersonalNumber;

/// An order that has begun.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Begun {
    /// By which it is asked for.
    #[serde(rename = "orderRef")]
    pub reference: SecretString,
    /// Stands in each QR code.
    pub qr_start_token: SecretString,
    /// Makes each QR code; never leaves the server.
    pub qr_start_secret: SecretString,
}

impl Begun {
    /// The same order, to be asked for while its codes go on.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            reference: self.reference.clone(),
            qr_start_token: self.qr_start_token.clone(),
            qr_start_secret: self.qr_start_secret.clone(),
        }
    }
}

/// How an order stands.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collected {
    order_ref: SecretString,
    /// Pending, failed or complete.
    pub status: Status,
    /// Closer than that; new ones may come at any time.
    #[serde(default)]
    pub hint_code: Option<String>,
    #[serde(default)]
    completion_data: Option<Completion>,
}

/// Pending, failed or complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It goes on.
    Pending,
    /// It came to nothing.
    Failed,
    /// Somebody has identified.
    Complete,
}

/// Of everything that comes with a completed order only the number is read.
#[derive(Debug, Deserialize)]
struct Completion {
    user: User,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    personal_number: PersonalNumber,
}

impl Collected {
    /// Whether it is about this order and no other.
    pub(super) fn is_about(&self, order: &Begun) -> bool {
        self.order_ref.expose_secret() == order.reference.expose_secret()
    }

    /// Who has identified.
    pub(super) fn person(self) -> Option<PersonalNumber> {
        self.completion_data
            .map(|completion| completion.user.personal_number)
    }
}

/// The body of a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal {
    #[serde(default)]
    error_code: String,
}

impl Refusal {
    pub(super) fn code(&self) -> ErrorCode {
        ErrorCode::named(&self.error_code)
    }
}

/// A call that did not go as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// BankID said no.
    #[error("BankID answered {0}, {1:?}")]
    Refused(u16, ErrorCode),
    /// There was no answer, or not from BankID.
    #[error("BankID cannot be reached")]
    Unreachable,
    /// There was an answer, but none that the interface allows.
    #[error("BankID's answer was not understood")]
    Unreadable,
}

/// Why BankID said no, as far as it makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorCode {
    /// The person has another order; both are over now.
    AlreadyInProgress,
    /// We asked for what cannot be.
    InvalidParameters,
    /// Our certificate is not let in.
    Unauthorized,
    /// There is no such address.
    NotFound,
    /// We asked by another method than POST.
    MethodNotAllowed,
    /// We did not send JSON.
    UnsupportedMediaType,
    /// We were too slow.
    RequestTimeout,
    /// We ask too often.
    TooManyRequests,
    /// BankID's own fault.
    InternalError,
    /// BankID is closed for a while.
    Maintenance,
    /// Anything else.
    Unknown,
}

impl ErrorCode {
    /// Clients that others wrote spell one of them in two ways, so case does not count.
    fn named(text: &str) -> Self {
        match &*text.to_ascii_lowercase() {
            "alreadyinprogress" => Self::AlreadyInProgress,
            "invalidparameters" => Self::InvalidParameters,
            "unauthorized" => Self::Unauthorized,
            "notfound" => Self::NotFound,
            "methodnotallowed" => Self::MethodNotAllowed,
            "unsupportedmediatype" => Self::UnsupportedMediaType,
            "requesttimeout" => Self::RequestTimeout,
            "toomanyrequests" => Self::TooManyRequests,
            "internalerror" => Self::InternalError,
            "maintenance" => Self::Maintenance,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_secret_is_printed() {
        let begun = r#"{"orderRef":"131daac9","autoStartToken":"7c40b5c9","qrStartToken":"67df3917","qrStartSecret":"d28db9a7"}"#;
        let begun: Begun = serde_json::from_str(begun).unwrap();
        let collected = r#"{"orderRef":"131daac9","status":"complete","completionData":{"user":
            {"personalNumber":"191212121212","name":"Tolvan Tolvansson"},"signature":"c2ln"}}"#;
        let collected: Collected = serde_json::from_str(collected).unwrap();
        assert!(collected.is_about(&begun));
        let printed = format!("{begun:?} {collected:?}");
        for secret in ["131daac9", "67df3917", "d28db9a7", "1912", "Tolvan", "c2ln"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        assert_eq!(collected.person().unwrap().expose(), "191212121212");
    }

    #[test]
    fn an_error_is_known_in_either_spelling() {
        for text in ["Maintenance", "maintenance"] {
            assert_eq!(ErrorCode::named(text), ErrorCode::Maintenance);
        }
        assert_eq!(ErrorCode::named("somethingNew"), ErrorCode::Unknown);
        assert_eq!(Refusal::default().code(), ErrorCode::Unknown);
    }
}
