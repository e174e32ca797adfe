//! From the tap to the end of the meeting.

use jiff::Timestamp;

use super::attendance::were_here;
use super::deadline;
use super::effect::{Gateway, Recorded};
use super::event::{Act, Confirmed, Event};
use super::live::{Live, Overlay, SoundMode};
use super::state::{Closing, Failure, State};
use super::turn::Turn;
use crate::meeting::{Ending, Loss, MeetingEvent, Refusal};

type Where = fn(Box<Live>) -> State;

impl Turn<'_> {
    /// Answers events from the tap until the meeting is over.
    pub(super) fn during(&mut self, state: State, event: Event) -> State {
        match state {
            State::Connecting(live) => self.live(live, event, State::Connecting),
            State::WaitingRoom(live) => self.live(live, event, State::WaitingRoom),
            State::InMeeting(live) => self.live(live, event, State::InMeeting),
            State::Reconnecting(live) => self.live(live, event, State::Reconnecting),
            State::Failed(live, failure) => self.failed(live, failure, &event),
            State::Lost(live) => match event {
                Event::Tapped(Act::JoinAgain) => self.join(live),
                Event::Tapped(Act::Next) => self.close_lost(live),
                Event::TimePassed if self.now >= live.since + deadline::REJOIN => self.close_lost(live),
                _ => State::Lost(live),
            },
            other => other,
        }
    }

    fn failed(&mut self, mut live: Box<Live>, failure: Failure, event: &Event) -> State {
        match event {
            Event::Tapped(Act::JoinAgain) => return self.join(live),
            Event::Tapped(Act::GiveUp) => return self.close(live),
            Event::Tapped(Act::AskGiveUp) => live.overlay = Overlay::GiveUpQuestion,
            Event::Tapped(Act::Stay) => live.overlay = Overlay::None,
            Event::TimePassed if self.now >= live.since + deadline::REJOIN => return self.close(live),
            _ => {}
        }
        State::Failed(live, failure)
    }

    fn live(&mut self, mut live: Box<Live>, event: Event, stay: Where) -> State {
        match event {
            Event::Meeting(news) => self.news(live, news, stay),
            Event::Tapped(Act::Leave) => self.close(live),
            // Away from the meeting's own login; leaving closes its page.
            Event::Tapped(Act::UseStaff) => self.fail(live, Failure::Refused(Refusal::LoginFailed)),
            Event::Tapped(Act::PreferInPerson) => {
                self.write_down(&live, Recorded::PreferredInPerson);
                self.close(live)
            }
            Event::Tapped(act) => {
                self.tapped(&mut live, act);
                stay(live)
            }
            Event::KeyTyped(check) => {
                self.key_typed(&mut live, check);
                stay(live)
            }
            Event::Touched => {
                if let Overlay::StaffPanel { touched } = &mut live.overlay {
                    *touched = self.now;
                }
                stay(live)
            }
            Event::Quality(quality) => {
                live.link.note(self.now, quality);
                stay(live)
            }
            Event::OurSound(confirmed) => {
                live.our_sound = confirmed;
                if confirmed == Confirmed::Yes && live.sound_route().microphone == Gateway::Open {
                    live.check.arrived();
                }
                stay(live)
            }
            Event::Reading(reading) => {
                live.reading = reading;
                stay(live)
            }
            Event::TimePassed => self.time_passed(live, stay),
            _ => stay(live),
        }
    }

    fn news(&mut self, mut live: Box<Live>, news: MeetingEvent, stay: Where) -> State {
        live.login_wanted &= !ends_login(&news);
        match news {
            MeetingEvent::LoginWanted(_) => {
                live.login_wanted = true;
                live.since = self.now;
                stay(live)
            }
            MeetingEvent::Joined => self.entered(live),
            MeetingEvent::Reconnecting => match stay(live) {
                State::Connecting(live) | State::WaitingRoom(live) | State::InMeeting(live) => {
                    self.note_if_joined(&live, Recorded::Interrupted);
                    self.go(live, State::Reconnecting)
                }
                already => already,
            },
            MeetingEvent::Recovered if live.joined_at.is_some() => {
                self.note_if_joined(&live, Recorded::Recovered);
                self.go(live, State::InMeeting)
            }
            MeetingEvent::Waiting | MeetingEvent::Recovered => self.go(live, State::WaitingRoom),
            MeetingEvent::Refused(refusal) => self.fail(live, Failure::Refused(refusal)),
            MeetingEvent::PinNeeded | MeetingEvent::WrongPin => {
                self.fail(live, Failure::Refused(Refusal::Pin))
            }
            MeetingEvent::Lost(_) if live.joined_at.is_some() => {
                self.note_if_joined(&live, Recorded::Interrupted);
                self.leave();
                self.go(live, State::Lost)
            }
            MeetingEvent::Lost(loss) => self.fail(live, Failure::NotReached(loss)),
            MeetingEvent::Ended(_) if live.joined_at.is_some() => self.close(live),
            MeetingEvent::Ended(Ending::Removed) => self.fail(live, Failure::Refused(Refusal::NotLetIn)),
            MeetingEvent::Ended(_) => self.fail(live, Failure::OverAlready),
            other => {
                self.note_people(&mut live, other);
                stay(live)
            }
        }
    }

    fn entered(&mut self, mut live: Box<Live>) -> State {
        self.note_if_joined(&live, Recorded::Recovered);
        if live.joined_at.is_none() {
            live.joined_at = Some(self.now);
            self.write_down(&live, Recorded::Joined);
            if live.sound != SoundMode::Kit {
                self.write_down(&live, Recorded::ByTelephone(Gateway::Open));
            }
            if live.people.asked().is_some() {
                self.write_down(&live, Recorded::Unexpected);
            }
            self.begin_sound_check(&mut live);
        }
        self.go(live, State::InMeeting)
    }

    /// What happens to sound and picture counts only once they have flowed.
    fn note_if_joined(&mut self, live: &Live, what: Recorded) {
        if live.joined_at.is_some() {
            self.write_down(live, what);
        }
    }

    /// Records something of this visit.
    pub(super) fn write_down(&mut self, live: &Live, what: Recorded) {
        self.record(Some(&live.reservation.id), Some(&live.staff), what);
    }

    /// Changes place; what lay over the meeting is closed.
    fn go(&self, mut live: Box<Live>, to: Where) -> State {
        live.since = self.now;
        live.overlay = Overlay::None;
        to(live)
    }

    fn fail(&mut self, mut live: Box<Live>, failure: Failure) -> State {
        self.leave();
        let why = format!("{failure:?}");
        self.write_down(&live, Recorded::NotJoined(why));
        live.since = self.now;
        live.login_wanted = false;
        live.overlay = Overlay::None;
        State::Failed(live, failure)
    }

    /// The end, for whatever reason.
    fn close(&mut self, live: Box<Live>) -> State {
        self.over_since(self.now, live)
    }

    /// Nobody came back into a meeting that was lost: it was over when it was lost.
    fn close_lost(&mut self, live: Box<Live>) -> State {
        self.over_since(live.since, live)
    }

    /// Thanks if there was a meeting, else straight to the wipe.
    fn over_since(&mut self, ended: Timestamp, live: Box<Live>) -> State {
        self.leave();
        let Some(joined_at) = live.joined_at else {
            return self.wipe(Some(live.reservation.id));
        };
        let seconds = ended.duration_since(joined_at).as_secs().max(0);
        self.write_down(&live, Recorded::Left { seconds });
        self.record_who_was_here(&live, ended);
        State::Summary(Closing {
            were_here: were_here(&live),
            reservation: live.reservation.id,
            staff: live.staff,
            since: self.now,
            most_present: live.most_present,
            minutes: (seconds + 30) / 60,
        })
    }

    fn time_passed(&mut self, mut live: Box<Live>, stay: Where) -> State {
        live.link.settle(self.now);
        if live.check.settle(self.now) {
            self.write_down(&live, Recorded::SoundChecked(Confirmed::No));
        }
        if let Overlay::StaffPanel { touched } = live.overlay
            && self.now >= touched + deadline::PANEL_CLOSES
        {
            live.overlay = Overlay::None;
        }
        match stay(live) {
            State::Connecting(live) if self.now >= live.since + live.connects_within() => {
                self.fail(live, Failure::NotReached(Loss::Unreachable))
            }
            State::Reconnecting(live) if self.now >= live.since + deadline::RECONNECTING => {
                self.leave();
                self.go(live, State::Lost)
            }
            same => same,
        }
    }
}

/// After these the meeting's own login is done, or of no use.
fn ends_login(news: &MeetingEvent) -> bool {
    matches!(
        news,
        MeetingEvent::Joined | MeetingEvent::Waiting | MeetingEvent::Reconnecting
    ) || news.is_last()
}
