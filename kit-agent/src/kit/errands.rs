//! What the locked browser is sent out for, and what it may reach there: the citizens' portal, the meeting's own login.
//!
//! Neighbours: `browser` opens it and tells what it came to; `held_meeting` makes the errand of a meeting in it.

use std::time::Duration;

use fleet_api::{Origin, Portal, WebAddress};
use secrecy::SecretString;

use super::Kit;
use super::browser::Role;
use crate::meeting::browser::{AllowList, Errand, Landmark, Machine, Place, Purpose};
use crate::meeting::session::SessionCommand;
use crate::meeting::{LoginPage, Policy};
use crate::screen::{Language, PortalOffered};
use crate::visit::Event;
use crate::visit::event::{LoginFailure, PortalNews};
use crate::visit::reservation::EId;

/// A login's browser ends by itself after this; the visit ends it before.
const LOGIN_WITHIN: Duration = Duration::from_mins(15);
/// A meeting's browser ends by itself after this.
const MEETING_WITHIN: Duration = Duration::from_hours(8);

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

    /// An errand as it is done on this kit; none where there is no place for a browser.
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
    pub(super) fn e_id(&self, passed: Option<usize>) -> EId {
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
