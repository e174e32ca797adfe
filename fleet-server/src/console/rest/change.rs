//! A request that changes something. Where its caller says what they saw (`If-Match`), it is carried out only on that.
//!
//! The thing is read anew and compared; then the change itself is held to it by [`Terms`]: nothing in its tenant may have
//! changed between the two. If something has, the comparison is made again, as it mostly was something else.

use std::collections::HashMap;

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, Uri, header::ETAG, header::IF_MATCH, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use fleet_api::TenantId;
use tower::ServiceExt;
use tracing::Instrument;

use super::{
    Reads,
    etag::{Known, Seen, tagged},
    no_such_thing,
    once::{self, Key},
    read_at,
};
use crate::{
    app::App,
    console::routes::{Need, Route},
    domain::authorisation::may,
    identity::{administrator::Administrator, secret},
    store::{RequestKey, StoreError, Terms},
    web::{Problem, read_whole, within_time},
};

/// How often a thing is compared anew while others change what is beside it.
const COMPARISONS: usize = 50;

/// A request with its whole body, so that it can be compared with another and carried out more than once.
#[derive(Debug)]
pub(super) struct Change {
    route: Route,
    parts: Parts,
    body: Bytes,
    seen: Option<Seen>,
    key: Option<Key>,
}

impl Change {
    pub(super) async fn read(route: Route, request: Request) -> Result<Self, Problem> {
        let seen = Seen::read(request.headers());
        let key = if request.method() == Method::POST {
            Key::read(request.headers())?
        } else {
            None
        };
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        Ok(Self {
            route,
            body: read_whole(whole).await?,
            parts,
            seen,
            key,
        })
    }

    /// Carries it out, once if it has a key.
    pub(super) async fn carry_out(
        self,
        app: &App,
        reads: &Reads,
        caller: &Administrator,
        next: Next,
    ) -> Response {
        let Some(request) = self.key.as_ref().map(|key| key.of(caller)) else {
            return self.on_terms(app, reads, caller, next, None).await;
        };
        // On its own: whoever hangs up, or waits no longer, asks again with the key and must be told how it went.
        let (app, reads, caller) = (app.clone(), reads.clone(), caller.clone());
        let carried_out = async move {
            let carry_out = self.on_terms(&app, &reads, &caller, next, Some(request.clone()));
            let fingerprint = self.fingerprint();
            let carry_out = Box::pin(within_time(carry_out));
            once::once(&app, caller.tenant, &request, &fingerprint, carry_out).await
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "it may outlive its connection; a server that stops meanwhile is taken for one that died"
        )]
        let carried_out = tokio::spawn(Box::pin(carried_out).in_current_span());
        match carried_out.await {
            Ok(response) => response,
            Err(died) => Problem::internal(&died).into_response(),
        }
    }

    /// What makes it the same request when it is sent again.
    fn fingerprint(&self) -> secret::Hash {
        let seen = self
            .parts
            .headers
            .get(IF_MATCH)
            .map_or(&[][..], HeaderValue::as_bytes);
        let head = format!("{} {}\n", self.parts.method, self.parts.uri);
        secret::hash(&[head.as_bytes(), seen, b"\n", &self.body].concat())
    }

    async fn on_terms(
        &self,
        app: &App,
        reads: &Reads,
        caller: &Administrator,
        next: Next,
        once: Option<RequestKey>,
    ) -> Response {
        let Some(seen) = &self.seen else {
            return Terms::new(None, once).around(next.run(self.request())).await;
        };
        for _ in 0..COMPARISONS {
            let unchanged_since = match self.compare(app, reads, caller, seen).await {
                Ok(newest) => newest,
                Err(problem) => return problem.into_response(),
            };
            let terms = Terms::new(Some(unchanged_since), once.clone());
            let response = terms.around(next.clone().run(self.request())).await;
            if response.status() != StatusCode::PRECONDITION_FAILED {
                return response;
            }
        }
        Problem::changed().into_response()
    }

    fn request(&self) -> Request {
        Request::from_parts(self.parts.clone(), Body::from(self.body.clone()))
    }

    /// Whether the thing is still as the caller saw it; if so, the newest entries of the trails from before it was read.
    async fn compare(
        &self,
        app: &App,
        reads: &Reads,
        caller: &Administrator,
        seen: &Seen,
    ) -> Result<HashMap<TenantId, u64>, Problem> {
        let path = read_at(&reads.routes, self.route).ok_or_else(no_such_thing)?;
        let newest = newest_entries(app, caller).await?;
        let read = reads.routes.iter().find(|route| route.path == path);
        let allowed = read.is_some_and(|route| match route.need {
            Need::Right(resource, action) => may(caller.role, resource, action),
            Need::Login | Need::Nothing => true,
        });
        if !allowed {
            return Err(Problem::forbidden());
        }
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = self.above(path)?;
        request.extensions_mut().insert(caller.clone());
        let answer = match reads.router.clone().oneshot(request).await {
            Ok(answer) => tagged(answer, &Known::read(&axum::http::HeaderMap::new())).await,
            Err(never) => match never {},
        };
        if seen.fits(answer.headers().get(ETAG)) {
            Ok(newest)
        } else {
            Err(Problem::changed())
        }
    }

    /// The request's own path, as far as the pattern goes.
    fn above(&self, pattern: &str) -> Result<Uri, Problem> {
        let given = self.parts.uri.path().split('/');
        let filled =
            pattern.split('/').zip(given).map(
                |(pattern, given)| {
                    if pattern.starts_with('{') { given } else { pattern }
                },
            );
        let path = filled.collect::<Vec<_>>().join("/");
        path.parse()
            .map_err(|_| Problem::not_found("there is no such page"))
    }
}

async fn newest_entries(app: &App, caller: &Administrator) -> Result<HashMap<TenantId, u64>, StoreError> {
    let mut newest = HashMap::new();
    for tenant in caller.reach(&app.store).await? {
        newest.insert(tenant.id, app.store.newest_entry(tenant.id).await?);
    }
    Ok(newest)
}
