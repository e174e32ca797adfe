//! The follow-up's figures and settings, and why a meeting was not held.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{ReservationId, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Municipality, id, within_reach};
use crate::{
    app::App,
    console::{
        acts,
        follow_up::{Report, Row, of_month, of_year},
        pages::all_felt,
    },
    domain::follow_up::{account::WhyNotHeld, month::Month, settings::Settings},
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A month's figures.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct FollowUpView {
    /// Such as 2026-10.
    month: String,
    /// Of the whole municipality, then of each unit. Definitions stand in the CSV of the console.
    figures: Vec<Row>,
}

/// The settings as they are sent. What is left out is as if nobody had said it, so a slip of the pen must not pass for that.
#[derive(Debug, Deserialize)]
pub(in crate::console) struct SettingsRequest {
    #[serde(flatten)]
    settings: Settings,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

impl SettingsRequest {
    fn settings(self) -> Result<Settings, Problem> {
        let Some(unknown) = self.others.keys().next() else {
            return Ok(self.settings);
        };
        let name: String = unknown.chars().take(40).collect();
        let detail = format_args!("the JSON body was not understood: unknown field `{name}`");
        Err(Problem::invalid("not-understood", detail))
    }
}

/// Why a meeting was not held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct CauseRequest {
    cause: WhyNotHeld,
}

/// Tells a month's figures of a municipality and its units.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/follow-up/{month}",
    params(("id" = TenantId, Path), ("month" = String, Path, description = "Such as 2026-10.")),
    responses(
        (status = 200, body = FollowUpView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path((municipality, month)): Path<(String, String)>,
) -> Result<Json<FollowUpView>, Problem> {
    let tenant = within_reach(&app, &administrator, id(&municipality, "municipality")?).await?;
    let month: Month = id(&month, "month")?;
    let now = Timestamp::now();
    let of = of_month(&app, &tenant, month, now).await?;
    let year = of_year(&app, &tenant, month, now).await?;
    let answers = app.store.ratings(tenant.id, month).await?;
    let settings = app.store.follow_up_settings(tenant.id).await?;
    let report = Report {
        municipality: &tenant.name,
        month: &of,
        year: &year,
        felt: all_felt(&of, &answers),
        travel: settings.travel.as_ref(),
    };
    Ok(Json(FollowUpView {
        month: month.to_string(),
        figures: report.rows(),
    }))
}

/// Tells what an organisation has said about its follow-up.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/follow-up-settings",
    params(("id" = TenantId, Path)),
    responses(
        (status = 200, body = Settings),
    ),
)]
pub(in crate::console) async fn settings(
    State(app): State<App>,
    Municipality(tenant): Municipality,
) -> Result<Json<Settings>, Problem> {
    Ok(Json(acts::follow_up_settings(&app, tenant.id).await?))
}

/// Replaces what an organisation has said about its follow-up. What is not sent becomes what it is by default.
#[utoipa::path(
    put,
    path = "/api/v1/municipalities/{id}/follow-up-settings",
    params(("id" = TenantId, Path)),
    request_body = Settings,
    responses(
        (status = 204, description = "Replaced."),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn set_settings(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<SettingsRequest>,
) -> Result<StatusCode, Problem> {
    let settings = request.settings()?;
    acts::set_follow_up(&app, &administrator, tenant.id, &settings, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// States why a meeting was not held.
#[utoipa::path(
    put,
    path = "/api/v1/reservations/{id}/cause",
    params(("id" = ReservationId, Path)),
    request_body = CauseRequest,
    responses(
        (status = 204, description = "Stated."),
        (status = 409, description = "The meeting has not begun.", body = ProblemDetails,
         content_type = "application/problem+json"),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn state_cause(
    State(app): State<App>,
    administrator: Administrator,
    Path(reservation): Path<String>,
    BoundedJson(request): BoundedJson<CauseRequest>,
) -> Result<StatusCode, Problem> {
    let reservation = id(&reservation, "reservation")?;
    acts::state_cause(&app, &administrator, reservation, request.cause, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
