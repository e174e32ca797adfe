//! From the shelf to the tap: check-out, identification, gates.

use super::cleaning::{AfterCleaning, Cleaning, Occasion};
use super::deadline;
use super::effect::{Effect, Recorded, VisitMark};
use super::event::{Act, Event};
use super::gates::{Gated, Gates};
use super::live::Live;
use super::readiness::PackingList;
use super::state::{Panel, Preparation, State};
use super::turn::Turn;

impl Turn<'_> {
    /// Answers events in the states before the tap.
    pub(super) fn before(&mut self, state: State, event: &Event) -> State {
        match state {
            State::Starting { since } => self.starting(since, event),
            State::LoggingIn(login) => self.logging_in(login, event),
            State::CheckingOut(list) => self.checking_out(list, event),
            State::Preparing(preparation) => self.preparing(preparation, event),
            State::BankId(login) => self.bank_id(login, event),
            State::Tile(preparation, gated) => self.tile(preparation, gated, event),
            other => self.on_the_shelf(other, event),
        }
    }

    fn starting(&mut self, since: jiff::Timestamp, event: &Event) -> State {
        match event {
            Event::Facts(_) => self.kit.on_the_shelf(),
            Event::TimePassed if self.now >= since + deadline::STARTING => self.kit.on_the_shelf(),
            _ => State::Starting { since },
        }
    }

    fn on_the_shelf(&mut self, present: State, event: &Event) -> State {
        match event {
            Event::Tapped(Act::CheckAgain) => {
                self.effects.push(Effect::CheckKit);
                State::Starting { since: self.now }
            }
            Event::Tapped(Act::Clean) => self.clean(AfterCleaning::Shelf),
            Event::Tapped(Act::CheckOut) => self.ask_for_shift(),
            _ => present,
        }
    }

    /// Who takes the kit is known before anything else, where care workers log in on it.
    fn ask_for_shift(&mut self) -> State {
        let logs_in = self
            .kit
            .booked
            .as_ref()
            .is_some_and(|booked| booked.ways.staff_login);
        if logs_in && self.kit.on_shift(self.now, logs_in).is_none() {
            return self.start_staff_login(None);
        }
        State::CheckingOut(PackingList::default())
    }

    fn checking_out(&mut self, mut list: PackingList, event: &Event) -> State {
        match event {
            Event::Tapped(Act::Part(part, presence)) => list.note(*part, *presence),
            Event::Tapped(Act::CancelCheckOut) | Event::ShiftEnded => return self.kit.on_the_shelf(),
            Event::Tapped(Act::ConfirmCheckOut) => return self.check_out(list),
            _ => {}
        }
        State::CheckingOut(list)
    }

    pub(super) fn clean(&self, then: AfterCleaning) -> State {
        State::Cleaning(Cleaning::new(then, self.kit.checklist.clone()))
    }

    /// The kit leaves, signed for as clean by whoever ticked its parts. From here on every way back leads through the wipe.
    fn check_out(&mut self, list: PackingList) -> State {
        let logs_in = self
            .kit
            .booked
            .as_ref()
            .is_some_and(|booked| booked.ways.staff_login);
        let Some(staff) = self.kit.on_shift(self.now, logs_in).cloned() else {
            return State::CheckingOut(list);
        };
        let Some(reservation) = self.kit.booked.take() else {
            return State::CheckingOut(list);
        };
        self.mark(VisitMark::UnderWay, Some(&reservation.id));
        self.kit.cleaned_at = None;
        let version = self.kit.checklist.as_ref().map(|checklist| checklist.version);
        let signed = Recorded::HygieneSigned(Occasion::BeforeVisit, version);
        self.record(Some(&reservation.id), Some(&staff), signed);
        self.record(
            Some(&reservation.id),
            Some(&staff),
            Recorded::CheckedOut {
                missing: list.missing(),
            },
        );
        let gates = Gates::new(&reservation);
        State::Preparing(Box::new(Preparation {
            reservation,
            staff,
            gates,
            panel: Panel::Patient,
            portal_link: None,
        }))
    }

    fn preparing(&mut self, mut preparation: Box<Preparation>, event: &Event) -> State {
        self.panel(&mut preparation, event);
        match event {
            Event::Tapped(Act::Answer(answer)) => self.answer(&mut preparation, *answer),
            Event::Tapped(Act::Undo(gate)) => self.undo(&mut preparation, *gate),
            Event::Tapped(Act::UseBankId) => return self.start_bank_id(preparation),
            Event::Tapped(Act::LogInAgain) => return self.start_staff_login(Some(preparation)),
            Event::Tapped(Act::GiveUp) => return self.wipe(Some(preparation.reservation.id)),
            Event::Tapped(Act::PreferInPerson) => return self.prefer_in_person(&preparation),
            _ => {}
        }
        Self::settled(preparation)
    }

    pub(super) fn answer(&mut self, preparation: &mut Preparation, answer: super::gates::Answer) {
        preparation.gates.note(answer, self.now);
        let version = preparation.reservation.text_version;
        let about = preparation.gates.about(answer.gate());
        self.record_by_staff(preparation, Recorded::Answered(answer, version, about));
    }

    /// The patient would rather meet in person: no fault, and counted as what it is.
    fn prefer_in_person(&mut self, preparation: &Preparation) -> State {
        self.record_by_staff(preparation, Recorded::PreferredInPerson);
        self.wipe(Some(preparation.reservation.id.clone()))
    }

    /// The tile, once every gate is passed.
    pub(super) fn settled(mut preparation: Box<Preparation>) -> State {
        match preparation.gates.pass() {
            Some(gated) => {
                preparation.panel = Panel::Patient;
                State::Tile(preparation, gated)
            }
            None => State::Preparing(preparation),
        }
    }

    fn tile(&mut self, mut preparation: Box<Preparation>, gated: Gated, event: &Event) -> State {
        self.panel(&mut preparation, event);
        match event {
            Event::Tapped(Act::Join) => {
                let staff = preparation.staff.clone();
                let id = preparation.reservation.id.clone();
                self.record(Some(&id), Some(&staff), Recorded::Tapped(gated.privacy()));
                self.join(Box::new(Live::new(*preparation, gated, self.now)))
            }
            Event::Tapped(Act::Undo(gate)) => {
                self.undo(&mut preparation, *gate);
                State::Preparing(preparation)
            }
            Event::Tapped(Act::GiveUp) => self.wipe(Some(preparation.reservation.id)),
            Event::Tapped(Act::PreferInPerson) => self.prefer_in_person(&preparation),
            Event::Tapped(Act::LogInAgain) => self.start_staff_login(Some(preparation)),
            _ => State::Tile(preparation, gated),
        }
    }

    fn undo(&mut self, preparation: &mut Preparation, gate: super::gates::Gate) {
        preparation.gates.undo(gate);
        // Whoever logged in may have been somebody else: where that led to goes too.
        if gate == super::gates::Gate::Identity {
            preparation.portal_link = None;
        }
        self.record_by_staff(preparation, Recorded::Undone(gate));
    }

    fn record_by_staff(&mut self, preparation: &Preparation, what: Recorded) {
        self.record(Some(&preparation.reservation.id), Some(&preparation.staff), what);
    }

    /// The way between the patient's and the staff's side.
    fn panel(&mut self, preparation: &mut Preparation, event: &Event) {
        let touched = self.now;
        let logs_in = preparation.reservation.ways.staff_login;
        let on_shift = self.kit.on_shift(touched, logs_in).is_some();
        preparation.panel = match (preparation.panel, event) {
            (Panel::KeyPad { .. }, Event::KeyTyped(check))
                if on_shift && self.kit.key.try_open(touched, *check) =>
            {
                Panel::Staff { touched }
            }
            (_, Event::Tapped(Act::ToPatient) | Event::ShiftEnded)
            | (Panel::InPersonQuestion { .. }, Event::Tapped(Act::Stay)) => Panel::Patient,
            (panel, Event::TimePassed) if panel.left_alone_at().is_some_and(|at| at <= touched) => {
                Panel::Patient
            }
            (_, Event::Tapped(Act::AskInPerson)) | (Panel::InPersonQuestion { .. }, Event::Touched) => {
                Panel::InPersonQuestion { touched }
            }
            (Panel::Patient, Event::Tapped(Act::Staff | Act::UseStaff))
            | (Panel::KeyPad { .. }, Event::KeyTyped(_) | Event::Touched) => Panel::KeyPad { touched },
            (Panel::Staff { .. }, Event::Tapped(Act::ReadText))
            | (Panel::ConsentText { .. }, Event::Touched) => Panel::ConsentText { touched },
            (Panel::Staff { .. }, Event::Tapped(Act::AskGiveUp))
            | (Panel::GiveUpQuestion { .. }, Event::Touched) => Panel::GiveUpQuestion { touched },
            (Panel::Staff { .. }, Event::Tapped(_) | Event::Touched)
            | (Panel::ConsentText { .. }, Event::Tapped(Act::Back))
            | (Panel::GiveUpQuestion { .. }, Event::Tapped(Act::Stay)) => Panel::Staff { touched },
            (panel, _) => panel,
        };
    }
}
