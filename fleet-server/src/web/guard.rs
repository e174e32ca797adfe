//! What stands around every route: a time limit, and one log line without anything secret.

use std::time::{Duration, Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Problem;

/// Longest time from a request's headers to its answer, the body's arrival included.
pub const REQUEST_TIME: Duration = Duration::from_secs(15);

/// Gives up on requests that take longer than [`REQUEST_TIME`].
pub async fn time_limit(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIME, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too-slow",
            format_args!(
                "the request was not finished within {} s; try again",
                REQUEST_TIME.as_secs()
            ),
        )
        .into_response(),
    }
}

/// One line per request. Only the route's pattern is logged: paths and queries may hold ids and what people typed.
pub async fn access_log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    tracing::debug!(
        %method, route, status = response.status().as_u16(), milliseconds = begun.elapsed().as_millis(), "request"
    );
    response
}
