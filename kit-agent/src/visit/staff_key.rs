//! The rule for the shift's code: three tries, then five minutes' wait.
//!
//! Comparing the code is done elsewhere (a hash comparison); here only its outcome is counted, so that closing the
//! keypad or ending a visit cannot buy more tries.

use jiff::{SignedDuration, Timestamp};

/// Tries before the lock.
pub const TRIES: u8 = 3;
/// How long the lock holds.
pub const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Counts wrong codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffKey {
    wrong: u8,
    locked_until: Option<Timestamp>,
}

/// Whether the code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyCheck {
    /// It was.
    Right,
    /// It was not.
    Wrong,
}

impl StaffKey {
    /// Counts one try. `true` if it opens.
    pub(super) fn try_open(&mut self, now: Timestamp, check: KeyCheck) -> bool {
        if self.is_locked(now) {
            return false;
        }
        match check {
            KeyCheck::Right => {
                *self = Self::default();
                true
            }
            KeyCheck::Wrong => {
                self.wrong += 1;
                if self.wrong >= TRIES {
                    self.wrong = 0;
                    self.locked_until = now.checked_add(LOCKED_FOR).ok();
                }
                false
            }
        }
    }

    /// Whether no code is taken now.
    #[must_use]
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// When the lock opens, if it holds.
    #[must_use]
    pub fn locked_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| now < *until)
    }

    /// Tries left before the lock.
    #[must_use]
    pub fn tries_left(&self) -> u8 {
        TRIES - self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_wrong_codes_lock_for_five_minutes_even_for_the_right_one() {
        let now = Timestamp::UNIX_EPOCH;
        let mut key = StaffKey::default();
        for _ in 0..TRIES {
            assert!(!key.try_open(now, KeyCheck::Wrong));
        }
        assert!(!key.try_open(now + SignedDuration::from_secs(299), KeyCheck::Right));
        assert!(key.try_open(now + LOCKED_FOR, KeyCheck::Right));
        assert_eq!(key.tries_left(), TRIES);
    }
}
