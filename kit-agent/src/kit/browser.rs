//! The locked browser as the kit uses it: for the citizens' portal, for the meeting's own login, for meetings on the web.
//!
//! There is one at a time. What it comes to is told to whoever asked: the visit, or the meeting's session. It is seen
//! only while the visit shows the frame for it. Neighbours: `meeting::browser` is the browser, `effects` orders it,
//! `errands` says what it is opened for, `held_meeting` is what a meeting in it needs besides.

use std::path::PathBuf;

use super::Kit;
use super::clerk::Telling;
use super::held_meeting::Held;
use crate::meeting::browser::{self, BrowserEvent, Errand, LockedBrowser, Outcome, Remains};
use crate::meeting::session::SessionCommand;
use crate::meeting::{Ending, Loss, MeetingEvent, Refusal};
use crate::visit::event::{LoginFailure, PortalNews};
use crate::visit::view::Screen;
use crate::visit::{Event, View};

/// A browser under way.
#[derive(Debug)]
pub(super) struct Open {
    browser: LockedBrowser,
    pub(super) role: Role,
    /// Whether its window was last put over ours.
    in_front: Option<bool>,
    /// The meeting that is held in it.
    pub(super) held: Option<Held>,
}

/// For what it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Portal,
    MeetingLogin,
    Meeting,
}

/// The browser's next event; waits for ever while there is none.
pub(super) async fn next(open: &mut Option<Open>) -> Option<BrowserEvent> {
    match open {
        Some(open) => open.browser.events.recv().await,
        None => std::future::pending().await,
    }
}

impl Kit {
    /// Ends the browser, if there is one. It is removed beside the loop; the wipe waits for that.
    pub(super) fn close_browser(&mut self) {
        let Some(open) = self.browser.take() else { return };
        if open.role == Role::MeetingLogin {
            self.ask_session(SessionCommand::LoggedIn(None));
        }
        self.leaving.spawn(async move {
            note_remains(open.browser.close().await);
        });
    }

    /// What the browser says. `None`: it ended.
    pub(super) fn on_browser(&mut self, event: Option<BrowserEvent>) {
        let Some(role) = self.browser.as_ref().map(|open| open.role) else {
            return;
        };
        match event {
            Some(BrowserEvent::Shown) => {
                self.journal.note("browser_shown", &());
                match role {
                    Role::Portal => self.step(Event::Portal(PortalNews::Login(1))),
                    Role::MeetingLogin => {}
                    Role::Meeting if self.was_held_before() => {}
                    Role::Meeting => self.step(Event::Meeting(MeetingEvent::Joined)),
                }
            }
            Some(BrowserEvent::PageRefused) => {
                self.journal.note("page_refused", &());
                tracing::warn!("a page outside the list of what the browser may reach was kept away");
            }
            Some(BrowserEvent::Ended(outcome, remains)) => {
                self.browser = None;
                note_remains(remains);
                self.journal.note("browser_ended", &(remains == Remains::Nothing));
                self.on_outcome(role, outcome);
            }
            None => self.browser = None,
        }
    }

    fn on_outcome(&mut self, role: Role, outcome: Outcome) {
        tracing::info!(?outcome, "the browser has ended");
        match (role, outcome) {
            (Role::Portal, Outcome::Link(link, passed)) => {
                let e_id = self.e_id(passed);
                self.step(Event::Portal(PortalNews::LinkFound(link, e_id)));
            }
            (Role::Portal, outcome) => self.step(Event::Portal(PortalNews::Failed(failure(&outcome)))),
            (Role::MeetingLogin, Outcome::Proof(proof)) => {
                self.ask_session(SessionCommand::LoggedIn(Some(proof)));
            }
            (Role::MeetingLogin, _) => self.ask_session(SessionCommand::LoggedIn(None)),
            (Role::Meeting, outcome) => {
                self.tell(Telling::Quiet(false));
                self.step(Event::Meeting(end_of_meeting(&outcome)));
            }
        }
    }

    /// The browser's window lies over ours exactly while its frame is shown.
    pub(super) fn keep_browser_in_its_place(&mut self, view: &View) {
        let Some(open) = &mut self.browser else { return };
        let front = match (&view.screen, open.role) {
            (Screen::Portal(page), Role::Portal | Role::MeetingLogin) => page.step.is_under_way(),
            // The number to ring stands where the meeting's page would.
            (Screen::Meeting(meeting), Role::Meeting) => meeting.telephone.is_none(),
            _ => false,
        };
        // A new window lies on top by itself: before its page is shown there is nothing to order.
        if open.in_front.unwrap_or(true) == front {
            return;
        }
        open.in_front = Some(front);
        self.helpers.spawn_blocking(move || {
            if let Err(error) = browser::bring(front) {
                tracing::error!(%error, "the browser's window cannot be put in its place");
            }
        });
    }

    pub(super) fn open_browser(&mut self, errand: Errand, role: Role) {
        self.close_browser();
        self.browser = Some(Open {
            browser: browser::open(errand),
            role,
            in_front: None,
            held: None,
        });
    }

    /// Where this kit's browsers live.
    pub(super) fn browser_folder(&self) -> Option<PathBuf> {
        browser::memory_folder(&self.state)
            .inspect_err(|error| tracing::error!(%error, "there is no place for the browser"))
            .ok()
    }

    /// Removes what a browser left behind and says whether nothing is left. Blocks.
    pub(super) fn browser_gone(folder: Option<PathBuf>) -> bool {
        folder.is_none_or(|folder| browser::sweep(&folder) == Remains::Nothing)
    }
}

fn note_remains(remains: Remains) {
    if remains == Remains::Something {
        tracing::error!("something of the browser is left; the wipe tries again");
    }
}

fn failure(outcome: &Outcome) -> LoginFailure {
    match outcome {
        Outcome::LinkRefused(_) | Outcome::Misled => LoginFailure::NotAllowed,
        Outcome::Unreachable => LoginFailure::Unreachable,
        Outcome::TooLong => LoginFailure::TookTooLong,
        Outcome::LoginRefused(_) => LoginFailure::NotThisPerson,
        Outcome::Link(..)
        | Outcome::Proof(_)
        | Outcome::Closed
        | Outcome::NotStarted
        | Outcome::NotLocked
        | Outcome::Crashed => LoginFailure::Broken,
    }
}

fn end_of_meeting(outcome: &Outcome) -> MeetingEvent {
    match outcome {
        Outcome::Closed | Outcome::TooLong => MeetingEvent::Ended(Ending::WeLeft),
        Outcome::Unreachable => MeetingEvent::Lost(Loss::Unreachable),
        Outcome::Misled | Outcome::LinkRefused(_) => MeetingEvent::Refused(Refusal::LinkNotAllowed),
        _ => MeetingEvent::Lost(Loss::Media),
    }
}
