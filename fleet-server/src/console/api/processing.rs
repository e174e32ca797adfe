//! The register of agreements on processing personal data.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    console::{acts, clock},
    domain::{
        processing::{ProcessingAgreement, ProcessingKind, is_lacking},
        sweden::Day,
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// A municipality's agreements on processing, and whether one is lacking.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ProcessingView {
    /// Whether kits are rented today without a processor's agreement in force.
    is_lacking: bool,
    /// The newest first.
    agreements: Vec<ProcessingAgreement>,
}

/// An agreement on processing to be noted, or corrected under the same reference.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ProcessingRequest {
    /// Where it is found; one line, no personal numbers.
    #[schema(min_length = 1, max_length = 120)]
    reference: String,
    kind: ProcessingKind,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// Last day in force; none = until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Day>,
}

/// Lists a municipality's agreements on processing personal data.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/processing-agreements",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = ProcessingView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    Municipality(municipality): Municipality,
) -> Result<Json<ProcessingView>, Problem> {
    let agreements = app.store.processing_agreements(municipality.id).await?;
    let arrangements = app.store.agreements(municipality.id).await?;
    Ok(Json(ProcessingView {
        is_lacking: is_lacking(&arrangements, &agreements, clock::day(Timestamp::now())),
        agreements,
    }))
}

/// Notes an agreement on processing personal data; the same reference again corrects it.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/processing-agreements",
    params(("id" = TenantId, Path)),
    request_body = ProcessingRequest,
    responses(
        (status = 200, body = ProcessingAgreement),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn note(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(municipality): Municipality,
    BoundedJson(request): BoundedJson<ProcessingRequest>,
) -> Result<(StatusCode, Json<ProcessingAgreement>), Problem> {
    let new = ProcessingAgreement {
        reference: request.reference,
        kind: request.kind,
        from: request.from.date(),
        until: request.until.map(Day::date),
    };
    let noted = acts::note_processing(&app, &administrator, municipality.id, new, Timestamp::now()).await?;
    Ok((StatusCode::OK, Json(noted)))
}
