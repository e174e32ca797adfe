//! Browser sessions: in the store, so that whichever server a browser comes to knows them, and a role that is taken away is
//! taken away everywhere at once. Only a hash of the cookie is stored. Which pages watch is known to their server alone.

use axum::http::{HeaderMap, header::COOKIE};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{
    administrator::Administrator,
    secret::{self, Hash},
    watching::Watching,
};
use crate::store::{Store, StoreError};

/// How long a login lasts: a working day.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// The prefix makes browsers refuse it from a subdomain or without TLS (RFC 6265bis, section 4.1.3.2).
const COOKIE_NAME: &str = "__Host-session";

/// The running sessions.
#[derive(Clone, Debug)]
pub struct Sessions {
    store: Store,
    watching: Watching,
}

/// The address at which a provider ends its own session too. It holds the ID token, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Farewell(pub String);

impl std::fmt::Debug for Farewell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Farewell(secret)")
    }
}

impl Sessions {
    /// Those in this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self {
            store,
            watching: Watching::default(),
        }
    }

    /// Begins a session and returns the cookie to set.
    pub async fn begin(
        &self,
        administrator: &Administrator,
        farewell: Option<&Farewell>,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let key = secret::random_letters(32);
        let hash = secret::hash(key.as_bytes());
        let times = (now, now + LIFETIME);
        self.store
            .begin_session(&hash, administrator, farewell, times)
            .await?;
        Ok(cookie(&key, LIFETIME.as_secs()))
    }

    /// Whose session a request belongs to.
    pub async fn find(
        &self,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Option<Administrator>, StoreError> {
        match key_in(headers) {
            Some(key) => self.store.session(&key, now).await,
            None => Ok(None),
        }
    }

    /// A page of that session begins to watch. The token is cancelled when too many newer ones do, so that a browser, which
    /// opens few connections to one server, keeps some for everything else.
    #[must_use]
    pub fn watch(&self, headers: &HeaderMap) -> Option<CancellationToken> {
        key_in(headers).map(|session| self.watching.begin(session))
    }

    /// Ends the session of a request. Returns the cookie that makes the browser forget it, and where else to say goodbye.
    pub async fn end(&self, headers: &HeaderMap) -> Result<(String, Option<Farewell>), StoreError> {
        let farewell = match key_in(headers) {
            Some(key) => self.store.end_session(&key).await?,
            None => None,
        };
        Ok((cookie("", 0), farewell))
    }
}

fn cookie(key: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={key}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict")
}

fn key_in(headers: &HeaderMap) -> Option<Hash> {
    in_cookies(headers, COOKIE_NAME).map(|key| secret::hash(key.as_bytes()))
}

/// The value of a cookie of that name.
pub(crate) fn in_cookies<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|line| line.split("; "))
        .filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}
