//! One meeting from the inside: how the controller starts it, steers it and hears of it.

use secrecy::SecretString;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::event::{AttendeeId, DisplayName, MeetingEvent};
use super::link::MeetingLink;
use crate::media::call::Media;

/// A meeting service that can be joined.
pub trait MeetingService {
    /// Begins to join, and goes on by itself: look at [`Session::events`]. Must be called within a Tokio runtime.
    fn join<M>(&self, join: Join, media: M) -> Session
    where
        M: Media + 'static,
        M::Call: 'static;
}

/// Which meeting, and as whom.
#[derive(Debug)]
pub struct Join {
    /// The checked link.
    pub link: MeetingLink,
    /// The name that the others see: the kit's, never the patient's.
    pub name: DisplayName,
    /// The PIN, where it is known; goes before one in the link.
    pub pin: Option<SecretString>,
    /// Where the meeting offers several logins: those that may be used, by name or id, the preferred one first.
    pub logins: Vec<String>,
}

/// What the controller may ask of a session.
#[derive(Debug)]
pub enum SessionCommand {
    /// Tell the meeting whether our microphone is open; asks the host's "off" back where that is allowed.
    Microphone(Microphone),
    /// Tell the meeting whether our picture is sent.
    Picture(OurPicture),
    /// Leave and release the token. The session ends within a few seconds, with `Ended(WeLeft)`.
    Leave,
    /// Let somebody in who waits.
    Admit(AttendeeId),
    /// Remove somebody from the meeting.
    Remove(AttendeeId),
    /// Let nobody else in, or let them in again.
    Door(Door),
    /// Ask the meeting to ring this number or address, for sound only.
    Ring(String),
    /// The name that the others see from now on.
    ShowAs(DisplayName),
    /// Write a note to everybody in the meeting.
    Message(String),
    /// The PIN that was asked for.
    Pin(SecretString),
    /// The login that was wanted has ended, with its proof or without.
    LoggedIn(Option<SecretString>),
}

/// Whether others can come into the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// They can.
    Open,
    /// They wait until somebody lets them in.
    Locked,
}

/// Our microphone, as the room wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Microphone {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// Our picture, as the room wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OurPicture {
    /// It is sent.
    Sent,
    /// It is held back.
    Held,
}

/// A session under way. Dropping it leaves the meeting, too.
#[derive(Debug)]
pub struct Session {
    /// What happens. The last event is one for which [`MeetingEvent::is_last`] holds.
    pub events: mpsc::Receiver<MeetingEvent>,
    /// What to do.
    pub commands: mpsc::Sender<SessionCommand>,
    task: JoinHandle<()>,
}

/// Events that may wait to be taken.
const EVENT_QUEUE: usize = 256;
/// Commands that may wait to be taken.
const COMMAND_QUEUE: usize = 32;

/// The session's own ends of its channels.
pub(super) struct SessionEnds {
    pub(super) events: mpsc::Sender<MeetingEvent>,
    pub(super) commands: mpsc::Receiver<SessionCommand>,
}

impl Session {
    /// Starts `run` as the session's task.
    pub(super) fn start<F>(run: impl FnOnce(SessionEnds) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (events, outer_events) = mpsc::channel(EVENT_QUEUE);
        let (outer_commands, commands) = mpsc::channel(COMMAND_QUEUE);
        let work = run(SessionEnds { events, commands });
        let task = tokio_util::task::TaskTracker::new().spawn(work);
        Self {
            events: outer_events,
            commands: outer_commands,
            task,
        }
    }

    /// Leaves, and waits until the token is released; a few seconds at most.
    pub async fn leave(self) {
        // A full queue or an ended session: dropping the sender says the same.
        let _ = self.commands.try_send(SessionCommand::Leave);
        drop((self.commands, self.events));
        if let Err(error) = self.task.await {
            tracing::error!(panicked = error.is_panic(), "the meeting's task did not end well");
        }
    }
}
