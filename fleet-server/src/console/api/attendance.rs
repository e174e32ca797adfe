//! The log of meetings, entry by entry, with its hashes: whoever gets it can verify it (`fleet-server attendance-verify`).

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use fleet_api::{CareProviderId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Municipality;
use crate::{
    app::App,
    audit::Entry,
    console::acts,
    identity::administrator::Administrator,
    web::{Problem, ProblemDetails},
};

/// Whose chain. Without it: all of the municipality.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Whose {
    provider: Option<CareProviderId>,
}

/// A care provider's log.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct AttendanceView {
    provider: CareProviderId,
    /// None for what happened while nobody is known to have had the kit.
    name: Option<String>,
    /// Up to this entry all has been erased after five years.
    erased_up_to: u64,
    newest: u64,
    /// Of the newest entry; note it elsewhere.
    newest_hash: String,
    /// Whether no entry is missing or changed.
    whole: bool,
    /// With tenant, sequence, at, actor, `on_behalf_of`, event, previous, hash.
    #[schema(value_type = Vec<Object>)]
    entries: Vec<Entry>,
}

/// Reads the log of meetings for whoever answers for it. That it was read is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/attendance",
    params(("id" = TenantId, Path), Whose),
    responses(
        (status = 200, body = Vec<AttendanceView>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    whose: Result<Query<Whose>, QueryRejection>,
) -> Result<Json<Vec<AttendanceView>>, Problem> {
    let Query(whose) = whose.map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "query",
            "\"provider\" is a care provider's id",
        )
    })?;
    let act = administrator.act(Timestamp::now());
    let chains = acts::attendance(&app, tenant.id, whose.provider, &act).await?;
    let view = |read: acts::ReadChain| AttendanceView {
        provider: read.chain.provider,
        name: read.chain.name,
        erased_up_to: read.chain.erased.0,
        newest: read.chain.newest.0,
        newest_hash: hex::encode(read.chain.newest.1),
        whole: read.verified.is_ok(),
        entries: read.entries,
    };
    Ok(Json(chains.into_iter().map(view).collect()))
}
