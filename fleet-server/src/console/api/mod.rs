//! The REST interface. Handlers are thin: read, ask the domain's rules, tell the store, nudge the kit. `routes` says where each is
//! and which right it needs.

pub(super) mod alerts;
pub(super) mod assignees;
pub(super) mod attendance;
pub(super) mod audit;
pub(super) mod care_workers;
pub(super) mod checklists;
pub(super) mod enrolment_codes;
pub(super) mod follow_up;
pub(super) mod health;
pub(super) mod identification;
pub(super) mod invitations;
pub(super) mod kit_life;
pub(super) mod kit_owner;
pub(super) mod kits;
pub(super) mod municipalities;
pub(super) mod organisation;
pub(super) mod parts;
pub(super) mod processing;
mod reservation_views;
pub(super) mod reservations;
mod routes;
pub(super) mod settings;
pub(super) mod spares;
pub(super) mod tickets;
pub(super) mod training;
pub(super) mod visits;

use std::collections::HashMap;

use axum::{extract::FromRequestParts, http::request::Parts};
use fleet_api::TenantId;

use crate::{
    app::App,
    identity::administrator::Administrator,
    store::Tenant,
    web::{Path, Problem},
};

pub(super) use routes::routes;

/// Reads an id from the path. One that is none names nothing that exists.
fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::not_found(format_args!("there is no such {what}")))
}

/// Where a tenant stands in lists: one's own first, then by name.
type Place = (bool, String, TenantId);

fn place(tenant: &Tenant, administrator: &Administrator) -> Place {
    (tenant.id != administrator.tenant, tenant.name.clone(), tenant.id)
}

/// The municipality that a path names, if whoever asks may see it.
pub(super) struct Municipality(Tenant);

impl FromRequestParts<App> for Municipality {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let administrator = Administrator::from_request_parts(parts, app).await?;
        // By name: a path may go on to something of the municipality's.
        let named = Path::<HashMap<String, String>>::from_request_parts(parts, app).await;
        let named = named.ok().and_then(|Path(mut named)| named.remove("id"));
        let tenant = id(&named.unwrap_or_default(), "municipality")?;
        let tenant = within_reach(app, &administrator, tenant).await?;
        Ok(Self(tenant))
    }
}

/// A tenant that the administrator may see. Others do not exist for them.
async fn within_reach(app: &App, administrator: &Administrator, tenant: TenantId) -> Result<Tenant, Problem> {
    let reach = administrator.reach(&app.store).await?;
    let found = reach.into_iter().find(|candidate| candidate.id == tenant);
    found.ok_or_else(|| Problem::not_found("there is no such municipality"))
}
