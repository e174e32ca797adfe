//! A link that a media leg, HTTP handlers and a test use at the same time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::{Fate, Link, LinkSettings, Way};

/// Longest time that HTTP is held; clients give up long before.
const LONGEST_HOLD: Duration = Duration::from_mins(10);

/// A [`Link`] on the machine's clock.
#[derive(Debug)]
pub struct SharedLink {
    started: Instant,
    link: Mutex<Link>,
    replaced: Notify,
    seed: u64,
}

impl SharedLink {
    /// A link that starts now.
    #[must_use]
    pub fn new(settings: &LinkSettings, seed: u64) -> Self {
        let link = Mutex::new(Link::new(settings, seed, Duration::ZERO));
        Self {
            started: Instant::now(),
            link,
            replaced: Notify::new(),
            seed,
        }
    }

    /// Behaves in a new way from now on; what waits for the end of an outage looks again.
    pub fn set(&self, settings: &LinkSettings) {
        *self.lock() = Link::new(settings, self.seed, self.started.elapsed());
        self.replaced.notify_waiters();
    }

    /// What happens to a packet that enters at `at`; the arrival is given as an [`Instant`], `None` is lost.
    pub fn send(&self, way: Way, bytes: usize, at: Instant) -> Option<Instant> {
        match self
            .lock()
            .send(way, bytes, at.saturating_duration_since(self.started))
        {
            Fate::Lost => None,
            Fate::ArrivesAt(arrival) => Some(self.started + arrival),
        }
    }

    /// Waits as long as an HTTP message or event that set out at `sent` takes.
    pub async fn pass_signalling(&self, sent: Instant) {
        let delay = self.lock().signalling_delay();
        tokio::time::sleep_until((sent + delay).into()).await;
        let gives_up_at = sent + LONGEST_HOLD;
        loop {
            let replaced = self.replaced.notified();
            let held_until = self.lock().signalling_held_until(self.started.elapsed());
            let Some(until) = held_until.map(|until| (self.started + until).min(gives_up_at)) else {
                return;
            };
            if Instant::now() >= gives_up_at {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until.into()) => {}
                () = replaced => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Link> {
        // A panic elsewhere leaves a link that is still whole.
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
