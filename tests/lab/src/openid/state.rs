//! Everything that the provider remembers: clients, logins under way, codes, devices, tokens, browsers. Pure but for names
//! that nobody can guess.

use std::collections::HashMap;

use uuid::Uuid;

use super::clients::Clients;
use super::device::Devices;
use super::login::Login;
use super::request::Wanted;
use super::settings::{OpenIdFault, OpenIdSettings};
use crate::people::Person;

/// A code is worth a token for this long, in seconds.
const CODE_LIFE: u64 = 60;
/// An access token is worth `UserInfo` for this long, in seconds.
pub(super) const ACCESS_LIFE: u64 = 300;
/// A browser is known for this long at most, in seconds.
pub(super) const SESSION_LIFE: u64 = 3_600;

/// What is remembered.
#[derive(Default)]
pub(super) struct State {
    pub(super) settings: OpenIdSettings,
    pub(super) clients: Clients,
    pub(super) logins: HashMap<String, Login>,
    pub(super) devices: Devices,
    codes: HashMap<String, Code>,
    access: HashMap<String, Access>,
    sessions: HashMap<String, Session>,
    faults: Vec<OpenIdFault>,
}

/// Somebody logged in, for a client.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client_id: String,
    pub(super) person: Person,
    pub(super) wanted: Wanted,
    pub(super) nonce: Option<String>,
    /// When, in seconds since 1970.
    pub(super) auth_time: u64,
}

/// A code that was given to a browser.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    expires: u64,
    used_for: Option<String>,
}

struct Access {
    grant: Grant,
    expires: u64,
}

/// A browser that somebody logged in with.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) person: Person,
    pub(super) auth_time: u64,
}

impl State {
    pub(super) fn new_code(
        &mut self,
        grant: Grant,
        redirect_uri: &str,
        challenge: &str,
        unix: u64,
    ) -> String {
        let code = secret();
        let kept = Code {
            grant,
            redirect_uri: redirect_uri.into(),
            challenge: challenge.into(),
            expires: unix + CODE_LIFE,
            used_for: None,
        };
        self.codes.insert(code.clone(), kept);
        code
    }

    /// A code is worth something once; the second use also ends what came of the first (RFC 6749, 4.1.2).
    pub(super) fn take_code(&mut self, code: &str, unix: u64) -> Option<Code> {
        let kept = self.codes.get_mut(code)?;
        if let Some(access) = &kept.used_for {
            self.access.remove(access);
            return None;
        }
        kept.used_for = Some(String::new());
        (kept.expires > unix).then(|| kept.clone())
    }

    pub(super) fn new_access(&mut self, grant: Grant, code: Option<&str>, unix: u64) -> String {
        let access = secret();
        let expires = unix + ACCESS_LIFE;
        self.access.insert(access.clone(), Access { grant, expires });
        if let Some(code) = code.and_then(|code| self.codes.get_mut(code)) {
            code.used_for = Some(access.clone());
        }
        access
    }

    pub(super) fn access(&self, token: &str, unix: u64) -> Option<&Grant> {
        self.access
            .get(token)
            .filter(|access| access.expires > unix)
            .map(|access| &access.grant)
    }

    pub(super) fn new_session(&mut self, person: Person, auth_time: u64) -> String {
        let session = secret();
        self.sessions
            .insert(session.clone(), Session { person, auth_time });
        session
    }

    pub(super) fn session(&self, cookie: &str, unix: u64) -> Option<&Session> {
        self.sessions
            .get(cookie)
            .filter(|session| unix < session.auth_time + SESSION_LIFE)
    }

    pub(super) fn end_session(&mut self, cookie: &str) {
        self.sessions.remove(cookie);
    }

    pub(super) fn arm(&mut self, fault: OpenIdFault) {
        self.faults.push(fault);
    }

    pub(super) fn disarm(&mut self) {
        self.faults.clear();
    }

    pub(super) fn take_fault(&mut self, fits: impl Fn(&OpenIdFault) -> bool) -> Option<OpenIdFault> {
        let place = self.faults.iter().position(fits)?;
        Some(self.faults.remove(place))
    }
}

/// 122 random bits.
pub(super) fn secret() -> String {
    Uuid::new_v4().simple().to_string()
}
