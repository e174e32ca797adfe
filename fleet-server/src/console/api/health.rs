//! Whether the program runs, and whether it can do its work; for load balancers, supervisors and people.
//!
//! Open to everybody, so both are cheap: that the database takes what is written is seen by the server's own heartbeat.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};
use tokio::time::timeout;

use crate::{
    app::App,
    web::{Problem, ProblemDetails},
};

/// Longest wait for the database's answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Says that the program runs. Where this does not answer, start it anew.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    security(()),
    responses((status = 204, description = "It runs.")),
)]
pub(in crate::console) async fn health() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Says whether the server can do its work: its database is read and written. Where it cannot, send requests to another server.
#[utoipa::path(
    get,
    path = "/api/v1/ready",
    security(()),
    responses(
        (status = 204, description = "It can."),
        (status = 503, description = "The database does not answer, or takes nothing.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn ready(State(app): State<App>) -> Result<StatusCode, Problem> {
    let unready = |detail| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unready", detail);
    if !timeout(PATIENCE, app.store.answers()).await.unwrap_or(false) {
        return Err(unready("the database does not answer"));
    }
    if !app.heartbeat.is_felt() {
        return Err(unready("the database takes nothing that is written"));
    }
    Ok(StatusCode::NO_CONTENT)
}
