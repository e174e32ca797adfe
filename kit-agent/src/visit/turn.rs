//! One step of a visit: the time, the kit, and the effects gathered so far.

use jiff::Timestamp;

use super::deadline;
use super::effect::{Effect, JoinOrder, Record, Recorded, VisitMark};
use super::event::{Act, Event, Staff};
use super::live::Live;
use super::reservation::ReservationId;
use super::state::{State, Wiping};
use super::{Kit, Session, Shift};

/// One step being taken.
pub(super) struct Turn<'a> {
    pub(super) now: Timestamp,
    pub(super) kit: &'a mut Kit,
    pub(super) effects: &'a mut Vec<Effect>,
}

impl Turn<'_> {
    /// Takes what concerns the kit in every state; gives back what the state must answer.
    pub(super) fn note(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Facts(facts) => {
                self.kit.facts = Some(facts);
                Some(Event::Facts(facts))
            }
            Event::Reading(reading) => {
                self.kit.reading = reading;
                Some(Event::Reading(reading))
            }
            Event::Booked(reservation) => {
                let fresh = reservation.filter(|r| self.kit.finished.as_ref() != Some(&r.id));
                self.kit.booked = fresh.map(|r| *r);
                None
            }
            Event::Checklist(checklist) => {
                self.kit.checklist = checklist;
                None
            }
            Event::StaffOnShift(staff, until) => {
                self.kit.shift = Some(Shift { staff, until });
                None
            }
            Event::ShiftEnded => self.drop_shift(),
            // The number lies over whatever is shown; nothing under it is touched.
            Event::Tapped(Act::CallSupport) => {
                self.kit.help_desk_since = Some(self.now);
                self.effects.push(Effect::CallSupport);
                None
            }
            Event::Tapped(Act::Back) if self.kit.help_desk_since.is_some() => {
                self.kit.help_desk_since = None;
                None
            }
            Event::Tapped(Act::AskInPerson) => {
                self.kit.help_desk_since = None;
                Some(Event::Tapped(Act::AskInPerson))
            }
            other => {
                self.time_out_help(&other);
                Some(other)
            }
        }
    }

    /// Only a shift that began with a login can end elsewhere.
    fn drop_shift(&mut self) -> Option<Event> {
        let bound = self.kit.shift.as_ref();
        bound.filter(|shift| shift.until.is_some())?;
        self.kit.shift = None;
        self.effects.push(Effect::EndShift);
        Some(Event::ShiftEnded)
    }

    fn time_out_help(&mut self, event: &Event) {
        let left_alone = |since: Timestamp| self.now >= since + deadline::HELP_DESK;
        if matches!(event, Event::TimePassed) && self.kit.help_desk_since.is_some_and(left_alone) {
            self.kit.help_desk_since = None;
        }
    }

    /// The state after `event`.
    pub(super) fn next(&mut self, state: State, event: Event) -> State {
        match state {
            State::Starting { .. }
            | State::NotReady(_)
            | State::Ready
            | State::Reserved
            | State::LoggingIn(_)
            | State::CheckingOut(_)
            | State::Preparing(_)
            | State::BankId(_)
            | State::Tile(..) => self.before(state, &event),
            State::Connecting(_)
            | State::WaitingRoom(_)
            | State::InMeeting(_)
            | State::Reconnecting(_)
            | State::Failed(..)
            | State::Lost(_) => self.during(state, event),
            State::Summary(_)
            | State::Recap(_)
            | State::Rating(_)
            | State::Wiping(_)
            | State::Locked(_)
            | State::Wiped { .. }
            | State::Cleaning(_)
            | State::Returning(_)
            | State::Returned { .. } => self.after(state, &event),
        }
    }

    /// Joins, or joins again.
    pub(super) fn join(&mut self, mut live: Box<Live>) -> State {
        self.leave();
        live.since = self.now;
        live.reading = self.kit.reading;
        self.kit.session = Session::Open;
        self.effects.push(Effect::Join(JoinOrder::new(&live)));
        State::Connecting(live)
    }

    /// Leaves, if a session is open.
    pub(super) fn leave(&mut self) {
        if self.kit.session == Session::Open {
            self.kit.session = Session::None;
            self.effects.push(Effect::Leave);
        }
    }

    /// Begins the wipe. Whatever the state held is dropped by the caller.
    pub(super) fn wipe(&mut self, reservation: Option<ReservationId>) -> State {
        self.leave();
        if self
            .kit
            .booked
            .as_ref()
            .is_some_and(|booked| Some(&booked.id) == reservation.as_ref())
        {
            self.kit.booked = None;
        }
        self.kit.finished.clone_from(&reservation);
        // A wipe that follows a crash must not leave an old signature standing.
        self.kit.cleaned_at = None;
        self.effects.push(Effect::Wipe);
        State::Wiping(Wiping {
            reservation,
            since: self.now,
            checked: Vec::new(),
        })
    }

    /// Appends to the log.
    pub(super) fn record(&mut self, reservation: Option<&ReservationId>, by: Option<&Staff>, what: Recorded) {
        self.effects.push(Effect::Record(Record {
            at: self.now,
            reservation: reservation.cloned(),
            by: by.map(|staff| staff.pseudonym.clone()),
            role: by.map(|staff| staff.role),
            what,
        }));
    }

    /// Sets or clears the mark that survives a crash.
    pub(super) fn mark(&mut self, mark: VisitMark, reservation: Option<&ReservationId>) {
        self.effects.push(Effect::Mark(mark, reservation.cloned()));
    }
}
