//! Logins under way: what must come back unchanged waits in a cookie of the same browser, sealed, for ten minutes.
//!
//! It is with the browser and nowhere else, so that the way back may end at another server, and strangers who begin logins
//! leave nothing behind. Sealed, it says nothing and cannot be made by anybody else. An answer counts once, as its code is
//! taken once by the provider (RFC 6749, section 4.1.2) and our half of it is in this cookie alone.

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier};
use serde::{Deserialize, Serialize};

use crate::{identity::session::in_cookies, store::Vault};

/// How long somebody may take at their provider.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
const COOKIE_NAME: &str = "__Host-login";

/// A login under way.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// The provider's key.
    pub(super) provider: String,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) ends: Timestamp,
}

impl Waiting {
    /// The cookie to set. People come back from another site, so it cannot be `Strict`.
    pub(super) fn cookie(&self, vault: &Vault) -> String {
        let content = serde_json::to_vec(self).expect("a login is plain data");
        let sealed = vault.seal_console_login(&content);
        cookie(&URL_SAFE_NO_PAD.encode(sealed), PATIENCE.as_secs())
    }

    /// The browser's login, if it has one that is not too old.
    pub(super) fn of(headers: &HeaderMap, vault: &Vault, now: Timestamp) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(in_cookies(headers, COOKIE_NAME)?).ok()?;
        let content = vault.open_console_login(&sealed).ok()?;
        let waiting: Self = serde_json::from_slice(&content).ok()?;
        (waiting.ends > now).then_some(waiting)
    }
}

/// The cookie that holds a login under way.
pub(super) fn cookie(content: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={content}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    fn back(cookie: &str) -> HeaderMap {
        let pair = cookie.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn a_login_comes_back_to_whoever_has_the_key_and_says_nothing_on_its_way() {
        let now = Timestamp::UNIX_EPOCH;
        let waiting = Waiting {
            provider: "region".to_owned(),
            state: CsrfToken::new("state".to_owned()),
            nonce: Nonce::new("nonce".to_owned()),
            verifier: PkceCodeVerifier::new("verifier".to_owned()),
            ends: now + PATIENCE,
        };
        let cookie = waiting.cookie(&Vault::new(&[7; 32]));
        let (another_server, stranger) = (Vault::new(&[7; 32]), Vault::new(&[8; 32]));
        let found = Waiting::of(&back(&cookie), &another_server, now).unwrap();
        assert_eq!(
            (found.provider.as_str(), found.verifier.secret().as_str()),
            ("region", "verifier")
        );

        assert!(Waiting::of(&back(&cookie), &stranger, now).is_none());
        assert!(Waiting::of(&back(&cookie), &another_server, now + PATIENCE).is_none());
        let sealed = URL_SAFE_NO_PAD
            .decode(cookie.split(['=', ';']).nth(1).unwrap())
            .unwrap();
        assert!(!sealed.windows(8).any(|part| part == b"verifier"));
        let clear = serde_json::to_vec(&waiting).unwrap();
        let made_up = super::cookie(&URL_SAFE_NO_PAD.encode(clear), 60);
        assert!(Waiting::of(&back(&made_up), &another_server, now).is_none());
    }
}
