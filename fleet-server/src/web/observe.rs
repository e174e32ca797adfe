//! What is seen of every request: a log line, the figures (`metrics`), and a span where spans are collected (`telemetry`).
//!
//! Only the route's pattern is told: paths and queries may hold ids and what people typed.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    metrics::{Metrics, Port},
    telemetry::{SPANS, join_trace},
};

/// Watches a request from its head to its answer.
pub async fn observe(
    State((metrics, port)): State<(Metrics, Port)>,
    request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let begun = Instant::now();
    let span = tracing::info_span!(
        target: SPANS,
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
    );
    join_trace(&span, request.headers());
    let response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status(), begun.elapsed());
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    metrics.answered(port, (&method, route), status, took);
    tracing::debug!(
        parent: Span::none(),
        %method, route, status = status.as_u16(), milliseconds = took.as_millis(), "request"
    );
    response
}
