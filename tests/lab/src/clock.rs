//! The lab's time, which a test can push forward: nobody waits three minutes to see an order expire.
//!
//! All stand-ins of one lab share a clock. It either runs with real time, or stands still until it is pushed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A clock that tests can drive; clones are the same clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    start: Instant,
    start_unix: Duration,
    runs: bool,
    pushed: Mutex<Duration>,
}

impl Clock {
    /// Runs with real time.
    #[must_use]
    pub fn running() -> Self {
        Self::new(true)
    }

    /// Stands still between two pushes.
    #[must_use]
    pub fn standing() -> Self {
        Self::new(false)
    }

    fn new(runs: bool) -> Self {
        let start_unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(Arc::new(Inner {
            start: Instant::now(),
            start_unix,
            runs,
            pushed: Mutex::default(),
        }))
    }

    /// Time since the clock was made.
    #[must_use]
    pub fn now(&self) -> Duration {
        let real = if self.0.runs {
            self.0.start.elapsed()
        } else {
            Duration::ZERO
        };
        real + *self.0.pushed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Time since 1970, in UTC.
    #[must_use]
    pub fn unix(&self) -> Duration {
        self.0.start_unix + self.now()
    }

    /// Lets this much time pass at once.
    pub fn advance(&self, by: Duration) {
        let mut pushed = self.0.pushed.lock().unwrap_or_else(PoisonError::into_inner);
        *pushed = pushed.saturating_add(by);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::running()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_pushed() {
        let clock = Clock::standing();
        let before = clock.unix();
        assert_eq!(clock.now(), Duration::ZERO);
        clock.clone().advance(Duration::from_secs(181));
        assert_eq!(clock.now(), Duration::from_secs(181));
        assert_eq!(clock.unix(), before + Duration::from_secs(181));
    }
}
