//! What is the matter now with a tenant's visits, kits and tickets, each with the time at which it is to be raised.

use fleet_api::{KitId, TicketId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::AlertKind;
use crate::domain::{fault::stops_visits, readiness::LEAST_BATTERY, visit::FETCHED_BEFORE};

/// How long before a visit its kit should be heard and clean.
pub const VISIT_IS_NEAR: SignedDuration = SignedDuration::from_hours(1);
/// How long before a visit its battery is looked at: charging takes time.
pub const CHARGED_BEFORE: SignedDuration = SignedDuration::from_hours(2);
/// Storage below which somebody is told, bytes: ten times what a kit must have free to hold meetings.
pub const STORAGE_IS_LOW: u64 = 1 << 30;

/// A visit of today with its kit.
#[derive(Debug, Clone)]
pub struct VisitFacts {
    /// The reservation.
    pub reservation: Uuid,
    /// Its kit.
    pub kit: KitId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Whether somebody has fetched the kit for it.
    pub fetched: bool,
    /// Whether the kit is connected now.
    pub connected: bool,
    /// When it was heard last.
    pub heard_at: Option<Timestamp>,
    /// Percent, and whether it takes charge; none = not told, or no battery.
    pub battery: Option<(u8, bool)>,
    /// Whether a hygiene sign-off is missing.
    pub unsigned: bool,
}

/// A kit in service, as it last told of itself.
#[derive(Debug, Clone)]
pub struct KitFacts {
    /// Which one.
    pub kit: KitId,
    /// Whether a check of its self-test failed.
    pub self_test_failed: bool,
    /// Bytes; none = not told.
    pub storage_free: Option<u64>,
    /// Whether it runs another version than its municipality's kits should; false where none is set, or it has told none.
    pub version_differs: bool,
}

/// What is looked at: one tenant's visits, kits and tickets.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Visits that run or begin soon.
    pub visits: Vec<VisitFacts>,
    /// Kits in service.
    pub kits: Vec<KitFacts>,
    /// Tickets that nobody has taken on.
    pub tickets: Vec<UntouchedTicket>,
}

/// A ticket that nobody has taken on.
#[derive(Debug, Clone)]
pub struct UntouchedTicket {
    /// Which one.
    pub ticket: TicketId,
    /// Its kit.
    pub kit: KitId,
    /// Its fault.
    pub fault: fleet_api::Fault,
    /// Since when.
    pub reported_at: Timestamp,
}

/// Something that is the matter now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// What.
    pub kind: AlertKind,
    /// With which visit, ticket or kit.
    pub about: Uuid,
    /// Which kit.
    pub kit: KitId,
    /// When the visit begins.
    pub visit_at: Option<Timestamp>,
    /// When it is to be raised at the earliest.
    pub due_at: Timestamp,
}

/// What is the matter now.
#[must_use]
pub fn conditions(facts: &Facts, now: Timestamp) -> Vec<Condition> {
    let running = facts.visits.iter().filter(|visit| visit.ends_at > now);
    let visits = running.flat_map(|visit| of_visit(visit, now));
    let kits = facts.kits.iter().flat_map(|kit| of_kit(kit, now));
    visits
        .chain(kits)
        .chain(facts.tickets.iter().map(of_ticket))
        .collect()
}

fn of_visit(visit: &VisitFacts, now: Timestamp) -> Vec<Condition> {
    let ahead = visit.starts_at.duration_since(now);
    let near = ahead <= VISIT_IS_NEAR;
    let low = visit
        .battery
        .is_some_and(|(percent, charging)| percent < LEAST_BATTERY && !charging);
    let heard_at = visit.heard_at.unwrap_or(now).min(now);
    [
        (AlertKind::OfflineBeforeVisit, near && !visit.connected, heard_at),
        (
            AlertKind::NotFetched,
            ahead <= FETCHED_BEFORE && !visit.fetched,
            now,
        ),
        (AlertKind::BatteryLow, ahead <= CHARGED_BEFORE && low, now),
        (
            AlertKind::HygieneMissing,
            near && visit.unsigned && !visit.fetched,
            now,
        ),
    ]
    .into_iter()
    .filter(|(_, holds, _)| *holds)
    .map(|(kind, _, since)| Condition {
        kind,
        about: visit.reservation,
        kit: visit.kit,
        visit_at: Some(visit.starts_at),
        due_at: since + kind.grace(true),
    })
    .collect()
}

fn of_kit(kit: &KitFacts, now: Timestamp) -> Vec<Condition> {
    let storage_low = kit.storage_free.is_some_and(|free| free < STORAGE_IS_LOW);
    [
        (AlertKind::SelfTestFailed, kit.self_test_failed),
        (AlertKind::StorageLow, storage_low),
        (AlertKind::VersionOld, kit.version_differs),
    ]
    .into_iter()
    .filter(|(_, holds)| *holds)
    .map(|(kind, _)| Condition {
        kind,
        about: kit.kit.0,
        kit: kit.kit,
        visit_at: None,
        due_at: now + kind.grace(false),
    })
    .collect()
}

fn of_ticket(ticket: &UntouchedTicket) -> Condition {
    let kind = AlertKind::TicketUntouched;
    Condition {
        kind,
        about: ticket.ticket.0,
        kit: ticket.kit,
        visit_at: None,
        due_at: ticket.reported_at + kind.grace(stops_visits(ticket.fault)),
    }
}
