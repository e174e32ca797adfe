//! What a calendar's next message about a meeting means for its booking: RFC 5546, as far as a guest needs it. The versions
//! of a meeting are counted by its calendar; an older one never undoes a newer one.

use jiff::Timestamp;

use super::refusal::Refusal;

/// What a calendar calls a meeting, and which of its versions this is. What it is called may name people: it is only ever
/// hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct Origin {
    uid: String,
    /// The version, counted from 0.
    pub sequence: u32,
}

impl Origin {
    /// The meeting of that name; one of a series has the time that it had in it besides.
    pub(super) fn new(uid: &str, of_series: Option<&str>, sequence: u32) -> Self {
        let uid = match of_series {
            None => uid.to_owned(),
            Some(time) => format!("{uid}\n{time}"),
        };
        Self { uid, sequence }
    }

    /// What is hashed.
    #[must_use]
    pub fn expose_uid(&self) -> &str {
        &self.uid
    }
}

impl std::fmt::Debug for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Origin")
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// What was booked from an earlier message about the same meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its version.
    pub sequence: u32,
    /// Whether the booking was cancelled since.
    pub cancelled: bool,
    /// When the meeting was to be.
    pub time: (Timestamp, Timestamp),
    /// Whether it has the link of the new message.
    pub same_link: bool,
}

/// What follows from an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A booking is made.
    Book,
    /// The booking follows to the new time and link.
    Follow,
    /// It is booked as it says.
    Nothing,
}

/// A newer message has come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a newer version of that invitation was used already; ask for the latest one")]
pub struct OlderVersion;

impl Refusal for OlderVersion {
    fn code(&self) -> &'static str {
        "invitation-older"
    }
}

/// What an invitation asks for.
pub fn on_invitation(
    earlier: Option<&Earlier>,
    sequence: u32,
    time: (Timestamp, Timestamp),
) -> Result<Step, OlderVersion> {
    match earlier {
        None => Ok(Step::Book),
        Some(earlier) if sequence < earlier.sequence => Err(OlderVersion),
        Some(earlier) if earlier.cancelled => Ok(Step::Book),
        Some(earlier) => {
            let same = sequence == earlier.sequence && earlier.time == time && earlier.same_link;
            Ok(if same { Step::Nothing } else { Step::Follow })
        }
    }
}

/// Whether a booking is to be cancelled; it may be so already.
pub fn on_cancelling(earlier: &Earlier, sequence: u32) -> Result<bool, OlderVersion> {
    if sequence < earlier.sequence {
        Err(OlderVersion)
    } else {
        Ok(!earlier.cancelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_version_never_undoes_a_newer_one() {
        let at = |hour: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hour);
        let (time, later) = ((at(10), at(11)), (at(12), at(13)));
        let booked = Earlier {
            sequence: 2,
            cancelled: false,
            time,
            same_link: true,
        };
        let other_link = Earlier {
            same_link: false,
            ..booked
        };
        let cancelled = Earlier {
            cancelled: true,
            ..booked
        };
        assert_eq!(on_invitation(None, 0, time), Ok(Step::Book));
        assert_eq!(on_invitation(Some(&booked), 2, time), Ok(Step::Nothing));
        assert_eq!(on_invitation(Some(&booked), 3, time), Ok(Step::Follow));
        assert_eq!(
            on_invitation(Some(&booked), 2, later),
            Ok(Step::Follow),
            "not every calendar counts"
        );
        assert_eq!(on_invitation(Some(&other_link), 2, time), Ok(Step::Follow));
        assert_eq!(on_invitation(Some(&booked), 1, later), Err(OlderVersion));
        assert_eq!(on_invitation(Some(&cancelled), 1, time), Err(OlderVersion));
        assert_eq!(
            on_invitation(Some(&cancelled), 2, time),
            Ok(Step::Book),
            "somebody wants it again"
        );
        assert_eq!(on_cancelling(&booked, 1), Err(OlderVersion));
        assert_eq!(on_cancelling(&booked, 2), Ok(true));
        assert_eq!(on_cancelling(&cancelled, 3), Ok(false));
        let origin = Origin::new("anna@example", Some("20261123"), 1);
        assert!(!format!("{origin:?}").contains("anna"));
    }
}
