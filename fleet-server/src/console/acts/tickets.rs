//! Reporting faults, taking tickets further, giving them to somebody, and putting a spare in a broken kit's place.

use fleet_api::{Fault, FaultSource, KitId, PersonId, TicketId};
use jiff::Timestamp;

use super::kit_key;
use crate::{
    app::App,
    console::{
        fleet::{self, KitRow},
        tickets::{self, TicketRow},
    },
    domain::{
        hygiene::Phase,
        life_cycle::LifeState,
        readiness::can_stand_in,
        ticket::{Resolution, TicketRefusal, TicketState},
    },
    identity::administrator::Administrator,
    store::{KitKey, Person, StoreError, Tenant},
    web::Problem,
};

/// Most kits and meetings that are looked through for spares.
const MOST: u32 = 5_000;

/// Reports a fault that somebody told the office of.
pub(in crate::console) async fn report_fault(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    fault: Fault,
    now: Timestamp,
) -> Result<TicketId, Problem> {
    let act = administrator.act(now);
    Ok(app
        .store
        .report_fault(key, fault, FaultSource::Office, &act)
        .await?)
}

/// The ticket of that id and whose it is, if the administrator may see it.
pub(in crate::console) async fn ticket(
    app: &App,
    administrator: &Administrator,
    ticket: &str,
) -> Result<(Tenant, TicketRow), Problem> {
    let missing = || Problem::from(StoreError::NotFound("ticket"));
    let id: TicketId = ticket.parse().map_err(|_| missing())?;
    let tenant = app.store.whose_ticket(id).await?;
    let reach = administrator.reach(&app.store).await?;
    let tenant = reach.into_iter().find(|candidate| candidate.id == tenant);
    let tenant = tenant.ok_or_else(missing)?;
    let found = app.store.ticket(tenant.id, id).await?;
    let row = tickets::one(app, &tenant, found).await?;
    Ok((tenant, row))
}

/// Takes a ticket a step further.
pub(in crate::console) async fn step_ticket(
    app: &App,
    administrator: &Administrator,
    row: &TicketRow,
    to: TicketState,
    resolution: Option<Resolution>,
    now: Timestamp,
) -> Result<(), Problem> {
    let act = administrator.act(now);
    let stepped = app
        .store
        .step_ticket(row.tenant, row.ticket.id, to, resolution, &act)
        .await?;
    stepped.map_err(|refusal| Problem::refused("ticket-step", &refusal))
}

/// Those who can see to a ticket. Only the organisation whose task it is learns who they are, and its trail that somebody did.
pub(in crate::console) async fn assignees(
    app: &App,
    administrator: &Administrator,
    row: &TicketRow,
    now: Timestamp,
) -> Result<Vec<Person>, Problem> {
    demand_own(administrator, row)?;
    Ok(tickets::look_who_can(app, row, &administrator.act(now)).await?)
}

fn demand_own(administrator: &Administrator, row: &TicketRow) -> Result<(), Problem> {
    let own = row.is_of(administrator.tenant);
    own.then_some(())
        .ok_or_else(|| Problem::refused("assignee", &TicketRefusal::NotYours))
}

/// Gives a ticket to somebody, or takes it back. The organisation whose task it is decides, among its own people.
pub(in crate::console) async fn assign_ticket(
    app: &App,
    administrator: &Administrator,
    row: &TicketRow,
    assignee: Option<PersonId>,
    now: Timestamp,
) -> Result<(), Problem> {
    let refused = |refusal: TicketRefusal| Problem::refused("assignee", &refusal);
    demand_own(administrator, row)?;
    let people = tickets::who_can(app, row).await?;
    if let Some(assignee) = assignee {
        let known = people.iter().any(|person| person.id == assignee);
        known
            .then_some(())
            .ok_or_else(|| refused(TicketRefusal::NotTheirs))?;
    }
    let act = administrator.act(now);
    let given = app
        .store
        .assign_ticket(row.tenant, row.ticket.id, assignee, &act)
        .await?;
    given.map_err(refused)
}

/// The kits that can take the broken kit's place: the municipality's spares and the region's own kits, of those that the
/// administrator may see. Whole, in service, with nobody, and free whenever the broken kit is reserved.
pub(in crate::console) async fn spares(
    app: &App,
    administrator: &Administrator,
    row: &TicketRow,
    now: Timestamp,
) -> Result<Vec<KitRow>, Problem> {
    let broken = KitKey {
        tenant: row.tenant,
        kit: row.ticket.kit,
    };
    if !needs_another(app, broken, now).await? {
        return Ok(Vec::new());
    }
    let times = app.store.coming_times(broken, now).await?;
    let reach = administrator.reach(&app.store).await?;
    let mut spares = Vec::new();
    for tenant in reach
        .iter()
        .filter(|tenant| tenant.id == row.tenant || tenant.region.is_none())
    {
        let of_region = tenant.region.is_none();
        let kits = fleet::rows(app, std::slice::from_ref(tenant), now).await?;
        for kit in kits {
            let usable = can_stand_in(kit.readiness, kit.cause) && kit.key != broken;
            // Another organisation's is handed over first: with nothing on it that would be forgotten.
            let settled = kit.tickets.is_empty() && !kit.missing.contains(&Phase::After);
            let usable = usable && (tenant.id == row.tenant || settled);
            if usable && (kit.spare || of_region) && is_free(app, kit.key, &times).await? {
                spares.push(kit);
            }
        }
    }
    // The municipality's own first: they need no new enrolment.
    spares.sort_by_key(|kit| (kit.key.tenant != row.tenant, kit.readiness));
    Ok(spares)
}

/// Not where another has taken its place already: it is in repair, and its visits have moved.
async fn needs_another(app: &App, broken: KitKey, now: Timestamp) -> Result<bool, StoreError> {
    let in_repair = app.store.kit(broken).await?.life == LifeState::InRepair;
    Ok(!in_repair || !app.store.coming_times(broken, now).await?.is_empty())
}

async fn is_free(app: &App, key: KitKey, times: &[(Timestamp, Timestamp)]) -> Result<bool, StoreError> {
    let (Some(first), Some(last)) = (times.first(), times.iter().map(|time| time.1).max()) else {
        return Ok(true);
    };
    let own = app.store.reservations(key.tenant, first.0, last, MOST).await?;
    let mut own = own.iter().filter(|visit| visit.kit == key.kit && !visit.wiped);
    let clashes = own.any(|visit| {
        times
            .iter()
            .any(|time| visit.starts_at < time.1 && visit.ends_at > time.0)
    });
    Ok(!clashes)
}

/// Puts a spare in the broken kit's place. One of the region's is handed over first and must then be enrolled anew
/// (decision 0004); were the server to stop in between, it stands among the municipality's spares, and the replacement
/// is asked for once more.
pub(in crate::console) async fn replace_kit(
    app: &App,
    administrator: &Administrator,
    row: &TicketRow,
    spare: KitId,
    now: Timestamp,
) -> Result<(), Problem> {
    let refused = |refusal: TicketRefusal| Problem::refused("replacement", &refusal);
    row.ticket
        .state
        .check_step(TicketState::Replaced, None)
        .map_err(refused)?;
    let broken = KitKey {
        tenant: row.tenant,
        kit: row.ticket.kit,
    };
    if !needs_another(app, broken, now).await? {
        return Err(refused(TicketRefusal::NothingToReplace));
    }
    let spares = spares(app, administrator, row, now).await?;
    let chosen = spares.iter().find(|kit| kit.key.kit == spare);
    let chosen = chosen.ok_or_else(|| refused(TicketRefusal::SpareNotFree))?.key;
    let act = administrator.act(now);
    if chosen.tenant != row.tenant {
        super::hand_over(app, administrator, chosen, row.tenant, now).await?;
        let here = KitKey {
            tenant: row.tenant,
            kit: spare,
        };
        app.store.mark_spare(here, true, &act).await?;
    }
    let replaced = app
        .store
        .replace_kit(row.tenant, row.ticket.id, spare, &act)
        .await?;
    let broken = replaced.map_err(refused)?;
    for kit in [broken, spare] {
        app.nudges.nudge(KitKey {
            tenant: row.tenant,
            kit,
        });
    }
    Ok(())
}

/// Marks a kit as spare, or takes it back into daily use.
pub(in crate::console) async fn mark_spare(
    app: &App,
    administrator: &Administrator,
    kit: &str,
    spare: bool,
    now: Timestamp,
) -> Result<(), Problem> {
    let key = kit_key(app, administrator, kit).await?;
    app.store.mark_spare(key, spare, &administrator.act(now)).await?;
    Ok(())
}
