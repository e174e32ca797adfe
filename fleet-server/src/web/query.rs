//! What an address asks for after its "?", refused as a problem where it cannot be read. axum's own extractor answers in plain
//! text.

use axum::{
    extract::{FromRequestParts, Query as Asked},
    http::{StatusCode, request::Parts},
};
use serde::de::DeserializeOwned;

use super::Problem;

/// The named values of a query, decoded.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Asked::<T>::try_from_uri(&parts.uri)
            .map(|Asked(asked)| Self(asked))
            .map_err(|_| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "address",
                    "what follows the \"?\" cannot be read; begin at the page itself",
                )
            })
    }
}
