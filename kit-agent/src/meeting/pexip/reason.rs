//! Why Pexip says that it is over: its texts, as a closed list (protocols §1.10).
//!
//! The text itself goes nowhere: it may hold names. Numbers are those of the official client's table (`#pexNNN`).

use crate::meeting::{Ending, Loss, MeetingEvent, Refusal};

/// A reason, as far as it matters to the kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// 120, 121, 125, 140, 141, 142: the conference is over.
    ConferenceEnded,
    /// 122 to 124: somebody removed us.
    Removed,
    /// 126: nobody let us in.
    NotLetIn,
    /// 101, 192: wrong PIN, too many times.
    TooManyPins,
    /// 113: the token is no longer good.
    TokenInvalid,
    /// 200 to 204: a login failed or is wanted.
    Login,
    /// 109, 191, 193, 194: no room for one more.
    Full,
    /// 110: maintenance.
    Maintenance,
    /// 111, 112, 114, 119, 128 to 132, 196: a machine failed; another try may land on another one.
    MachineFailed,
    /// 150 to 157, and "Neither conference nor gateway found".
    NoSuchMeeting,
    /// 127: switched off.
    Disabled,
    /// 117: everything else.
    Other,
}

/// What each text contains, in lower case. The first match counts.
const TEXTS: [(&str, Reason); 34] = [
    ("timeout waiting for conference host", Reason::NotLetIn),
    ("pin entry retries", Reason::TooManyPins),
    ("invalid pin", Reason::TooManyPins),
    ("awaiting token refresh", Reason::TokenInvalid),
    ("invalid token", Reason::TokenInvalid),
    ("neither conference nor gateway", Reason::NoSuchMeeting),
    ("conference not found", Reason::NoSuchMeeting),
    ("call rejected", Reason::NoSuchMeeting),
    ("api initiated participant", Reason::Removed),
    ("disconnected by another participant", Reason::Removed),
    ("disconnected by an administrator", Reason::Removed),
    ("api initiated conference", Reason::ConferenceEnded),
    ("conference terminated", Reason::ConferenceEnded),
    ("conference host ended", Reason::ConferenceEnded),
    ("ended the conference", Reason::ConferenceEnded),
    ("keep conference alive", Reason::ConferenceEnded),
    ("hosts departed", Reason::ConferenceEnded),
    ("last remaining participant", Reason::ConferenceEnded),
    ("participant limit", Reason::Full),
    ("insufficient licenses", Reason::Full),
    ("out of proxying resource", Reason::Full),
    ("out of resource", Reason::MachineFailed),
    ("out of transcoding resource", Reason::MachineFailed),
    ("maintenance", Reason::Maintenance),
    ("bad gateway", Reason::MachineFailed),
    ("service unavailable", Reason::MachineFailed),
    ("node disconnected", Reason::MachineFailed),
    ("process disconnected", Reason::MachineFailed),
    ("proxied participant disconnected", Reason::MachineFailed),
    ("ice failed", Reason::MachineFailed),
    ("ice failure", Reason::MachineFailed),
    ("sso", Reason::Login),
    ("identity provider", Reason::Login),
    ("disabled", Reason::Disabled),
];

/// Longest text that is looked at, bytes.
const MAX_TEXT: usize = 500;

impl Reason {
    /// Reads Pexip's text.
    pub(super) fn read(text: &str) -> Self {
        let text: String = text.chars().take(MAX_TEXT).collect::<String>().to_lowercase();
        let known = TEXTS.iter().find(|(part, _)| text.contains(part));
        known.map_or(Reason::Other, |(_, reason)| *reason)
    }

    /// Whether a new token and call are worth a try without asking anybody.
    pub(super) fn may_rejoin(self) -> bool {
        matches!(self, Reason::MachineFailed | Reason::TokenInvalid)
    }

    /// What the visit is told when the session ends for this reason.
    pub(super) fn farewell(self) -> MeetingEvent {
        match self {
            Reason::ConferenceEnded => MeetingEvent::Ended(Ending::HostEnded),
            Reason::Removed => MeetingEvent::Ended(Ending::Removed),
            Reason::NotLetIn => MeetingEvent::Refused(Refusal::NotLetIn),
            Reason::TooManyPins => MeetingEvent::Refused(Refusal::Pin),
            Reason::Login => MeetingEvent::Refused(Refusal::LoginNeeded),
            Reason::Full => MeetingEvent::Refused(Refusal::Full),
            Reason::NoSuchMeeting => MeetingEvent::Refused(Refusal::NoSuchMeeting),
            Reason::Disabled => MeetingEvent::Ended(Ending::Other),
            Reason::Maintenance | Reason::MachineFailed => MeetingEvent::Lost(Loss::ServiceDown),
            Reason::TokenInvalid | Reason::Other => MeetingEvent::Lost(Loss::Network),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_of_the_official_table_are_told_apart() {
        for (text, reason) in [
            (
                "Timeout waiting for conference host to join or permit access to locked conference",
                Reason::NotLetIn,
            ),
            ("Disconnected by another participant", Reason::Removed),
            ("API initiated participant disconnect", Reason::Removed),
            (
                "Conference terminated by another participant",
                Reason::ConferenceEnded,
            ),
            ("API initiated conference termination", Reason::ConferenceEnded),
            (
                "All conference hosts departed conference",
                Reason::ConferenceEnded,
            ),
            ("Media process disconnected", Reason::MachineFailed),
            ("Signaling node disconnected", Reason::MachineFailed),
            ("503 Service Unavailable", Reason::MachineFailed),
            ("Timer expired awaiting token refresh", Reason::TokenInvalid),
            ("Participant exceeded PIN entry retries", Reason::TooManyPins),
            ("System in maintenance mode", Reason::Maintenance),
            ("Participant limit reached", Reason::Full),
            ("Neither conference nor gateway found", Reason::NoSuchMeeting),
            ("", Reason::Other),
        ] {
            assert_eq!(Reason::read(text), reason, "{text}");
        }
    }

    #[test]
    fn nobody_who_was_put_out_comes_back_by_himself() {
        for reason in [
            Reason::ConferenceEnded,
            Reason::Removed,
            Reason::NotLetIn,
            Reason::TooManyPins,
            Reason::Login,
        ] {
            assert!(!reason.may_rejoin(), "{reason:?}");
        }
    }
}
