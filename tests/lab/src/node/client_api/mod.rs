//! The Client REST API v2 over HTTPS: paths, tokens and envelopes around `room`.
//!
//! Each request passes `wire` first (link emulation, armed faults), then its handler. Alias and token arrive with or
//! without percent-encoding: the official client does not encode them in the address of `events`.

mod bearer;
mod calls;
mod controls;
mod events;
mod join;
mod pages;
mod wire;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router, middleware};
use tower_http::cors::{Any, CorsLayer};

use super::room::Answer;
use super::world::World;

/// Largest request; offers of browsers are about 10 kB.
const MAX_REQUEST: usize = 512 * 1024;

/// The HTTPS side of a node.
pub(super) fn router(world: Arc<World>) -> Router {
    let conference = Router::new()
        .route("/request_token", post(join::request_token))
        .route("/refresh_token", post(join::refresh_token))
        .route("/release_token", post(join::release_token))
        .route("/events", get(events::stream))
        // 204 is accepted, and the easy way around five mandatory screens.
        .route("/theme/", get(StatusCode::NO_CONTENT))
        .route("/participants/{uuid}/calls", post(calls::calls))
        .route("/participants/{uuid}/calls/{call}/{action}", post(calls::on_call))
        .route("/participants/{uuid}/{action}", post(controls::on_participant))
        .route("/{action}", any(controls::on_conference))
        .layer(middleware::from_fn_with_state(world.clone(), wire::pass));
    Router::new()
        .nest("/api/client/v2/conferences/{alias}", conference)
        .merge(pages::router())
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(cors())
        .with_state(world)
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(["token", "pin", "content-type"].map(HeaderName::from_static))
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self.envelope())).into_response()
    }
}

/// What a real node says to an unknown alias.
fn no_such_room() -> Answer {
    Answer::not_found("Neither conference nor gateway found")
}
