//! What a test may set about the BankID stand-in, and what it may have go wrong.

use serde::{Deserialize, Serialize};

/// How the stand-in behaves. Every field has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BankIdSettings {
    /// Age in whole seconds up to which a QR code opens its order [INF].
    pub qr_max_age_s: u64,
    /// `collect` sooner than 2 s after the last one is refused with 429 instead of only counted.
    pub refuse_early_collects: bool,
    /// Requests in a window; beyond it comes 429.
    pub rate_limit: Option<RateLimit>,
    /// `risk` of completed orders, where asked for; `null`: could not be computed.
    pub risk: Option<String>,
}

impl Default for BankIdSettings {
    fn default() -> Self {
        Self {
            qr_max_age_s: 5,
            refuse_early_collects: false,
            rate_limit: None,
            risk: Some("low".into()),
        }
    }
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    /// Requests in a window.
    pub requests: u32,
    /// Length of the window.
    pub window_s: u64,
}

/// The next answers of the RP API go wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BankIdFault {
    /// `auth`, `sign`, `phone/auth`, `phone/sign`, `collect`, `cancel` or `any`.
    pub to: String,
    /// How many answers.
    pub times: u32,
    /// HTTP status; 200 and no `error_code` and no `raw`: the right answer, late.
    pub status: u16,
    /// As BankID spells it: `internalError`, `Maintenance`, `alreadyInProgress`, …
    pub error_code: Option<String>,
    /// This text instead of JSON.
    pub raw: Option<String>,
    /// How late.
    pub delay_ms: u64,
}

impl Default for BankIdFault {
    fn default() -> Self {
        Self {
            to: "any".into(),
            times: 1,
            status: 200,
            error_code: None,
            raw: None,
            delay_ms: 0,
        }
    }
}

impl BankIdFault {
    /// An error with this HTTP status and code, once.
    #[must_use]
    pub fn error(to: &str, status: u16, error_code: &str) -> Self {
        Self {
            to: to.into(),
            status,
            error_code: Some(error_code.into()),
            ..Self::default()
        }
    }
}

/// What the stand-in has seen so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankIdCounts {
    /// Orders begun.
    pub orders: u64,
    /// Answers to `collect`.
    pub collects: u64,
    /// `collect` of a pending order sooner than 2 s after the last one.
    pub early_collects: u64,
    /// Orders that the relying party cancelled.
    pub cancels: u64,
    /// QR codes that were refused: forged, or too old.
    pub refused_codes: u64,
    /// Requests that were refused as wrong: a fault of the relying party's.
    pub wrong_requests: u64,
}

/// An order as tests see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderStatus {
    /// Its reference.
    pub order_ref: String,
    /// `auth`, `sign`, `phone/auth`, `phone/sign`.
    pub kind: String,
    /// `pending`, `complete`, `failed`.
    pub status: String,
    /// As `collect` would say.
    pub hint: Option<String>,
    /// Only this person may complete it.
    pub personal_number: Option<String>,
}
