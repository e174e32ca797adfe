//! The mobile link between one participant and the node, emulated at the participant's UDP socket.
//!
//! [`Link`] is pure: it is asked about each packet and answers when it arrives, if at all; time and randomness are the
//! caller's. [`SharedLink`] puts it behind a lock for the media leg and holds HTTP and events during outages. The same
//! settings, seed and packets give the same fates.

mod direction;
mod outage;
mod profile;
mod settings;
mod shared;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use direction::Fate;
pub use profile::Profile;
pub use settings::{BurstSettings, DirectionSettings, LinkSettings, OutageSettings};
pub use shared::SharedLink;

use direction::Direction;
use outage::Outages;

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Participant to node.
    Up,
    /// Node to participant.
    Down,
}

/// Both directions of one link.
#[derive(Debug)]
pub struct Link {
    up: Direction,
    down: Direction,
    outages: Outages,
    signalling_delay: Duration,
}

impl Link {
    /// A link whose outages are counted from `now`. `seed` is used where the settings have none.
    #[must_use]
    pub fn new(settings: &LinkSettings, seed: u64, now: Duration) -> Self {
        let settings = settings.resolved();
        let seed = settings.seed.unwrap_or(seed);
        Self {
            up: Direction::new(settings.up, seed),
            // Both directions draw from their own stream, so that traffic one way does not change luck the other way.
            down: Direction::new(settings.down, seed ^ 0x9e37_79b9_7f4a_7c15),
            outages: Outages::new(settings.outages, now),
            signalling_delay: Duration::from_millis(settings.signalling_delay_ms.unwrap_or(0)),
        }
    }

    /// What happens to a packet of `bytes` that enters the link `now`.
    pub fn send(&mut self, way: Way, bytes: usize, now: Duration) -> Fate {
        let out = self.outages.until(now).is_some();
        match way {
            Way::Up => self.up.send(bytes, now, out),
            Way::Down => self.down.send(bytes, now, out),
        }
    }

    /// The end of the outage that holds HTTP and events now, if there is one.
    #[must_use]
    pub fn signalling_held_until(&self, now: Duration) -> Option<Duration> {
        self.outages.until(now).filter(|_| self.outages.hold_signalling())
    }

    /// What each HTTP request, answer and event is late by.
    #[must_use]
    pub fn signalling_delay(&self) -> Duration {
        self.signalling_delay
    }
}
