//! What a route's path names, refused as a problem where it cannot be read. axum's own extractor answers in plain text.

use axum::{
    extract::{FromRequestParts, Path as Named},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::Problem;

/// The named parts of a path, decoded.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named = Named::<T>::from_request_parts(parts, state).await;
        named.map(|Named(named)| Self(named)).map_err(|rejection| {
            if rejection.status().is_server_error() {
                Problem::internal(&rejection)
            } else {
                Problem::not_found("there is nothing at that address; an id in it cannot be read")
            }
        })
    }
}
