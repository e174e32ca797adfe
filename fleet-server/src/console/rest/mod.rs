//! What every route of the REST interface does, so that no handler need: ETags on what is read (`etag`), changes only of what
//! is still as it was seen (`change`), requests that are carried out once (`once`), and lists page by page (`listing`).
//!
//! `routes` calls [`serve`] behind its guard: whoever gets here is known and has the route's right.

mod change;
mod etag;
mod listing;
mod once;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::routes::Route;
use crate::{app::App, identity::administrator::Administrator, web::Problem};

pub(super) use listing::{Filter, Listing, Page, Paging};

/// The routes by which things are read, without their guards: a change looks there whether a thing is still as it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Reads {
    routes: Arc<[Route]>,
    router: Router,
}

impl Reads {
    pub(super) fn new<'r>(
        routes: impl Iterator<Item = &'r (Route, axum::routing::MethodRouter<App>)> + Clone,
        app: &App,
    ) -> Self {
        let reads = routes.filter(|(route, _)| route.method == "GET");
        let reading = reads.clone().fold(Router::new(), |so_far, (route, handler)| {
            so_far.route(route.path, handler.clone())
        });
        Self {
            routes: reads.map(|(route, _)| *route).collect(),
            router: reading.layer(DefaultBodyLimit::max(0)).with_state(app.clone()),
        }
    }
}

/// Where the thing can be read that a route changes: the nearest route above it that reads, without leaving the thing that
/// the path names; another where the route says so.
pub(super) fn read_at(routes: &[Route], route: Route) -> Option<&'static str> {
    let reads = |path: &str| {
        let mut reads = routes.iter().filter(|candidate| candidate.method == "GET");
        reads
            .find(|candidate| candidate.path == path)
            .map(|found| found.path)
    };
    if route.seen_at.is_some() {
        return route.seen_at;
    }
    let mut path = route.path;
    loop {
        if let Some(found) = reads(path) {
            return Some(found);
        }
        let (above, last) = path.rsplit_once('/')?;
        if last.starts_with('{') {
            return None;
        }
        path = above;
    }
}

/// Lets a caller through to a route, under the promises above.
pub(super) async fn serve(
    app: &App,
    (route, reads): (Route, &Reads),
    caller: &Administrator,
    request: Request,
    next: Next,
) -> Response {
    if route.method == "GET" {
        return read(request, next).await;
    }
    match change::Change::read(route, request).await {
        Ok(change) => Box::pin(change.carry_out(app, reads, caller, next)).await,
        Err(problem) => problem.into_response(),
    }
}

/// Reads a thing, with its ETag.
pub(super) async fn read(mut request: Request, next: Next) -> Response {
    let known = etag::Known::read(request.headers());
    // The tag is of what GET answers; whoever asked for the head alone gets no more of it.
    if request.method() == Method::HEAD {
        *request.method_mut() = Method::GET;
    }
    etag::tagged(next.run(request).await, &known).await
}

fn no_such_thing() -> Problem {
    Problem::new(
        axum::http::StatusCode::PRECONDITION_FAILED,
        "nothing-to-match",
        "this route changes nothing that has an ETag; send it without If-Match",
    )
}
