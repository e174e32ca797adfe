//! Whom a municipality's kits call for help, and where its meetings may be held.

use axum::{Json, extract::State};
use fleet_api::{HelpDesk, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    console::acts::{self, Wishes},
    domain::link_policy::HostRule,
    identity::administrator::Administrator,
    store::Tenant,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// A municipality's settings.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct MunicipalitySettings {
    /// Whom its kits call for help; none = nobody.
    #[serde(default)]
    help_desk: Option<HelpDesk>,
    /// Where its meetings may be held: `video.example`, `*.video.example` (what is below it only) or `video.example:8443`.
    #[schema(value_type = Vec<String>, max_items = 50, example = json!(["video.example"]))]
    meeting_hosts: Vec<HostRule>,
}

impl From<Tenant> for MunicipalitySettings {
    fn from(tenant: Tenant) -> Self {
        Self {
            help_desk: tenant.settings.help_desk,
            meeting_hosts: tenant.settings.meeting_hosts,
        }
    }
}

/// Whom a municipality's kits call for help, and where its meetings may be held.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/settings",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = MunicipalitySettings),
    ),
)]
pub(in crate::console) async fn read(Municipality(tenant): Municipality) -> Json<MunicipalitySettings> {
    Json(tenant.into())
}

/// Replaces them; kits learn of it within seconds. Only the region changes where meetings may be held: whoever answers for the
/// help desk alone sends `meeting_hosts` back as it is.
#[utoipa::path(
    put,
    path = "/api/v1/municipalities/{id}/settings",
    params(("id" = TenantId, Path)),
    request_body = MunicipalitySettings,
    responses(
        (status = 200, body = MunicipalitySettings),
        (status = 403, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn replace(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(settings): BoundedJson<MunicipalitySettings>,
) -> Result<Json<MunicipalitySettings>, Problem> {
    let wanted = Wishes {
        help_desk: settings.help_desk,
        meeting_hosts: settings.meeting_hosts,
    };
    acts::change_settings(&app, &administrator, &tenant, wanted, Timestamp::now()).await?;
    Ok(Json(app.store.tenant(tenant.id).await?.into()))
}
