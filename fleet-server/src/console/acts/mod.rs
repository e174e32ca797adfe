//! What people can do, whichever way they ask for it: each act checks the rules, tells the store, and nudges the kit.
//! REST handlers and pages call these, so that neither knows a rule that the other does not.

mod alerts;
mod attendance;
mod follow_up;
mod hygiene;
mod identification;
mod invitations;
mod kit_owner;
mod learning;
mod organisation;
mod processing;
mod settings;
mod tickets;
mod visits;

use std::collections::{HashMap, HashSet};

use fleet_api::{KitName, TenantId};
use jiff::{Timestamp, civil::Date};

pub(super) use alerts::{add_channel, remove_channel, snooze};
pub(super) use attendance::{ReadChain, attendance};
pub(super) use follow_up::{follow_up_settings, rate, set_follow_up, state_cause};
pub(super) use hygiene::{Signed, adopt_checklist, sign_off};
pub(super) use identification::{adopt_consent, set_identification};
pub(super) use invitations::{Taken, Wanted, take_invitation};
pub(super) use kit_owner::{change_owner, kit_row};
pub(super) use learning::{
    Learner, acknowledge, acknowledge_own, adopt_routine, learners, may_take, own_worker, record_training,
    routine,
};
pub(super) use organisation::{
    add_care_provider, add_care_worker, add_unit, change_care_worker, change_unit, name_information_owner,
    rename_care_provider,
};
pub(super) use processing::note_processing;
pub(super) use settings::{Wishes, change_settings};
pub(super) use tickets::{
    assign_ticket, assignees, mark_spare, replace_kit, report_fault, spares, step_ticket, ticket,
};
pub(super) use visits::{
    Meeting, book, cancel, check_out, free_kits, overdue, rebook, reservation_tenant, take_back, unchangeable,
};

use super::clock;
use crate::{
    app::App,
    domain::{
        agreement::Agreement,
        inventory_file::{self, RowError},
        life_cycle::LifeState,
        organisation::check_kit_name,
    },
    identity::administrator::Administrator,
    store::{KitKey, LifeStep, Tenant},
    web::Problem,
};

/// Makes an agreement for a municipality. Only its region may: it is the other party.
pub(super) async fn make_agreement(
    app: &App,
    administrator: &Administrator,
    municipality: &Tenant,
    agreement: &Agreement,
    now: Timestamp,
) -> Result<(), Problem> {
    other_party(administrator, municipality)?;
    let made = app
        .store
        .make_agreement(
            municipality.id,
            agreement,
            clock::day(now),
            &administrator.act(now),
        )
        .await?;
    made.map_err(|refusal| Problem::refused("agreement", &refusal))
}

/// Gives an agreement its last day; none = until further notice.
pub(super) async fn end_agreement(
    app: &App,
    administrator: &Administrator,
    municipality: &Tenant,
    (from, until): (Date, Option<Date>),
    now: Timestamp,
) -> Result<(), Problem> {
    other_party(administrator, municipality)?;
    let (today, act) = (clock::day(now), administrator.act(now));
    let ended = app
        .store
        .end_agreement(municipality.id, (from, until), today, &act)
        .await?;
    ended.map_err(|refusal| Problem::refused("agreement", &refusal))
}

/// Withdraws an agreement that has not begun.
pub(super) async fn withdraw_agreement(
    app: &App,
    administrator: &Administrator,
    municipality: &Tenant,
    from: Date,
    now: Timestamp,
) -> Result<(), Problem> {
    other_party(administrator, municipality)?;
    let (today, act) = (clock::day(now), administrator.act(now));
    let withdrawn = app
        .store
        .withdraw_agreement(municipality.id, from, today, &act)
        .await?;
    withdrawn.map_err(|refusal| Problem::refused("agreement", &refusal))
}

/// Agreements are between a municipality and its region, so nobody else's region has a say.
fn other_party(administrator: &Administrator, municipality: &Tenant) -> Result<(), Problem> {
    let is_theirs = municipality.region == Some(administrator.tenant);
    is_theirs
        .then_some(())
        .ok_or_else(|| Problem::not_found("there is no such municipality in your region"))
}

/// The kit of that id, if the administrator may see it.
pub(super) async fn kit_key(app: &App, administrator: &Administrator, kit: &str) -> Result<KitKey, Problem> {
    let missing = || Problem::not_found("there is no such kit");
    let kit = kit.parse().map_err(|_| missing())?;
    let tenant = app.store.whose_kit(kit).await?;
    let reach = administrator.reach(&app.store).await?;
    let within = reach.iter().any(|candidate| candidate.id == tenant);
    within.then_some(KitKey { tenant, kit }).ok_or_else(missing)
}

/// What somebody may know of a kit's life, newest first, and what the municipalities in it are called.
pub(super) struct Life {
    pub(super) steps: Vec<LifeStep>,
    pub(super) names: HashMap<TenantId, String>,
}

/// A kit's life: all of it for whoever sees the kit now; for a municipality that had it, what happened there.
pub(super) async fn life(app: &App, administrator: &Administrator, kit: &str) -> Result<Life, Problem> {
    let missing = || Problem::not_found("there is no such kit");
    let kit = kit.parse().map_err(|_| missing())?;
    let reach = administrator.reach(&app.store).await?;
    let reach: HashSet<TenantId> = reach.into_iter().map(|tenant| tenant.id).collect();
    let mut places = app.store.places_of(kit).await?;
    if !reach.contains(&app.store.whose_kit(kit).await?) {
        places.retain(|place| reach.contains(place));
    }
    if places.is_empty() {
        return Err(missing());
    }
    let steps = app.store.life_of(kit, &places).await?;
    let left_for = steps.iter().filter_map(|step| step.moved_to);
    let told: HashSet<TenantId> = places.into_iter().chain(left_for).collect();
    let mut names = HashMap::new();
    for tenant in told {
        names.insert(tenant, app.store.tenant(tenant).await?.name);
    }
    Ok(Life { steps, names })
}

/// Gives a kit another name, as it is painted on it now.
pub(super) async fn rename(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    name: &KitName,
    now: Timestamp,
) -> Result<(), Problem> {
    let name = kit_name(name)?;
    app.store.rename_kit(key, &name, &administrator.act(now)).await?;
    Ok(())
}

/// The name that a kit is given.
pub(super) fn kit_name(name: &KitName) -> Result<KitName, Problem> {
    check_kit_name(name).map_err(|refusal| Problem::refused("kit-name", &refusal))
}

/// Takes a step in a kit's life; a kit that is lost or retired is cut off at once.
pub(super) async fn take_step(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    to: LifeState,
    now: Timestamp,
) -> Result<(), Problem> {
    let taken = app.store.take_step(key, to, &administrator.act(now)).await?;
    taken.map_err(|refusal| Problem::refused("life-step", &refusal))?;
    if to.ends_enrolment() {
        app.nudges.disconnect(key);
    }
    Ok(())
}

/// Hands a kit over to another municipality within reach.
pub(super) async fn hand_over(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    to: TenantId,
    now: Timestamp,
) -> Result<(), Problem> {
    let reach = administrator.reach(&app.store).await?;
    if to == key.tenant || !reach.iter().any(|tenant| tenant.id == to) {
        return Err(Problem::not_found("there is no other such municipality"));
    }
    app.store.hand_over(key, to, &administrator.act(now)).await?;
    app.nudges.disconnect(key);
    Ok(())
}

/// How a register was taken in.
#[derive(Debug, Clone, Copy)]
pub(super) struct TakenIn {
    pub(super) rows: usize,
    /// Of these, how many were not yet so.
    pub(super) changed: usize,
}

/// Takes in a register of kits and parts: all rows or none.
pub(super) async fn import(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    table: &str,
    now: Timestamp,
) -> Result<Result<TakenIn, Vec<RowError>>, Problem> {
    let rows = match inventory_file::read(table) {
        Ok(rows) => rows,
        Err(errors) => return Ok(Err(errors)),
    };
    let taken_in = app
        .store
        .import(tenant.id, &rows, &administrator.act(now))
        .await?;
    Ok(taken_in.map(|changed| TakenIn {
        rows: rows.len(),
        changed,
    }))
}
