//! JSON bodies within the route's size limit, refused as problems.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use super::Problem;

/// A JSON body. Its size is limited by the route's `DefaultBodyLimit`.
#[derive(Debug)]
pub struct BoundedJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for BoundedJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        // serde takes a list for an object whose fields stand in it in order; no document says so.
        if body.trim_ascii_start().starts_with(b"[") {
            let detail = "the JSON body was not understood: it is a list, not an object";
            return Err(Problem::invalid("not-understood", detail));
        }
        serde_json::from_slice(&body)
            .map(Self)
            .map_err(|error| not_understood(&error))
    }
}

/// A request's whole body, within its route's size limit.
pub async fn read_whole(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &())
        .await
        .map_err(|rejection| unreadable(&rejection))
}

fn unreadable(rejection: &BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the request is larger than this route allows",
        )
    } else {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "unreadable",
            "the request's body could not be read whole",
        )
    }
}

/// serde's messages repeat values only where a type or variant does not fit, never where one of our types refuses.
fn not_understood(error: &serde_json::Error) -> Problem {
    let (status, kind) = if error.is_data() {
        (StatusCode::UNPROCESSABLE_ENTITY, "not-understood")
    } else {
        (StatusCode::BAD_REQUEST, "not-json")
    };
    let message: String = error.to_string().chars().take(300).collect();
    Problem::new(
        status,
        kind,
        format_args!("the JSON body was not understood: {message}"),
    )
}
