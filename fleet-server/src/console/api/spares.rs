//! The spare pool: which kits stand ready, and putting one in a broken kit's place.

use axum::{extract::State, http::StatusCode};
use fleet_api::{KitId, KitName, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    console::{
        acts,
        fleet::KitRow,
        rest::{Listing, Page, Paging},
    },
    domain::readiness::Readiness,
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A kit that can take the broken one's place.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct SpareView {
    kit: KitId,
    name: KitName,
    readiness: Readiness,
    /// Whether it is the region's, so that it is handed over and must be enrolled anew.
    from_region: bool,
}

/// Lists the kits that can take the broken kit's place, the municipality's own first.
#[utoipa::path(
    get,
    path = "/api/v1/tickets/{id}/spares",
    params(("id" = TicketId, Path), Paging),
    responses(
        (status = 200, body = Vec<SpareView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
    listing: Listing,
) -> Result<Page<SpareView>, Problem> {
    let (tenant, row) = acts::ticket(&app, &administrator, &ticket).await?;
    let spares = acts::spares(&app, &administrator, &row, Timestamp::now()).await?;
    let from_region = |kit: &KitRow| kit.key.tenant != tenant.id;
    let page = listing.page(spares, |kit| {
        (from_region(kit), kit.kit.name.as_str().to_owned(), kit.key.kit)
    })?;
    Ok(page.map(|kit| SpareView {
        from_region: from_region(&kit),
        kit: kit.key.kit,
        name: kit.kit.name,
        readiness: kit.readiness,
    }))
}

/// The kit that is to take the broken one's place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ReplacementRequest {
    kit: KitId,
}

/// Puts a spare in the broken kit's place: its visits move to the spare, and it goes to repair.
#[utoipa::path(
    post,
    path = "/api/v1/tickets/{id}/replacement",
    params(("id" = TicketId, Path)),
    request_body = ReplacementRequest,
    responses(
        (status = 204, description = "Replaced."),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "That kit cannot take its place.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn replace(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
    BoundedJson(request): BoundedJson<ReplacementRequest>,
) -> Result<StatusCode, Problem> {
    let (_, row) = acts::ticket(&app, &administrator, &ticket).await?;
    acts::replace_kit(&app, &administrator, &row, request.kit, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks a kit as spare: it stands ready to take another's place.
#[utoipa::path(
    put,
    path = "/api/v1/kits/{id}/spare",
    params(("id" = KitId, Path)),
    responses(
        (status = 204, description = "It is spare, now or before."),
    ),
)]
pub(in crate::console) async fn mark_spare(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
) -> Result<StatusCode, Problem> {
    acts::mark_spare(&app, &administrator, &kit, true, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a spare kit back into daily use.
#[utoipa::path(
    delete,
    path = "/api/v1/kits/{id}/spare",
    params(("id" = KitId, Path)),
    responses(
        (status = 204, description = "It is in daily use, now or before."),
    ),
)]
pub(in crate::console) async fn unmark_spare(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
) -> Result<StatusCode, Problem> {
    acts::mark_spare(&app, &administrator, &kit, false, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
