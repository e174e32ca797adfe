//! What stands around every route: a time limit, and an answer even where our own code fails. What is seen of a request is in
//! `observe`.

use std::{panic::AssertUnwindSafe, time::Duration};

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt as _;

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

/// Answers where a handler panics, so that the caller is told and the connection stays. What the panic says is not logged
/// ([`log_panics`]); nothing is half-changed, because an open transaction is rolled back.
pub async fn catch_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => Problem::internal(&Panicked).into_response(),
    }
}

/// A handler did what it should never do.
#[derive(Debug, thiserror::Error)]
#[error("a handler panicked; the log says where, just before this")]
struct Panicked;

/// Logs where a panic was, and not what it says: that may repeat what somebody typed.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(
            place = place.as_deref().unwrap_or("unknown"),
            "a panic, which is a defect of ours"
        );
    }));
}

#[cfg(test)]
mod tests {
    use axum::{
        Router,
        body::{Body, to_bytes},
        middleware::from_fn,
        routing::get,
    };
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_answered_and_says_nothing_of_itself() {
        async fn broken() {
            panic!("19121212-1212");
        }
        let router = Router::new().route("/", get(broken)).layer(from_fn(catch_panic));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(
            body.contains("problem:internal") && !body.contains("1912"),
            "{body}"
        );
    }
}
