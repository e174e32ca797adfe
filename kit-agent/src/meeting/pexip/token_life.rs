//! When to refresh the token: every third of its life, one refresh at a time (protocols §1.4). Pure.

use std::time::Duration;

use tokio::time::Instant;

/// First pause after a failed refresh; doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two refreshes.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The node's clock may be behind ours by this.
const GRACE: Duration = Duration::from_secs(5);

/// The life of the present token.
#[derive(Debug)]
pub(super) struct TokenLife {
    good_until: Instant,
    due: Instant,
    in_flight: bool,
    failures: u32,
}

/// What the clock says of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// Nothing to do.
    No,
    /// Refresh it; counts as begun.
    Refresh,
    /// It is no longer good.
    Expired,
}

impl TokenLife {
    /// A fresh token.
    pub(super) fn new(now: Instant, expires: Duration) -> Self {
        Self {
            good_until: now + expires,
            due: now + expires / 3,
            in_flight: false,
            failures: 0,
        }
    }

    /// Refresh as soon as no other refresh is under way.
    pub(super) fn refresh_now(&mut self, now: Instant) {
        self.due = now;
    }

    /// A refresh failed in a way that may pass. `jitter` is a factor around 1.
    pub(super) fn failed(&mut self, now: Instant, jitter: f64) {
        let pause = FIRST_PAUSE
            .saturating_mul(1 << self.failures.min(9))
            .min(LONGEST_PAUSE);
        self.failures += 1;
        self.in_flight = false;
        self.due = now + pause.mul_f64(jitter);
    }

    /// Asks what is due.
    pub(super) fn check(&mut self, now: Instant) -> Due {
        if now >= self.good_until + GRACE {
            return Due::Expired;
        }
        if self.in_flight || now < self.due {
            return Due::No;
        }
        self.in_flight = true;
        Due::Refresh
    }

    /// When [`TokenLife::check`] is due.
    pub(super) fn deadline(&self) -> Instant {
        let expiry = self.good_until + GRACE;
        if self.in_flight {
            expiry
        } else {
            self.due.min(expiry)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_token_is_refreshed_at_a_third_of_its_life_and_once_at_a_time() {
        let now = Instant::now();
        let mut life = TokenLife::new(now, secs(120));
        assert_eq!(life.check(now + secs(39)), Due::No);
        assert_eq!(life.deadline(), now + secs(40));
        assert_eq!(life.check(now + secs(40)), Due::Refresh);
        life.refresh_now(now + secs(41));
        assert_eq!(life.check(now + secs(41)), Due::No, "one is under way");
    }

    #[test]
    fn failures_pause_longer_and_longer_until_the_token_is_dead() {
        let now = Instant::now();
        let mut life = TokenLife::new(now, secs(120));
        let mut pauses = Vec::new();
        for _ in 0..10 {
            life.refresh_now(now);
            assert_eq!(life.check(now), Due::Refresh);
            life.failed(now, 1.0);
            pauses.push((life.deadline() - now).as_millis());
        }
        assert_eq!(
            pauses,
            [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000]
        );
        assert_eq!(life.check(now + secs(125)), Due::Expired);
    }
}
