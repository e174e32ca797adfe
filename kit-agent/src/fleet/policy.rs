//! When to sync and when to hold the nudge connection. Pure: time and randomness come in, decisions come out.
//!
//! Times are durations since the agent started (monotonic). `chance` is a random number from 0 up to 1. During a meeting
//! (quiet) nothing happens but a sync for what cannot wait; everything else is made up for afterwards.

use std::time::Duration;

/// Polling while no nudge can arrive: 30 to 60 s.
const POLL: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(1));
/// Polling while nudges arrive, in case one was lost: 50 to 70 min. The connection is asked every 75 s whether it stands,
/// so there is little to find out, and each poll costs an idle kit 2 kB.
const POLL_WITH_NUDGES: (Duration, Duration) = (Duration::from_mins(50), Duration::from_mins(70));
/// After a failure: 1 to 2 s, doubled with each further failure up to 2 to 4 min.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(2));
const DOUBLINGS: u32 = 7;
/// After the nudge connection stood and ended: 1 to 61 s. A server that restarts ends those of its 20,000 kits together, and
/// each that comes back costs it a full handshake and a sync; half a minute was too short for two processors.
const RETURN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(61));
/// The nudge connection's waits end at 16 to 32 s, so that every kit is back within two minutes of the longest outage; its
/// first word then ends the syncs' waiting too.
const RETURN_DOUBLINGS: u32 = 4;
/// What cannot wait is tried again at least this often.
const URGENT_RETRY: Duration = Duration::from_secs(5);
/// After a meeting the kits of a region do not all come at once.
const AFTER_QUIET: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(3));

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Begin a sync.
    pub sync: bool,
    /// Begin a nudge connection.
    pub connect: bool,
    /// When to ask again if nothing happens before; none = only when something happens.
    pub wake_at: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NudgeLink {
    Down { retry_at: Duration, failures: u32 },
    Connecting { failures: u32 },
    Up,
}

/// The state between decisions.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own; they change independently"
)]
#[derive(Debug)]
pub struct SyncPolicy {
    quiet: bool,
    syncing: bool,
    /// Something happened while a sync was under way, so its answer may be too old.
    again: bool,
    /// Something that cannot wait has not been sent.
    urgent: bool,
    failures: u32,
    /// When the next sync is due.
    due_at: Duration,
    nudge: NudgeLink,
}

impl Default for SyncPolicy {
    fn default() -> Self {
        Self::new()
    }
}

impl SyncPolicy {
    /// Wants to sync and connect at once.
    #[must_use]
    pub fn new() -> Self {
        let nudge = NudgeLink::Down {
            retry_at: Duration::ZERO,
            failures: 0,
        };
        Self {
            quiet: false,
            syncing: false,
            again: false,
            urgent: false,
            failures: 0,
            due_at: Duration::ZERO,
            nudge,
        }
    }

    /// Whether a sync is under way.
    #[must_use]
    pub fn is_syncing(&self) -> bool {
        self.syncing
    }

    /// Whether a meeting has the network to itself.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// What to do at `now`. What it says to begin counts as begun.
    pub fn decide(&mut self, now: Duration) -> Decision {
        let may_sync = !self.syncing && (self.urgent || !self.quiet);
        let sync = may_sync && now >= self.due_at;
        self.syncing |= sync;
        let mut connect = false;
        let mut wake_at = (may_sync && !sync).then_some(self.due_at);
        if let NudgeLink::Down { retry_at, failures } = self.nudge
            && !self.quiet
        {
            if now >= retry_at {
                connect = true;
                self.nudge = NudgeLink::Connecting { failures };
            } else {
                wake_at = Some(wake_at.map_or(retry_at, |at| at.min(retry_at)));
            }
        }
        Decision {
            sync,
            connect,
            wake_at,
        }
    }

    /// An event was recorded. It is sent soon; what cannot wait, now, even if the last attempt failed.
    pub fn recorded(&mut self, now: Duration, cannot_wait: bool) {
        self.urgent |= cannot_wait;
        self.again |= self.syncing;
        if cannot_wait || self.failures == 0 {
            self.due_at = self.due_at.min(now);
        }
    }

    /// The server wants us to sync. It is there, so earlier failures do not count.
    pub fn nudged(&mut self, now: Duration) {
        self.failures = 0;
        self.again |= self.syncing;
        self.due_at = self.due_at.min(now);
    }

    /// A sync succeeded. `more` = events still wait.
    pub fn synced(&mut self, now: Duration, more: bool, chance: f64) {
        self.syncing = false;
        self.failures = 0;
        let at_once = more || std::mem::take(&mut self.again);
        self.urgent &= at_once;
        let interval = if self.nudge == NudgeLink::Up {
            POLL_WITH_NUDGES
        } else {
            POLL
        };
        self.due_at = if at_once {
            now
        } else {
            now + between(interval, chance)
        };
    }

    /// A sync failed.
    pub fn sync_failed(&mut self, now: Duration, chance: f64) {
        self.syncing = false;
        self.again = false;
        self.failures += 1;
        let wait = back_off(self.failures, DOUBLINGS, chance);
        self.due_at = now + if self.urgent { wait.min(URGENT_RETRY) } else { wait };
    }

    /// The nudge connection stands. Nudges sent before it did are lost, so sync.
    pub fn connected(&mut self, now: Duration) {
        self.nudge = NudgeLink::Up;
        self.nudged(now);
    }

    /// The nudge connection ended, or was not made.
    pub fn disconnected(&mut self, now: Duration, chance: f64) {
        let (failures, wait) = match self.nudge {
            NudgeLink::Up => (0, between(RETURN, chance)),
            NudgeLink::Connecting { failures } | NudgeLink::Down { failures, .. } => {
                (failures + 1, back_off(failures + 1, RETURN_DOUBLINGS, chance))
            }
        };
        let retry_at = now + wait;
        self.nudge = NudgeLink::Down { retry_at, failures };
        // Without nudges, poll at the shorter interval again; a connection that stands by then syncs anyway.
        if self.failures == 0 {
            self.due_at = self.due_at.min(retry_at + between(POLL, chance));
        }
    }

    /// A meeting begins or has ended.
    pub fn set_quiet(&mut self, now: Duration, quiet: bool, chance: f64) {
        if self.quiet && !quiet {
            self.due_at = now + between(AFTER_QUIET, chance);
        }
        self.quiet = quiet;
    }
}

fn between((least, most): (Duration, Duration), chance: f64) -> Duration {
    least + most.saturating_sub(least).mul_f64(chance.clamp(0.0, 1.0))
}

fn back_off(failures: u32, doublings: u32, chance: f64) -> Duration {
    between(BACK_OFF, chance) * 2_u32.pow(failures.saturating_sub(1).min(doublings))
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
