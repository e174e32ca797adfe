//! The audit trail, entry by entry, with its hashes: whoever exports it can verify it.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use fleet_api::TenantId;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::within_reach;
use crate::{
    app::App,
    audit::{AuditEvent, Entry},
    identity::administrator::Administrator,
    web::{Problem, ProblemDetails},
};

/// Most entries in one answer.
const MOST: u32 = 1_000;

/// Whose trail, and after which entry. Without them: one's own, from the beginning.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Trail {
    tenant: Option<TenantId>,
    after: Option<u64>,
}

/// Reads a tenant's audit trail, oldest first, at most 1,000 entries. That it was read is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    params(Trail),
    responses(
        (status = 200, description = "Entries with tenant, sequence, at, actor, on_behalf_of, event, previous, hash.",
         body = Vec<Object>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 401, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    trail: Result<Query<Trail>, QueryRejection>,
) -> Result<Json<Vec<Entry>>, Problem> {
    let Query(trail) = trail.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "query",
            "\"tenant\" is an id and \"after\" a number",
        )
    })?;
    let tenant = trail.tenant.unwrap_or(administrator.tenant);
    let tenant = within_reach(&app, &administrator, tenant).await?;
    let entries = app
        .store
        .audit_after(tenant.id, trail.after.unwrap_or(0), MOST)
        .await?;
    let read = AuditEvent::AuditRead {
        entries: u64::try_from(entries.len()).unwrap_or(u64::MAX),
    };
    app.store
        .record(tenant.id, &administrator.act(Timestamp::now()), &read)
        .await?;
    Ok(Json(entries))
}
