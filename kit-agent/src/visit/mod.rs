//! The visit, from "ready" to "nothing is left": a pure state machine (`design.md` §2).
//!
//! [`Visit::step`] takes what happened and when, and gives what to do; [`Visit::view`] says what the screen shows. No
//! I/O, no clock: the caller sleeps until [`Visit::next_deadline`] and then steps with [`Event::TimePassed`].
//! Always true: no join without every gate ([`gates::Gated`]); never two joins without a leave between them; no way
//! from check-out back to the shelf but through the wipe; a tap that the present view does not offer does nothing.

mod act;
mod after;
mod answers;
pub mod attendance;
mod before;
pub mod cleaning;
mod deadline;
mod during;
pub mod effect;
pub mod event;
pub mod gates;
mod in_meeting;
mod link_line;
pub mod live;
mod login_news;
mod logins;
pub mod people;
pub mod readiness;
pub mod reservation;
mod role_words;
pub mod seat;
pub mod sound_check;
pub mod staff_key;
pub mod state;
#[cfg(test)]
pub(crate) mod tests;
mod turn;
pub mod view;

use jiff::Timestamp;

pub use effect::{Effect, JoinOrder, Record, Recorded, SoundRoute, VisitMark};
pub use event::{Act, Event};
pub use reservation::Reservation;
pub use state::State;
pub use view::View;

use cleaning::Checklist;
use effect::Gateway;
use readiness::KitFacts;
use reservation::ReservationId;
use staff_key::StaffKey;
use turn::Turn;

/// One kit's visits, one after the other.
#[derive(Debug)]
pub struct Visit {
    kit: Kit,
    state: State,
    /// Where sound goes, as the rest of the agent was last told.
    told: SoundRoute,
    /// Whether our picture is sent, as the rest of the agent was last told.
    told_picture: Gateway,
}

/// What the kit knows besides the visit's own state.
#[derive(Debug)]
pub(crate) struct Kit {
    booked: Option<Reservation>,
    finished: Option<ReservationId>,
    facts: Option<KitFacts>,
    cleaned_at: Option<Timestamp>,
    /// How the municipality wants it cleaned, where it has said so.
    checklist: Option<Checklist>,
    shift: Option<Shift>,
    key: StaffKey,
    session: Session,
    /// Whether the kit reads aloud: also when a meeting begins under it.
    reading: event::Reading,
    /// Since when the help desk's number is shown over the state.
    help_desk_since: Option<Timestamp>,
}

/// Who is on shift, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shift {
    staff: event::Staff,
    /// From the login; a shift that the kit's settings name has no end.
    until: Option<Timestamp>,
}

/// Whether a join was ordered that no leave has followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    Open,
    None,
}

/// What survived from the last run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// The durable mark; unreadable counts as [`VisitMark::UnderWay`].
    pub mark: VisitMark,
    /// Which visit was under way, where that is known: its receipt is still owed.
    pub reservation: Option<ReservationId>,
    /// When hygiene was last signed, if no visit came after it.
    pub cleaned_at: Option<Timestamp>,
}

impl Visit {
    /// Starts the kit. A visit that was under way when the last run ended begins with the wipe.
    #[must_use]
    pub fn start(last: LastRun, now: Timestamp) -> (Self, Vec<Effect>) {
        let mut visit = Self {
            kit: Kit {
                booked: None,
                finished: None,
                facts: None,
                cleaned_at: last.cleaned_at,
                checklist: None,
                shift: None,
                key: StaffKey::default(),
                session: Session::None,
                reading: event::Reading::Silent,
                help_desk_since: None,
            },
            state: State::Starting { since: now },
            told: SoundRoute::SILENT,
            told_picture: Gateway::Open,
        };
        let mut effects = vec![Effect::CheckKit];
        if last.mark == VisitMark::UnderWay {
            let mut turn = Turn {
                now,
                kit: &mut visit.kit,
                effects: &mut effects,
            };
            visit.state = turn.wipe(last.reservation);
        }
        (visit, effects)
    }

    /// Takes one event and says what to do, in order.
    pub fn step(&mut self, now: Timestamp, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Event::Tapped(act) = &event
            && !self.view(now).acts.contains(act)
        {
            return effects;
        }
        // Whoever is in the room with a patient goes on; the binding goes with the meeting.
        if matches!(event, Event::ShiftEnded) && self.state.live().is_some() {
            return effects;
        }
        let mut turn = Turn {
            now,
            kit: &mut self.kit,
            effects: &mut effects,
        };
        let Some(event) = turn.note(event) else {
            self.settle();
            return effects;
        };
        let state = std::mem::replace(&mut self.state, State::Ready);
        let before = std::mem::discriminant(&state);
        self.state = turn.next(state, event);
        self.settle();
        // Whoever reads the number must not miss that the meeting opens. On the shelf nothing is missed.
        if before != std::mem::discriminant(&self.state) && !self.state.is_on_the_shelf() {
            self.kit.help_desk_since = None;
        }
        self.tell_media(&mut effects);
        effects
    }

    /// When [`Event::TimePassed`] is due, if nothing happens before.
    #[must_use]
    pub fn next_deadline(&self, now: Timestamp) -> Option<Timestamp> {
        deadline::next(&self.kit, &self.state, now)
    }

    /// What the screen shows now.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> View {
        view::of(&self.kit, &self.state, now)
    }

    /// The care worker to whom a login has bound the kit.
    #[must_use]
    pub fn bound_to(&self) -> Option<&event::Staff> {
        let shift = self.kit.shift.as_ref()?;
        shift.until.map(|_| &shift.staff)
    }

    /// When the kit was signed for as clean, if no visit has begun since.
    #[must_use]
    pub fn cleaned_at(&self) -> Option<Timestamp> {
        self.kit.cleaned_at
    }

    /// Where the visit is.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// On the shelf, the state follows from the kit's condition.
    fn settle(&mut self) {
        if self.state.is_on_the_shelf() && !matches!(self.state, State::Starting { .. }) {
            self.state = self.kit.on_the_shelf();
        }
    }

    /// Before and after a meeting there is no call that a picture could leave by; sound is silent then all the same.
    fn tell_media(&mut self, effects: &mut Vec<Effect>) {
        let (route, picture) = match &self.state {
            State::Connecting(live)
            | State::WaitingRoom(live)
            | State::InMeeting(live)
            | State::Reconnecting(live) => (live.sound_route(), live.picture),
            _ => (SoundRoute::SILENT, Gateway::Open),
        };
        if picture != self.told_picture {
            self.told_picture = picture;
            effects.insert(0, Effect::Picture(picture));
        }
        if route != self.told {
            self.told = route;
            effects.insert(0, Effect::Sound(route));
        }
    }
}

impl Kit {
    /// Who is on shift now. Where care workers log in on the kit, its settings do not count.
    fn on_shift(&self, now: Timestamp, logs_in: bool) -> Option<&event::Staff> {
        let counts = |shift: &&Shift| shift.until.map_or(!logs_in, |until| now < until);
        self.shift.as_ref().filter(counts).map(|shift| &shift.staff)
    }

    /// Ready, reserved, or why not.
    fn on_the_shelf(&self) -> State {
        match readiness::not_ready(self.facts, self.cleaned_at) {
            Some(reason) => State::NotReady(reason),
            None if self.booked.is_some() => State::Reserved,
            None => State::Ready,
        }
    }
}
