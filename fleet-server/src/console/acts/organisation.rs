//! What a municipality consists of: its care providers, their units, who answers for the routine there, and its care workers.

use fleet_api::{CareProviderId, CareWorkerId, TenantId, UnitId};
use jiff::{Timestamp, civil::Date};

use crate::{
    app::App,
    domain::organisation::{NameRefusal, check_name, check_pseudonym},
    identity::{administrator::Administrator, secret},
    store::CareWorker,
    web::Problem,
};

/// Letters of a pseudonym that nobody chose.
const PSEUDONYM_LETTERS: usize = 4;

fn refused(refusal: NameRefusal) -> Problem {
    Problem::refused("organisation", &refusal)
}

/// Adds a care provider.
pub(in crate::console) async fn add_care_provider(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    name: &str,
    now: Timestamp,
) -> Result<CareProviderId, Problem> {
    let (name, act) = (check_name(name).map_err(refused)?, administrator.act(now));
    Ok(app.store.add_care_provider(tenant, name, &act).await?)
}

/// Gives a care provider another name.
pub(in crate::console) async fn rename_care_provider(
    app: &App,
    administrator: &Administrator,
    (tenant, provider): (TenantId, CareProviderId),
    name: &str,
    now: Timestamp,
) -> Result<(), Problem> {
    let (name, act) = (check_name(name).map_err(refused)?, administrator.act(now));
    app.store
        .rename_care_provider(tenant, provider, name, &act)
        .await?;
    Ok(())
}

/// Adds a unit to a care provider.
pub(in crate::console) async fn add_unit(
    app: &App,
    administrator: &Administrator,
    (tenant, provider): (TenantId, CareProviderId),
    name: &str,
    now: Timestamp,
) -> Result<UnitId, Problem> {
    let (name, act) = (check_name(name).map_err(refused)?, administrator.act(now));
    Ok(app.store.add_unit(tenant, provider, name, &act).await?)
}

/// Gives a unit another name, closes it or opens it again; what is not given stays.
pub(in crate::console) async fn change_unit(
    app: &App,
    administrator: &Administrator,
    (tenant, unit): (TenantId, UnitId),
    (name, closed): (Option<&str>, Option<bool>),
    now: Timestamp,
) -> Result<(), Problem> {
    let (name, act) = (
        name.map(check_name).transpose().map_err(refused)?,
        administrator.act(now),
    );
    app.store.change_unit(tenant, unit, (name, closed), &act).await?;
    Ok(())
}

/// Names the manager who answers for the routine in a unit from a day on.
pub(in crate::console) async fn name_information_owner(
    app: &App,
    administrator: &Administrator,
    (tenant, unit): (TenantId, UnitId),
    (name, position): (&str, &str),
    from: Date,
    now: Timestamp,
) -> Result<(), Problem> {
    let named = (
        check_name(name).map_err(refused)?,
        check_name(position).map_err(refused)?,
    );
    let act = administrator.act(now);
    app.store
        .name_information_owner(tenant, unit, named, from, &act)
        .await?;
    Ok(())
}

/// Adds a care worker; without a pseudonym they get one.
pub(in crate::console) async fn add_care_worker(
    app: &App,
    administrator: &Administrator,
    (tenant, unit): (TenantId, UnitId),
    (name, pseudonym): (&str, Option<&str>),
    now: Timestamp,
) -> Result<CareWorker, Problem> {
    let pseudonym = match pseudonym {
        Some(chosen) => check_pseudonym(chosen).map_err(refused)?,
        None => secret::random_letters(PSEUDONYM_LETTERS),
    };
    let new = CareWorker {
        id: CareWorkerId::generate(),
        pseudonym,
        name: check_name(name).map_err(refused)?.to_owned(),
        unit,
        has_left: false,
    };
    let act = administrator.act(now);
    app.store.add_care_worker(tenant, &new, &act).await?;
    Ok(new)
}

/// Moves a care worker to another unit, or notes that they have left or are back; what is not given stays.
pub(in crate::console) async fn change_care_worker(
    app: &App,
    administrator: &Administrator,
    (tenant, worker): (TenantId, CareWorkerId),
    change: (Option<UnitId>, Option<bool>),
    now: Timestamp,
) -> Result<(), Problem> {
    let act = administrator.act(now);
    app.store.change_care_worker(tenant, worker, change, &act).await?;
    Ok(())
}
