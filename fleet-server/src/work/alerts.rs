//! Looks once a minute for what could stop a visit, now or later, and has people told. What is the matter and what follows is decided in
//! `domain::alert`; here the facts are gathered, and who is told is read off the responsibility table. Sending is
//! `work::deliveries`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use fleet_api::{KitId, TenantId};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    audit::{Act, Actor},
    device::Nudges,
    domain::{
        agreement::Agreement,
        alert::{
            CHARGED_BEFORE, Change, Condition, Facts, KitFacts, UntouchedTicket, VisitFacts, conditions,
            decide,
        },
        hygiene::{HYGIENE_LOOKS_BACK, Phase, missing},
        life_cycle::LifeState,
        readiness::ONLINE_WITHIN,
        responsibility::{Responsible, on_day},
        sweden,
        ticket::{Holder, TicketState, route},
        visit::FETCHED_SINCE,
    },
    store::{Kit, KitHealth, KitKey, Store, StoreError, Tenant, Ticket},
};

const EVERY: Duration = Duration::from_mins(1);
/// Most kits, visits and tickets of one tenant.
const MOST: u32 = 5_000;

/// Looks until the server stops. `looked` is told after each turn, so that what was raised is sent at once.
pub async fn run(store: Store, nudges: Nudges, looked: Arc<Notify>, stop: CancellationToken) {
    let mut turns = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        if let Err(error) = turn(&store, &nudges, Timestamp::now()).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not look for alerts"
            );
        }
        looked.notify_one();
    }
}

/// Looks at all tenants once.
pub async fn turn(store: &Store, nudges: &Nudges, now: Timestamp) -> Result<(), StoreError> {
    for tenant in store.tenants().await? {
        look_at(store, nudges, &tenant, now).await?;
    }
    Ok(())
}

async fn look_at(store: &Store, nudges: &Nudges, tenant: &Tenant, now: Timestamp) -> Result<(), StoreError> {
    let kits = store.kits(tenant.id, MOST).await?;
    let healths = store.kit_healths(tenant.id).await?;
    let visits = visits(store, nudges, tenant, (&kits, &healths), now).await?;
    let open = store.tickets(tenant.id, Timestamp::MAX, MOST).await?;
    let open: Vec<Ticket> = open
        .into_iter()
        .filter(|ticket| ticket.state == TicketState::Open)
        .collect();
    let facts = Facts {
        visits,
        kits: kits_in_service(tenant, &kits, &healths),
        tickets: open.iter().map(untouched).collect(),
    };
    let known = store.known_alerts(tenant.id).await?;
    let changes = decide(&known, &conditions(&facts, now), now);
    if changes.is_empty() {
        return Ok(());
    }
    let agreements = store.agreements(tenant.id).await?;
    let told = |change: Change| {
        let receivers = match &change {
            Change::Begin { condition, .. } | Change::Raise { condition, .. } => {
                receivers(tenant, &agreements, &open, condition, now)
            }
            Change::End(_) => Vec::new(),
        };
        (change, receivers)
    };
    let changes: Vec<_> = changes.into_iter().map(told).collect();
    store
        .change_alerts(tenant, &changes, &Act::by(Actor::Server, now))
        .await
}

/// Only these: one that is in the workshop is somebody's work already.
fn kits_in_service(tenant: &Tenant, kits: &[Kit], healths: &HashMap<KitId, KitHealth>) -> Vec<KitFacts> {
    let wanted = tenant.settings.update_target.as_ref();
    let in_service = kits.iter().filter(|kit| kit.life == LifeState::InService);
    let facts = |kit: &Kit| {
        let health = healths.get(&kit.id);
        let runs = kit.agent_version.as_deref();
        KitFacts {
            kit: kit.id,
            self_test_failed: health.is_some_and(KitHealth::self_test_failed),
            storage_free: health
                .and_then(|health| health.state.storage_free)
                .map(|free| free.0),
            version_differs: matches!((wanted, runs), (Some(wanted), Some(runs)) if wanted.as_str() != runs),
        }
    };
    in_service.map(facts).collect()
}

fn untouched(ticket: &Ticket) -> UntouchedTicket {
    UntouchedTicket {
        ticket: ticket.id,
        kit: ticket.kit,
        fault: ticket.fault,
        reported_at: ticket.reported_at,
    }
}

/// Whoever answers by the table; and where it is about a visit, the municipality that makes it.
fn receivers(
    tenant: &Tenant,
    agreements: &[Agreement],
    tickets: &[Ticket],
    condition: &Condition,
    now: Timestamp,
) -> Vec<TenantId> {
    let Some(region) = tenant.region else {
        return vec![tenant.id];
    };
    let who = match condition.kind.item() {
        Some(item) => on_day(item, agreements, sweden::day(now)).who,
        None => tickets
            .iter()
            .find(|ticket| ticket.id.0 == condition.about)
            .map(|ticket| {
                let day = sweden::day(ticket.reported_at);
                route(ticket.fault, Holder::Municipality(agreements), day).who
            }),
    };
    let mut receivers = vec![match who {
        Some(Responsible::Municipality) => tenant.id,
        Some(Responsible::Region) | None => region,
    }];
    if condition.kind.is_about_a_visit() && !receivers.contains(&tenant.id) {
        receivers.push(tenant.id);
    }
    receivers
}

/// The visits that run or begin soon, with what is known of their kits.
async fn visits(
    store: &Store,
    nudges: &Nudges,
    municipality: &Tenant,
    (kits, healths): (&[Kit], &HashMap<KitId, KitHealth>),
    now: Timestamp,
) -> Result<Vec<VisitFacts>, StoreError> {
    let tenant = municipality.id;
    let asked_for_on_kit = municipality.identity.staff_login;
    let mut soon = store
        .reservations(tenant, now, now + CHARGED_BEFORE, MOST)
        .await?;
    // It was held before its time is over.
    soon.retain(|visit| !visit.wiped);
    if soon.is_empty() {
        return Ok(Vec::new());
    }
    let kits: HashMap<KitId, &Kit> = kits.iter().map(|kit| (kit.id, kit)).collect();
    let connected = store.connected_kits(tenant, now).await?;
    let outs = store.check_outs(tenant, now - FETCHED_SINCE).await?;
    let steps = store.hygiene_steps(tenant, now - HYGIENE_LOOKS_BACK).await?;
    let facts = |visit: &crate::store::BookedReservation| {
        let key = KitKey {
            tenant,
            kit: visit.kit,
        };
        let heard_at = kits.get(&visit.kit).and_then(|kit| kit.last_seen_at);
        let heard = heard_at.is_some_and(|at| now.duration_since(at) <= ONLINE_WITHIN);
        let battery = healths.get(&visit.kit).and_then(|health| health.state.battery);
        let kit_steps = steps.get(&visit.kit).map_or(&[][..], Vec::as_slice);
        let kit_steps: Vec<_> = kit_steps.iter().map(|(_, step)| *step).collect();
        VisitFacts {
            reservation: visit.id.0,
            kit: visit.kit,
            starts_at: visit.starts_at,
            ends_at: visit.ends_at,
            fetched: outs
                .iter()
                .any(|out| out.kit == visit.kit && out.outing().serves(visit.id, visit.starts_at)),
            connected: nudges.is_connected(key) || connected.contains(&visit.kit) || heard,
            heard_at,
            battery: battery.map(|battery| (battery.percent.get(), battery.charging)),
            // Before the visit a kit asks by itself, when whoever has logged in on it takes it along.
            unsigned: missing(&kit_steps)
                .iter()
                .any(|phase| *phase == Phase::After || !asked_for_on_kit),
        }
    };
    Ok(soon.iter().map(facts).collect())
}
