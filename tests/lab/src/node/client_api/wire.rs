//! What lies between client and node: the emulated link's delay and outages, and answers that go wrong on purpose.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;

use super::bearer::token;
use crate::link::SharedLink;
use crate::node::answer_fault::{WrongAnswer, WrongBody};
use crate::node::room::Answer;
use crate::node::world::World;

/// Longer than any client waits.
const HANG: Duration = Duration::from_mins(10);
/// Piece of a large body.
const CHUNK: usize = 64 * 1024;

/// Lets a request through as late, or as wrongly answered, as a test wants it.
pub(super) async fn pass(
    State(world): State<Arc<World>>,
    Path(path): Path<HashMap<String, String>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let alias = path.get("alias").cloned().unwrap_or_default();
    let last_segment = request
        .uri()
        .path()
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or("")
        .to_owned();
    let (parts, body) = request.into_parts();
    // A newcomer has no token: `join` finds its link by its name.
    let link = token(&parts).and_then(|token| link_of_token(&world, &alias, &token));
    if let Some(link) = &link {
        link.pass_signalling(Instant::now()).await;
    }
    let wrong = world
        .with_room(&alias, |entry, _| entry.answer_faults.take(&last_segment))
        .flatten();
    let request = Request::from_parts(parts, body);
    let response = match wrong {
        Some(wrong) => answer_wrongly(wrong, request, next).await,
        None => next.run(request).await,
    };
    tracing::debug!(
        request = last_segment,
        status = response.status().as_u16(),
        "answered"
    );
    if let Some(link) = &link {
        link.pass_signalling(Instant::now()).await;
    }
    response
}

fn link_of_token(world: &World, alias: &str, token: &str) -> Option<Arc<SharedLink>> {
    world.with_room(alias, |entry, _| {
        let owner = entry.room.owner_of_token(token)?.uuid.clone();
        entry.sessions.get(&owner).map(|session| session.link.clone())
    })?
}

async fn answer_wrongly(wrong: WrongAnswer, request: Request, next: Next) -> Response {
    if wrong.body == WrongBody::Right {
        // Done at once, told late: the slow `ack`.
        let response = next.run(request).await;
        tokio::time::sleep(wrong.delay).await;
        return response;
    }
    tokio::time::sleep(wrong.delay).await;
    match wrong.body {
        WrongBody::Right => unreachable!("handled above"),
        WrongBody::Result(result) => Answer {
            status: wrong.status,
            result,
        }
        .into_response(),
        WrongBody::Raw(text) => with_status(wrong.status, Body::from(text)),
        WrongBody::Size(bytes) => with_status(wrong.status, filler(bytes)),
        WrongBody::Hang => {
            tokio::time::sleep(HANG).await;
            (StatusCode::GATEWAY_TIMEOUT, Json("stand-in hang")).into_response()
        }
    }
}

fn with_status(status: u16, body: Body) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

/// A JSON string that goes on for this long, or for ever; made piece by piece.
fn filler(bytes: Option<u64>) -> Body {
    let opening = stream::iter([Ok::<_, Infallible>(Bytes::from_static(
        b"{\"status\":\"success\",\"result\":\"",
    ))]);
    let left = bytes.unwrap_or(u64::MAX);
    let pieces = stream::unfold(left, |left| async move {
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
        (size > 0).then(|| (Ok(Bytes::from(vec![b'x'; size])), left - size as u64))
    });
    let closing = stream::iter([Ok(Bytes::from_static(b"\"}"))]);
    Body::from_stream(futures_util::StreamExt::chain(
        futures_util::StreamExt::chain(opening, pieces),
        closing,
    ))
}
