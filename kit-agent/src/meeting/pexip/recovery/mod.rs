//! What to try next when something fails: restart the path, a new call, a new token. Pure: no clock, no network.
//!
//! Also drives the first connection, which is the same ladder begun at its top. Limits and order follow the official
//! client (protocols §1.8, "recovery timers"), with the patience of a kit that nobody operates: while the visit wants
//! the meeting, calling goes on for half an hour. `signs` is what it is told and says, `rungs` what it tries.

mod rungs;
mod signs;

use std::time::Duration;

use tokio::time::Instant;

pub(super) use self::signs::{Sign, Step};
use crate::meeting::{Loss, Place};

/// From "no packet for 1.5 s" to the restart: two seconds without packets in all.
const WAIT_FOR_PATH: Duration = Duration::from_millis(500);
/// From "no packet for 1.5 s" to telling the visit: five seconds in all. Shorter gaps are bridged silently.
const TELL_AFTER: Duration = Duration::from_millis(3_500);
/// The first connection is tried this long.
pub(super) const CONNECT_FOR: Duration = Duration::from_mins(1);
/// A meeting once joined is called again this long.
pub(super) const KEEP_FOR: Duration = Duration::from_mins(30);
/// A call that ends before this has failed, even if packets flowed: the next one waits for its turn.
const STEADY: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    WaitingForPath { until: Instant },
    Restarting { until: Instant },
    Calling { until: Instant },
    AskingToken,
    Pausing { until: Instant, then: Step },
    AwaitingPin,
}

/// Where the connection is on the ladder.
#[derive(Debug)]
pub(super) struct Recovery {
    state: State,
    /// When the present trouble, or the first connection, began.
    since: Instant,
    /// Whether packets ever flowed.
    was_up: bool,
    told: bool,
    /// In the waiting room nobody counts the time.
    waiting: bool,
    /// When packets began to flow in the present call.
    up_at: Option<Instant>,
    /// Failures since a call was last steady.
    failures: u32,
    failed_calls: u32,
    last_loss: Loss,
    jitter: fn() -> f64,
}

impl Recovery {
    /// The first connection, beginning with [`Step::AskToken`]. `jitter` gives factors around 1 for pauses.
    pub(super) fn connecting(now: Instant, jitter: fn() -> f64) -> (Self, Step) {
        let recovery = Self {
            state: State::AskingToken,
            since: now,
            was_up: false,
            told: false,
            waiting: false,
            up_at: None,
            failures: 0,
            failed_calls: 0,
            last_loss: Loss::Unreachable,
            jitter,
        };
        (recovery, Step::AskToken)
    }

    /// In the waiting room, or let in. A node may send no media to those who wait; that is no reason to give up.
    pub(super) fn set_place(&mut self, now: Instant, place: Place) {
        let waiting = place == Place::WaitingRoom;
        if std::mem::replace(&mut self.waiting, waiting) && !waiting {
            self.since = now;
        }
    }

    /// Takes a sign.
    pub(super) fn see(&mut self, now: Instant, sign: Sign) -> Vec<Step> {
        let is_early = self.is_early(now);
        if self.state == State::Fine && sign != Sign::MediaUp {
            self.leave_fine(now, is_early);
        }
        let again = is_early && self.ended_early_before(sign);
        match sign {
            Sign::MediaUp => self.up(now),
            Sign::CallGone | Sign::MediaEnded if again => self.call_failed(now, Loss::Network),
            Sign::TokenGone if again => self.pause(now, Step::AskToken),
            Sign::PathLost if self.state == State::Fine => {
                self.state = State::WaitingForPath {
                    until: now + WAIT_FOR_PATH,
                };
                Vec::new()
            }
            Sign::NetworkChanged => self.network_changed(now),
            Sign::PathLost => Vec::new(),
            Sign::RestartRefused | Sign::CallGone | Sign::TokenGiven => self.call(now),
            Sign::MediaEnded => self.media_ended(now),
            Sign::RestartUnanswered => self.pause(now, Step::RestartIce),
            Sign::CallFailed(loss) => self.call_failed(now, loss),
            Sign::TokenGone => self.ask(),
            Sign::TokenRefused => self.wait_for_reason(now),
            Sign::NoToken(loss) => self.no_token(now, loss),
            Sign::PinAwaited => {
                self.state = State::AwaitingPin;
                Vec::new()
            }
        }
    }

    /// Lets time pass.
    pub(super) fn time_passed(&mut self, now: Instant) -> Vec<Step> {
        if self.gives_up_at().is_some_and(|at| at <= now) {
            self.state = State::Fine;
            let loss = if self.was_up {
                Loss::Network
            } else {
                self.last_loss
            };
            return vec![Step::GiveUp(loss)];
        }
        let mut steps = Vec::new();
        if self.tells_at().is_some_and(|at| at <= now) {
            self.told = true;
            steps.push(Step::TellReconnecting);
        }
        steps.extend(match self.state {
            State::WaitingForPath { until } if until <= now => self.restart(now),
            State::Restarting { until } if until <= now => self.call(now),
            State::Calling { until } if until <= now => self.call_failed(now, Loss::Network),
            State::Pausing { until, then } if until <= now => self.after_pause(now, then),
            _ => Vec::new(),
        });
        steps
    }

    /// When [`Recovery::time_passed`] is due.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let own = match self.state {
            State::WaitingForPath { until }
            | State::Restarting { until }
            | State::Calling { until }
            | State::Pausing { until, .. } => Some(until),
            State::Fine | State::AskingToken | State::AwaitingPin => None,
        };
        [own, self.tells_at(), self.gives_up_at()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Whether the present call has not proven itself: it is being made, or packets flow only since a moment ago.
    fn is_early(&self, now: Instant) -> bool {
        match self.state {
            State::Calling { .. } => true,
            State::Fine => self.up_at.is_some_and(|at| now < at + STEADY),
            _ => false,
        }
    }

    /// The first call that ends early is followed by another at once; from the second on there are pauses.
    fn ended_early_before(&mut self, sign: Sign) -> bool {
        let again = self.failures > 0;
        if !again && matches!(sign, Sign::CallGone | Sign::MediaEnded | Sign::TokenGone) {
            self.failures = 1;
        }
        again
    }

    /// The present trouble begins, or goes on if the call in between was not steady.
    fn leave_fine(&mut self, now: Instant, is_early: bool) {
        if !is_early {
            self.failures = 0;
            self.failed_calls = 0;
        }
        if self.failures == 0 {
            self.since = now;
        }
    }

    fn up(&mut self, now: Instant) -> Vec<Step> {
        // The old call may flow on for a while; without a token it is living on borrowed time.
        if self.asks_token() {
            return Vec::new();
        }
        let told = std::mem::take(&mut self.told);
        if self.state != State::Fine {
            self.up_at = Some(now);
        }
        self.state = State::Fine;
        self.was_up = true;
        if told {
            vec![Step::TellRecovered]
        } else {
            Vec::new()
        }
    }

    fn asks_token(&self) -> bool {
        matches!(
            self.state,
            State::AskingToken
                | State::Pausing {
                    then: Step::AskToken,
                    ..
                }
        )
    }

    fn tells_at(&self) -> Option<Instant> {
        (self.was_up && !self.told && self.state != State::Fine).then(|| self.since + TELL_AFTER)
    }

    fn gives_up_at(&self) -> Option<Instant> {
        match self.state {
            State::Fine | State::AwaitingPin => None,
            _ if self.waiting && !self.was_up => None,
            _ => Some(self.since + if self.was_up { KEEP_FOR } else { CONNECT_FOR }),
        }
    }
}

#[cfg(test)]
mod tests;
