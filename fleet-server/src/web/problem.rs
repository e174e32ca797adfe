//! Refusals as problem details (RFC 9457): what happened, and what to do.
//!
//! A failure on our side is logged here, once, with its whole chain; the caller learns only that it was ours.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{domain::refusal::Refusal, identity::authority::AuthorityError, store::StoreError};

/// In seconds.
const COME_AGAIN_AFTER: &str = "5";

/// The body of every refusal, as `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDetails {
    /// Names the kind of problem; stable, for programs.
    #[serde(rename = "type")]
    #[schema(example = "urn:home-visit-kit:problem:overlap")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status once more.
    #[schema(example = 409)]
    pub status: u16,
    /// What to do about it, for people.
    pub detail: String,
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    code: &'static str,
    detail: String,
}

impl Problem {
    /// A problem of this kind. `kind` is a few words with hyphens.
    pub fn new(status: StatusCode, kind: &'static str, detail: impl std::fmt::Display) -> Self {
        Self {
            status,
            kind,
            code: kind,
            detail: detail.to_string(),
        }
    }

    /// What was sent breaks a rule.
    pub fn invalid(kind: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, detail)
    }

    /// A rule of the domain was broken.
    pub fn refused(kind: &'static str, refusal: &impl Refusal) -> Self {
        Self {
            code: refusal.code(),
            ..Self::invalid(kind, refusal)
        }
    }

    /// What was asked for clashes with what is.
    pub fn conflict(kind: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::CONFLICT, kind, detail)
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Names the sentence for people in the text files, where there is one; else the kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The sentence for programs.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// No token, or one that is nobody's.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send a valid token as \"Authorization: Bearer …\"",
        )
    }

    /// Known, but not allowed. Says nothing about what is behind it.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "your role does not allow that; docs/authorisation.md says which role does",
        )
    }

    /// There is nothing here, or nothing that the caller may know of.
    pub fn not_found(detail: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// The route is there, but not for this method.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let detail = "this route does not know that method; see /api/v1/openapi.json on the console's port";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
    }

    /// What was to be changed is not as the caller saw it (`If-Match`).
    #[must_use]
    pub fn changed() -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, "changed", StoreError::Changed)
    }

    /// Ours, and it passes: the caller may come again in a moment. The cause goes to the log.
    fn unavailable(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::warn!(error, "a request was put off");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "the database does not answer at the moment; try again soon",
        )
    }

    /// Ours. The cause goes to the log.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request failed on our side");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "something went wrong on the server; try again, and call support if it stays",
        )
    }

    fn details(&self) -> ProblemDetails {
        ProblemDetails {
            kind: format!("urn:home-visit-kit:problem:{}", self.kind),
            title: self.kind.replace('-', " "),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Self::not_found(error),
            StoreError::Overlap => Self::new(StatusCode::CONFLICT, "overlap", error),
            StoreError::BookedTwice => Self::new(StatusCode::CONFLICT, "booked-twice", error),
            StoreError::NameTaken => Self::new(StatusCode::CONFLICT, "name-taken", error),
            StoreError::IccidTaken => Self::new(StatusCode::CONFLICT, "iccid-taken", error),
            StoreError::UnitInUse => Self::new(StatusCode::CONFLICT, "unit-in-use", error),
            StoreError::HasAKit => Self::new(StatusCode::CONFLICT, "has-a-kit", error),
            StoreError::InUse => Self::new(StatusCode::CONFLICT, "in-use", error),
            StoreError::NotInService => Self::new(StatusCode::CONFLICT, "not-in-service", error),
            StoreError::NotClean => Self::new(StatusCode::CONFLICT, "not-clean", error),
            StoreError::RoleChanged => Self::new(StatusCode::CONFLICT, "role-changed", error),
            StoreError::FaultOpen => Self::new(StatusCode::CONFLICT, "fault-open", error),
            StoreError::Gone => Self::new(StatusCode::CONFLICT, "kit-gone", error),
            StoreError::PartTaken => Self::new(StatusCode::CONFLICT, "part-taken", error),
            StoreError::TooMany(_) => Self::new(StatusCode::CONFLICT, "too-many", error),
            StoreError::Changed => Self::changed(),
            StoreError::CarriedOut => Self::new(StatusCode::CONFLICT, "carried-out", error),
            StoreError::Closing => Self::new(StatusCode::SERVICE_UNAVAILABLE, "closing", error),
            passing if passing.passes() => Self::unavailable(&passing),
            StoreError::Damaged(_)
            | StoreError::Unsealing
            | StoreError::Migration(_)
            | StoreError::NotMigrated
            | StoreError::RoleTooMighty
            | StoreError::Database(_) => Self::internal(&error),
        }
    }
}

impl From<AuthorityError> for Problem {
    fn from(error: AuthorityError) -> Self {
        match error {
            AuthorityError::SigningRequest => Self::invalid("signing-request", error),
            AuthorityError::Authority(_) => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.details()).expect("problem details are plain data");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(COME_AGAIN_AFTER));
        }
        // For whoever shows it to people in other words.
        response.extensions_mut().insert(self);
        response
    }
}
