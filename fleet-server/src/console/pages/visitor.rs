//! Whoever looks at a page: logged in, with their language and with the tenants that they may see.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use jiff::Timestamp;

use super::contrast;
use crate::{
    app::App,
    audit::Act,
    console::{
        texts::{self, Texts},
        tickets,
    },
    domain::authorisation::{Action, Resource, may},
    identity::administrator::Administrator,
    store::{StoreError, Tenant},
    web::Problem,
};

/// Somebody who is logged in.
pub(super) struct Visitor {
    pub(super) administrator: Administrator,
    pub(super) texts: &'static Texts,
    /// The tenants within reach: their own first, then a region's municipalities by name.
    pub(super) reach: Vec<Tenant>,
    /// Until when the region's support may look at their municipality.
    pub(super) support_until: Option<Timestamp>,
    /// How many open tickets are their own organisation's to deal with.
    pub(super) tasks: usize,
    /// Whether they have chosen high contrast.
    pub(super) contrast: bool,
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

    /// Whether they see more than one organisation, and have to be told and asked which.
    pub(super) fn sees_several(&self) -> bool {
        self.reach.len() > 1
    }

    /// A tenant within reach. Others do not exist for this visitor.
    pub(super) fn tenant(&self, id: TenantId) -> Result<&Tenant, Problem> {
        let found = self.reach.iter().find(|tenant| tenant.id == id);
        found.ok_or_else(|| Problem::not_found("there is no such organisation"))
    }

    /// Whether their role lets them look at that.
    pub(super) fn may_see(&self, resource: Resource) -> bool {
        may(self.administrator.role, resource, Action::See)
    }

    /// Whether their role lets them change that; forms that they cannot use are not shown to them.
    pub(super) fn may_change(&self, resource: Resource) -> bool {
        may(self.administrator.role, resource, Action::Change)
    }

    /// Refuses what their role may not change.
    pub(super) fn demand(&self, resource: Resource) -> Result<(), Problem> {
        let allowed = self.may_change(resource);
        allowed.then_some(()).ok_or_else(Problem::forbidden)
    }

    /// What they do on this page.
    pub(super) fn act(&self) -> Act {
        self.administrator.act(self.now)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        // The guard of `console::routes` has let them in.
        let Some(administrator) = parts.extensions.get::<Administrator>().cloned() else {
            return Err(Redirect::to("/login").into_response());
        };
        let texts = texts::for_request(&parts.headers);
        let contrast = contrast::is_chosen(&parts.headers);
        let visitor = visitor(app, administrator, (texts, contrast)).await;
        visitor.map_err(|error| Problem::from(error).into_response())
    }
}

async fn visitor(
    app: &App,
    administrator: Administrator,
    (texts, contrast): (&'static Texts, bool),
) -> Result<Visitor, StoreError> {
    let now = Timestamp::now();
    let reach = administrator.reach(&app.store).await?;
    let support_until = match reach.first() {
        Some(own) if own.region.is_some() => app.store.support_access(own.id, now).await?,
        _ => None,
    };
    let own = reach.first().map(|own| own.id);
    let tasks = match own {
        Some(own) if may(administrator.role, Resource::Tickets, Action::See) => {
            tickets::open_of(app, &reach, own).await?
        }
        _ => 0,
    };
    Ok(Visitor {
        administrator,
        texts,
        reach,
        support_until: support_until.map(|access| access.until),
        tasks,
        contrast,
        now,
    })
}
