//! Logins under way: what must come back unchanged waits in memory behind a cookie of the same browser, for ten minutes and
//! for one answer only.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use openidconnect::{CsrfToken, Nonce, PkceCodeVerifier};

use super::{metadata::Metadata, provider::Provider};
use crate::identity::{
    secret::{self, Hash},
    session::in_cookies,
};

/// How long somebody may take at their provider.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// Most logins under way; the oldest are forgotten first.
const MOST: usize = 10_000;
const COOKIE_NAME: &str = "__Host-login";

/// Logins under way, by the hash of the browser's cookie.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<HashMap<Hash, Waiting>>);

/// One of them.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) provider: Arc<Provider>,
    pub(super) metadata: Metadata,
    pub(super) state: CsrfToken,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) ends: Timestamp,
}

impl Pending {
    /// Keeps a login and returns the cookie to set. People come back from another site, so it cannot be `Strict`.
    pub(super) fn add(&self, waiting: Waiting, now: Timestamp) -> String {
        let key = secret::random_letters(32);
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.retain(|_, waiting| waiting.ends > now);
        if pending.len() >= MOST
            && let Some(oldest) = pending
                .iter()
                .min_by_key(|(_, waiting)| waiting.ends)
                .map(|(key, _)| *key)
        {
            pending.remove(&oldest);
        }
        pending.insert(secret::hash(key.as_bytes()), waiting);
        cookie(&key, PATIENCE.as_secs())
    }

    /// Takes the browser's login out: it is answered once.
    pub(super) fn take(&self, headers: &HeaderMap, now: Timestamp) -> Option<Waiting> {
        let key = secret::hash(in_cookies(headers, COOKIE_NAME)?.as_bytes());
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.remove(&key).filter(|waiting| waiting.ends > now)
    }
}

/// The cookie that names a login under way.
pub(super) fn cookie(key: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={key}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax")
}
