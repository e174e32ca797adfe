//! `request_token`, `refresh_token`, `release_token`.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::bearer::Bearer;
use super::no_such_room;
use crate::node::room::{Answer, JoinRequest};
use crate::node::world::World;

pub(super) async fn request_token(
    State(world): State<Arc<World>>,
    Path(alias): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let Ok(mut request) = serde_json::from_slice::<JoinRequest>(&body) else {
        return Answer::bad_request("The body is not the JSON of a request_token");
    };
    request.pin = headers
        .get("pin")
        .and_then(|pin| pin.to_str().ok())
        .map(Into::into);
    request.login = world.begin_login(&request);
    let name = request.display_name.clone().unwrap_or_default();
    let Some(link) = world.with_room(&alias, |entry, _| entry.link_of(&name)) else {
        return no_such_room();
    };
    link.pass_signalling(Instant::now()).await;
    let answer = world.with_room(&alias, |entry, now| {
        let answer = entry.room.request_token(&request, now);
        if let Some(uuid) = answer.result["participant_uuid"].as_str() {
            entry.open_session(uuid, link.clone());
        }
        answer
    });
    link.pass_signalling(Instant::now()).await;
    answer.unwrap_or_else(no_such_room)
}

pub(super) async fn refresh_token(State(world): State<Arc<World>>, bearer: Bearer) -> Answer {
    world
        .with_room(&bearer.alias, |entry, now| {
            entry.room.refresh_token(&bearer.uuid, now)
        })
        .unwrap_or_else(no_such_room)
}

pub(super) async fn release_token(State(world): State<Arc<World>>, bearer: Bearer) -> Answer {
    world
        .with_room(&bearer.alias, |entry, _| entry.room.release_token(&bearer.uuid))
        .unwrap_or_else(no_such_room)
}
