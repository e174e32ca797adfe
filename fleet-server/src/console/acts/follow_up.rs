//! How meetings felt to staff, why they were not held, and what an organisation says about its follow-up.

use axum::http::StatusCode;
use fleet_api::{CareWorkerId, Rating, ReservationId, TenantId};
use jiff::Timestamp;

use super::reservation_tenant;
use crate::{
    app::App,
    domain::{
        follow_up::{
            account::{CauseRefusal, WhyNotHeld},
            settings::Settings,
            yearly_plan::YearlyPlan,
        },
        refusal::Refusal as _,
    },
    identity::administrator::Administrator,
    store::StoreError,
    web::Problem,
};

/// Counts a care worker's answer to how the meeting felt, for their unit.
pub(in crate::console) async fn rate(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    worker: CareWorkerId,
    answer: Rating,
    now: Timestamp,
) -> Result<(), Problem> {
    let workers = app.store.care_workers(tenant).await?;
    let worker = workers.iter().find(|candidate| candidate.id == worker);
    let unit = worker.ok_or(StoreError::NotFound("care worker"))?.unit;
    let act = administrator.act(now);
    app.store.rate_as_staff(tenant, unit, answer, &act).await?;
    Ok(())
}

/// Replaces what an organisation has said about its follow-up.
pub(in crate::console) async fn set_follow_up(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    settings: &Settings,
    now: Timestamp,
) -> Result<(), Problem> {
    let plausible = settings.plan.is_plausible()
        && settings.travel.is_none_or(|assumed| assumed.are_plausible())
        && settings.inhabitants.is_none_or(|number| number < 20_000_000);
    if !plausible {
        let detail = "a number is out of its range; see the schema";
        return Err(Problem::invalid("follow-up-settings", detail));
    }
    let plan = region_plan(app, tenant).await?.unwrap_or(settings.plan);
    // A program that says nothing of a plan has said the routine's own.
    if ![plan, YearlyPlan::default()].contains(&settings.plan) {
        let detail =
            "your region says how many meetings there are to be; leave \"plan\" as it is, or ask the region";
        return Err(Problem::new(StatusCode::FORBIDDEN, "plan-of-region", detail));
    }
    let settings = Settings {
        plan,
        ..settings.clone()
    };
    let act = administrator.act(now);
    app.store.set_follow_up_settings(tenant, &settings, &act).await?;
    Ok(())
}

/// What a tenant has said about its follow-up; the plan is its region's.
pub(in crate::console) async fn follow_up_settings(
    app: &App,
    tenant: TenantId,
) -> Result<Settings, StoreError> {
    let settings = app.store.follow_up_settings(tenant).await?;
    let plan = region_plan(app, tenant).await?.unwrap_or(settings.plan);
    Ok(Settings { plan, ..settings })
}

/// None = it is a region itself.
async fn region_plan(app: &App, tenant: TenantId) -> Result<Option<YearlyPlan>, StoreError> {
    let Some(region) = app.store.tenant(tenant).await?.region else {
        return Ok(None);
    };
    Ok(Some(app.store.follow_up_settings(region).await?.plan))
}

/// States why a meeting was not held.
pub(in crate::console) async fn state_cause(
    app: &App,
    administrator: &Administrator,
    reservation: ReservationId,
    cause: WhyNotHeld,
    now: Timestamp,
) -> Result<(), Problem> {
    let tenant = reservation_tenant(app, administrator, reservation).await?;
    if app.store.reservation(tenant, reservation).await?.starts_at > now {
        return Err(Problem::conflict(CauseRefusal.code(), CauseRefusal));
    }
    let act = administrator.act(now);
    app.store.state_cause(tenant, reservation, cause, &act).await?;
    Ok(())
}
