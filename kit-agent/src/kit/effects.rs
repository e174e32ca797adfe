//! Performs what the visit decides, in the order in which it decides it.

use fleet_api::ReservationId;
use jiff::Timestamp;

use super::clerk::Telling;
use super::{Inner, Kit, checks, records, sofa};
use crate::fleet::{EventKind, Fault, FaultSource, KitState};
use crate::meeting::session::{Microphone, OurPicture, SessionCommand};
use crate::meeting::{DisplayName, Door};
use crate::visit::effect::{Gateway, Recorded, SoundRoute};
use crate::visit::event::Trouble;
use crate::visit::readiness::{KitFacts, Passed};
use crate::visit::state::State;
use crate::visit::{self, Effect, Event, Record, VisitMark};

/// What the others in the meeting read when help is needed in the room.
const HELP_NOTE: &str = "Vi behöver hjälp här i rummet.";

impl Kit {
    pub(super) fn perform_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::CheckKit => self.check_kit(),
            Effect::Mark(mark, reservation) => self.mark(mark, reservation),
            Effect::StartStaffLogin => self.start_staff_login(),
            Effect::StopStaffLogin => self.stop_login(),
            Effect::EndShift => self.end_shift(),
            Effect::StartBankId => self.start_bank_id(self.reservation()),
            Effect::OpenPortal => self.open_portal(),
            Effect::CloseBrowser => {
                self.stop_login();
                self.close_browser();
            }
            Effect::Join(order) => self.join(&order),
            Effect::ShowAs(sofa) => {
                self.ask_session(SessionCommand::ShowAs(DisplayName::new(sofa::name(&sofa))));
            }
            Effect::Admit(who) => self.ask_session(SessionCommand::Admit(who)),
            Effect::Remove(who) => self.ask_session(SessionCommand::Remove(who)),
            Effect::Lock(door) => self.ask_session(SessionCommand::Door(match door {
                Gateway::Open => Door::Open,
                Gateway::Closed => Door::Locked,
            })),
            Effect::RingTheRoom => {
                if let Some(telephone) = self.settings.room_telephone.clone() {
                    self.ask_session(SessionCommand::Ring(telephone));
                }
            }
            Effect::Leave => self.leave(),
            Effect::Sound(route) => self.route(route),
            Effect::Picture(picture) => self.send_picture(picture),
            Effect::AskToUnmute => self.ask_session(SessionCommand::Microphone(Microphone::Open)),
            Effect::AskForHelp => {
                self.ask_session(SessionCommand::Message(HELP_NOTE.to_owned()));
                self.tell_server(EventKind::HelpRequested);
            }
            Effect::Repair(trouble) => self.repair(trouble),
            Effect::Report(trouble) => {
                tracing::warn!(?trouble, "a fault was reported on the screen");
                self.tell_server(records::fault_of(trouble));
            }
            Effect::CallSupport => self.tell_server(EventKind::HelpRequested),
            Effect::Wipe => self.wipe(),
            Effect::Record(record) => self.record(&record),
        }
    }

    /// The meeting that is prepared, where its id is one of the server's.
    fn reservation(&self) -> Option<ReservationId> {
        match self.visit.state() {
            State::BankId(login) => login.preparation.reservation.id.0.parse().ok(),
            _ => None,
        }
    }

    /// Looks at the machine, beside the loop.
    pub(super) fn check_kit(&mut self) {
        let (report, state) = (self.inner.0.clone(), self.state.clone());
        self.helpers.spawn_blocking(move || {
            // Nobody listens only while the kit shuts down.
            let (facts, told) = checks::look(&state);
            let _ = report.send(Inner::Facts(facts, Box::new(told)));
        });
    }

    /// What the kit's look at itself came to: for the server, for the visit, and a fault where it has just broken.
    pub(super) fn on_facts(&mut self, facts: KitFacts, told: KitState) {
        self.fleet.tell_state(told);
        let worked = self.facts.is_none_or(|before| before.self_test == Passed::Yes);
        if worked && facts.self_test == Passed::No {
            self.tell_server(EventKind::FaultReported {
                fault: Fault::SelfTestFailed,
                source: FaultSource::Kit,
            });
        }
        self.facts = Some(facts);
        self.step(Event::Facts(facts));
    }

    fn mark(&mut self, mark: VisitMark, reservation: Option<visit::reservation::ReservationId>) {
        if mark == VisitMark::Clean {
            self.tell(Telling::Quiet(false));
        }
        if let Err(e) = self.memory.mark(mark, reservation) {
            // The mark of the last run stays; unreadable counts as "a wipe is owed".
            tracing::error!(error = %e, "the kit cannot remember that a visit is under way; check its disk");
        }
    }

    /// What the room may hear and what may be heard of it, at the media level.
    pub(super) fn route(&mut self, route: SoundRoute) {
        if let Some(studio) = &self.studio {
            studio.close_microphone(route.microphone == Gateway::Closed);
            studio.silence_speaker(route.loudspeaker == Gateway::Closed);
        }
        let microphone = match route.microphone {
            Gateway::Open => Microphone::Open,
            Gateway::Closed => Microphone::Closed,
        };
        self.ask_session(SessionCommand::Microphone(microphone));
    }

    /// Whether our picture leaves the room, at the media level. The others are told, so that none of them keeps the last one.
    pub(super) fn send_picture(&mut self, picture: Gateway) {
        if let Some(studio) = &self.studio {
            studio.hold_picture(picture == Gateway::Closed);
        }
        self.ask_session(SessionCommand::Picture(match picture {
            Gateway::Open => OurPicture::Sent,
            Gateway::Closed => OurPicture::Held,
        }));
    }

    pub(super) fn ask_session(&self, command: SessionCommand) {
        if let Some(session) = &self.session {
            // A session that does not take commands has ended; its last event is on its way.
            let _ = session.commands.try_send(command);
        }
    }

    /// Opens the device anew that could be at fault.
    fn repair(&mut self, trouble: Trouble) {
        let Some(studio) = &self.studio else { return };
        match trouble {
            Trouble::WeHearNothing => studio.reopen_speaker(),
            Trouble::TheyDoNotHearUs => studio.reopen_microphone(),
            Trouble::NoPicture => studio.reopen_camera(),
            Trouble::Broken => {}
        }
    }

    fn record(&mut self, record: &Record) {
        self.journal.note("record", &record.what);
        if matches!(record.what, Recorded::HygieneSkipped(_)) {
            self.remember_cleaned(None);
        }
        for event in records::for_server(record)
            .into_iter()
            .chain(records::faults(record))
        {
            self.tell_server(event);
        }
    }

    /// Signed for, and the signature is in the spool; or not clean after all.
    pub(super) fn remember_cleaned(&mut self, at: Option<Timestamp>) {
        if let Err(e) = self.memory.cleaned(at) {
            tracing::error!(error = %e, "the kit cannot remember whether it was cleaned; check its disk");
        }
    }

    /// Into the spool, durable before it counts; the link sends it when it may.
    pub(super) fn tell_server(&mut self, event: EventKind) {
        self.tell(Telling::Event(Box::new(event)));
    }

    pub(super) fn tell(&self, what: Telling) {
        // The clerk ends only with the kit.
        let _ = self.clerk.0.send(what);
    }
}
