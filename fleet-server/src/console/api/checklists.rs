//! Hygiene checklists by version: the one in force, those before it, and adopting the next.

use std::cmp::Reverse;

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::TenantId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Municipality;
use crate::{
    app::App,
    audit::Actor,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::{
        hygiene::{Checklist, Instruction},
        sweden::Day,
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Problem, ProblemDetails},
};

/// A version of a municipality's checklist. The newest is in force.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct ChecklistView {
    /// 1, 2, 3 …; a sign-off names it.
    version: u32,
    /// Since when it is in force.
    #[schema(value_type = String, format = Date)]
    adopted_on: Date,
    /// What adopted it: a role, `administrator` (a token) or `operator`. Who exactly stands in the audit trail.
    adopted_by: Option<String>,
    /// When it must be looked at again.
    #[schema(value_type = String, format = Date)]
    review_on: Date,
    /// How each part is cleaned, in the municipality's own words.
    instructions: Vec<Instruction>,
}

impl From<Checklist> for ChecklistView {
    fn from(checklist: Checklist) -> Self {
        let by = checklist.adopted_by.as_deref();
        Self {
            version: checklist.version,
            adopted_on: checklist.adopted_on,
            adopted_by: by.map(|actor| Actor::kind(actor).to_owned()),
            review_on: checklist.review_on,
            instructions: checklist.instructions,
        }
    }
}

/// A checklist to adopt.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct ChecklistRequest {
    /// Each part once; no personal numbers.
    #[schema(min_items = 4, max_items = 4)]
    instructions: Vec<Instruction>,
    /// When it must be looked at again; at most a year ahead.
    #[schema(value_type = String, format = Date)]
    review_on: Day,
}

/// Lists the versions of a municipality's checklist, the newest first: that one is in force.
#[utoipa::path(
    get,
    path = "/api/v1/municipalities/{id}/checklists",
    params(("id" = TenantId, Path), Paging),
    responses(
        (status = 200, body = Vec<ChecklistView>),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    Municipality(tenant): Municipality,
    listing: Listing,
) -> Result<Page<ChecklistView>, Problem> {
    let versions = app.store.checklists(tenant.id).await?;
    let page = listing.page(versions, |checklist| Reverse(checklist.version))?;
    Ok(page.map(ChecklistView::from))
}

/// Adopts a checklist, in force from today. What was signed before keeps naming its version.
#[utoipa::path(
    post,
    path = "/api/v1/municipalities/{id}/checklists",
    params(("id" = TenantId, Path)),
    request_body = ChecklistRequest,
    responses(
        (status = 201, body = ChecklistView),
        (status = 422, description = "A part is missing, or there is no review within a year.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn adopt(
    State(app): State<App>,
    administrator: Administrator,
    Municipality(tenant): Municipality,
    BoundedJson(request): BoundedJson<ChecklistRequest>,
) -> Result<(StatusCode, Json<ChecklistView>), Problem> {
    let new = (request.instructions, request.review_on.date());
    let adopted = acts::adopt_checklist(&app, &administrator, &tenant, new, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(adopted.into())))
}
