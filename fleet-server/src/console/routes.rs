//! Every route of the console with the right that it needs. There is no other way to add one, so none can be forgotten.
//!
//! The guard runs before the handler: it finds out who is asking (a token at the REST interface, a session on pages),
//! asks `domain::authorisation`, and hands the caller on. A handler that takes an [`Administrator`] or a page's `Visitor`
//! gets the one that was let in. Who lacks the right is refused before anything is looked up, so the refusal says
//! nothing about what exists.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::{HeaderMap, StatusCode, Uri},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::{self, MethodRouter},
};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    REQUEST_BYTES,
    headers::comes_from_another_site,
    pages::no_right,
    rest::{self, Reads},
};
use crate::{
    app::App,
    audit::AuditEvent,
    domain::{
        authorisation::{Action, Resource, may},
        role::Role,
    },
    identity::administrator::{self, Administrator},
    store::StoreError,
    web::Problem,
};

/// What somebody needs to be let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: what is shown here is for everybody.
    Nothing,
    /// To be logged in, whatever the role.
    Login,
    /// A right.
    Right(Resource, Action),
}

impl Need {
    pub(super) const fn see(resource: Resource) -> Self {
        Self::Right(resource, Action::See)
    }

    pub(super) const fn change(resource: Resource) -> Self {
        Self::Right(resource, Action::Change)
    }
}

/// The two ways in. What opens one does not open the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// REST, by a token.
    Rest,
    /// Pages, by a session.
    Page,
}

/// A route and what it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// `GET`, `POST` …
    pub method: &'static str,
    /// The path's pattern.
    pub path: &'static str,
    /// What the caller needs.
    pub need: Need,
    /// By which door.
    pub door: Door,
    /// Largest body.
    pub most_bytes: usize,
    /// Where what it changes can be read, where that is not a route above it.
    pub seen_at: Option<&'static str>,
}

/// Routes of one door.
pub(super) struct Routes {
    door: Door,
    routes: Vec<(Route, MethodRouter<App>)>,
}

macro_rules! methods {
    ($($name:ident $method:literal),+) => {
        $(pub(super) fn $name<H, T>(self, path: &'static str, need: Need, handler: H) -> Self
        where
            H: Handler<T, App>,
            T: 'static,
        {
            self.add($method, path, need, routing::$name(handler))
        })+
    };
}

impl Routes {
    pub(super) fn new(door: Door) -> Self {
        Self {
            door,
            routes: Vec::new(),
        }
    }

    methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE");

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        need: Need,
        handler: MethodRouter<App>,
    ) -> Self {
        let route = Route {
            method,
            path,
            need,
            door: self.door,
            most_bytes: REQUEST_BYTES,
            seen_at: None,
        };
        self.routes.push((route, handler));
        self
    }

    /// With those of another room behind the same door.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.routes.extend(others.routes);
        self
    }

    /// Lets the bodies of the route before be this large.
    pub(super) fn up_to(mut self, bytes: usize) -> Self {
        self.last().most_bytes = bytes;
        self
    }

    /// Where what the route before changes can be read: what an ETag is of that comes with it.
    pub(super) fn seen_at(mut self, path: &'static str) -> Self {
        self.last().seen_at = Some(path);
        self
    }

    fn last(&mut self) -> &mut Route {
        let (route, _) = self
            .routes
            .last_mut()
            .expect("what is said of a route follows it");
        route
    }

    /// What each route needs.
    pub(super) fn table(&self) -> impl Iterator<Item = Route> {
        self.routes.iter().map(|(route, _)| *route)
    }

    /// The routes, each behind its guard.
    pub(super) fn guarded(self, app: &App) -> Router<App> {
        let reads = match self.door {
            Door::Rest => Reads::new(self.routes.iter(), app),
            Door::Page => Reads::default(),
        };
        self.routes
            .into_iter()
            .fold(Router::new(), |router, (route, handler)| {
                let guard = from_fn_with_state((app.clone(), route, reads.clone()), guard);
                let limit = DefaultBodyLimit::max(route.most_bytes);
                router.route(route.path, handler.route_layer(guard).layer(limit))
            })
    }
}

type Guarding = (App, Route, Reads);

async fn guard(State((app, route, reads)): State<Guarding>, mut request: Request, next: Next) -> Response {
    if route.door == Door::Page && comes_from_another_site(&request) {
        let detail = "another site's page has sent that; do it on the console's own pages";
        return Problem::new(StatusCode::FORBIDDEN, "another-site", detail).into_response();
    }
    if route.need == Need::Nothing {
        return match route.door {
            Door::Rest => rest::read(request, next).await,
            Door::Page => next.run(request).await,
        };
    }
    let caller = match route.door.recognise(&app, request.headers()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return route.door.unknown(),
        Err(error) => return Problem::from(error).into_response(),
    };
    if let Need::Right(resource, action) = route.need {
        if !may(caller.role, resource, action) {
            return route.door.refuse(caller.role, request.headers());
        }
        if caller.role.needs_consent()
            && let Err(error) = record_look(&app, &caller, route, request.uri()).await
        {
            return Problem::from(error).into_response();
        }
    }
    request.extensions_mut().insert(caller.clone());
    match route.door {
        Door::Rest => Box::pin(rest::serve(&app, (route, &reads), &caller, request, next)).await,
        Door::Page => next.run(request).await,
    }
}

/// Support's looks stand in the trail of every municipality that lets it look now.
async fn record_look(app: &App, caller: &Administrator, route: Route, uri: &Uri) -> Result<(), StoreError> {
    let looked = AuditEvent::SupportLooked {
        page: format!("{} {}", route.method, route.path),
        looked_at: Some(ids_in(uri)).filter(|ids| !ids.is_empty()),
    };
    for tenant in caller.reach(&app.store).await? {
        if tenant.region.is_some() {
            app.store
                .record(tenant.id, &caller.act(Timestamp::now()), &looked)
                .await?;
        }
    }
    Ok(())
}

/// The ids of what an address is about. Whatever else stands in it may be a name, and is left out.
fn ids_in(uri: &Uri) -> Vec<Uuid> {
    const WRITTEN_OUT: usize = 36;
    let text = uri.path_and_query().map_or("", |text| text.as_str());
    text.split(['/', '?', '&', '='])
        .filter(|part| part.len() == WRITTEN_OUT)
        .filter_map(|part| part.parse().ok())
        .collect()
}

impl Door {
    async fn recognise(self, app: &App, headers: &HeaderMap) -> Result<Option<Administrator>, StoreError> {
        match self {
            Self::Rest => administrator::by_token(&app.store, headers).await,
            Self::Page => app.sessions.find(headers, Timestamp::now()).await,
        }
    }

    fn unknown(self) -> Response {
        match self {
            Self::Rest => Problem::unauthorized().into_response(),
            Self::Page => Redirect::to("/login").into_response(),
        }
    }

    fn refuse(self, role: Role, headers: &HeaderMap) -> Response {
        match self {
            Self::Rest => Problem::forbidden().into_response(),
            Self::Page if role == Role::Newcomer => Redirect::to("/welcome").into_response(),
            Self::Page => no_right(role, headers),
        }
    }
}
