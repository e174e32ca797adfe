//! When a kit may be reserved, until when a booking may change, and how long its meeting link lives.

use jiff::{SignedDuration, Timestamp};

use super::refusal::Refusal;

/// Longest meeting that can be booked.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How far ahead a meeting can be booked.
pub const FURTHEST_AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);
/// How long after its planned end a meeting can still be joined from the kit; meetings run late.
pub const JOINABLE_AFTER_END: SignedDuration = SignedDuration::from_hours(2);
/// How long after the planned end the link is kept (design, "What may be stored where").
pub const LINK_KEPT_AFTER_END: SignedDuration = SignedDuration::from_hours(24);

/// Why a time was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeRefusal {
    /// End is not after start.
    #[error("the meeting must end after it begins")]
    EndsBeforeItBegins,
    /// Longer than [`LONGEST`].
    #[error("the meeting is longer than 12 hours; check the date")]
    TooLong,
    /// Already over.
    #[error("the meeting is already over; check the date")]
    Over,
    /// Later than [`FURTHEST_AHEAD`].
    #[error("the meeting is more than a year ahead; check the date")]
    TooFarAhead,
}

impl Refusal for TimeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::EndsBeforeItBegins => "time_ends_before_it_begins",
            Self::TooLong => "time_too_long",
            Self::Over => "time_over",
            Self::TooFarAhead => "time_too_far_ahead",
        }
    }
}

/// Checks when a meeting is to be held, as seen at `now`.
pub fn check_time(starts_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Result<(), TimeRefusal> {
    // As they are kept: in milliseconds.
    if ends_at.as_millisecond() <= starts_at.as_millisecond() {
        Err(TimeRefusal::EndsBeforeItBegins)
    } else if ends_at.duration_since(starts_at) > LONGEST {
        Err(TimeRefusal::TooLong)
    } else if ends_at <= now {
        Err(TimeRefusal::Over)
    } else if starts_at.duration_since(now) > FURTHEST_AHEAD {
        Err(TimeRefusal::TooFarAhead)
    } else {
        Ok(())
    }
}

/// How far a booked meeting has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When it is to end.
    pub ends_at: Timestamp,
    /// Whether its kit has been in the meeting.
    pub joined: bool,
    /// Whether its kit has confirmed that nothing of it is left.
    pub wiped: bool,
}

/// Why a booking does not change any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// Its time has passed, or the kit has forgotten it.
    #[error("the meeting is over and what is past does not change; book a new one")]
    Over,
    /// What a kit has joined is its own.
    #[error("the kit has joined the meeting, so the booking stays as it is; book a new one")]
    Joined,
}

impl Refusal for ChangeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Over => "meeting-over",
            Self::Joined => "meeting-joined",
        }
    }
}

/// Whether a booking may be moved or cancelled, as seen at `now`.
pub fn check_change(standing: &Standing, now: Timestamp) -> Result<(), ChangeRefusal> {
    if standing.wiped || standing.ends_at <= now {
        Err(ChangeRefusal::Over)
    } else if standing.joined {
        Err(ChangeRefusal::Joined)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_changes_until_its_kit_has_joined_or_its_time_is_over() {
        let now: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let begun = Standing {
            ends_at: now + SignedDuration::from_mins(30),
            joined: false,
            wiped: false,
        };
        let joined = Standing {
            joined: true,
            ..begun
        };
        let wiped = Standing {
            wiped: true,
            ..joined
        };
        let missed = Standing {
            ends_at: now,
            ..begun
        };
        assert_eq!(check_change(&begun, now), Ok(()), "nobody is in it yet");
        assert_eq!(check_change(&joined, now), Err(ChangeRefusal::Joined));
        assert_eq!(check_change(&wiped, now), Err(ChangeRefusal::Over));
        assert_eq!(check_change(&missed, now), Err(ChangeRefusal::Over));
    }

    #[test]
    fn times_are_checked_against_the_clock() {
        let now: Timestamp = "2026-11-20T09:00:00Z".parse().unwrap();
        let at = |minutes: i64| now + SignedDuration::from_mins(minutes);
        assert_eq!(check_time(at(60), at(120), now), Ok(()));
        assert_eq!(
            check_time(at(-10), at(20), now),
            Ok(()),
            "a meeting that has begun can still be booked"
        );
        assert_eq!(
            check_time(at(60), at(60), now),
            Err(TimeRefusal::EndsBeforeItBegins)
        );
        assert_eq!(
            check_time(at(60), at(60) + SignedDuration::from_micros(999), now),
            Err(TimeRefusal::EndsBeforeItBegins),
            "what is kept would have no length"
        );
        assert_eq!(check_time(at(60), at(60 + 721), now), Err(TimeRefusal::TooLong));
        assert_eq!(check_time(at(-60), at(0), now), Err(TimeRefusal::Over));
        assert_eq!(
            check_time(at(367 * 1440), at(367 * 1440 + 60), now),
            Err(TimeRefusal::TooFarAhead)
        );
    }
}
