//! What a test may set about the `OpenID` provider, and what it may have go wrong.

use serde::{Deserialize, Serialize};

/// How the provider behaves. Every field has a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "each ends in its unit")]
pub struct OpenIdSettings {
    /// How often a device may ask, in seconds (RFC 8628 `interval`).
    pub device_interval_s: u64,
    /// How long a device may ask, in seconds.
    pub device_expires_s: u64,
    /// Life of an ID token, in seconds; the profile allows 300 at most.
    pub id_token_life_s: u64,
    /// How long a login may take, new orders of BankID and all, in seconds.
    pub login_patience_s: u64,
}

impl Default for OpenIdSettings {
    fn default() -> Self {
        Self {
            device_interval_s: 5,
            device_expires_s: 600,
            id_token_life_s: 300,
            login_patience_s: 600,
        }
    }
}

/// What goes wrong with the next answer of its kind, once each time it is armed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum OpenIdFault {
    /// The ID token has another nonce.
    WrongNonce,
    /// The ID token has no nonce.
    NoNonce,
    /// The ID token has expired.
    OldToken,
    /// The ID token lives longer than five minutes.
    LongLife,
    /// The login is from two hours ago.
    OldLogin,
    /// The ID token does not say when the login was.
    NoAuthTime,
    /// The ID token tells another level of assurance; `null`: none.
    WrongAcr {
        /// What it tells.
        acr: Option<String>,
    },
    /// The ID token is for another client.
    WrongAudience,
    /// The ID token is from another issuer.
    WrongIssuer,
    /// The ID token was changed after it was signed.
    BadSignature,
    /// The ID token is signed by a key that the provider does not publish.
    UnknownKey,
    /// The ID token is not signed (`alg` `none`).
    Unsigned,
    /// `UserInfo` is about somebody else.
    OtherUser,
    /// `UserInfo` is not signed.
    UnsignedUserInfo,
    /// The token endpoint answers with this error.
    TokenError {
        /// As in RFC 6749 or 8628.
        error: String,
    },
    /// The token endpoint answers 503.
    Unavailable,
}

impl OpenIdFault {
    pub(super) fn of_token_endpoint(&self) -> bool {
        matches!(self, Self::TokenError { .. } | Self::Unavailable)
    }

    pub(super) fn of_user_info(&self) -> bool {
        matches!(self, Self::OtherUser | Self::UnsignedUserInfo)
    }

    pub(super) fn of_id_token(&self) -> bool {
        !self.of_token_endpoint() && !self.of_user_info()
    }
}
