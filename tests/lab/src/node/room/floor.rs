//! The floor: who sends slides.

use serde_json::json;

use super::participant::{Role, Service};
use super::{Answer, Event, Room};

impl Room {
    /// `take_floor`. The one who had it learns it by a `presentation_start` with empty names.
    pub fn take_floor(&mut self, uuid: &str) -> Answer {
        let Some(participant) = self.participant(uuid) else {
            return Answer::not_found("No such participant");
        };
        let allowed = participant.role == Role::Host || self.settings.guests_can_present;
        if !allowed || participant.service != Service::Conference {
            return Answer::refused("Presentation not allowed");
        }
        if let Some(previous) = self.presenter.take().filter(|previous| previous != uuid) {
            let revoked = json!({"presenter_name": "", "presenter_uri": "", "presenter_uuid": ""});
            self.send(&previous, Event::new("presentation_start", revoked));
            self.announce(&previous, "participant_update");
        }
        self.presenter = Some(uuid.into());
        self.announce(uuid, "participant_update");
        if let Some(event) = self.presentation_event() {
            self.broadcast(&event, |p| {
                p.uuid != uuid && p.service == Service::Conference && p.may_see_slides
            });
        }
        Answer::ok(serde_json::Value::Null)
    }

    /// `release_floor`.
    pub fn release_floor(&mut self, uuid: &str) -> Answer {
        if self.presenter.as_deref() == Some(uuid) {
            self.stop_presentation();
            self.announce(uuid, "participant_update");
        }
        Answer::ok(serde_json::Value::Null)
    }

    pub(super) fn stop_presentation(&mut self) {
        let Some(presenter) = self.presenter.take() else {
            return;
        };
        self.broadcast(&Event::bare("presentation_stop"), |p| {
            p.uuid != presenter && p.service == Service::Conference
        });
    }

    pub(super) fn presentation_event(&self) -> Option<Event> {
        let presenter = self.participant(self.presenter.as_deref()?)?;
        let data = json!({
            "presenter_name": presenter.display_name,
            "presenter_uri": presenter.display_name,
            "presenter_uuid": presenter.uuid,
        });
        Some(Event::new("presentation_start", data))
    }
}
