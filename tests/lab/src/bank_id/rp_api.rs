//! The RP API v6.0 over HTTPS with client certificates: paths, content type, limits and envelopes around `bank`.
//!
//! Order of the checks [INF]: path, method, content type, armed fault, rate, body.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use serde_json::Value;

use super::BankIdControl;
use super::limits::TooMany;
use super::refusal::Refusal;
use super::request::{Kind, read_reference, read_start};
use super::settings::BankIdFault;

/// Where the API lies below the host.
pub(super) const PREFIX: &str = "/rp/v6.0";
/// Largest body: texts of `sign`.
const MAX_BODY: usize = 512 * 1024;

pub(super) fn router(control: BankIdControl) -> Router {
    Router::new()
        .route(&format!("{PREFIX}/{{endpoint}}"), any(answer))
        .route(&format!("{PREFIX}/phone/{{endpoint}}"), any(answer))
        .fallback(async || not_found())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(control)
}

async fn answer(
    State(control): State<BankIdControl>,
    method: Method,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let endpoint = uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let endpoint = endpoint.trim_start_matches('/');
    let Some(call) = Call::of(endpoint) else {
        return not_found();
    };
    if let Err(refusal) = check(&method, &headers) {
        control.with(|bank, _| bank.counts.wrong_requests += 1);
        return refusal.into_response();
    }
    if let Some(fault) = control.with(|bank, _| bank.take_fault(endpoint)) {
        tokio::time::sleep(Duration::from_millis(fault.delay_ms)).await;
        if let Some(wrong) = wrong_answer(&fault) {
            return wrong;
        }
    }
    if let Err(too_many) = control.with(|bank, now| match bank.settings.rate_limit {
        Some(limit) => bank.limits.count(limit, now),
        None => Ok(()),
    }) {
        return too_many.into_response();
    }
    match call.perform(&control, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

enum Call {
    Begin(Kind),
    Collect,
    Cancel,
}

impl Call {
    fn of(endpoint: &str) -> Option<Self> {
        Some(match endpoint {
            "auth" => Self::Begin(Kind::Auth),
            "sign" => Self::Begin(Kind::Sign),
            "phone/auth" => Self::Begin(Kind::PhoneAuth),
            "phone/sign" => Self::Begin(Kind::PhoneSign),
            "collect" => Self::Collect,
            "cancel" => Self::Cancel,
            _ => return None,
        })
    }

    fn perform(&self, control: &BankIdControl, body: &[u8]) -> Result<Value, Refusal> {
        control.with(|bank, now| {
            let answer = match self {
                Self::Begin(kind) => read_start(*kind, body).and_then(|asked| bank.begin(asked, now)),
                Self::Collect => read_reference(body).and_then(|order| bank.collect(&order, now)),
                Self::Cancel => read_reference(body).and_then(|order| bank.cancel(&order, now)),
            };
            let wrong = answer
                .as_ref()
                .is_err_and(|refusal| refusal.error_code == "invalidParameters");
            bank.counts.wrong_requests += u64::from(wrong);
            answer
        })
    }
}

/// POST with exactly this content type; a `charset` is refused [DOC].
fn check(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if method != Method::POST {
        return Err(Refusal::new(405, "methodNotAllowed", "Only POST is allowed"));
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .map(axum::http::HeaderValue::as_bytes);
    if kind != Some(b"application/json") {
        let details = "Content-Type must be application/json, without a charset";
        return Err(Refusal::new(415, "unsupportedMediaType", details));
    }
    Ok(())
}

/// None: the right answer, only late.
fn wrong_answer(fault: &BankIdFault) -> Option<Response> {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(raw) = &fault.raw {
        return Some((status, raw.clone()).into_response());
    }
    let code = fault.error_code.as_deref()?;
    Some(Refusal::new(fault.status, code, "Armed by a test").into_response())
}

fn not_found() -> Response {
    Refusal::new(404, "notFound", "There is no such path").into_response()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(self)).into_response()
    }
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let headers = [
            ("ratelimit-limit", u64::from(self.limit)),
            ("ratelimit-remaining", 0),
            ("ratelimit-reset", self.reset_s),
        ];
        let headers = headers.map(|(name, value)| (HeaderName::from_static(name), value.to_string()));
        let refusal = Refusal::new(429, "tooManyRequests", "Too many requests");
        (headers, refusal).into_response()
    }
}
