//! Error answers: of the token endpoint and its neighbours (RFC 6749, 8628), and of the authorization endpoint.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error in JSON: `{"error", "error_description"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenRefusal {
    pub(super) status: u16,
    pub(super) error: String,
    pub(super) description: &'static str,
}

impl TokenRefusal {
    pub(super) fn new(error: &str, description: &'static str) -> Self {
        Self {
            status: 400,
            error: error.into(),
            description,
        }
    }

    pub(super) fn invalid_client(description: &'static str) -> Self {
        Self {
            status: 401,
            ..Self::new("invalid_client", description)
        }
    }

    pub(super) fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }
}

impl IntoResponse for TokenRefusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = Json(json!({"error": self.error, "error_description": self.description}));
        (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
    }
}

/// Why nobody is asked to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// Nothing may be sent back: the person sees this.
    Here(&'static str),
    /// The client is told.
    Back {
        redirect_uri: String,
        state: Option<String>,
        error: &'static str,
        description: &'static str,
    },
}
