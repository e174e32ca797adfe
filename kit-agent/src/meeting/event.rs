//! What any meeting service tells the visit, whichever service it is.
//!
//! Pure data. Reasons are closed lists: a text of the service is never shown to the patient, and never logged.

use crate::media::call::CallStats;
use crate::meeting::browser::ProofTarget;
use zeroize::Zeroizing;

/// One thing that happened in the meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum MeetingEvent {
    /// In the waiting room: somebody must let us in.
    Waiting,
    /// In the meeting itself.
    Joined,
    /// Everybody who is there, ourselves too, after each change.
    Roster(Vec<Attendee>),
    /// Who speaks, where the service says so.
    Speaker(Option<AttendeeId>),
    /// Somebody shows slides.
    SlidesStarted {
        /// Who, where the service says so.
        by: Option<AttendeeId>,
    },
    /// No more slides.
    SlidesStopped,
    /// The host closed our microphone.
    MutedByHost,
    /// The host opened our microphone again.
    UnmutedByHost,
    /// The first frame of the far end's picture, once per call.
    FirstFrame,
    /// Once a second while a call is up.
    Stats(Box<CallStats>),
    /// The path is gone; the session is at work on it and goes on by itself.
    Reconnecting,
    /// Sound and picture flow again.
    Recovered,
    /// The meeting asks for a PIN. The session waits for `SessionCommand::Pin`.
    PinNeeded,
    /// The PIN was wrong. The session waits for another `SessionCommand::Pin`.
    WrongPin,
    /// The meeting wants a login of its own. The session waits for `SessionCommand::LoggedIn`.
    LoginWanted(Box<LoginPage>),
    /// The meeting did not let us in. Last event of the session.
    Refused(Refusal),
    /// The meeting cannot be reached (any longer). Last event of the session.
    Lost(Loss),
    /// The meeting is over for us. Last event of the session.
    Ended(Ending),
}

impl MeetingEvent {
    /// Whether the session is over with this event.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            MeetingEvent::Refused(_) | MeetingEvent::Lost(_) | MeetingEvent::Ended(_)
        )
    }
}

/// Why the meeting did not let us in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum Refusal {
    /// The link leads to no meeting.
    #[error("there is no meeting at this link: ask the person who booked it for a new one")]
    NoSuchMeeting,
    /// No PIN was given in time, or too many wrong ones.
    #[error("the meeting's PIN is missing or wrong: ask the person who booked it")]
    Pin,
    /// The meeting wants a login of its own.
    #[error("the meeting asks for a login that this kit cannot show: ask the person who booked it")]
    LoginNeeded,
    /// The meeting's own login came to nothing, or nobody finished it.
    #[error("the login to the meeting did not succeed: try again, or ring the person who booked it")]
    LoginFailed,
    /// Nobody let us in within the time that the meeting gives.
    #[error("nobody opened the meeting: ring the person who booked it")]
    NotLetIn,
    /// No room for one more.
    #[error("the meeting has no room for one more: try again in a minute")]
    Full,
    /// The kit's policy does not allow this link.
    #[error("this link is not allowed on the kit: ask the person who booked the meeting")]
    LinkNotAllowed,
    /// Any other "no".
    #[error("the meeting did not let the kit in: ring the person who booked it")]
    Other,
}

/// Why the connection could not be made or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum Loss {
    /// No contact with the service at all.
    #[error("the meeting cannot be reached: check the network, then try again")]
    Unreachable,
    /// The service answers that it cannot take meetings now.
    #[error("the meeting service is not working just now: try again in a few minutes")]
    ServiceDown,
    /// The service's certificate is not one that the kit trusts.
    #[error("the meeting service could not prove who it is: tell support")]
    NotTrusted,
    /// The service answers in a way that nobody can understand.
    #[error("the meeting service answers strangely: tell support")]
    Garbage,
    /// Contact was lost and did not come back.
    #[error("contact with the meeting was lost")]
    Network,
    /// Sound and picture could not be started on this machine.
    #[error("sound or picture could not be started on this tablet: restart it")]
    Media,
}

/// Why the meeting is over for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum Ending {
    /// We left.
    #[error("left the meeting")]
    WeLeft,
    /// The host ended it, or all hosts left.
    #[error("the host ended the meeting")]
    HostEnded,
    /// Somebody removed us.
    #[error("the host removed this kit from the meeting")]
    Removed,
    /// Any other ordinary end.
    #[error("the meeting is over")]
    Other,
}

/// Where the meeting's own login begins, and where its proof is caught. A secret: it names the login.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginPage {
    address: Zeroizing<String>,
    /// Where the proof goes.
    pub target: ProofTarget,
}

impl LoginPage {
    /// Wraps the address.
    #[must_use]
    pub fn new(address: String, target: ProofTarget) -> Self {
        Self {
            address: Zeroizing::new(address),
            target,
        }
    }

    /// The address, for the locked browser only.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl std::fmt::Debug for LoginPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoginPage(…)")
    }
}

/// One row of "who is here".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// The service's id, valid during this meeting.
    pub id: AttendeeId,
    /// The name as the service shows it.
    pub name: DisplayName,
    /// Whether this row is the kit itself.
    pub is_me: bool,
    /// In the meeting or still waiting outside.
    pub place: Place,
    /// How they take part.
    pub by: Means,
    /// Whether they may steer the meeting.
    pub standing: Standing,
}

/// The service's id of one participant, valid during one meeting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttendeeId(pub String);

/// In or outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Takes part.
    InMeeting,
    /// Waits to be let in.
    WaitingRoom,
}

/// Whether somebody may steer the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// May admit, remove and lock.
    Host,
    /// May not.
    #[default]
    Guest,
}

/// How somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// Sound and picture.
    Video,
    /// By telephone or with sound only.
    Telephone,
}

/// A person's name from the service: shown, never stored, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DisplayName(Zeroizing<String>);

impl DisplayName {
    /// Wraps a name.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self(Zeroizing::new(name))
    }

    /// The name, for the screen only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for DisplayName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DisplayName(…)")
    }
}
