//! Which visits were followed by their sign-offs, and where cleaning was left out, by the unit whose care worker had the kit.

use std::collections::BTreeMap;

use fleet_api::{TenantId, UnitId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    app::App,
    domain::{
        follow_up::month::Month,
        hygiene::{CountedVisit, LeftOut, Phase, Step},
    },
    store::{StoreError, Uncleaned, Unit},
};

/// A unit's month.
pub(super) struct UnitMonth {
    pub(super) name: String,
    pub(super) visits: Vec<CountedVisit>,
    /// Cleanings that were skipped on the kit.
    pub(super) skipped: usize,
    /// Kits that were taken without their sign-off.
    pub(super) taken: usize,
}

/// Each unit's month, and every cleaning of it that was left out, the newest first, with the unit's name.
pub(super) async fn of_month(
    app: &App,
    tenant: TenantId,
    month: Month,
) -> Result<(Vec<UnitMonth>, Vec<(Uncleaned, Option<String>)>), StoreError> {
    let uncleaned = app.store.uncleaned(tenant, month.span()).await?;
    let units = by_unit(app, tenant, month).await?;
    let name = |found: &Uncleaned| {
        let unit = units.iter().find(|(unit, _)| Some(unit.id) == found.unit);
        unit.map(|(unit, _)| unit.name.clone())
    };
    let named = uncleaned
        .iter()
        .map(|found| (found.clone(), name(found)))
        .collect();
    let of_unit = |(unit, visits): (Unit, Vec<CountedVisit>)| {
        let of_it = || uncleaned.iter().filter(|found| found.unit == Some(unit.id));
        let skipped = of_it()
            .filter(|found| matches!(found.how, LeftOut::Skipped(_)))
            .count();
        UnitMonth {
            taken: of_it().count() - skipped,
            name: unit.name,
            visits,
            skipped,
        }
    };
    Ok((units.into_iter().map(of_unit).collect(), named))
}

/// How far back the return before a visit is looked for.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(24 * 400);

/// Each unit's visits whose kit was checked out in that month and came back.
pub(super) async fn by_unit(
    app: &App,
    tenant: TenantId,
    month: Month,
) -> Result<Vec<(Unit, Vec<CountedVisit>)>, StoreError> {
    let (begins, ends) = month.span();
    let workers: BTreeMap<_, UnitId> = app
        .store
        .all_care_workers(tenant)
        .await?
        .into_iter()
        .map(|worker| (worker.id, worker.unit))
        .collect();
    let steps = app.store.hygiene_steps(tenant, begins - LOOKS_BACK).await?;
    let on_kits = app.store.signed_on_kits(tenant, begins).await?;
    let mut by_unit: BTreeMap<UnitId, Vec<CountedVisit>> = BTreeMap::new();
    for out in app.store.check_outs(tenant, begins).await? {
        let (Some(unit), Some(returned)) = (workers.get(&out.worker), out.returned_at) else {
            continue;
        };
        if out.at < ends && out.at >= begins {
            let steps = steps.get(&out.kit).map_or(&[][..], Vec::as_slice);
            let mut visit = visit(steps, out.at, returned);
            visit.before |= on_kits.contains(&(out.id, Phase::Before));
            visit.after |= on_kits.contains(&(out.id, Phase::After));
            by_unit.entry(*unit).or_default().push(visit);
        }
    }
    let units = app.store.units(tenant).await?.into_iter();
    Ok(units
        .map(|unit| {
            let visits = by_unit.remove(&unit.id).unwrap_or_default();
            (unit, visits)
        })
        .collect())
}

fn visit(steps: &[(Timestamp, Step)], at: Timestamp, returned: Timestamp) -> CountedVisit {
    let is_earlier_return = |(when, step): &&(Timestamp, Step)| *step == Step::Returned && *when < at;
    let last_return = steps.iter().rfind(is_earlier_return).map(|(when, _)| *when);
    let next_out = steps
        .iter()
        .find(|(when, step)| *step == Step::CheckedOut && *when > returned)
        .map(|(when, _)| *when);
    let signed = |phase, from: Option<Timestamp>, until: Option<Timestamp>| {
        steps.iter().any(|(when, step)| {
            *step == Step::Signed(phase)
                && from.is_none_or(|from| *when >= from)
                && until.is_none_or(|until| *when <= until)
        })
    };
    CountedVisit {
        at,
        before: signed(Phase::Before, last_return, Some(at)),
        after: signed(Phase::After, Some(returned), next_out),
    }
}
