//! One direction of a link: loss, then the bottleneck's queue, then delay and jitter.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::settings::{BurstSettings, DirectionSettings};

/// What happens to a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Never arrives.
    Lost,
    /// Arrives at this time.
    ArrivesAt(Duration),
}

/// State of one direction.
#[derive(Debug)]
pub(super) struct Direction {
    settings: DirectionSettings,
    rng: StdRng,
    in_burst: bool,
    bottleneck_free_at: Duration,
    last_arrival: Duration,
}

impl Direction {
    pub(super) fn new(settings: DirectionSettings, seed: u64) -> Self {
        Self {
            settings,
            rng: StdRng::seed_from_u64(seed),
            in_burst: false,
            bottleneck_free_at: Duration::ZERO,
            last_arrival: Duration::ZERO,
        }
    }

    pub(super) fn send(&mut self, bytes: usize, now: Duration, out: bool) -> Fate {
        // Every packet draws the same number of times, so that a change of one setting leaves the rest of the luck alone.
        let (lost_alone, lost_in_burst) = (self.lost_alone(), self.lost_in_burst());
        let jitter = ms(self.settings.jitter_ms).mul_f64(self.rng.random());
        if out || lost_alone || lost_in_burst {
            return Fate::Lost;
        }
        let Some(leaves_at) = self.pass_bottleneck(bytes, now) else {
            return Fate::Lost;
        };
        let mut arrival = leaves_at + ms(self.settings.delay_ms) + jitter;
        if !self.settings.reorder.unwrap_or(false) {
            arrival = arrival.max(self.last_arrival);
        }
        self.last_arrival = arrival;
        Fate::ArrivesAt(arrival)
    }

    fn lost_alone(&mut self) -> bool {
        self.rng.random::<f64>() < self.settings.loss.unwrap_or(0.0)
    }

    fn lost_in_burst(&mut self) -> bool {
        let (turn, luck) = (self.rng.random::<f64>(), self.rng.random::<f64>());
        let Some(BurstSettings { enter, leave, loss }) = self.settings.burst else {
            return false;
        };
        self.in_burst = if self.in_burst {
            turn >= leave
        } else {
            turn < enter
        };
        self.in_burst && luck < loss
    }

    /// When the packet has left the bottleneck; `None` if its queue was full.
    fn pass_bottleneck(&mut self, bytes: usize, now: Duration) -> Option<Duration> {
        let Some(kbps) = self.settings.rate_kbps.filter(|kbps| *kbps > 0.0) else {
            return Some(now);
        };
        let starts_at = self.bottleneck_free_at.max(now);
        if starts_at.saturating_sub(now) > ms(self.settings.queue_ms.or(Some(DEFAULT_QUEUE_MS))) {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a packet has far fewer than 2^52 bytes"
        )]
        let seconds = bytes as f64 * 8.0 / (kbps * 1_000.0);
        self.bottleneck_free_at = starts_at + Duration::from_secs_f64(seconds.min(60.0));
        Some(self.bottleneck_free_at)
    }
}

/// A queue of a moderate mobile network.
const DEFAULT_QUEUE_MS: f64 = 300.0;

/// Settings come from outside: what is no sensible time counts as none, and a minute is the most.
fn ms(value: Option<f64>) -> Duration {
    let value = value.filter(|value| value.is_finite()).unwrap_or(0.0);
    Duration::from_secs_f64(value.clamp(0.0, 60_000.0) / 1_000.0)
}
