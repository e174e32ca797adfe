//! One order and its life: asked for, opened in an app, finished, forgotten. Pure; the time is an input.
//!
//! The limits are those of `protocols.md` §2.1: 30 s to be opened, 3 min to be finished, 3 min to collect a completed
//! order (once), 5 min to see that one has failed.

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use super::completion::Completion;
use super::qr::QrStart;
use super::request::{Asked, Kind};

/// An app must open the order within this time, or it fails with `startFailed`.
pub const START_TIME: Duration = Duration::from_secs(30);
/// From opening to the security code [3P]; for orders by telephone from the beginning [INF].
pub const FINISH_TIME: Duration = Duration::from_mins(3);
/// How long a completed order waits to be collected.
pub const COMPLETE_KEPT: Duration = Duration::from_mins(3);
/// How long a failed order waits to be collected.
pub const FAILED_KEPT: Duration = Duration::from_mins(5);
/// How long an order that no app ever opened waits to be collected [3P].
pub const UNOPENED_KEPT: Duration = Duration::from_secs(190);

/// An order.
#[expect(clippy::struct_field_names, reason = "the RP API calls it so")]
pub(super) struct Order {
    pub(super) order_ref: String,
    pub(super) auto_start_token: String,
    pub(super) qr: QrStart,
    pub(super) asked: Asked,
    pub(super) begun: Duration,
    pub(super) phase: Phase,
    /// What a test wants `collect` to say while pending.
    pub(super) hint: Option<String>,
    pub(super) last_collected: Option<Duration>,
}

/// How far an order has come.
pub(super) enum Phase {
    Waiting,
    Opened {
        at: Duration,
        step: Step,
    },
    Complete {
        at: Duration,
        completion: Box<Completion>,
    },
    Failed {
        at: Duration,
        hint: String,
    },
}

/// What the app shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Step {
    /// Looks for an identification that fits.
    Searching,
    /// "Are you in a call?", asked for orders by telephone.
    Call,
    /// The holder's document is to be read.
    Document,
    /// The security code is asked for.
    Code,
}

impl Step {
    fn hint(self) -> &'static str {
        match self {
            Self::Searching => "started",
            Self::Call => "userCallConfirm",
            Self::Document => "userMrtd",
            Self::Code => "userSign",
        }
    }
}

impl Order {
    pub(super) fn new(asked: Asked, now: Duration) -> Self {
        let secret = || Uuid::new_v4().to_string();
        Self {
            order_ref: secret(),
            auto_start_token: secret(),
            qr: QrStart {
                token: secret(),
                secret: secret(),
            },
            asked,
            begun: now,
            phase: Phase::Waiting,
            hint: None,
            last_collected: None,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.asked.kind
    }

    pub(super) fn is_pending(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Opened { .. })
    }

    /// Lets the time limits have their effect.
    pub(super) fn settle(&mut self, now: Duration) {
        let (limit, hint) = match self.phase {
            Phase::Waiting if self.kind().by_phone() => (self.begun + FINISH_TIME, "expiredTransaction"),
            Phase::Waiting => (self.begun + START_TIME, "startFailed"),
            Phase::Opened { at, .. } => (at + FINISH_TIME, "expiredTransaction"),
            Phase::Complete { .. } | Phase::Failed { .. } => return,
        };
        if now >= limit {
            self.fail(hint, limit);
        }
    }

    pub(super) fn is_forgotten(&self, now: Duration) -> bool {
        match self.phase {
            Phase::Waiting | Phase::Opened { .. } => false,
            Phase::Complete { at, .. } => now >= at + COMPLETE_KEPT,
            Phase::Failed { at, ref hint } if hint == "startFailed" => now >= at + UNOPENED_KEPT,
            Phase::Failed { at, .. } => now >= at + FAILED_KEPT,
        }
    }

    pub(super) fn fail(&mut self, hint: &str, at: Duration) {
        self.phase = Phase::Failed {
            at,
            hint: hint.into(),
        };
    }

    pub(super) fn status(&self) -> &'static str {
        match self.phase {
            Phase::Waiting | Phase::Opened { .. } => "pending",
            Phase::Complete { .. } => "complete",
            Phase::Failed { .. } => "failed",
        }
    }

    /// What `collect` says besides the status.
    pub(super) fn hint(&self) -> Option<&str> {
        match &self.phase {
            Phase::Waiting => Some(self.hint.as_deref().unwrap_or("outstandingTransaction")),
            Phase::Opened { step, .. } => Some(self.hint.as_deref().unwrap_or_else(|| step.hint())),
            Phase::Failed { hint, .. } => Some(hint),
            Phase::Complete { .. } => None,
        }
    }

    /// What the app asks its holder after this step.
    pub(super) fn step_after(&self, step: Step) -> Step {
        match step {
            Step::Searching | Step::Call if self.kind().by_phone() => Step::Call,
            Step::Searching if self.asked.wants_document => Step::Document,
            Step::Searching | Step::Call | Step::Document | Step::Code => Step::Code,
        }
    }
}
