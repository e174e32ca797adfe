//! The port for people and programs: a REST interface with OpenAPI, and server-rendered pages.
//!
//! Programs come with a bearer token, people with a session cookie; neither is taken for the other, so a page in
//! another tab cannot use the REST interface.

mod acts;
mod alert_mail;
mod api;
mod cleaned_visits;
mod clock;
mod csv_file;
mod fleet;
mod follow_up;
mod headers;
mod icons;
mod inventory;
mod openapi;
mod pages;
mod rest;
mod routes;
mod texts;
mod tickets;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};

use crate::{
    app::App,
    metrics::Port,
    web::{Problem, catch_panic, observe, time_limit},
};

pub(crate) use alert_mail::alert_mail;
pub use openapi::document as openapi_document;
pub use routes::{Door, Need, Route};

/// Largest body of a request.
const REQUEST_BYTES: usize = 16 * 1024;
/// Largest form with a calendar invitation in it.
const INVITATION_BYTES: usize = 256 * 1024;
/// Largest register of kits and parts that is taken in at once.
const REGISTER_BYTES: usize = 2 * 1024 * 1024;

/// Every route with what it needs; `docs/authorisation.md` is made from it.
#[must_use]
pub fn route_table() -> Vec<Route> {
    let (api, pages) = (api::routes(), pages::routes());
    api.table().chain(pages.table()).collect()
}

/// A text of the translation files in Swedish and English, for a screen that shows both.
pub(crate) fn in_both_languages(group: &str, name: &str) -> (&'static str, &'static str) {
    (
        texts::swedish().word(group, name),
        texts::english().word(group, name),
    )
}

/// The routes for people and programs.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(api::routes().guarded(&app))
        .merge(pages::routes().guarded(&app))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .fallback(|| async { Problem::not_found("there is no such page") })
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .layer(from_fn(catch_panic))
        .layer(from_fn(time_limit))
        .layer(from_fn(pages::remember_contrast))
        .layer(from_fn(pages::in_words))
        .layer(from_fn(headers::harden))
        .layer(from_fn_with_state((app.metrics.clone(), Port::Console), observe))
        .with_state(app)
}
