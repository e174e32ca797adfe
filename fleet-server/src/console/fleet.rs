//! The kits within reach as people see them: state, cause, whose task that is, next visit.

use std::collections::{HashMap, HashSet};

use fleet_api::{KitId, TenantId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::{
    clock,
    tickets::{self, TicketRow},
};
use crate::{
    app::App,
    domain::{
        agreement::{Arrangement, in_force},
        fault::stops_visits,
        hygiene::{Phase, Step, missing},
        part::{Condition, PartKind},
        readiness::{Cause, Facts, ONLINE_WITHIN, Readiness, readiness},
        responsibility::{Answer, Item, OF_REGION, under},
    },
    store::{Custodian, Kit, KitHealth, KitKey, StoreError, Tenant},
};

/// Most kits of one municipality.
const MOST_KITS: u32 = 5_000;
/// How many municipalities are read at the same time: one page must not keep everybody else's waiting.
const TENANTS_AT_ONCE: usize = 2;
/// How far back sign-offs are looked for.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(24 * 400);
/// How far ahead the next visit is looked for.
const AHEAD: SignedDuration = SignedDuration::from_hours(31 * 24);

/// A kit in a list.
#[derive(Debug, Clone)]
pub(super) struct KitRow {
    pub(super) key: KitKey,
    pub(super) municipality: String,
    pub(super) arrangement: Option<Arrangement>,
    /// Whether the region has it itself.
    pub(super) of_region: bool,
    /// What the municipality is called whose property it is; none = the region's.
    pub(super) owner_name: Option<String>,
    pub(super) kit: Kit,
    pub(super) readiness: Readiness,
    pub(super) cause: Option<Cause>,
    /// Whose task the cause is, and why.
    pub(super) task: Option<Answer>,
    pub(super) online: bool,
    pub(super) next_visit: Option<Timestamp>,
    /// Sign-offs that are missing before it may be taken along.
    pub(super) missing: Vec<Phase>,
    /// Who has it with them.
    pub(super) holder: Option<Custodian>,
    /// How it was when it last told.
    pub(super) health: Option<KitHealth>,
    /// Its open tickets, what stops a visit first.
    pub(super) tickets: Vec<TicketRow>,
    /// Whether it stands ready to take another kit's place.
    pub(super) spare: bool,
}

impl KitRow {
    /// Who answers for this item of the kit today, and why.
    pub(super) fn answer(&self, item: Item) -> Answer {
        answer(item, self.arrangement, self.of_region)
    }
}

fn answer(item: Item, arrangement: Option<Arrangement>, of_region: bool) -> Answer {
    if of_region {
        OF_REGION
    } else {
        under(item, arrangement)
    }
}

/// All kits of these tenants, by tenant and name.
pub(super) async fn rows(app: &App, tenants: &[Tenant], now: Timestamp) -> Result<Vec<KitRow>, StoreError> {
    let each: Vec<_> = tenants.iter().map(|tenant| of_tenant(app, tenant, now)).collect();
    stream::iter(each).buffered(TENANTS_AT_ONCE).try_concat().await
}

async fn of_tenant(app: &App, tenant: &Tenant, now: Timestamp) -> Result<Vec<KitRow>, StoreError> {
    let kits = app.store.kits(tenant.id, MOST_KITS).await?;
    if kits.is_empty() {
        return Ok(Vec::new());
    }
    let mut known = Known::read(app, tenant, now).await?;
    Ok(kits.into_iter().map(|kit| known.row(app, kit)).collect())
}

/// What the store says of a municipality's kits beside themselves; each kit takes its own.
struct Known<'a> {
    tenant: &'a Tenant,
    now: Timestamp,
    arrangement: Option<Arrangement>,
    unusable: HashMap<KitId, Vec<(PartKind, Condition)>>,
    incomplete: HashSet<KitId>,
    next_visits: HashMap<KitId, Timestamp>,
    holders: HashMap<KitId, Custodian>,
    /// The names of other municipalities whose property is here.
    owners_elsewhere: HashMap<TenantId, String>,
    steps: HashMap<KitId, Vec<Step>>,
    healths: HashMap<KitId, KitHealth>,
    spares: HashSet<KitId>,
    connected: HashSet<KitId>,
    tickets: HashMap<KitId, Vec<TicketRow>>,
}

impl<'a> Known<'a> {
    async fn read(app: &App, tenant: &'a Tenant, now: Timestamp) -> Result<Self, StoreError> {
        let (store, id) = (&app.store, tenant.id);
        let agreements = store.agreements(id).await?;
        let mut unusable: HashMap<KitId, Vec<_>> = HashMap::new();
        for (kit, kind, condition) in store.unusable_parts(id).await? {
            unusable.entry(kit).or_default().push((kind, condition));
        }
        let mut tickets: HashMap<KitId, Vec<TicketRow>> = HashMap::new();
        for row in tickets::open(app, tenant).await? {
            tickets.entry(row.ticket.kit).or_default().push(row);
        }
        Ok(Self {
            tenant,
            now,
            arrangement: in_force(&agreements, clock::day(now)).map(|agreement| agreement.arrangement),
            unusable,
            incomplete: store.incomplete_kits(id).await?,
            next_visits: store.next_visits(id, now, now + AHEAD).await?,
            holders: store.custodians(id).await?,
            owners_elsewhere: store.owners_elsewhere(id).await?,
            steps: store.hygiene_now(id, now - LOOKS_BACK).await?,
            healths: store.kit_healths(id).await?,
            spares: store.spare_kits(id).await?,
            connected: store.connected_kits(id, now).await?,
            tickets,
        })
    }

    fn row(&mut self, app: &App, kit: Kit) -> KitRow {
        let key = KitKey {
            tenant: self.tenant.id,
            kit: kit.id,
        };
        let holder = self.holders.remove(&kit.id);
        let steps = self.steps.remove(&kit.id).unwrap_or_default();
        let health = self.healths.remove(&kit.id);
        let mut tickets = self.tickets.remove(&kit.id).unwrap_or_default();
        tickets.sort_by_key(|row| (!stops_visits(row.ticket.fault), row.ticket.reported_at));
        let fault = tickets.first().filter(|row| stops_visits(row.ticket.fault));
        let heard = kit.last_seen_at.map(|at| self.now.duration_since(at));
        let (state, cause) = readiness(&Facts {
            life: kit.life,
            enrolled: kit.device.is_some(),
            heard,
            checked_out: holder.is_some(),
            self_test_failed: health.as_ref().is_some_and(KitHealth::self_test_failed),
            faulty: fault.is_some(),
            clean: !missing(&steps).contains(&Phase::After),
            parts: self.unusable.remove(&kit.id).unwrap_or_default(),
            unregistered: self.incomplete.contains(&kit.id),
        });
        let of_region = self.tenant.region.is_none();
        // A fault keeps its owner of that day, whatever the agreement is by now.
        let task = match (cause, fault) {
            (Some(Cause::Fault), Some(row)) => Some(row.answer()),
            _ => cause.map(|cause| answer(cause.item(), self.arrangement, of_region)),
        };
        KitRow {
            key,
            municipality: self.tenant.name.clone(),
            arrangement: self.arrangement,
            of_region,
            owner_name: self.owner_of(&kit),
            readiness: state,
            cause,
            task,
            online: app.nudges.is_connected(key)
                || self.connected.contains(&kit.id)
                || heard.is_some_and(|ago| ago <= ONLINE_WITHIN),
            missing: missing(&steps),
            holder,
            next_visit: self.next_visits.get(&kit.id).copied(),
            spare: self.spares.contains(&kit.id),
            health,
            tickets,
            kit,
        }
    }

    fn owner_of(&self, kit: &Kit) -> Option<String> {
        let owner = kit.owner.municipality()?;
        let name = self.owners_elsewhere.get(&owner).unwrap_or(&self.tenant.name);
        Some(name.clone())
    }
}
