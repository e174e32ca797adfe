//! A care worker's login for a kit; what it means is in `identity::staff_login`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use fleet_api::{StaffLoginAnswer, StaffLoginId, StaffLoginStarted};
use jiff::Timestamp;
use serde::Deserialize;

use super::certificate::EnrolledKit;
use crate::{
    app::App,
    identity::staff_login,
    web::{BoundedJson, Path, Problem},
};

/// The empty object that begins a login.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// `POST /device/v1/staff-login`.
pub(super) async fn begin(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    BoundedJson(Nothing {}): BoundedJson<Nothing>,
) -> Result<Json<StaffLoginStarted>, Problem> {
    staff_login::begin(&app, kit.key, Timestamp::now())
        .await
        .map(Json)
}

/// `POST /device/v1/staff-login/{id}`.
pub(super) async fn look(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    Path(id): Path<String>,
) -> Result<Json<StaffLoginAnswer>, Problem> {
    let answer = staff_login::look(&app, kit.key, read_id(&id)?, Timestamp::now()).await;
    answer.map(Json)
}

/// `DELETE /device/v1/staff-login/{id}`. Doing it twice is harmless.
pub(super) async fn cancel(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    staff_login::cancel(&app, kit.key, read_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read_id(text: &str) -> Result<StaffLoginId, Problem> {
    text.parse()
        .map_err(|_| Problem::not_found("there is no such login"))
}
