//! The locked browser as the kit uses it: for the citizens' portal, for the meeting's own login, for meetings on the web.
//!
//! There is one at a time. What it comes to is told to whoever asked: the visit, or the meeting's session. It is seen
//! only while the visit shows the frame for it. Neighbours: `meeting::browser` is the browser, `effects` orders it,
//! `held_meeting` is what a meeting in it needs besides.

use std::path::PathBuf;
use std::time::Duration;

use fleet_api::{Origin, Portal, WebAddress};
use secrecy::SecretString;

use super::Kit;
use super::clerk::Telling;
use super::held_meeting::Held;
use crate::meeting::browser::{
    self, AllowList, BrowserEvent, Errand, Landmark, LockedBrowser, Machine, Outcome, Place, Purpose, Remains,
};
use crate::meeting::session::SessionCommand;
use crate::meeting::{Ending, LoginPage, Loss, MeetingEvent, Policy, Refusal};
use crate::screen::{Language, PortalOffered};
use crate::visit::event::{LoginFailure, PortalNews};
use crate::visit::reservation::EId;
use crate::visit::view::Screen;
use crate::visit::{Event, View};

/// A login's browser ends by itself after this; the visit ends it before.
const LOGIN_WITHIN: Duration = Duration::from_mins(15);
/// A meeting's browser ends by itself after this.
const MEETING_WITHIN: Duration = Duration::from_hours(8);

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
    /// Opens the citizens' portal; what it comes to is told as `Event::Portal`.
    pub(super) fn open_portal(&mut self) {
        let portal = self.portal();
        let errand = portal.and_then(|portal| {
            let allowed = AllowList::default()
                .with(&portal.allowed_origins)
                .with_address(&portal.start);
            self.errand(
                address(&portal.start),
                allowed,
                Purpose::Portal(self.meeting_policy(), landmarks(&portal)),
            )
        });
        match errand {
            Some(errand) => self.open_browser(errand, Role::Portal),
            None => self.step(Event::Portal(PortalNews::Failed(LoginFailure::Broken))),
        }
    }

    /// Shows the meeting's own login; its proof goes to the session.
    pub(super) fn open_meeting_login(&mut self, page: &LoginPage) {
        let allowed = AllowList::default()
            .with(&self.login_origins())
            .with_url(page.target.node());
        let purpose = Purpose::MeetingLogin(page.target.clone());
        match self.errand(page.address().to_owned().into(), allowed, purpose) {
            Some(errand) => self.open_browser(errand, Role::MeetingLogin),
            None => self.ask_session(SessionCommand::LoggedIn(None)),
        }
    }

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

    pub(super) fn errand(&self, start: SecretString, allowed: AllowList, purpose: Purpose) -> Option<Errand> {
        let folder = self.browser_folder()?;
        let (window, within) = match purpose {
            Purpose::Meeting(_) => (self.screen.zone(2.0, 115.0), MEETING_WITHIN),
            Purpose::Portal(..) | Purpose::MeetingLogin(_) => (self.screen.zone(20.0, 127.0), LOGIN_WITHIN),
        };
        Some(Errand {
            start,
            allowed,
            purpose,
            within,
            window: Place {
                x: window.x,
                y: window.y,
                width: window.width,
                height: window.height,
                scale: window.scale,
            },
            machine: Machine {
                folder,
                authorities: self.settings.extra_authorities.clone(),
                microphone: self.settings.devices.microphone.clone(),
                speaker: self.settings.devices.speaker.clone(),
                display: None,
                language: match self.language {
                    Language::English => "en-GB",
                    _ => "sv-SE",
                },
            },
        })
    }

    /// Where this kit's browsers live.
    pub(super) fn browser_folder(&self) -> Option<PathBuf> {
        browser::memory_folder(&self.state)
            .inspect_err(|error| tracing::error!(%error, "there is no place for the browser"))
            .ok()
    }

    /// The citizens' portal, where there is one.
    pub(super) fn portal(&self) -> Option<Portal> {
        let regions = self.desired.borrow().identification.portal.clone();
        regions.or_else(|| self.settings.portal.clone())
    }

    /// The portal as the patient is offered it. The region's own login goes first.
    pub(super) fn portal_offered(&self) -> Option<PortalOffered> {
        let by_region = self.desired.borrow().identification.bank_id;
        let portal = self.portal().filter(|_| !by_region)?;
        Some(PortalOffered {
            name: portal.name.as_str().to_owned(),
            other_e_ids: portal.e_ids.iter().any(|at| at.e_id != fleet_api::EId::BankId),
        })
    }

    /// What the patient logged in by, told by the landmark that was passed last. A portal that names none has BankID only.
    fn e_id(&self, passed: Option<usize>) -> EId {
        let e_ids = self.portal().map(|portal| portal.e_ids).unwrap_or_default();
        let passed = passed.and_then(|number| e_ids.get(number));
        match passed.map(|at| at.e_id) {
            None if e_ids.is_empty() => EId::BankId,
            Some(fleet_api::EId::BankId) => EId::BankId,
            Some(fleet_api::EId::Freja) => EId::Freja,
            None | Some(fleet_api::EId::Other) => EId::Other,
        }
    }

    /// Which links may be joined: what the tenant says, and what this kit's settings add.
    pub(super) fn meeting_policy(&self) -> Policy {
        self.settings.policy(&self.desired.borrow().meeting_hosts)
    }

    /// What a meeting's login may reach besides the meeting service itself.
    pub(super) fn login_origins(&self) -> Vec<Origin> {
        let portal = self.portal();
        let mut origins = self.settings.login_origins.clone();
        origins.extend(portal.map(|portal| portal.allowed_origins).unwrap_or_default());
        origins
    }

    /// Removes what a browser left behind and says whether nothing is left. Blocks.
    pub(super) fn browser_gone(folder: Option<PathBuf>) -> bool {
        folder.is_none_or(|folder| browser::sweep(&folder) == Remains::Nothing)
    }
}

fn landmarks(portal: &Portal) -> Vec<Landmark> {
    portal
        .e_ids
        .iter()
        .map(|e_id| Landmark::new(&e_id.page))
        .collect()
}

fn address(start: &WebAddress) -> SecretString {
    SecretString::from(start.as_str().to_owned())
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
