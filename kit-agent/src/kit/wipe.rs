//! The wipe: after a visit nothing of it is on the tablet, and that is checked before it is said.
//!
//! What there is to remove: picture and sound (devices, pipelines, pictures in the window), the link (memory and the
//! sealed copy on disk), logins (codes, typed digits, the throw-away browser with its profile). A tick follows its own check. After
//! a crash the stored meetings are removed before they are read (`FleetConfig::wipe_owed`), and the link stays quiet until
//! the receipt is written, so that the server does not send the meeting again.

use fleet_api::ReservationId;
use jiff::Timestamp;

use super::clerk::Telling;
use super::{Inner, Kit};
use crate::fleet::FleetLink;
use crate::visit::Event;
use crate::visit::event::WipeItem;
use crate::visit::reservation::OPENS_BEFORE;
use crate::visit::state::State;

impl Kit {
    /// Removes everything of the visit and reports each part as it is checked.
    pub(super) fn wipe(&mut self) {
        self.leave();
        self.close_browser();
        self.fall_silent();
        self.typing.clear();
        self.stop_login();
        self.high_contrast = false;
        self.studio = None;
        self.screen.clear_pictures();
        let meetings = self.meetings_to_forget();
        let fleet = self.fleet.clone();
        let report = self.inner.0.clone();
        let leaving = std::mem::take(&mut self.leaving);
        let browser = self.browser_folder();
        self.helpers.spawn(async move {
            // Tokens are released first: a session that hangs ends by its own time limit.
            leaving.join_all().await;
            let login_gone = tokio::task::spawn_blocking(|| Kit::browser_gone(browser)).await;
            let link_gone = forget(&fleet, &meetings).await;
            // Nobody listens only while the kit shuts down; the next start wipes again.
            let _ = report.send(Inner::Wiped(Found {
                link_gone,
                login_gone: login_gone.unwrap_or(false),
            }));
        });
    }

    /// The meeting of this visit; after a power cut, when that is not known, every meeting that could have begun.
    fn meetings_to_forget(&self) -> Vec<ReservationId> {
        let ended = match self.visit.state() {
            State::Wiping(wiping) => wiping.reservation.as_ref(),
            _ => None,
        };
        if let Some(id) = ended.and_then(|id| id.0.parse().ok()) {
            return vec![id];
        }
        let begun = Timestamp::now()
            .saturating_add(OPENS_BEFORE)
            .unwrap_or(Timestamp::MAX);
        let desired = self.desired.borrow();
        desired
            .reservations
            .iter()
            .filter(|booked| booked.starts_at <= begun)
            .map(|booked| booked.id)
            .collect()
    }

    /// What was found after the wipe.
    pub(super) fn on_wiped(&mut self, found: &Found) {
        let media_gone = self.studio.is_none() && self.session.is_none() && self.leaving.is_empty();
        let items = [
            (WipeItem::Media, media_gone),
            (WipeItem::Link, found.link_gone),
            (WipeItem::Login, found.login_gone),
        ];
        for (item, gone) in items {
            let event = if gone {
                Event::WipeChecked(item)
            } else {
                Event::WipeFailed
            };
            self.step(event);
        }
        // Not confirmed: whoever is responsible must hear of it all the same.
        if !matches!(self.visit.state(), State::Wiped { .. }) {
            self.tell(Telling::Quiet(false));
        }
    }
}

/// What was checked beside the loop.
#[derive(Debug)]
pub(super) struct Found {
    link_gone: bool,
    login_gone: bool,
}

/// Forgets the meetings, in memory and on disk; whether they are gone.
async fn forget(fleet: &FleetLink, meetings: &[ReservationId]) -> bool {
    for id in meetings {
        if let Err(e) = fleet.forget(*id).await {
            tracing::error!(error = %e, "a meeting could not be forgotten; check the kit's disk");
            return false;
        }
    }
    !fleet
        .desired()
        .borrow()
        .reservations
        .iter()
        .any(|kept| meetings.contains(&kept.id))
}
