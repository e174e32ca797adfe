//! When somebody is told of something before it stops a visit: decided here, delivered elsewhere (`work`).
//!
//! `conditions` says what is the matter now, `decide` what follows from it and from what is known already. A condition
//! must have held for its grace period before it is raised; each occurrence is raised once; a snooze puts it off, and
//! when the snooze is over and the condition still holds it is raised again. A visit that is moved to another kit or time is
//! another occurrence. Time is an input.

mod conditions;

use fleet_api::{AlertId, KitId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{closed_list::closed_list, refusal::Refusal, responsibility::Item};

pub use conditions::{
    CHARGED_BEFORE, Condition, Facts, KitFacts, STORAGE_IS_LOW, UntouchedTicket, VISIT_IS_NEAR, VisitFacts,
    conditions,
};

closed_list! {
    /// What somebody is told of.
    AlertKind {
        /// A kit is not heard, and its visit is soon.
        OfflineBeforeVisit = "offline_before_visit",
        /// Nobody has fetched the kit, and its visit is soon (R37).
        NotFetched = "not_fetched",
        /// The battery would not last the visit.
        BatteryLow = "battery_low",
        /// Nobody has taken a ticket on.
        TicketUntouched = "ticket_untouched",
        /// A hygiene sign-off is missing, and the visit is soon.
        HygieneMissing = "hygiene_missing",
        /// The last self-test of a kit in service failed.
        SelfTestFailed = "self_test_failed",
        /// A kit in service has little storage left.
        StorageLow = "storage_low",
        /// A kit in service does not run the version that it should (R151).
        VersionOld = "version_old",
    }
}

closed_list! {
    /// Where alerts are sent.
    ChannelKind {
        /// A mailbox.
        Email = "email",
        /// A program that is called over HTTPS.
        Webhook = "webhook",
    }
}

/// Longest snooze.
pub const LONGEST_SNOOZE: SignedDuration = SignedDuration::from_hours(14 * 24);

impl AlertKind {
    /// How long a condition must hold before it is raised. `grave` = it can stop a visit.
    #[must_use]
    pub fn grace(self, grave: bool) -> SignedDuration {
        match self {
            // A tablet that starts, or changes network, is away for some minutes.
            Self::OfflineBeforeVisit => SignedDuration::from_mins(15),
            // Whoever has it may be on the way to the charger.
            Self::BatteryLow => SignedDuration::from_mins(10),
            // Their own time before the visit is the grace period.
            Self::NotFetched | Self::HygieneMissing => SignedDuration::ZERO,
            // A network or a loudspeaker may be back at the next look; a disk does not fill up and empty by itself.
            Self::SelfTestFailed => SignedDuration::from_mins(30),
            Self::StorageLow => SignedDuration::from_hours(1),
            // A kit lies switched off between its visits, and updates when it is on.
            Self::VersionOld => SignedDuration::from_hours(7 * 24),
            Self::TicketUntouched if grave => SignedDuration::from_hours(4),
            Self::TicketUntouched => SignedDuration::from_hours(24),
        }
    }

    /// What somebody answers for who must see to it; none = whoever has the ticket.
    #[must_use]
    pub fn item(self) -> Option<Item> {
        match self {
            Self::OfflineBeforeVisit => Some(Item::MobileBroadband),
            Self::NotFetched => Some(Item::ConductOfMeetings),
            Self::BatteryLow => Some(Item::EquipmentInTheHome),
            Self::HygieneMissing => Some(Item::HygieneRoutines),
            Self::SelfTestFailed | Self::StorageLow => Some(Item::ServiceAndReplacement),
            Self::VersionOld => Some(Item::HomeSolutionUpdates),
            Self::TicketUntouched => None,
        }
    }

    /// Whether it is about a visit: then the municipality that makes it is told too, whoever answers.
    #[must_use]
    pub fn is_about_a_visit(self) -> bool {
        match self {
            Self::OfflineBeforeVisit | Self::NotFetched | Self::BatteryLow | Self::HygieneMissing => true,
            Self::TicketUntouched | Self::SelfTestFailed | Self::StorageLow | Self::VersionOld => false,
        }
    }
}

/// An occurrence that has begun and not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: AlertId,
    /// What.
    pub kind: AlertKind,
    /// With which visit, ticket or kit.
    pub about: Uuid,
    /// Which kit.
    pub kit: KitId,
    /// When the visit begins.
    pub visit_at: Option<Timestamp>,
    /// When it is to be raised next; none = it has been raised and not snoozed since.
    pub due_at: Option<Timestamp>,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Remember it, and raise it at once where its time has come.
    Begin {
        /// What is the matter.
        condition: Condition,
        /// Whether it is raised with it.
        raise: bool,
    },
    /// Tell people.
    Raise {
        /// Which occurrence.
        id: AlertId,
        /// What is the matter.
        condition: Condition,
    },
    /// It is over; nobody is told.
    End(AlertId),
}

impl Known {
    fn is(&self, condition: &Condition) -> bool {
        (self.kind, self.about, self.kit, self.visit_at)
            == (condition.kind, condition.about, condition.kit, condition.visit_at)
    }
}

/// What follows from what is the matter and what is known of it already. What is over comes first: of each visit or ticket
/// there is one occurrence of a kind at a time.
#[must_use]
pub fn decide(known: &[Known], conditions: &[Condition], now: Timestamp) -> Vec<Change> {
    let over = |known: &&Known| !conditions.iter().any(|condition| known.is(condition));
    let mut changes: Vec<Change> = known
        .iter()
        .filter(over)
        .map(|known| Change::End(known.id))
        .collect();
    for condition in conditions {
        match known.iter().find(|known| known.is(condition)) {
            None => changes.push(Change::Begin {
                condition: *condition,
                raise: condition.due_at <= now,
            }),
            Some(known) if known.due_at.is_some_and(|due| due <= now) => changes.push(Change::Raise {
                id: known.id,
                condition: *condition,
            }),
            Some(_) => {}
        }
    }
    changes
}

/// Why a snooze was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SnoozeRefusal {
    /// It would be over already.
    #[error("choose a time that is still to come")]
    NotAhead,
    /// It would be forgotten.
    #[error("an alert can be snoozed for 14 days at most")]
    TooLong,
}

impl Refusal for SnoozeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAhead => "snooze_not_ahead",
            Self::TooLong => "snooze_too_long",
        }
    }
}

/// Whether an alert may be silent until then.
pub fn check_snooze(until: Timestamp, now: Timestamp) -> Result<(), SnoozeRefusal> {
    if until <= now {
        Err(SnoozeRefusal::NotAhead)
    } else if until.duration_since(now) > LONGEST_SNOOZE {
        Err(SnoozeRefusal::TooLong)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
