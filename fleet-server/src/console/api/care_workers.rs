//! A municipality's care workers: by pseudonym in lists, by name only to whoever adds them.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{CareWorkerId, TenantId, UnitId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Municipality, id};
use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A care worker, as check-outs name them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CareWorkerView {
    id: CareWorkerId,
    pseudonym: String,
    unit: UnitId,
    /// Whether they have left, and can take no kit out.
    left: bool,
}

/// A new care worker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CareWorkerRequest {
    /// For whoever hands out a kit; in lists they are their pseudonym.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    unit: UnitId,
    /// 2 to 8 letters and digits, such as 7K2; without one they get one.
    #[schema(min_length = 2, max_length = 8)]
    pseudonym: Option<String>,
}

/// What is to be another way with a care worker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CareWorkerChange {
    /// Where they work from now on.
    unit: Option<UnitId>,
    /// Whether they have left; refused while they have a kit.
    left: Option<bool>,
}

/// Who was added.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CareWorkerAdded {
    id: CareWorkerId,
    pseudonym: String,
}

/// Lists a municipality's care workers by pseudonym, those who have left too.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/care-workers",
    params(("id" = TenantId, Path), Paging),
    responses(
        (status = 200, body = Vec<CareWorkerView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    Municipality(tenant): Municipality,
    listing: Listing,
) -> Result<Page<CareWorkerView>, Problem> {
    let workers = app.store.all_care_workers(tenant.id).await?;
    let page = listing.page(workers, |worker| (worker.pseudonym.clone(), worker.id))?;
    Ok(page.map(|worker| CareWorkerView {
        id: worker.id,
        pseudonym: worker.pseudonym,
        unit: worker.unit,
        left: worker.has_left,
    }))
}

/// Adds a care worker to a unit.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/care-workers",
    params(("id" = TenantId, Path)),
    request_body = CareWorkerRequest,
    responses(
        (status = 201, body = CareWorkerAdded),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn add(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<CareWorkerRequest>,
) -> Result<(StatusCode, Json<CareWorkerAdded>), Problem> {
    let (unit, called) = (
        (tenant.id, request.unit),
        (request.name.as_str(), request.pseudonym.as_deref()),
    );
    let new = acts::add_care_worker(&app, &administrator, unit, called, Timestamp::now()).await?;
    let added = CareWorkerAdded {
        id: new.id,
        pseudonym: new.pseudonym,
    };
    Ok((StatusCode::CREATED, Json(added)))
}

/// Moves a care worker to another unit, or notes that they have left or are back.
#[utoipa::path(
    patch,
    path = "/api/v1/municipalities/{id}/care-workers/{worker}",
    params(("id" = TenantId, Path), ("worker" = CareWorkerId, Path)),
    request_body = CareWorkerChange,
    responses(
        (status = 204, description = "Changed."),
        (status = 409, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn change(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    Path(path): Path<(String, String)>,
    BoundedJson(request): BoundedJson<CareWorkerChange>,
) -> Result<StatusCode, Problem> {
    let worker = (tenant.id, id(&path.1, "care worker")?);
    let change = (request.unit, request.left);
    acts::change_care_worker(&app, &administrator, worker, change, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
