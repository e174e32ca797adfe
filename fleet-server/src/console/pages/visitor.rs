//! Whoever looks at a page: logged in, with their language and with the tenants that they may see.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use jiff::Timestamp;

use crate::{
    app::App,
    audit::Act,
    console::texts::{self, Texts},
    identity::administrator::Administrator,
    store::Tenant,
    web::Problem,
};

/// Somebody who is logged in.
pub(super) struct Visitor {
    pub(super) administrator: Administrator,
    pub(super) texts: &'static Texts,
    /// The tenants within reach: their own first, then a region's municipalities by name.
    pub(super) reach: Vec<Tenant>,
    pub(super) now: Timestamp,
}

impl Visitor {
    /// Their own tenant.
    pub(super) fn own(&self) -> &Tenant {
        self.reach.first().expect("their own tenant is within reach")
    }

    /// The municipalities within reach, by name.
    pub(super) fn municipalities(&self) -> impl Iterator<Item = &Tenant> {
        self.reach.iter().filter(|tenant| tenant.region.is_some())
    }

    /// A tenant within reach. Others do not exist for this visitor.
    pub(super) fn tenant(&self, id: TenantId) -> Result<&Tenant, Problem> {
        let found = self.reach.iter().find(|tenant| tenant.id == id);
        found.ok_or_else(|| Problem::not_found("there is no such organisation"))
    }

    /// What they do on this page.
    pub(super) fn act(&self) -> Act {
        self.administrator.act(self.now)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let now = Timestamp::now();
        let Some(administrator) = app.sessions.find(&parts.headers, now) else {
            return Err(Redirect::to("/login").into_response());
        };
        let reach = app.store.reach(administrator.tenant).await;
        let reach = reach.map_err(|error| Problem::from(error).into_response())?;
        Ok(Self {
            administrator,
            texts: texts::for_request(&parts.headers),
            reach,
            now,
        })
    }
}
