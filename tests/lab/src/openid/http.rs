//! [`OpenIdControl`] as plain HTTP on loopback. The table is in the crate's README.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::clients::OpenIdClient;
use super::provider::OpenIdControl;
use super::settings::{OpenIdFault, OpenIdSettings};

type Control = State<OpenIdControl>;

/// Largest body of a request.
const MAX_BODY: usize = 64 * 1024;

pub(super) fn router(control: OpenIdControl) -> Router {
    Router::new()
        .route("/", get(about))
        .route("/settings", put(set_settings))
        .route("/clients", put(put_client))
        .route("/faults", post(fault).delete(clear_faults))
        .route("/clock", post(advance))
        .route("/quit", post(quit))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(control)
}

async fn about(State(control): Control) -> Json<Value> {
    Json(json!({
        "label": "lab stand-in of an OpenID provider",
        "issuer": control.issuer(),
        "settings": control.settings(),
    }))
}

async fn set_settings(State(control): Control, Json(settings): Json<OpenIdSettings>) -> Json<Value> {
    control.set_settings(settings);
    Json(json!({}))
}

async fn put_client(State(control): Control, Json(client): Json<OpenIdClient>) -> Json<Value> {
    control.put_client(client);
    Json(json!({}))
}

async fn fault(State(control): Control, Json(fault): Json<OpenIdFault>) -> Json<Value> {
    control.fault(fault);
    Json(json!({}))
}

async fn clear_faults(State(control): Control) -> Json<Value> {
    control.clear_faults();
    Json(json!({}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(control): Control, Json(by): Json<Advance>) -> Json<Value> {
    control.advance(Duration::from_millis(by.advance_ms));
    Json(json!({}))
}

async fn quit(State(control): Control) -> Json<Value> {
    control.quit().notify_one();
    Json(json!({}))
}
