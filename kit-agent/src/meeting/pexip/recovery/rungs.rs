//! The rungs of the ladder: restart in place, a new call, a new token, and the pauses between them.

use std::time::Duration;

use tokio::time::Instant;

use super::{Recovery, State, Step};
use crate::meeting::Loss;

/// A restarted path must carry packets within this.
pub(super) const RESTART_FOR: Duration = Duration::from_secs(6);
/// A new call must carry packets within this.
const CALL_FOR: Duration = Duration::from_secs(15);
/// Longest pause between two tries where there was no contact: a link that comes back is used soon.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Longest pause where the service answered that it is in trouble: it must not be pressed.
const LONGEST_PAUSE_OF_SERVICE: Duration = Duration::from_secs(15);
/// The media of those who are put out may end before the node's reason comes; the reason is waited for this long.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(1);
/// Failed calls in a row before the token is suspected.
const CALLS_PER_TOKEN: u32 = 3;

impl Recovery {
    pub(super) fn restart(&mut self, now: Instant) -> Vec<Step> {
        self.state = State::Restarting {
            until: now + RESTART_FOR,
        };
        vec![Step::RestartIce]
    }

    pub(super) fn call(&mut self, now: Instant) -> Vec<Step> {
        self.state = State::Calling {
            until: now + CALL_FOR,
        };
        vec![Step::NewCall]
    }

    /// One token at a time: a second one would seat us twice.
    pub(super) fn ask(&mut self) -> Vec<Step> {
        if self.state == State::AskingToken {
            return Vec::new();
        }
        self.state = State::AskingToken;
        vec![Step::AskToken]
    }

    pub(super) fn media_ended(&mut self, now: Instant) -> Vec<Step> {
        let until = match self.state {
            State::Fine | State::WaitingForPath { .. } | State::Restarting { .. } => now + LAST_WORDS,
            State::Pausing {
                until,
                then: Step::RestartIce,
            } => until,
            State::Calling { .. } => return self.call_failed(now, Loss::Network),
            State::Pausing { .. } | State::AskingToken | State::AwaitingPin => {
                return Vec::new();
            }
        };
        self.state = State::Pausing {
            until,
            then: Step::NewCall,
        };
        Vec::new()
    }

    pub(super) fn wait_for_reason(&mut self, now: Instant) -> Vec<Step> {
        if !self.asks_token() {
            self.state = State::Pausing {
                until: now + LAST_WORDS,
                then: Step::AskToken,
            };
        }
        Vec::new()
    }

    pub(super) fn call_failed(&mut self, now: Instant, loss: Loss) -> Vec<Step> {
        self.last_loss = loss;
        self.failed_calls += 1;
        let then = if self.failed_calls.is_multiple_of(CALLS_PER_TOKEN) {
            Step::AskToken
        } else {
            Step::NewCall
        };
        self.pause(now, then)
    }

    pub(super) fn no_token(&mut self, now: Instant, loss: Loss) -> Vec<Step> {
        self.last_loss = loss;
        if loss == Loss::NotTrusted && !self.was_up {
            return vec![Step::GiveUp(loss)];
        }
        self.pause(now, Step::AskToken)
    }

    /// A second try of the restart is enough; then a new call is the better one.
    pub(super) fn pause(&mut self, now: Instant, then: Step) -> Vec<Step> {
        let then = if then == Step::RestartIce && self.failures > 0 {
            Step::NewCall
        } else {
            then
        };
        let longest = if self.last_loss == Loss::ServiceDown {
            LONGEST_PAUSE_OF_SERVICE
        } else {
            LONGEST_PAUSE
        };
        let doubled = Duration::from_secs(1 << self.failures.min(4));
        let pause = doubled.min(longest).mul_f64((self.jitter)());
        self.failures += 1;
        self.state = State::Pausing {
            until: now + pause,
            then,
        };
        Vec::new()
    }

    pub(super) fn after_pause(&mut self, now: Instant, then: Step) -> Vec<Step> {
        match then {
            Step::RestartIce => self.restart(now),
            Step::NewCall => self.call(now),
            _ => self.ask(),
        }
    }

    pub(super) fn network_changed(&mut self, now: Instant) -> Vec<Step> {
        match self.state {
            State::Fine | State::WaitingForPath { .. } | State::Restarting { .. } => self.restart(now),
            // A network that came back is worth a try at once.
            State::Pausing { then, .. } => self.after_pause(now, then),
            // What is under way opens fresh sockets by itself.
            State::Calling { .. } | State::AskingToken | State::AwaitingPin => Vec::new(),
        }
    }
}
