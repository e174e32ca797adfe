//! A kit's life: its steps, and handing it over.

use std::cmp::Reverse;

use axum::{extract::State, http::StatusCode};
use fleet_api::{KitId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::life_cycle::LifeState,
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A step in a kit's life.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct StepView {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What it became; where it left, what it was.
    state: LifeState,
    /// Where.
    municipality: TenantId,
    /// What that is called.
    municipality_name: String,
    /// Where it went by this step.
    moved_to: Option<TenantId>,
    /// Who took it, as in the audit trail; none = that was not noted yet.
    by: Option<String>,
}

/// Where a kit's life is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct StepRequest {
    to: LifeState,
}

/// Who is to have the kit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct HandOverRequest {
    municipality: TenantId,
}

/// The steps of a kit's life, newest first: all of them for whoever sees the kit now; for a municipality that had it, those
/// that were taken there.
#[utoipa::path(
    get,
    path = "/api/v1/kits/{id}/life",
    params(("id" = KitId, Path), Paging),
    responses(
        (status = 200, body = Vec<StepView>),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    listing: Listing,
) -> Result<Page<StepView>, Problem> {
    let acts::Life { steps, names } = acts::life(&app, &administrator, &kit).await?;
    // Steps are only ever added, so each keeps its number from the first on.
    let numbered: Vec<_> = steps.into_iter().rev().enumerate().collect();
    let page = listing.page(numbered, |(number, _)| Reverse(*number))?;
    Ok(page.map(|(_, step)| StepView {
        at: step.at,
        state: step.state,
        municipality: step.tenant,
        municipality_name: names.get(&step.tenant).cloned().unwrap_or_default(),
        moved_to: step.moved_to,
        by: step.actor,
    }))
}

/// Takes a step in a kit's life. A kit that is lost, stolen or retired loses its enrolment at once.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/life",
    params(("id" = KitId, Path)),
    request_body = StepRequest,
    responses(
        (status = 204, description = "Taken."),
        (status = 422, description = "That step may not follow.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn take_step(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<StepRequest>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    acts::take_step(&app, &administrator, key, request.to, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hands a kit over to another municipality. What happened to it so far stays where it happened; it must be enrolled anew.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/hand-over",
    params(("id" = KitId, Path)),
    request_body = HandOverRequest,
    responses(
        (status = 204, description = "Handed over."),
        (status = 409, description = "It is in use, not clean or not whole, or the receiver has a kit of that name.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn hand_over(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<HandOverRequest>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    acts::hand_over(&app, &administrator, key, request.municipality, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
