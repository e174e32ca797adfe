//! What goes wrong: the RP API's error answers, and why the app refuses.

use serde::{Deserialize, Serialize};

use super::order::Step;

/// An error answer of the RP API: `{"errorCode", "details"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// As BankID spells it.
    #[serde(rename = "errorCode")]
    pub error_code: String,
    /// For developers; not meant for people.
    pub details: String,
}

impl Refusal {
    pub(super) fn new(status: u16, error_code: &str, details: impl Into<String>) -> Self {
        Self {
            status,
            error_code: error_code.into(),
            details: details.into(),
        }
    }

    pub(super) fn invalid(details: impl Into<String>) -> Self {
        Self::new(400, "invalidParameters", details)
    }

    /// Also for orders that were collected, or are too old [SRC comments].
    pub(super) fn no_such_order() -> Self {
        Self::invalid("No such order")
    }
}

/// Why the app does not do what its holder wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppRefusal {
    /// Not a code of ours, or of an order that is over.
    #[error("this code belongs to no order that can be opened")]
    UnknownCode,
    /// The HMAC is not right.
    #[error("this code was not made with the order's secret")]
    Forged,
    /// Shown again, photographed, or the relying party's clock is off.
    #[error("this code is {0} s old")]
    TooOld(u64),
    /// Made ahead of time.
    #[error("this code is not valid yet")]
    TooEarly,
    /// Another phone opened it.
    #[error("this order is open in another app")]
    AlreadyOpened,
    /// Not open, or over.
    #[error("this order is not open in this app")]
    NotOpen,
    /// Nobody has this number.
    #[error("nobody in the lab has this personal number")]
    NoSuchPerson,
    /// The order is for somebody else; it has failed.
    #[error("the order is for another person, and has failed")]
    NotForYou,
    /// A step of the app was left out.
    #[error("the order waits for another step first: {0:?}")]
    NotYet(Step),
}
