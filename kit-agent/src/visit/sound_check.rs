//! "Do you hear us?" at the start of a meeting: an answer from the far end is the proof, silence raises help. Pure.
//!
//! It begins when somebody else is in the meeting. What counts: first our sound is known to arrive (the service says that
//! we speak, or the far end's reports confirm it), then somebody else speaks. Nothing is claimed without that.

use jiff::{SignedDuration, Timestamp};

/// How long an answer is waited for before help is offered.
pub const PATIENCE: SignedDuration = SignedDuration::from_secs(45);

/// How far the check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoundCheck {
    /// Nobody is here to answer yet.
    #[default]
    NotBegun,
    /// We ask.
    Asking {
        /// Since when.
        since: Timestamp,
        /// Whether our sound is known to have arrived.
        arrived: bool,
    },
    /// Somebody answered.
    Heard,
    /// Nobody answered in time.
    Silent,
}

impl SoundCheck {
    /// Somebody else is in the meeting.
    pub(super) fn begin(&mut self, now: Timestamp) {
        if *self == SoundCheck::NotBegun {
            *self = SoundCheck::Asking {
                since: now,
                arrived: false,
            };
        }
    }

    /// Our sound is known to arrive.
    pub(super) fn arrived(&mut self) {
        if let SoundCheck::Asking { arrived, .. } = self {
            *arrived = true;
        }
    }

    /// Somebody else speaks. Whether that is the answer.
    pub(super) fn answered(&mut self) -> bool {
        let is_answer = matches!(
            self,
            SoundCheck::Asking { arrived: true, .. } | SoundCheck::Silent
        );
        if is_answer {
            *self = SoundCheck::Heard;
        }
        is_answer
    }

    /// Lets time pass. Whether nobody has answered in time.
    pub(super) fn settle(&mut self, now: Timestamp) -> bool {
        let is_over = self.gives_up_at().is_some_and(|at| at <= now);
        if is_over {
            *self = SoundCheck::Silent;
        }
        is_over
    }

    /// When an answer is no longer waited for.
    #[must_use]
    pub fn gives_up_at(&self) -> Option<Timestamp> {
        match self {
            SoundCheck::Asking { since, .. } => Some(*since + PATIENCE),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_after_our_sound_arrived_is_proof_and_silence_is_told() {
        let now = Timestamp::UNIX_EPOCH;
        let mut check = SoundCheck::default();
        assert!(!check.answered(), "nobody was asked");
        check.begin(now);
        assert!(!check.answered(), "they spoke before they could hear us");
        assert!(!check.settle(now + SignedDuration::from_secs(44)));
        assert!(check.settle(now + PATIENCE));
        assert_eq!(check, SoundCheck::Silent);
        assert!(check.answered(), "a late answer counts");
        assert_eq!(check, SoundCheck::Heard);
        check.begin(now);
        assert_eq!(check, SoundCheck::Heard, "asked once");
    }
}
