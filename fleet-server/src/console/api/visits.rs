//! Check-out, return and hygiene sign-off by named care workers; visits whose kit nobody has fetched.

use std::collections::BTreeSet;

use axum::{extract::State, http::StatusCode};
use fleet_api::{CareWorkerId, KitId, Rating, ReservationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::hygiene::{CleanedPart, OverrideReason, Phase},
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// Who takes the kit along.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CheckOutRequest {
    care_worker: CareWorkerId,
    /// Why it is taken without its sign-off, where one is missing. It is recorded.
    without_sign_off: Option<OverrideReason>,
}

/// Who brings the kit back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ReturnRequest {
    care_worker: CareWorkerId,
    /// How the meeting felt to the care worker. It is counted for the unit; whose answer it was is not kept.
    rating: Option<Rating>,
}

/// Who signs for what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct SignOffRequest {
    care_worker: CareWorkerId,
    phase: Phase,
    /// The version of the checklist that was cleaned by; it must be the one in force.
    version: u32,
    /// Every part of that checklist.
    parts: BTreeSet<CleanedPart>,
}

/// A visit whose kit should have been fetched by now.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct OverdueView {
    reservation: ReservationId,
    kit: KitId,
    #[schema(value_type = String, format = DateTime)]
    starts_at: Timestamp,
}

/// Hands a kit to a care worker, for its next visit today if it has one.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/check-out",
    params(("id" = KitId, Path)),
    request_body = CheckOutRequest,
    responses(
        (status = 204, description = "The care worker has it."),
        (status = 409, description = "Somebody else has it.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, description = "A hygiene sign-off is missing.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn check_out(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<CheckOutRequest>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let (worker, reason) = (request.care_worker, request.without_sign_off);
    acts::check_out(&app, &administrator, key, worker, reason, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a kit back.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/return",
    params(("id" = KitId, Path)),
    request_body = ReturnRequest,
    responses(
        (status = 204, description = "It is back."),
        (status = 404, description = "No such kit or care worker, or nobody had it.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn take_back(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<ReturnRequest>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let (worker, now) = (request.care_worker, Timestamp::now());
    acts::take_back(&app, &administrator, key, worker, now).await?;
    if let Some(rating) = request.rating {
        acts::rate(&app, &administrator, key.tenant, worker, rating, now).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Signs that every part of a kit is clean.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/sign-offs",
    params(("id" = KitId, Path)),
    request_body = SignOffRequest,
    responses(
        (status = 204, description = "Signed."),
        (status = 409, description = "Another version of the checklist is in force.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, description = "Not every part, or no checklist is adopted.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn sign_off(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<SignOffRequest>,
) -> Result<StatusCode, Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let signed = acts::Signed {
        phase: request.phase,
        version: request.version,
        parts: &request.parts,
    };
    acts::sign_off(
        &app,
        &administrator,
        key,
        request.care_worker,
        signed,
        Timestamp::now(),
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists today's visits whose kit nobody has fetched 30 minutes before they begin.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/not-fetched",
    params(Paging),
    responses(
        (status = 200, body = Vec<OverdueView>),
    ),
)]
pub(in crate::console) async fn not_fetched(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing,
) -> Result<Page<OverdueView>, Problem> {
    let reach = administrator.reach(&app.store).await?;
    let overdue = acts::overdue(&app, &reach, Timestamp::now()).await?;
    let page = listing.page(overdue, |booking| (booking.starts_at, booking.reservation))?;
    Ok(page.map(|booking| OverdueView {
        reservation: booking.reservation,
        kit: booking.kit,
        starts_at: booking.starts_at,
    }))
}
