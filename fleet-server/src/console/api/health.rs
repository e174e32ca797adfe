//! Whether the server can do its work; for load balancers and people.

use axum::{extract::State, http::StatusCode};

use crate::{
    app::App,
    web::{Problem, ProblemDetails},
};

/// Says whether the server can do its work.
#[utoipa::path(
    get,
    path = "/api/v1/health",
    security(()),
    responses(
        (status = 204, description = "It can."),
        (status = 503, description = "The database does not answer.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn health(State(app): State<App>) -> Result<StatusCode, Problem> {
    if app.store.is_healthy().await {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unhealthy",
            "the database does not answer",
        ))
    }
}
