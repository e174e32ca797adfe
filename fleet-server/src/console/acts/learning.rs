//! Training, reading the routine, and what somebody lacks before they take a kit along.

use fleet_api::{CareWorkerId, TenantId};
use jiff::{Timestamp, civil::Date};

use super::visits::known_worker;
use crate::{
    app::App,
    audit::Actor,
    console::clock,
    domain::training::{
        Lack, RoutineVersion, Training, TrainingRefusal, check_training, check_version, lacks,
        version_in_force,
    },
    identity::{administrator::Administrator, may_take},
    store::{CareWorker, Learnt, StoreError},
    web::Problem,
};

/// A care worker with what they have learnt and what they lack today.
#[derive(Debug, Clone)]
pub(in crate::console) struct Learner {
    pub(in crate::console) worker: CareWorker,
    pub(in crate::console) learnt: Learnt,
    pub(in crate::console) lacks: Vec<Lack>,
}

/// A municipality's care workers by pseudonym.
pub(in crate::console) async fn learners(
    app: &App,
    tenant: TenantId,
    today: Date,
) -> Result<Vec<Learner>, StoreError> {
    let settings = app.store.follow_up_settings(tenant).await?;
    let versions = app.store.routine_versions(tenant).await?;
    let in_force = version_in_force(&versions, today);
    let mut learnt = app.store.learnt(tenant).await?;
    let workers = app.store.care_workers(tenant).await?.into_iter();
    let learner = |worker: CareWorker| {
        let learnt = learnt.remove(&worker.id).unwrap_or_default();
        let lacks = lacks(
            &settings.required,
            &learnt.trainings,
            in_force,
            &learnt.versions(),
            today,
        );
        Learner {
            worker,
            learnt,
            lacks,
        }
    };
    Ok(workers.map(learner).collect())
}

/// Refuses a check-out by somebody who lacks something, where the municipality has said so.
pub(in crate::console) async fn may_take(
    app: &App,
    tenant: TenantId,
    worker: CareWorkerId,
    today: Date,
) -> Result<(), Problem> {
    if may_take::may_take(&app.store, tenant, worker, today).await? {
        Ok(())
    } else {
        Err(Problem::refused("training", &TrainingRefusal::StopsCheckOut))
    }
}

/// Records that somebody was trained.
pub(in crate::console) async fn record_training(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    worker: CareWorkerId,
    new: &Training,
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, tenant, worker).await?;
    check_training(new, clock::day(now)).map_err(|refusal| Problem::refused("training", &refusal))?;
    let act = administrator.act(now);
    app.store.record_training(tenant, worker, new, &act).await?;
    Ok(())
}

/// Adopts a version of the routine.
pub(in crate::console) async fn adopt_routine(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    title: &str,
    (from, review_on): (Date, Date),
    now: Timestamp,
) -> Result<u32, Problem> {
    check_version(title, from, review_on).map_err(|refusal| Problem::refused("routine", &refusal))?;
    let act = administrator.act(now);
    Ok(app
        .store
        .adopt_routine(tenant, title.trim(), (from, review_on), &act)
        .await?)
}

/// Records that somebody has read a version of the routine.
pub(in crate::console) async fn acknowledge(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    worker: CareWorkerId,
    version: u32,
    now: Timestamp,
) -> Result<(), Problem> {
    known_worker(app, tenant, worker).await?;
    let act = administrator.act(now);
    app.store
        .acknowledge_routine(tenant, worker, version, &act)
        .await?;
    Ok(())
}

/// The care worker who is looking, in their own municipality.
pub(in crate::console) async fn own_worker(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
) -> Result<Option<CareWorkerId>, StoreError> {
    match administrator.actor {
        Actor::Person(_, person) if administrator.tenant == tenant => {
            app.store.care_worker_of_person(tenant, person).await
        }
        _ => Ok(None),
    }
}

/// Records that whoever is logged in has read a version of the routine themselves.
pub(in crate::console) async fn acknowledge_own(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    version: u32,
    now: Timestamp,
) -> Result<(), Problem> {
    let worker = own_worker(app, administrator, tenant).await?;
    let worker = worker.ok_or_else(|| {
        Problem::not_found("nobody knows yet which care worker you are; log in on a kit once, or ask your manager to record it")
    })?;
    acknowledge(app, administrator, tenant, worker, version, now).await
}

/// The versions of the routine, newest first, and which of them is in force.
pub(in crate::console) async fn routine(
    app: &App,
    tenant: TenantId,
    today: Date,
) -> Result<(Vec<RoutineVersion>, Option<RoutineVersion>), StoreError> {
    let versions = app.store.routine_versions(tenant).await?;
    let in_force = version_in_force(&versions, today).cloned();
    Ok((versions, in_force))
}
