//! What the locked browser is made to do, notice by notice. A pure state machine: `driver` carries it to the browser.
//!
//! What always holds: nothing is loaded before every lock is confirmed; each request is judged by `rules`; there is one
//! window; whatever runs waits until its own locks are set; once there is an outcome, nothing more is let through.

use std::collections::HashMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::devtools::{Command, Kind, Notice, Trouble};
use super::locks::{self, Lock};
use super::rules::{Place, Rules, Verdict};
use super::{Outcome, Purpose, scripts};

/// How often a page may put something else into the window before it is given up.
const MOST_STRAYS: u8 = 3;

/// What is to be done about a notice.
#[derive(Debug)]
pub(super) enum Deed {
    /// Tell the browser.
    Send(Command),
    /// Tell the kit that the first page stands in the window.
    TellShown,
    /// Tell the kit that a page was kept away.
    TellRefused,
    /// The errand is over; the browser is ended and removed.
    End(Outcome),
}

/// One browser, from its start to its outcome.
pub(super) struct Watch {
    rules: Rules,
    start: SecretString,
    script: String,
    /// Target and session of the one page.
    page: Option<(String, String)>,
    awaited: HashMap<u64, Awaited>,
    counter: u64,
    state: State,
    strays: u8,
    deeds: Vec<Deed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Locks are being set; nothing is loaded.
    Locking,
    /// On the way to the first page.
    Going,
    /// A page stands in the window.
    Showing,
    /// There is an outcome.
    Over,
}

/// Which answer matters, and why.
#[derive(Debug, Clone, Copy)]
enum Awaited {
    Lock,
    FirstPage,
}

impl Watch {
    /// Sets the first locks.
    pub(super) fn begin(rules: Rules, purpose: &Purpose, start: SecretString) -> (Self, Vec<Deed>) {
        let mut watch = Self {
            script: scripts::for_every_page(rules.proof_target(), purpose),
            rules,
            start,
            page: None,
            awaited: HashMap::new(),
            counter: 0,
            state: State::Locking,
            strays: 0,
            deeds: Vec::new(),
        };
        let locks = locks::of_the_browser(purpose, watch.start.expose_secret());
        watch.lock(None, locks);
        let deeds = std::mem::take(&mut watch.deeds);
        (watch, deeds)
    }

    /// What follows from a notice.
    pub(super) fn see(&mut self, notice: Notice) -> Vec<Deed> {
        if self.state != State::Over {
            self.consider(notice);
        }
        std::mem::take(&mut self.deeds)
    }

    fn consider(&mut self, notice: Notice) {
        match notice {
            Notice::Answer { id, trouble } => self.answered(id, trouble),
            Notice::Asked {
                request,
                address,
                document,
                frame,
            } => self.asked(&request, &address, document, &frame),
            Notice::PasswordWanted { request } => self.send(
                None,
                "Fetch.continueWithAuth",
                json!({ "requestId": request, "authChallengeResponse": { "response": "CancelAuth" } }),
            ),
            Notice::Attached {
                session,
                target,
                kind,
                waits,
            } => self.attached(session, target, kind, waits),
            Notice::Gone { target } | Notice::Crashed { target } if self.is_page(&target) => {
                self.end(Outcome::Crashed);
            }
            Notice::Shown {
                frame,
                address,
                unreachable,
            } if self.is_page(&frame) => self.shown(&address, unreachable),
            Notice::Gone { .. } | Notice::Crashed { .. } | Notice::Shown { .. } => {}
            Notice::NewWindow { address } => self.new_window(&address),
            Notice::Dialog { session } => {
                self.send(session, "Page.handleJavaScriptDialog", json!({ "accept": true }));
            }
        }
    }

    fn answered(&mut self, id: u64, trouble: Option<Trouble>) {
        match (self.awaited.remove(&id), trouble) {
            (Some(Awaited::Lock), Some(_)) => self.end(Outcome::NotLocked),
            (Some(Awaited::Lock), None) => self.go_when_locked(),
            (Some(Awaited::FirstPage), Some(Trouble::Unreachable | Trouble::Refused)) => {
                self.end(Outcome::Unreachable);
            }
            // Our own doing: the first page only led to where nobody may go.
            (Some(Awaited::FirstPage), Some(Trouble::Aborted)) => self.end(Outcome::Misled),
            (Some(Awaited::FirstPage), None) | (None, _) => {}
        }
    }

    fn go_when_locked(&mut self) {
        let locked = self.awaited.is_empty() && self.state == State::Locking;
        if locked && self.page.is_some() {
            self.state = State::Going;
            let id = self.go_to_start();
            self.awaited.insert(id, Awaited::FirstPage);
        }
    }

    fn go_to_start(&mut self) -> u64 {
        let start = json!({ "url": self.start.expose_secret() });
        self.send(self.session(), "Page.navigate", start);
        self.counter
    }

    fn asked(&mut self, request: &str, address: &str, document: bool, frame: &str) {
        let place = if !document {
            Place::Part
        } else if self.is_page(frame) {
            Place::Page
        } else {
            Place::Frame
        };
        let verdict = match self.state {
            State::Locking => Verdict::Stop,
            State::Going | State::Showing | State::Over => self.rules.judge(address, place),
        };
        if let Verdict::Go = verdict {
            return self.send(None, "Fetch.continueRequest", json!({ "requestId": request }));
        }
        // An aborted page leaves the one before it in the window, without an error of the browser's own.
        let reason = if document { "Aborted" } else { "BlockedByClient" };
        let fail = json!({ "requestId": request, "errorReason": reason });
        self.send(None, "Fetch.failRequest", fail);
        match verdict {
            Verdict::End(outcome) => self.end(outcome),
            _ if place == Place::Page && self.state == State::Showing => self.deeds.push(Deed::TellRefused),
            _ => {}
        }
    }

    fn attached(&mut self, session: String, target: String, kind: Kind, waits: bool) {
        match kind {
            Kind::Page if self.page.is_none() => {
                self.page = Some((target, session.clone()));
                let locks = locks::of_a_page(&self.script);
                self.lock(Some(&session), locks);
            }
            // One window, always. It waits, so nothing of it was loaded.
            Kind::Page if !self.is_page(&target) => {
                return self.send(None, "Target.closeTarget", json!({ "targetId": target }));
            }
            Kind::Page => {}
            Kind::Frame => {
                let locks = locks::of_a_page(&self.script);
                self.lock(Some(&session), locks);
            }
            Kind::Worker => self.lock(Some(&session), [locks::follow_all()]),
            // The browser's own furniture waits for ever.
            Kind::Other => return,
        }
        if waits {
            self.send(Some(session), "Runtime.runIfWaitingForDebugger", json!({}));
        }
    }

    fn shown(&mut self, address: &str, unreachable: bool) {
        if unreachable {
            return self.end(Outcome::Unreachable);
        }
        if self.rules.may_be_shown(address) {
            if self.state == State::Going {
                self.state = State::Showing;
                self.deeds.push(Deed::TellShown);
            }
            return;
        }
        if self.state != State::Showing {
            return;
        }
        self.strays += 1;
        if self.strays > MOST_STRAYS {
            return self.end(Outcome::Misled);
        }
        self.deeds.push(Deed::TellRefused);
        self.go_to_start();
    }

    /// What a page wants in another window comes into this one, or not at all.
    fn new_window(&mut self, address: &str) {
        // No page of ours is there to ask for one.
        if self.state == State::Locking {
            return;
        }
        match self.rules.judge(address, Place::Page) {
            Verdict::Go => self.send(self.session(), "Page.navigate", json!({ "url": address })),
            Verdict::End(outcome) => self.end(outcome),
            Verdict::Stop => self.deeds.push(Deed::TellRefused),
        }
    }

    fn end(&mut self, outcome: Outcome) {
        self.state = State::Over;
        self.deeds.push(Deed::End(outcome));
    }

    fn is_page(&self, id: &str) -> bool {
        self.page.as_ref().is_some_and(|(target, _)| target == id)
    }

    fn session(&self) -> Option<String> {
        self.page.as_ref().map(|(_, session)| session.clone())
    }

    /// While one lock is unanswered, the first page is not loaded.
    fn lock<const N: usize>(&mut self, session: Option<&str>, locks: [Lock; N]) {
        for (method, params) in locks {
            self.send(session.map(str::to_owned), method, params);
            if self.state == State::Locking {
                self.awaited.insert(self.counter, Awaited::Lock);
            }
        }
    }

    fn send(&mut self, session: Option<String>, method: &'static str, params: Value) {
        self.counter += 1;
        self.deeds.push(Deed::Send(Command {
            id: self.counter,
            session,
            method,
            params,
        }));
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
