//! [`BankIdControl`] as plain HTTP on loopback: `/app/…` for phones, the rest for tests. The table is in the crate's README.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::Opened;
use super::control::{BankIdControl, BankIdControlError};
use super::refusal::AppRefusal;
use super::settings::{BankIdFault, BankIdSettings};
use crate::people::Person;

type Control = State<BankIdControl>;
type Done<E> = Result<Json<Value>, E>;

/// Largest body of a request.
const MAX_BODY: usize = 64 * 1024;

pub(super) fn router(control: BankIdControl) -> Router {
    Router::new()
        .route("/", get(about))
        .route("/settings", put(set_settings))
        .route("/faults", post(fault).delete(clear_faults))
        .route("/clock", post(advance))
        .route("/people", put(put_person))
        .route("/orders/{order}/hint", put(set_hint))
        .route("/orders/{order}/fail", post(fail))
        .route("/app/scan", post(scan))
        .route("/app/autostart", post(autostart))
        .route("/app/call", post(open_call))
        .route("/app/orders/{order}/ask", post(ask))
        .route("/app/orders/{order}/confirm_call", post(confirm_call))
        .route("/app/orders/{order}/identify", post(identify))
        .route("/app/orders/{order}/cancel", post(cancel_in_app))
        .route("/quit", post(quit))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(control)
}

async fn about(State(control): Control) -> Json<Value> {
    Json(json!({
        "label": "lab stand-in of BankID",
        "settings": control.settings(),
        "counts": control.counts(),
        "orders": control.orders(),
        "people": control.people(),
    }))
}

async fn set_settings(State(control): Control, Json(settings): Json<BankIdSettings>) -> Json<Value> {
    control.set_settings(settings);
    Json(json!({}))
}

async fn fault(State(control): Control, Json(fault): Json<BankIdFault>) -> Json<Value> {
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
    control.clock().advance(Duration::from_millis(by.advance_ms));
    Json(json!({}))
}

async fn put_person(State(control): Control, Json(person): Json<Person>) -> Done<BankIdControlError> {
    control.put_person(person).map(nothing)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Hint {
    hint: Option<String>,
}

async fn set_hint(
    State(control): Control,
    Path(order): Path<String>,
    Json(hint): Json<Hint>,
) -> Done<BankIdControlError> {
    control.set_hint(&order, hint.hint).map(nothing)
}

async fn fail(
    State(control): Control,
    Path(order): Path<String>,
    Json(hint): Json<Hint>,
) -> Done<BankIdControlError> {
    control
        .fail(&order, hint.hint.as_deref().unwrap_or("userCancel"))
        .map(nothing)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    qr: String,
}

async fn scan(State(control): Control, Json(scan): Json<Scan>) -> Result<Json<Opened>, AppRefusal> {
    control.scan(&scan.qr).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AutoStart {
    token: String,
}

async fn autostart(
    State(control): Control,
    Json(start): Json<AutoStart>,
) -> Result<Json<Opened>, AppRefusal> {
    control.autostart(&start.token).map(Json)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    personal_number: String,
}

async fn open_call(State(control): Control, Json(who): Json<Who>) -> Result<Json<Opened>, AppRefusal> {
    control.open_call(&who.personal_number).map(Json)
}

async fn ask(State(control): Control, Path(order): Path<String>) -> Done<AppRefusal> {
    control.ask(&order).map(|step| Json(json!({"step": step})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    is_true: bool,
}

async fn confirm_call(
    State(control): Control,
    Path(order): Path<String>,
    Json(confirm): Json<Confirm>,
) -> Done<AppRefusal> {
    control.confirm_call(&order, confirm.is_true).map(nothing)
}

async fn identify(
    State(control): Control,
    Path(order): Path<String>,
    Json(who): Json<Who>,
) -> Done<AppRefusal> {
    control.identify(&order, &who.personal_number).map(nothing)
}

async fn cancel_in_app(State(control): Control, Path(order): Path<String>) -> Done<AppRefusal> {
    control.cancel_in_app(&order).map(nothing)
}

async fn quit(State(control): Control) -> Json<Value> {
    control.quit.notify_one();
    Json(json!({}))
}

fn nothing((): ()) -> Json<Value> {
    Json(json!({}))
}

impl IntoResponse for AppRefusal {
    fn into_response(self) -> Response {
        (StatusCode::CONFLICT, Json(json!({"error": self.to_string()}))).into_response()
    }
}

impl IntoResponse for BankIdControlError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoOrder => StatusCode::NOT_FOUND,
            Self::NoPersonalNumber => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TimedOut(_) => StatusCode::REQUEST_TIMEOUT,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}
