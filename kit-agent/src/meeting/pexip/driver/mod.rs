//! One session on a Pexip node, from the first `request_token` to `release_token`.
//!
//! A loop over what may happen: commands, answers, events of the node, events of the media, deadlines. Requests run
//! beside it (`requests`), so that a slow answer never keeps a person from leaving. What to try when something fails is
//! decided by `recovery`; `events`, `calls`, `updates`, `seat` and `people` perform. Leaving always releases the token, within a bounded time.

mod calls;
mod events;
mod people;
mod requests;
mod seat;
#[cfg(test)]
mod tests;
mod updates;

use std::collections::VecDeque;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::login::Login;
use super::recovery::{Recovery, Sign, Step};
use super::roster::Roster;
use super::token_life::Due;
use super::wire::{Wire, WireError};
use crate::media::call::{Media, TurnServer};
use crate::meeting::browser::ProofTarget;
use crate::meeting::session::{Join, Microphone, OurPicture, SessionCommand, SessionEnds};
use crate::meeting::{DisplayName, Ending, MeetingEvent, Place, Refusal};
use calls::ActiveCall;
use people::Told;
use requests::Done;
use seat::Seat;

/// Limit for saying goodbye.
const FAREWELL: Duration = Duration::from_secs(3);
/// How long a person may take to log in.
const LOGIN_WITHIN: Duration = Duration::from_mins(15);
/// How long a person may take to find and type a PIN.
const PIN_WITHIN: Duration = Duration::from_mins(5);

/// One session.
pub(super) struct Driver<W: Wire, M: Media> {
    wire: W,
    media: M,
    ends: SessionEnds,
    room: Room,
    work: JoinSet<Done>,
    /// Requests for a token or its release: they are finished even when leaving.
    errands: JoinSet<Done>,
    recovery: Recovery,
    /// Steps still to be performed.
    steps: VecDeque<Step>,
    seat: Option<Seat>,
    call: Option<ActiveCall<M::Call>>,
    /// TURN servers that came with a `calls` answer; used from the next call on.
    extra_turn: Vec<TurnServer>,
    roster: Roster,
    told: Told,
    microphone: Microphone,
    picture: OurPicture,
    pin_until: Option<Instant>,
    login_until: Option<Instant>,
    /// Numbers seats and calls, so that late answers of former ones are known.
    counter: u64,
    over: Option<MeetingEvent>,
}

/// Where we go, and as whom.
struct Room {
    alias: SecretString,
    name: DisplayName,
    pin: Option<SecretString>,
    /// From a `refer`: takes the place of PIN and login, once.
    one_time_token: Option<SecretString>,
    /// The meeting's own login, where it has one.
    login: Login,
}

/// The session could not even begin.
pub(super) async fn could_not_start(error: WireError, ends: &SessionEnds) {
    tracing::error!(%error, "the connection to the node could not be prepared");
    let _ = ends.events.send(MeetingEvent::Lost(error.loss())).await;
}

/// Factors from 0.8 to 1.2, so that many kits do not come back in step.
fn jitter() -> f64 {
    rand::random_range(0.8..1.2)
}

impl<W: Wire, M: Media> Driver<W, M> {
    /// A session that has not asked for anything yet.
    pub(super) fn new(wire: W, media: M, join: Join, ends: SessionEnds) -> Self {
        let (recovery, first) = Recovery::connecting(Instant::now(), jitter);
        let login = Login::new(join.logins, ProofTarget::new(&join.link.node));
        let room = Room {
            alias: join.link.alias,
            name: join.name,
            pin: join.pin.or(join.link.pin),
            one_time_token: None,
            login,
        };
        Self {
            wire,
            media,
            ends,
            room,
            work: JoinSet::new(),
            errands: JoinSet::new(),
            recovery,
            steps: VecDeque::from([first]),
            seat: None,
            call: None,
            extra_turn: Vec::new(),
            roster: Roster::default(),
            told: Told::default(),
            microphone: Microphone::Open,
            picture: OurPicture::Sent,
            pin_until: None,
            login_until: None,
            counter: 0,
            over: None,
        }
    }

    /// Runs until the session is over, then says goodbye.
    pub(super) async fn run(mut self) {
        let last = loop {
            if let Some(last) = self.over.take() {
                break last;
            }
            match self.steps.pop_front() {
                Some(step) => self.perform(step).await,
                None => self.turn().await,
            }
        };
        self.say_goodbye().await;
        tracing::info!(outcome = ?last, "the session is over");
        let _ = self.ends.events.send(last).await;
    }

    async fn turn(&mut self) {
        let deadline = self.deadline();
        tokio::select! {
            command = self.ends.commands.recv() => self.command(command),
            Some(done) = self.work.join_next() => self.finished(done).await,
            Some(done) = self.errands.join_next() => self.finished(done).await,
            event = seat::next(self.seat.as_mut()) => self.node_event(event).await,
            event = calls::next(self.call.as_mut()) => self.media_event(event).await,
            () = tokio::time::sleep_until(deadline) => self.time_passed(),
        }
    }

    fn deadline(&self) -> Instant {
        let never = Instant::now() + Duration::from_hours(1);
        let seat = self.seat.as_ref().map(|seat| seat.life.deadline());
        [seat, self.recovery.deadline(), self.pin_until, self.login_until]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(never)
    }

    fn time_passed(&mut self) {
        let now = Instant::now();
        if self.pin_until.is_some_and(|until| until <= now) {
            return self.end(MeetingEvent::Refused(Refusal::Pin));
        }
        if self.login_until.is_some_and(|until| until <= now) {
            return self.end(MeetingEvent::Refused(Refusal::LoginFailed));
        }
        match self.seat.as_mut().map_or(Due::No, |seat| seat.life.check(now)) {
            Due::No => {}
            Due::Refresh => self.refresh(),
            Due::Expired => self.lose_seat(),
        }
        self.steps.extend(self.recovery.time_passed(now));
    }

    fn command(&mut self, command: Option<SessionCommand>) {
        match command {
            // Nobody holds the session any more: that is a way of leaving.
            None | Some(SessionCommand::Leave) => self.end(MeetingEvent::Ended(Ending::WeLeft)),
            Some(SessionCommand::Microphone(microphone)) => self.set_microphone(microphone),
            Some(SessionCommand::Picture(picture)) => self.set_picture(picture),
            Some(SessionCommand::Admit(attendee)) => self.at(&attendee, "unlock"),
            Some(SessionCommand::Remove(attendee)) => self.at(&attendee, "disconnect"),
            Some(SessionCommand::Door(door)) => self.door(door),
            Some(SessionCommand::Ring(destination)) => self.ring(&destination),
            Some(SessionCommand::ShowAs(name)) => self.show_as(name),
            Some(SessionCommand::Message(text)) => self.message(&text),
            Some(SessionCommand::LoggedIn(proof)) => self.logged_in(proof),
            Some(SessionCommand::Pin(pin)) => {
                if self.pin_until.take().is_some() {
                    self.room.pin = Some(pin);
                    self.ask_token();
                }
            }
        }
    }

    async fn finished(&mut self, done: Result<Done, JoinError>) {
        match done {
            Ok(done) => self.done(done).await,
            Err(error) => tracing::error!(panicked = error.is_panic(), "a request did not end well"),
        }
    }

    async fn done(&mut self, done: Done) {
        match done {
            Done::Admission(admission) => self.admission(admission).await,
            Done::Refreshed { seat, answer } => self.refreshed(seat, answer),
            Done::Called { call, answer } => self.called(call, answer).await,
            Done::Updated {
                call,
                purpose,
                offer,
                answer,
            } => self.updated(call, purpose, offer, answer).await,
            Done::CandidateSent { call } => self.candidate_sent(call),
            Done::Acknowledged { call, answer } => self.acknowledged(call, answer),
            Done::Control => {}
        }
    }

    /// Takes a sign; the steps that follow from it are performed before the next turn.
    fn see(&mut self, sign: Sign) {
        tracing::debug!(?sign, "the connection changed");
        self.steps.extend(self.recovery.see(Instant::now(), sign));
    }

    async fn perform(&mut self, step: Step) {
        tracing::debug!(?step, "trying");
        match step {
            Step::AskToken => {
                self.stand_up();
                self.ask_token();
            }
            Step::NewCall => self.new_call().await,
            Step::RestartIce => self.restart_ice().await,
            Step::TellReconnecting => self.tell(MeetingEvent::Reconnecting).await,
            Step::TellRecovered => self.tell_recovered().await,
            Step::GiveUp(loss) => self.end(MeetingEvent::Lost(loss)),
        }
    }

    /// Back, though perhaps only in the waiting room.
    async fn tell_recovered(&mut self) {
        self.tell(MeetingEvent::Recovered).await;
        if self
            .seat
            .as_ref()
            .is_some_and(|seat| seat.place == Place::WaitingRoom)
        {
            self.tell(MeetingEvent::Waiting).await;
        }
    }

    fn end(&mut self, last: MeetingEvent) {
        self.over.get_or_insert(last);
    }

    /// Tells the visit. A visit that does not listen has left.
    async fn tell(&mut self, event: MeetingEvent) {
        if self.ends.events.send(event).await.is_err() {
            self.end(MeetingEvent::Ended(Ending::WeLeft));
        }
    }

    /// Tells what the next second tells anew.
    fn tell_if_room(&mut self, event: MeetingEvent) {
        if let Err(mpsc::error::TrySendError::Closed(_)) = self.ends.events.try_send(event) {
            self.end(MeetingEvent::Ended(Ending::WeLeft));
        }
    }

    /// Ends the call and releases the token; both are only polite, so time is short.
    async fn say_goodbye(&mut self) {
        self.work.abort_all();
        if tokio::time::timeout(FAREWELL, self.goodbye()).await.is_err() {
            tracing::warn!("the token could not be released in time; it runs out by itself");
        }
        self.call = None;
    }

    /// The token is no longer good, and there is no more to hear from the node about it.
    fn lose_seat(&mut self) {
        self.stand_up();
        self.see(Sign::TokenGone);
    }
}
