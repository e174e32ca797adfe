//! The provider behind its pages and endpoints: state, keys, time, and BankID's stand-in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::clients::{Assertion, OpenIdClient};
use super::login::{Login, Outcome, Purpose};
use super::refusal::{Refused, TokenRefusal};
use super::request::{Authorization, check};
use super::settings::{OpenIdFault, OpenIdSettings};
use super::state::{Grant, Session, State, secret};
use crate::bank_id::BankIdControl;
use crate::clock::Clock;
use crate::jose::{KeySet, Signing, SigningKey};
use crate::people::Person;

/// A handle on the provider for its pages and for tests; clones are the same provider.
#[derive(Clone)]
pub struct OpenIdControl(Arc<Inner>);

struct Inner {
    issuer: String,
    state: Mutex<State>,
    bank_id: BankIdControl,
    rs256: SigningKey,
    es256: SigningKey,
    /// For tokens that are signed by nobody known.
    unpublished: SigningKey,
    quit: Notify,
}

/// Where a browser goes after a login.
pub(super) struct SentBack {
    pub(super) address: String,
    /// A new session of the browser.
    pub(super) session: Option<String>,
}

impl OpenIdControl {
    pub(super) fn new(issuer: String, bank_id: BankIdControl) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            issuer,
            state: Mutex::default(),
            bank_id,
            rs256: SigningKey::new(Signing::RS256)?,
            es256: SigningKey::new(Signing::ES256)?,
            unpublished: SigningKey::new(Signing::RS256)?,
            quit: Notify::new(),
        })))
    }

    /// Registers a client, or replaces the one of the same name.
    pub fn put_client(&self, client: OpenIdClient) {
        self.with(|state, _| state.clients.put(client));
    }

    /// Has the next answer of its kind go wrong.
    pub fn fault(&self, fault: OpenIdFault) {
        self.with(|state, _| state.arm(fault));
    }

    /// Disarms all faults.
    pub fn clear_faults(&self) {
        self.with(|state, _| state.disarm());
    }

    /// How the provider behaves.
    #[must_use]
    pub fn settings(&self) -> OpenIdSettings {
        self.with(|state, _| state.settings.clone())
    }

    /// Changes how the provider behaves.
    pub fn set_settings(&self, settings: OpenIdSettings) {
        self.with(|state, _| state.settings = settings);
    }

    /// Lets time pass, for BankID as well.
    pub fn advance(&self, by: Duration) {
        self.0.bank_id.clock().advance(by);
    }

    /// The time that all limits are measured with.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.0.bank_id.clock().clone()
    }

    pub(super) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub(super) fn bank_id(&self) -> &BankIdControl {
        &self.0.bank_id
    }

    pub(super) fn quit(&self) -> &Notify {
        &self.0.quit
    }

    pub(super) fn keys(&self) -> KeySet {
        KeySet {
            keys: vec![self.0.rs256.public(), self.0.es256.public()],
        }
    }

    /// The published key for a client, and one that nobody knows.
    pub(super) fn key_for(&self, client: &OpenIdClient) -> (&SigningKey, &SigningKey) {
        let published = match client.signed_with {
            Signing::RS256 => &self.0.rs256,
            Signing::ES256 => &self.0.es256,
        };
        (published, &self.0.unpublished)
    }

    /// `work` gets the seconds since 1970.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State, u64) -> T) -> T {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut state, self.0.bank_id.clock().unix().as_secs())
    }

    pub(super) fn check(&self, query: HashMap<String, String>) -> Result<Authorization, Refused> {
        self.with(|state, _| check(query, |id| state.clients.get(id), &self.0.issuer))
    }

    /// Somebody who is known in this browser, and logged in lately enough for this request.
    pub(super) fn known(&self, cookie: Option<&str>, max_age: Option<u64>) -> Option<Session> {
        self.with(|state, unix| {
            let session = state.session(cookie?, unix)?;
            let lately = max_age.is_none_or(|age| unix <= session.auth_time + age);
            lately.then(|| session.clone())
        })
    }

    /// Begins a login; returns what names it in addresses.
    pub(super) fn begin(&self, purpose: Purpose) -> anyhow::Result<String> {
        self.with(|state, unix| {
            let gives_up = unix + state.settings.login_patience_s;
            let login = Login::begin(purpose, &self.0.bank_id, gives_up)?;
            let name = secret();
            state.logins.insert(name.clone(), login);
            Ok(name)
        })
    }

    /// Looks at a login after BankID has been asked. None: there is no such login.
    pub(super) fn login<T>(&self, name: &str, work: impl FnOnce(&mut Login) -> T) -> Option<T> {
        self.with(|state, unix| {
            let login = state.logins.get_mut(name)?;
            let client = state.clients.get(login.client_id());
            let staff_only = client.is_some_and(|client| client.staff);
            login.look(&self.0.bank_id, staff_only, unix);
            Some(work(login))
        })
    }

    /// Ends a login that has come to its end; None while it has not.
    pub(super) fn end(&self, name: &str) -> Option<(Purpose, Outcome)> {
        let outcome = self.login(name, |login| login.outcome.clone())??;
        let login = self.with(|state, _| state.logins.remove(name))?;
        Some((login.purpose, outcome))
    }

    /// Sends a browser back to its client with a code for this person.
    pub(super) fn with_code(&self, request: &Authorization, session: &Session) -> String {
        let grant = Grant {
            client_id: request.client_id.clone(),
            person: session.person.clone(),
            wanted: request.wanted.clone(),
            nonce: Some(request.nonce.clone()),
            auth_time: session.auth_time,
        };
        let code =
            self.with(|state, unix| state.new_code(grant, &request.redirect_uri, &request.challenge, unix));
        self.back(&request.redirect_uri, Some(&request.state), &[("code", &code)])
    }

    /// Sends a browser back to its client with an error.
    pub(super) fn with_error(
        &self,
        redirect_uri: &str,
        state: Option<&str>,
        error: &str,
        description: &str,
    ) -> String {
        self.back(
            redirect_uri,
            state,
            &[("error", error), ("error_description", description)],
        )
    }

    /// What comes of a login in a browser.
    pub(super) fn send_back(&self, request: &Authorization, outcome: Outcome) -> SentBack {
        match outcome {
            Outcome::Person(person) => self.with_new_session(request, *person),
            Outcome::Failed(hint) => {
                let state = Some(&*request.state);
                SentBack {
                    address: self.with_error(&request.redirect_uri, state, "access_denied", &hint),
                    session: None,
                }
            }
        }
    }

    fn with_new_session(&self, request: &Authorization, person: Person) -> SentBack {
        let (cookie, session) = self.with(|state, auth_time| {
            let cookie = state.new_session(person.clone(), auth_time);
            (cookie, Session { person, auth_time })
        });
        SentBack {
            address: self.with_code(request, &session),
            session: Some(cookie),
        }
    }

    /// What comes of a login for a device; false: it gets nothing.
    pub(super) fn tell_device(&self, device_code: &str, outcome: Outcome) -> bool {
        self.with(|state, unix| match outcome {
            Outcome::Failed(_) => {
                state.devices.deny(device_code);
                false
            }
            Outcome::Person(person) => {
                state.devices.grant(device_code, *person, unix);
                true
            }
        })
    }

    /// Checks who a client is (`private_key_jwt`).
    pub(super) fn authenticate(&self, assertion: &Assertion) -> Result<OpenIdClient, TokenRefusal> {
        let audiences = [self.0.issuer.clone(), format!("{}/token", self.0.issuer)];
        self.with(|state, unix| state.clients.authenticate(assertion, &audiences, unix))
    }

    /// RFC 6749 and RFC 9207: `state` as it came, and who answers.
    fn back(&self, redirect_uri: &str, state: Option<&str>, answer: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(answer).append_pair("iss", &self.0.issuer);
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        let sign = if redirect_uri.contains('?') { '&' } else { '?' };
        format!("{redirect_uri}{sign}{}", query.finish())
    }
}
