//! Browser sessions: in memory, so that a restart ends them and none is ever on disk.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, header::COOKIE};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{
    administrator::Administrator,
    secret::{self, Hash},
};
use crate::audit::Actor;

/// How long a login lasts: a working day.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(10);
/// Most logins at a time; the oldest are ended first.
const MOST: usize = 20_000;
/// Most pages of one login that keep themselves up to date; browsers open six connections to a server.
const MOST_WATCHING: usize = 3;
/// The prefix makes browsers refuse it from a subdomain or without TLS (RFC 6265bis, section 4.1.3.2).
const COOKIE_NAME: &str = "__Host-session";

/// The running sessions.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<HashMap<Hash, Session>>>);

#[derive(Debug)]
struct Session {
    administrator: Administrator,
    ends: Timestamp,
    /// Where the login's provider wants to be told of the end, if it does.
    farewell: Option<Farewell>,
    /// The pages that keep themselves up to date, oldest first; cancelled when another takes the oldest one's place.
    watching: VecDeque<CancellationToken>,
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
    /// Begins a session and returns the cookie to set.
    #[must_use]
    pub fn begin(&self, administrator: Administrator, farewell: Option<Farewell>, now: Timestamp) -> String {
        let key = secret::random_letters(32);
        let mut sessions = self.lock();
        sessions.retain(|_, session| session.ends > now);
        if sessions.len() >= MOST
            && let Some(oldest) = sessions
                .iter()
                .min_by_key(|(_, session)| session.ends)
                .map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        let session = Session {
            administrator,
            ends: now + LIFETIME,
            farewell,
            watching: VecDeque::new(),
        };
        sessions.insert(secret::hash(key.as_bytes()), session);
        cookie(&key, LIFETIME.as_secs())
    }

    /// Whose session a request belongs to.
    #[must_use]
    pub fn find(&self, headers: &HeaderMap, now: Timestamp) -> Option<Administrator> {
        let sessions = self.lock();
        let session = sessions.get(&key_in(headers)?)?;
        (session.ends > now).then(|| session.administrator.clone())
    }

    /// A page of that session begins to watch. The token is cancelled when too many newer ones do, so that a browser, which
    /// opens few connections to one server, keeps some for everything else.
    #[must_use]
    pub fn watch(&self, headers: &HeaderMap) -> Option<CancellationToken> {
        let mut sessions = self.lock();
        let watching = &mut sessions.get_mut(&key_in(headers)?)?.watching;
        watching.retain(|token| !token.is_cancelled());
        if watching.len() >= MOST_WATCHING
            && let Some(oldest) = watching.pop_front()
        {
            oldest.cancel();
        }
        let token = CancellationToken::new();
        watching.push_back(token.clone());
        Some(token)
    }

    /// Ends the session of a request. Returns the cookie that makes the browser forget it, and where else to say goodbye.
    #[must_use]
    pub fn end(&self, headers: &HeaderMap) -> (String, Option<Farewell>) {
        let ended = key_in(headers).and_then(|key| self.lock().remove(&key));
        (cookie("", 0), ended.and_then(|session| session.farewell))
    }

    /// Ends every session of somebody, as when their role is taken away.
    pub fn end_all_of(&self, is_theirs: impl Fn(&Actor) -> bool) {
        self.lock()
            .retain(|_, session| !is_theirs(&session.administrator.actor));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Hash, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cookie(key: &str, seconds: i64) -> String {
    format!("{COOKIE_NAME}={key}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict")
}

fn key_in(headers: &HeaderMap) -> Option<Hash> {
    in_cookies(headers, COOKIE_NAME).map(|key| secret::hash(key.as_bytes()))
}

/// The value of a cookie of that name.
pub(super) fn in_cookies<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = cookies
        .flat_map(|line| line.split("; "))
        .filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use fleet_api::{PersonId, TenantId};

    use super::*;
    use crate::domain::role::Role;

    #[test]
    fn a_session_is_found_by_its_cookie_until_it_ends() {
        let sessions = Sessions::default();
        let person = PersonId::generate();
        let administrator = Administrator {
            tenant: TenantId::generate(),
            role: Role::CareWorker,
            actor: Actor::Person(Role::CareWorker, person),
        };
        let now = Timestamp::UNIX_EPOCH;
        let headers = |cookie: &str| {
            let mut headers = HeaderMap::new();
            let cookie = cookie.split(';').next().unwrap();
            headers.insert(COOKIE, format!("a=b; {cookie}").parse().unwrap());
            headers
        };
        let farewell = Farewell("https://idp.example/end".to_owned());
        let first = headers(&sessions.begin(administrator.clone(), Some(farewell.clone()), now));
        assert_eq!(sessions.find(&first, now), Some(administrator.clone()));
        assert_eq!(sessions.find(&first, now + LIFETIME), None);
        assert_eq!(sessions.end(&first).1, Some(farewell));
        assert_eq!(sessions.find(&first, now), None);
        assert_eq!(sessions.find(&HeaderMap::new(), now), None);

        let second = headers(&sessions.begin(administrator, None, now));
        sessions.end_all_of(|actor| *actor == Actor::Administrator("7KQ2MVXA".to_owned()));
        assert!(sessions.find(&second, now).is_some());
        sessions.end_all_of(|actor| matches!(actor, Actor::Person(_, id) if *id == person));
        assert_eq!(sessions.find(&second, now), None);
    }
}
