//! How many requests come in a window of time; the headers `RateLimit-*` of a refusal [DOC].

use std::time::Duration;

use super::settings::RateLimit;

/// The window that is open now.
#[derive(Debug, Default)]
pub(super) struct Limits {
    opened: Duration,
    requests: u32,
}

/// Too many: what the headers say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany {
    pub(super) limit: u32,
    pub(super) reset_s: u64,
}

impl Limits {
    pub(super) fn count(&mut self, limit: RateLimit, now: Duration) -> Result<(), TooMany> {
        let window = Duration::from_secs(limit.window_s);
        if now >= self.opened + window {
            self.opened = now;
            self.requests = 0;
        }
        if self.requests >= limit.requests {
            return Err(TooMany {
                limit: limit.requests,
                reset_s: (self.opened + window).saturating_sub(now).as_secs() + 1,
            });
        }
        self.requests += 1;
        Ok(())
    }
}
