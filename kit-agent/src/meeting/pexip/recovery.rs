//! What to try next when something fails: restart the path, a new call, a new token. Pure: no clock, no network.
//!
//! Also drives the first connection, which is the same ladder begun at its top. Limits and order follow the official
//! client (protocols §1.8, "recovery timers"), with the patience of a kit that nobody operates: while the visit wants
//! the meeting, calling goes on for half an hour.

use std::time::Duration;

use tokio::time::Instant;

use crate::meeting::{Loss, Place};

/// From "no packet for 1.5 s" to the restart: two seconds without packets in all.
const WAIT_FOR_PATH: Duration = Duration::from_millis(500);
/// From "no packet for 1.5 s" to telling the visit: five seconds in all. Shorter gaps are bridged silently.
const TELL_AFTER: Duration = Duration::from_millis(3_500);
/// A restarted path must carry packets within this.
const RESTART_FOR: Duration = Duration::from_secs(6);
/// A new call must carry packets within this.
const CALL_FOR: Duration = Duration::from_secs(15);
/// The first connection is tried this long.
pub(super) const CONNECT_FOR: Duration = Duration::from_mins(1);
/// A meeting once joined is called again this long.
pub(super) const KEEP_FOR: Duration = Duration::from_mins(30);
/// Longest pause between two tries where there was no contact: a link that comes back is used soon.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// Longest pause where the service answered that it is in trouble: it must not be pressed.
const LONGEST_PAUSE_OF_SERVICE: Duration = Duration::from_secs(15);
/// The media of those who are put out may end before the node's reason comes; the reason is waited for this long.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// A call that ends before this has failed, even if packets flowed: the next one waits for its turn.
const STEADY: Duration = Duration::from_secs(10);
/// Failed calls in a row before the token is suspected.
const CALLS_PER_TOKEN: u32 = 3;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// No packet for 1.5 s.
    PathLost,
    /// An address or route of this machine changed.
    NetworkChanged,
    /// Packets flow.
    MediaUp,
    /// The restart was answered with "no", or with its old credentials.
    RestartRefused,
    /// The restart got no answer at all.
    RestartUnanswered,
    /// The node says that the call is gone, or it is of no use any more.
    CallGone,
    /// The media of the call ended, and the node has not said why yet.
    MediaEnded,
    /// The new call could not be made, was answered with "no", or got no answer.
    CallFailed(Loss),
    /// A token was given.
    TokenGiven,
    /// The token is gone, and the node's reason is known or no reason will come.
    TokenGone,
    /// A request was refused for its token; the node's reason may be on its way.
    TokenRefused,
    /// No token, for a reason that may pass.
    NoToken(Loss),
    /// A person must type a PIN first.
    PinAwaited,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask for a token.
    AskToken,
    /// Make a new call with the token that we have.
    NewCall,
    /// Restart ICE in place.
    RestartIce,
    /// Tell the visit that we are calling again.
    TellReconnecting,
    /// Tell the visit that we are back.
    TellRecovered,
    /// Stop trying.
    GiveUp(Loss),
}

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

    fn restart(&mut self, now: Instant) -> Vec<Step> {
        self.state = State::Restarting {
            until: now + RESTART_FOR,
        };
        vec![Step::RestartIce]
    }

    fn call(&mut self, now: Instant) -> Vec<Step> {
        self.state = State::Calling {
            until: now + CALL_FOR,
        };
        vec![Step::NewCall]
    }

    /// One token at a time: a second one would seat us twice.
    fn ask(&mut self) -> Vec<Step> {
        if self.state == State::AskingToken {
            return Vec::new();
        }
        self.state = State::AskingToken;
        vec![Step::AskToken]
    }

    fn media_ended(&mut self, now: Instant) -> Vec<Step> {
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

    fn wait_for_reason(&mut self, now: Instant) -> Vec<Step> {
        if !self.asks_token() {
            self.state = State::Pausing {
                until: now + LAST_WORDS,
                then: Step::AskToken,
            };
        }
        Vec::new()
    }

    fn call_failed(&mut self, now: Instant, loss: Loss) -> Vec<Step> {
        self.last_loss = loss;
        self.failed_calls += 1;
        let then = if self.failed_calls.is_multiple_of(CALLS_PER_TOKEN) {
            Step::AskToken
        } else {
            Step::NewCall
        };
        self.pause(now, then)
    }

    fn no_token(&mut self, now: Instant, loss: Loss) -> Vec<Step> {
        self.last_loss = loss;
        if loss == Loss::NotTrusted && !self.was_up {
            return vec![Step::GiveUp(loss)];
        }
        self.pause(now, Step::AskToken)
    }

    /// A second try of the restart is enough; then a new call is the better one.
    fn pause(&mut self, now: Instant, then: Step) -> Vec<Step> {
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

    fn after_pause(&mut self, now: Instant, then: Step) -> Vec<Step> {
        match then {
            Step::RestartIce => self.restart(now),
            Step::NewCall => self.call(now),
            _ => self.ask(),
        }
    }

    fn network_changed(&mut self, now: Instant) -> Vec<Step> {
        match self.state {
            State::Fine | State::WaitingForPath { .. } | State::Restarting { .. } => self.restart(now),
            // A network that came back is worth a try at once.
            State::Pausing { then, .. } => self.after_pause(now, then),
            // What is under way opens fresh sockets by itself.
            State::Calling { .. } | State::AskingToken | State::AwaitingPin => Vec::new(),
        }
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
#[path = "recovery_tests.rs"]
mod tests;
