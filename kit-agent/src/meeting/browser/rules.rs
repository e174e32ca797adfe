//! Which requests of the locked browser may leave the tablet, and which of them ends it. Pure, and fed with anything.
//!
//! Everything is denied that the list does not name. The link of the booked meeting and the proof of a login are caught
//! here, before anything is fetched; neither is ever printed.

use std::collections::BTreeSet;

use fleet_api::{Origin, WebAddress};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::proof::ProofTarget;
use super::{Outcome, Purpose};
use crate::meeting::link;

/// Longest address that is looked at, bytes. Sign-in requests by SAML take some kilobytes.
const MAX_ADDRESS: usize = 64 * 1024;

/// The origins that the browser may reach. Empty allows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList(BTreeSet<String>);

/// What asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The page itself.
    Page,
    /// A page within the page, or in another window.
    Frame,
    /// A part of a page: script, picture, data.
    Part,
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It may go.
    Go,
    /// It may not.
    Stop,
    /// It may not, and the browser has done its errand.
    End(Outcome),
}

impl AllowList {
    /// Allows also these.
    #[must_use]
    pub fn with<'a>(mut self, origins: impl IntoIterator<Item = &'a Origin>) -> Self {
        self.0
            .extend(origins.into_iter().map(|origin| origin.as_str().to_owned()));
        self
    }

    /// Allows also where this address leads.
    #[must_use]
    pub fn with_address(self, address: &WebAddress) -> Self {
        match Url::parse(address.as_str()) {
            Ok(url) => self.with_url(&url),
            Err(_) => self,
        }
    }

    /// Allows also where this leads, if it is https.
    #[must_use]
    pub fn with_url(mut self, url: &Url) -> Self {
        if url.scheme() == "https" {
            self.0.insert(url.origin().ascii_serialization());
        }
        self
    }

    /// Whether the browser may go there.
    #[must_use]
    pub fn allows(&self, url: &Url) -> bool {
        url.scheme() == "https"
            && url.username().is_empty()
            && url.password().is_none()
            && self.0.contains(&url.origin().ascii_serialization())
    }

    /// The second lock, below the first: the browser finds no other host's address, whatever asks for it.
    ///
    /// It also holds for what is no request in the browser's sense: `WebSockets`, name look-ups ahead of time, relays.
    pub(super) fn name_rules(&self) -> String {
        let known = self.0.iter().filter_map(|origin| {
            let url = Url::parse(origin).ok()?;
            let place = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
            Some(format!("MAP {place} {place},"))
        });
        known.chain(["MAP * ~NOTFOUND".to_owned()]).collect()
    }
}

/// What a request is held against.
#[derive(Debug)]
pub(super) struct Rules {
    allowed: AllowList,
    purpose: Purpose,
    /// The landmark that was passed last.
    passed: Option<usize>,
}

impl Rules {
    pub(super) fn new(allowed: AllowList, purpose: Purpose) -> Self {
        Self {
            allowed,
            purpose,
            passed: None,
        }
    }

    /// May this be asked for?
    pub(super) fn judge(&mut self, address: &str, place: Place) -> Verdict {
        let Some(url) = readable(address) else {
            return Verdict::Stop;
        };
        if place != Place::Part
            && let Some(outcome) = self.errand_done(address, &url, place)
        {
            return Verdict::End(outcome);
        }
        if self.allowed.allows(&url) {
            if place != Place::Part {
                self.pass(&url);
            }
            Verdict::Go
        } else {
            Verdict::Stop
        }
    }

    /// Whether a page with this address may stand in the window.
    pub(super) fn may_be_shown(&self, address: &str) -> bool {
        readable(address).is_some_and(|url| self.allowed.allows(&url))
    }

    /// For scripts of ours that must know where a proof goes.
    pub(super) fn proof_target(&self) -> Option<&ProofTarget> {
        match &self.purpose {
            Purpose::MeetingLogin(target) => Some(target),
            Purpose::Portal(..) | Purpose::Meeting(_) => None,
        }
    }

    fn pass(&mut self, url: &Url) {
        if let Purpose::Portal(_, landmarks) = &self.purpose {
            let here = landmarks
                .iter()
                .enumerate()
                .filter(|(_, landmark)| landmark.is_at(url));
            let closest = here.max_by_key(|(_, landmark)| landmark.length());
            self.passed = closest.map(|(number, _)| number).or(self.passed);
        }
    }

    fn errand_done(&self, address: &str, url: &Url, place: Place) -> Option<Outcome> {
        match &self.purpose {
            Purpose::Portal(meetings, _) => match link::read(address, meetings) {
                Ok(_) => Some(Outcome::Link(SecretString::from(address), self.passed)),
                Err(why) if place == Place::Page && link::looks_like_a_meeting(url) => {
                    Some(Outcome::LinkRefused(why))
                }
                Err(_) => None,
            },
            Purpose::MeetingLogin(target) => target.read(url).map(|end| match end {
                Ok(proof) => Outcome::Proof(proof),
                Err(why) => Outcome::LoginRefused(why),
            }),
            Purpose::Meeting(_) => None,
        }
    }
}

fn readable(address: &str) -> Option<Url> {
    (address.len() <= MAX_ADDRESS)
        .then(|| Url::parse(address).ok())
        .flatten()
}

/// Where the browser begins, and whether that is allowed.
pub(super) fn start_is_allowed(start: &SecretString, allowed: &AllowList) -> bool {
    readable(start.expose_secret()).is_some_and(|url| allowed.allows(&url))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
