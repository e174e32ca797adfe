//! Control functions on participants and on the conference.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::Value;

use super::bearer::Bearer;
use super::no_such_room;
use crate::node::room::Answer;
use crate::node::world::World;

pub(super) async fn on_participant(
    State(world): State<Arc<World>>,
    Path((_, target, action)): Path<(String, String, String)>,
    bearer: Bearer,
    body: Bytes,
) -> Answer {
    let body = match json_or_nothing(&body) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    world
        .with_room(&bearer.alias, |entry, now| match action.as_str() {
            "transfer" => Answer::not_found("transfer failed"),
            _ => entry
                .room
                .control_participant(&bearer.uuid, &target, &action, &body, now),
        })
        .unwrap_or_else(no_such_room)
}

pub(super) async fn on_conference(
    State(world): State<Arc<World>>,
    Path((_, action)): Path<(String, String)>,
    bearer: Bearer,
    body: Bytes,
) -> Answer {
    let body = match json_or_nothing(&body) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    world
        .with_room(&bearer.alias, |entry, now| {
            entry.room.control_conference(&bearer.uuid, &action, &body, now)
        })
        .unwrap_or_else(no_such_room)
}

/// Many control functions have no body.
fn json_or_nothing(body: &[u8]) -> Result<Value, Answer> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|_| Answer::bad_request("The body is not JSON"))
}
