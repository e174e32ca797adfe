//! The audit trail, entry by entry, with its hashes: whoever exports it can verify it.

use axum::extract::State;
use fleet_api::TenantId;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::within_reach;
use crate::{
    app::App,
    audit::{AuditEvent, Entry},
    console::rest::{Filter, Listing, Page, Paging},
    identity::administrator::Administrator,
    web::{Problem, ProblemDetails},
};

/// Whose trail. Without it: one's own.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::console) struct Trail {
    tenant: Option<TenantId>,
}

impl Filter for Trail {
    const HINT: &str = "\"tenant\" is an id";
}

/// Where a walk through a trail has come to: the last entry that was shown, and the newest when it began. Each look adds an
/// entry, so that a walk without an end of its own would walk after itself.
type Cursor = (u64, u64);

/// Reads a tenant's audit trail, oldest first, as far as it went when its first page was read. That it was read is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    params(Trail, Paging),
    responses(
        (status = 200, body = Vec<Entry>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing<Trail>,
) -> Result<Page<Entry>, Problem> {
    let tenant = listing.filter.tenant.unwrap_or(administrator.tenant);
    let tenant = within_reach(&app, &administrator, tenant).await?;
    let (after, until) = match listing.after::<Cursor>()? {
        Some(cursor) => cursor,
        None => (0, app.store.newest_entry(tenant.id).await?),
    };
    let mut entries = app.store.audit_after(tenant.id, after, listing.enough()).await?;
    entries.retain(|entry| entry.sequence <= until);
    let page = listing.page(entries, |entry| (entry.sequence, until))?;
    let read = AuditEvent::AuditRead {
        entries: u64::try_from(page.len()).unwrap_or(u64::MAX),
    };
    app.store
        .record(tenant.id, &administrator.act(Timestamp::now()), &read)
        .await?;
    Ok(page)
}
