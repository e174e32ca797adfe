//! Mixes a room: each participant's decoded sound and picture goes to everybody else's seat.
//!
//! `reception` decodes, `seat` composes and encodes, `forward` passes slides on, `robot` is a participant of the lab's
//! own. Who is heard and seen follows the room ([`Mixer::follow`]). Locks are held briefly and in this order: mixer, seat.

mod clock;
mod composition;
mod forward;
mod pipeline;
mod reception;
mod robot;
mod seat;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gstreamer as gst;
use tokio::sync::mpsc;

use super::call::CallError;
use super::figures::Figures;
use super::lines::Line;
use super::packets::{Incoming, Outgoing};
use crate::node::room::{Room, Service, VideoSettings};

pub(super) use reception::Reception;
pub(super) use seat::Seat;

/// Sound between decoders, mixers and encoders.
const SOUND_CAPS: &str = "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved";
/// How far ahead of now a piece of sound is mixed: what a thread may be late on a machine that carries a whole visit.
const LEAD: gst::ClockTime = gst::ClockTime::from_mseconds(60);

/// The mixer of one room.
pub(crate) struct Mixer {
    video: VideoSettings,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    people: HashMap<String, Person>,
    seats: HashMap<String, Arc<Seat>>,
    robots: HashMap<String, robot::Robot>,
    presenter: Option<String>,
}

#[derive(Clone, Copy)]
struct Person {
    inside: bool,
    audible: bool,
    visible: bool,
}

/// The way from a seat to its call.
#[derive(Clone)]
pub(super) struct Inlet {
    pub(super) packets: mpsc::Sender<Outgoing>,
    pub(super) keyframes: mpsc::Sender<Line>,
}

impl Mixer {
    pub(crate) fn new(video: VideoSettings) -> Self {
        Self {
            video,
            state: Mutex::default(),
        }
    }

    /// The composed picture's size and limit.
    pub(crate) fn video(&self) -> VideoSettings {
        self.video
    }

    /// Takes over who is in the room, heard and seen.
    pub(crate) fn follow(&self, room: &Room) {
        let mut state = self.lock();
        state.people = room
            .participants()
            .iter()
            .map(|p| {
                let inside = p.service == Service::Conference;
                (
                    p.uuid.clone(),
                    Person {
                        inside,
                        audible: p.audible(),
                        visible: p.visible(),
                    },
                )
            })
            .collect();
        state.presenter = room.presenter().map(Into::into);
        let people = state.people.clone();
        let gone: Vec<robot::Robot> = state
            .robots
            .extract_if(|uuid, _| !people.contains_key(uuid))
            .map(|(_, robot)| robot)
            .collect();
        let seats: Vec<(String, Arc<Seat>)> = state.seats.clone().into_iter().collect();
        drop(state);
        // Stopping a robot waits for its thread, which may be waiting for the lock.
        drop(gone);
        for (owner, seat) in seats {
            let inside = people.get(&owner).is_some_and(|person| person.inside);
            seat.keep_inputs(|line, from| {
                inside && people.get(from).is_some_and(|person| person.sends(line))
            });
        }
    }

    /// Adds a participant of the lab's own.
    pub(crate) fn add_robot(self: &Arc<Self>, uuid: &str, tone_hz: f64) -> Result<(), CallError> {
        let robot = robot::Robot::start(self, uuid, tone_hz, self.video)?;
        self.lock().robots.insert(uuid.into(), robot);
        Ok(())
    }

    /// Opens a place for a call; an older one of the same participant loses its media.
    pub(super) fn open_seat(
        &self,
        participant: &str,
        figures: Figures,
        inlet: Inlet,
    ) -> Result<Arc<Seat>, CallError> {
        let seat = Seat::open(self.video, figures, inlet)?;
        let previous = self.lock().seats.insert(participant.into(), seat.clone());
        drop(previous);
        Ok(seat)
    }

    /// The call is over: its place goes, and it is no longer heard and seen.
    pub(super) fn close_seat(&self, participant: &str, seat: &Arc<Seat>) {
        let mut state = self.lock();
        if !state
            .seats
            .get(participant)
            .is_some_and(|current| Arc::ptr_eq(current, seat))
        {
            // A newer call has taken the place.
            return;
        }
        let closed = state.seats.remove(participant);
        let others: Vec<Arc<Seat>> = state.seats.values().cloned().collect();
        drop(state);
        drop(closed);
        for other in others {
            other.keep_inputs(|_, from| from != participant);
        }
    }

    /// A decoded picture.
    fn picture(&self, from: &str, sample: &gst::Sample) {
        for seat in self.listeners(from, Line::Picture) {
            seat.picture(from, sample);
        }
    }

    /// A decoded piece of sound.
    fn sound(&self, from: &str, piece: &gst::Buffer) {
        for seat in self.listeners(from, Line::Sound) {
            seat.sound(from, piece);
        }
    }

    /// A packet of slides; only the presenter's go on.
    pub(super) fn forward_slides(&self, from: &str, packet: &Incoming) {
        if self.lock().presenter.as_deref() != Some(from) {
            return;
        }
        for seat in self.listeners(from, Line::Slides) {
            seat.slides(from, packet);
        }
    }

    /// Somebody cannot show the slides without a keyframe.
    pub(super) fn want_slides_keyframe(&self) {
        let state = self.lock();
        let presenter = state
            .presenter
            .as_ref()
            .and_then(|presenter| state.seats.get(presenter));
        if let Some(seat) = presenter {
            seat.ask_for_slides_keyframe();
        }
    }

    /// The seats that get what `from` sends on this line.
    fn listeners(&self, from: &str, line: Line) -> Vec<Arc<Seat>> {
        let state = self.lock();
        if !state.people.get(from).is_some_and(|person| person.sends(line)) {
            return Vec::new();
        }
        let inside = |uuid: &str| state.people.get(uuid).is_some_and(|person| person.inside);
        let others = state
            .seats
            .iter()
            .filter(|(uuid, _)| uuid.as_str() != from && inside(uuid));
        others.map(|(_, seat)| seat.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Person {
    fn sends(self, line: Line) -> bool {
        match line {
            Line::Sound => self.audible,
            Line::Picture => self.visible,
            Line::Slides => self.inside,
        }
    }
}
