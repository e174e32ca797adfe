//! What stands around every route: a time limit. What is seen of a request is in `observe`.

use std::time::Duration;

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Problem;

/// Longest time from a request's headers to its answer, the body's arrival included.
pub const REQUEST_TIME: Duration = Duration::from_secs(15);

/// Gives up on requests that take longer than [`REQUEST_TIME`].
pub async fn time_limit(request: Request, next: Next) -> Response {
    within_time(next.run(request)).await
}

/// The same for a part of a request that does not end with its connection.
pub async fn within_time(answer: impl Future<Output = Response>) -> Response {
    match tokio::time::timeout(REQUEST_TIME, answer).await {
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
