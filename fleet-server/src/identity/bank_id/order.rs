//! One identification, from the first QR code to its end: a state machine with the time as its input.
//!
//! BankID gives an order half a minute to be scanned. An elderly person needs longer, so a new order is begun in silence for as long as
//! `PATIENCE` lasts; the screen shows one QR code that keeps changing.

use fleet_api::{JoinGrant, QrData};
use jiff::{SignedDuration, Timestamp};

use super::{
    answer::{Begun, CallError, Collected, Status},
    message::{self, Message},
    qr,
};
use crate::domain::identity::personal_number::PersonalNumber;

/// How long new orders are begun where nobody scans.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// How often BankID is asked how an order stands.
const ASK_EVERY: SignedDuration = SignedDuration::from_secs(2);

/// An identification.
#[derive(Debug)]
pub struct Order {
    since: Timestamp,
    phase: Phase,
    message: Message,
}

#[derive(Debug)]
enum Phase {
    /// An order is to be begun.
    New,
    /// An order is under way.
    Open {
        order: Begun,
        begun_at: Timestamp,
        ask_at: Timestamp,
        scanned: bool,
    },
    /// Somebody has identified; it is being looked whether they are the one.
    Identified,
    Done(JoinGrant),
    Failed {
        try_again: bool,
    },
}

/// What is to be done now.
#[derive(Debug)]
pub enum Due<'a> {
    /// Begin an order.
    Begin,
    /// Ask how this one stands.
    Collect(&'a Begun),
    /// Nothing.
    Nothing,
}

/// What the screen shows now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View<'a> {
    /// A QR code, or none for the moment that it takes to begin a new order.
    Waiting(Option<QrData>),
    /// The phone has it.
    Scanned,
    /// The kit may join by this.
    Done(&'a JoinGrant),
    /// It came to nothing.
    Failed {
        /// Whether a new try may come out better.
        try_again: bool,
    },
}

impl Order {
    /// A new one.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            since: now,
            phase: Phase::New,
            message: Message::Rfa1,
        }
    }

    /// What is to be done now.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Due<'_> {
        match &self.phase {
            Phase::New => Due::Begin,
            Phase::Open { order, ask_at, .. } if now >= *ask_at => Due::Collect(order),
            _ => Due::Nothing,
        }
    }

    /// BankID has begun an order; its answer arrived now.
    pub fn begun(&mut self, order: Begun, now: Timestamp) {
        self.message = Message::Rfa1;
        self.phase = Phase::Open {
            order,
            begun_at: now,
            ask_at: now + ASK_EVERY,
            scanned: false,
        };
    }

    /// BankID has said how the order stands. Returns who has identified, once somebody has.
    pub fn collected(&mut self, collected: Collected, now: Timestamp) -> Option<PersonalNumber> {
        let Phase::Open { ask_at, scanned, .. } = &mut self.phase else {
            return None;
        };
        let hint = collected.hint_code.as_deref();
        let status = collected.status;
        self.message = message::of_hint(status, hint);
        match status {
            Status::Pending => {
                *ask_at = now + ASK_EVERY;
                *scanned = message::is_scanned(hint);
                None
            }
            Status::Failed if hint == Some("startFailed") && now < self.since + PATIENCE => {
                self.message = Message::Rfa1;
                self.phase = Phase::New;
                None
            }
            Status::Failed => {
                self.phase = Phase::Failed { try_again: true };
                None
            }
            Status::Complete => {
                self.phase = Phase::Identified;
                let person = collected.person();
                if person.is_none() {
                    self.failed(CallError::Unreadable);
                }
                person
            }
        }
    }

    /// A call did not go as it should.
    pub fn failed(&mut self, error: CallError) {
        let (message, try_again) = message::of_error(error);
        if message == Message::OurFault {
            tracing::error!(%error, "BankID refuses what we do; look at bank-id.toml and at the certificate");
        }
        self.message = message;
        self.phase = Phase::Failed { try_again };
    }

    /// Whoever has identified may join by this.
    pub fn grant(&mut self, grant: JoinGrant) {
        if matches!(self.phase, Phase::Identified) {
            self.message = Message::Done;
            self.phase = Phase::Done(grant);
        }
    }

    /// Whoever has identified is not the one that the meeting is for.
    pub fn refuse_person(&mut self) {
        self.message = Message::OtherPerson;
        self.phase = Phase::Failed { try_again: true };
    }

    /// What the screen shows now.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> View<'_> {
        match &self.phase {
            Phase::New => View::Waiting(None),
            Phase::Open { scanned: true, .. } | Phase::Identified => View::Scanned,
            Phase::Open { order, begun_at, .. } => {
                let second = now.duration_since(*begun_at).as_secs();
                View::Waiting(qr::code(order, u64::try_from(second).unwrap_or(0)))
            }
            Phase::Done(grant) => View::Done(grant),
            Phase::Failed { try_again } => View::Failed {
                try_again: *try_again,
            },
        }
    }

    /// Seconds until it is given up, while a code waits to be scanned.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> Option<u16> {
        let waits = matches!(self.view(now), View::Waiting(_));
        let left = (self.since + PATIENCE).duration_since(now).as_secs();
        waits.then(|| u16::try_from(left.max(0)).unwrap_or(u16::MAX))
    }

    /// What it says beside that.
    #[must_use]
    pub fn message(&self) -> Message {
        self.message
    }

    /// Whether it is over, one way or the other.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Done(_) | Phase::Failed { .. })
    }

    /// The order that BankID still holds open for us, if there is one.
    #[must_use]
    pub fn open(self) -> Option<Begun> {
        match self.phase {
            Phase::Open { order, .. } => Some(order),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
