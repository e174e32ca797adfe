//! The port for kits: enrolment, renewal, sync, nudge, logins on the kit. See `fleet-api` for what is said on it.
//!
//! Everything but enrolment and health demands a client certificate of an enrolment that is in force. That is one layer
//! around all of those routes, so a route that is added here is closed until somebody opens it on purpose.

mod bank_id;
mod certificate;
mod enrol;
mod nudge;
mod nudges;
mod staff_login;
mod sync;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use fleet_api::{
    limits::{ENROL_REQUEST_BYTES, IDENTITY_REQUEST_BYTES, SYNC_REQUEST_BYTES},
    paths,
};

use crate::{
    app::App,
    metrics::Port,
    web::{Problem, catch_panic, observe, time_limit},
};

pub use nudges::Nudges;

/// The routes for kits.
pub fn router(app: App) -> Router {
    let timed = Router::new()
        .route(
            paths::RENEW,
            post(enrol::renew).layer(DefaultBodyLimit::max(ENROL_REQUEST_BYTES)),
        )
        .route(
            paths::SYNC,
            post(sync::sync).layer(DefaultBodyLimit::max(SYNC_REQUEST_BYTES)),
        )
        .merge(identity())
        .layer(from_fn(time_limit));
    let enrolled_only = timed
        .route(paths::NUDGE, get(nudge::nudge))
        .route(
            &format!("{}/{{reservation}}", paths::BANK_ID),
            get(bank_id::identify),
        )
        .route_layer(from_fn_with_state(app.clone(), certificate::require_enrolment));
    let open = Router::new()
        .route(
            paths::ENROL,
            post(enrol::enrol).layer(DefaultBodyLimit::max(ENROL_REQUEST_BYTES)),
        )
        .layer(from_fn(time_limit));
    enrolled_only
        .merge(open)
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .fallback(|| async { Problem::not_found("there is no such route on the port for kits") })
        .layer(from_fn(catch_panic))
        .layer(from_fn_with_state((app.metrics.clone(), Port::Device), observe))
        .with_state(app)
}

/// Who is at the kit: care workers by login, patients by what BankID gave.
fn identity() -> Router<App> {
    Router::new()
        .route(paths::STAFF_LOGIN, post(staff_login::begin))
        .route(
            &format!("{}/{{id}}", paths::STAFF_LOGIN),
            post(staff_login::look).delete(staff_login::cancel),
        )
        .route(paths::JOIN_GRANTS, post(bank_id::use_grant))
        .layer(DefaultBodyLimit::max(IDENTITY_REQUEST_BYTES))
}
