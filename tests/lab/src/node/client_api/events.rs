//! `events`: the server-sent event stream of one participant, at the pace of its link.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::bearer::Bearer;
use super::no_such_room;
use crate::link::SharedLink;
use crate::node::room::Answer;
use crate::node::world::{Entry, QueuedEvent, World};

pub(super) async fn stream(State(world): State<Arc<World>>, bearer: Bearer) -> Response {
    let opened = world.with_room(&bearer.alias, |entry, _| open(entry, &bearer.uuid));
    // A test may wait for the stream to be open.
    world.changed();
    match opened {
        None => no_such_room().into_response(),
        Some(None) => {
            let status = StatusCode::SERVICE_UNAVAILABLE.as_u16();
            Answer {
                status,
                result: "503 Service Unavailable".into(),
            }
            .into_response()
        }
        Some(Some((events, link))) => {
            let headers = [
                (header::CONTENT_TYPE, "text/event-stream"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, Body::from_stream(paced(events, link))).into_response()
        }
    }
}

fn open(entry: &mut Entry, uuid: &str) -> Option<(mpsc::Receiver<QueuedEvent>, Arc<SharedLink>)> {
    let session = entry.sessions.get(uuid)?;
    if Instant::now() < session.events_refused_until {
        return None;
    }
    let link = session.link.clone();
    Some((entry.open_events(uuid)?, link))
}

/// Each event arrives as late as the link makes it; a burst is late once, not once per event.
fn paced(
    events: mpsc::Receiver<QueuedEvent>,
    link: Arc<SharedLink>,
) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::unfold((events, link), |(mut events, link)| async move {
        let QueuedEvent { sent, bytes } = events.recv().await?;
        link.pass_signalling(sent).await;
        Some((Ok(bytes), (events, link)))
    })
}
