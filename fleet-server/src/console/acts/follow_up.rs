//! How meetings felt to staff, why they were not held, and what an organisation says about its follow-up.

use fleet_api::{CareWorkerId, Rating, ReservationId, TenantId};
use jiff::Timestamp;

use super::reservation_tenant;
use crate::{
    app::App,
    domain::follow_up::{account::WhyNotHeld, settings::Settings},
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
    let act = administrator.act(now);
    app.store.set_follow_up_settings(tenant, settings, &act).await?;
    Ok(())
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
    let act = administrator.act(now);
    app.store.state_cause(tenant, reservation, cause, &act).await?;
    Ok(())
}
