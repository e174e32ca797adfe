//! One-time codes by which a tablet becomes a kit.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{EnrolmentCode, KitId, KitName, TenantId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::within_reach;
use crate::{
    app::App,
    console::acts,
    identity::{administrator::Administrator, enrolment_code},
    store::KitKey,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// How long a code works: a working day, so that it can be carried to where the tablets are.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Which kit the code is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CodeRequest {
    /// What is painted on the kit. A kit of a new name is added.
    kit: KitName,
    /// Whose kit: a municipality of the region. Without it: the administrator's own organisation.
    municipality: Option<TenantId>,
}

/// A code, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct CodeView {
    kit_id: KitId,
    code: EnrolmentCode,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Makes a one-time code for a kit.
#[utoipa::path(
    post,
    path = "/api/v1/enrolment-codes",
    request_body = CodeRequest,
    responses(
        (status = 201, body = CodeView),
        (status = 404, description = "No such municipality.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 409, description = "The kit is lost, stolen or retired.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn create(
    State(app): State<App>,
    administrator: Administrator,
    BoundedJson(request): BoundedJson<CodeRequest>,
) -> Result<(StatusCode, Json<CodeView>), Problem> {
    let now = Timestamp::now();
    let tenant = match request.municipality {
        Some(municipality) => within_reach(&app, &administrator, municipality).await?.id,
        None => administrator.tenant,
    };
    let kit_id = app
        .store
        .kit_named(tenant, &acts::kit_name(&request.kit)?, administrator.act(now))
        .await?;
    let (key, expires_at) = (KitKey { tenant, kit: kit_id }, now + LIFETIME);
    let code = enrolment_code::make(&app.store, key, expires_at, &administrator.act(now)).await?;
    Ok((
        StatusCode::CREATED,
        Json(CodeView {
            kit_id,
            code,
            expires_at,
        }),
    ))
}
