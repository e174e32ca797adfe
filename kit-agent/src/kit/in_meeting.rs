//! The meeting itself: studio, session, and what they tell the visit.

use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::clerk::Telling;
use super::{Kit, quality, sofa};
use crate::media::studio::{DeviceState, GstStudio, h264_encoder};
use crate::media::transport::{RtcMedia, trust};
use crate::meeting::event::{Loss, Refusal};
use crate::meeting::link::Service;
use crate::meeting::pexip::{Pexip, Trust};
use crate::meeting::session::{Join, MeetingService as _};
use crate::meeting::{DisplayName, MeetingEvent, MeetingLink, link};
use crate::visit::{Event, JoinOrder, State};

impl Kit {
    /// Camera, microphone and loudspeaker are open exactly while a meeting is near or under way.
    pub(super) fn keep_studio(&mut self) {
        if !self.meeting_is_near() || self.studio.is_some() || self.browser_has_devices() {
            return;
        }
        match GstStudio::open(&self.settings.devices.studio(), self.screen.pictures()) {
            Ok(studio) => {
                // Nothing is heard in either direction before the visit says so.
                studio.close_microphone(true);
                studio.silence_speaker(true);
                self.studio = Some(Arc::new(studio));
            }
            Err(e) => tracing::error!(error = %e, "sound and picture cannot be opened"),
        }
    }

    /// Whether a meeting is near or under way: then camera and microphone are open, otherwise never.
    fn meeting_is_near(&self) -> bool {
        matches!(
            self.visit.state(),
            State::Preparing(_)
                | State::BankId(_)
                | State::Tile(..)
                | State::Connecting(_)
                | State::WaitingRoom(_)
                | State::InMeeting(_)
                | State::Reconnecting(_)
                | State::Failed(..)
                | State::Lost(_)
        )
    }

    /// Joins, as the visit ordered it; trouble comes back as an event of the meeting.
    pub(super) fn join(&mut self, order: &JoinOrder) {
        self.keep_studio();
        let link = match self.link_of(order) {
            Ok(link) => link,
            Err(refused) => return self.step(Event::Meeting(refused)),
        };
        if link.service == Service::Browser {
            self.tell(Telling::Quiet(true));
            return self.hold_in_browser(link.whole, &link.node, order.sound);
        }
        match self.session_for(order, link) {
            Ok(session) => {
                self.session = Some(session);
                self.quality = quality::Watch::default();
                self.tell(Telling::Quiet(true));
                self.route(order.sound);
                self.send_picture(order.picture);
            }
            Err(refused) => self.step(Event::Meeting(refused)),
        }
    }

    fn link_of(&self, order: &JoinOrder) -> Result<MeetingLink, MeetingEvent> {
        link::read(order.link.expose_secret(), &self.meeting_policy()).map_err(|e| {
            tracing::warn!(reason = %e, "the booked link may not be joined");
            MeetingEvent::Refused(Refusal::LinkNotAllowed)
        })
    }

    fn session_for(
        &self,
        order: &JoinOrder,
        link: MeetingLink,
    ) -> Result<crate::meeting::Session, MeetingEvent> {
        let studio = self.studio.clone().ok_or(MeetingEvent::Lost(Loss::Media))?;
        let authorities = self.authorities();
        let mut trust_in_node = Trust::default();
        for pem in &authorities {
            trust_in_node = trust_in_node
                .with_pem(pem)
                .map_err(|_| MeetingEvent::Lost(Loss::NotTrusted))?;
        }
        let tls = trust::client_config(&authorities).map_err(|_| MeetingEvent::Lost(Loss::NotTrusted))?;
        let media = RtcMedia::new(studio, Arc::new(tls), h264_encoder().is_some());
        let name = DisplayName::new(sofa::name(&order.on_sofa));
        let join = Join {
            link,
            name,
            pin: order.pin.clone(),
            logins: self.settings.meeting_logins.clone(),
        };
        Ok(Pexip::new(trust_in_node).join(join, media))
    }

    fn authorities(&self) -> Vec<Vec<u8>> {
        let read = |path: &std::path::PathBuf| {
            std::fs::read(path)
                .inspect_err(
                    |e| tracing::error!(path = %path.display(), error = %e, "an authority cannot be read"),
                )
                .ok()
        };
        self.settings.extra_authorities.iter().filter_map(read).collect()
    }

    /// What the session says. `None`: it ended.
    pub(super) fn on_meeting(&mut self, event: Option<MeetingEvent>) {
        let Some(event) = event else {
            self.session = None;
            return;
        };
        match &event {
            MeetingEvent::LoginWanted(page) => self.open_meeting_login(page),
            MeetingEvent::Roster(roster) => self.journal.note("roster", &roster.len()),
            MeetingEvent::FirstFrame => self.journal.note("first_frame", &()),
            MeetingEvent::Stats(stats) => {
                self.journal.note("figures", stats);
                let quality = self.quality.second(stats);
                let heard = quality::our_sound(stats);
                self.step(Event::Quality(quality));
                self.step(Event::OurSound(heard));
            }
            _ => {}
        }
        if event.is_last() {
            self.session = None;
            self.close_browser();
            self.tell(Telling::Quiet(false));
        }
        self.step(Event::Meeting(event));
    }

    /// Leaves the meeting; the token is released beside the loop.
    pub(super) fn leave(&mut self) {
        self.close_browser();
        if let Some(session) = self.session.take() {
            self.leaving.spawn(session.leave());
        }
    }

    /// A session has left: the link may be used for other things again.
    pub(super) fn left(&mut self) {
        if self.session.is_none() {
            self.tell(Telling::Quiet(false));
        }
    }

    pub(super) fn camera_missing(&self) -> bool {
        let camera = self.studio.as_ref().map(|studio| studio.camera());
        camera.is_some_and(|camera| camera.is_none_or(|state| *state.borrow() == DeviceState::Missing))
    }
}
