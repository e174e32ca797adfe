//! Browser sessions of administrators: in memory, so that a restart ends them and none is ever on disk.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, header::COOKIE};
use jiff::{SignedDuration, Timestamp};

use super::{
    administrator::Administrator,
    secret::{self, Hash},
};

/// How long a login lasts: a working day.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// Most logins at a time; the oldest are ended first.
const MOST: usize = 1000;
/// The prefix makes browsers refuse it from a subdomain or without TLS (RFC 6265bis, section 4.1.3.2).
const COOKIE_NAME: &str = "__Host-session";

/// The running sessions.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<HashMap<Hash, (Administrator, Timestamp)>>>);

impl Sessions {
    /// Begins a session and returns the cookie to set.
    pub fn begin(&self, administrator: Administrator, now: Timestamp) -> String {
        let key = secret::random_letters(32);
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, (_, ends)| *ends > now);
        if sessions.len() >= MOST
            && let Some(oldest) = sessions
                .iter()
                .min_by_key(|(_, (_, ends))| *ends)
                .map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(secret::hash(key.as_bytes()), (administrator, now + LIFETIME));
        cookie(&key, LIFETIME.as_secs())
    }

    /// Whose session a request belongs to.
    #[must_use]
    pub fn find(&self, headers: &HeaderMap, now: Timestamp) -> Option<Administrator> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (administrator, ends) = sessions.get(&key_in(headers)?)?;
        (*ends > now).then(|| administrator.clone())
    }

    /// Ends the session of a request and returns the cookie that makes the browser forget it.
    pub fn end(&self, headers: &HeaderMap) -> String {
        if let Some(key) = key_in(headers) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        }
        cookie("", 0)
    }
}

fn cookie(key: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={key}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict")
}

fn key_in(headers: &HeaderMap) -> Option<Hash> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|line| line.split("; "))
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, key)| secret::hash(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use fleet_api::TenantId;

    use super::*;

    #[test]
    fn a_session_is_found_by_its_cookie_until_it_ends() {
        let sessions = Sessions::default();
        let administrator = Administrator {
            tenant: TenantId::generate(),
            name: "7KQ2MVXA".to_owned(),
        };
        let now = Timestamp::UNIX_EPOCH;
        let cookie = sessions.begin(administrator.clone(), now);
        let mut headers = HeaderMap::new();
        headers.insert(
            COOKIE,
            format!("a=b; {}", cookie.split(';').next().unwrap())
                .parse()
                .unwrap(),
        );
        assert_eq!(sessions.find(&headers, now), Some(administrator));
        assert_eq!(sessions.find(&headers, now + LIFETIME), None);
        sessions.end(&headers);
        assert_eq!(sessions.find(&headers, now), None);
        assert_eq!(sessions.find(&HeaderMap::new(), now), None);
    }
}
