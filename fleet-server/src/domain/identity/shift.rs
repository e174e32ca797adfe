//! How often a kit may begin a login or an identification. Pure: the times are the caller's.

use jiff::{SignedDuration, Timestamp};

use crate::domain::closed_list::closed_list;

closed_list! {
    /// Why a care worker's shift with a kit ended.
    ShiftEnd {
        /// They brought it back.
        Returned = "returned",
        /// Its hours were over.
        OutOfTime = "out_of_time",
        /// Somebody else logged in for the kit.
        TakenOver = "taken_over",
    }
}

/// Over which time tries are counted.
pub const TRIES_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// Most tries of one kit in that time: each care worker needs one, and a few go wrong.
pub const MOST_TRIES: usize = 10;

/// Whether one more try is allowed, given when the others were made.
#[must_use]
pub fn one_more_try(made: &[Timestamp], now: Timestamp) -> bool {
    made.iter().filter(|made| **made > now - TRIES_WITHIN).count() < MOST_TRIES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_counted_over_ten_minutes() {
        let now: Timestamp = "2026-11-26T10:00:00Z".parse().unwrap();
        let tries = |count: usize, minutes| vec![now - SignedDuration::from_mins(minutes); count];
        assert!(one_more_try(&[], now));
        assert!(one_more_try(&tries(MOST_TRIES - 1, 1), now));
        assert!(!one_more_try(&tries(MOST_TRIES, 1), now));
        assert!(one_more_try(&tries(MOST_TRIES, 11), now));
    }
}
