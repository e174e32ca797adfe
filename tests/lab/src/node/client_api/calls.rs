//! `calls` and what is below it: offers, candidates, `ack`, `update`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::bearer::Bearer;
use super::no_such_room;
use crate::node::media::{Call, CallError, CallSetup};
use crate::node::room::Answer;
use crate::node::world::World;

/// Body of `calls` and `update`.
#[derive(Debug, Deserialize)]
struct Offer {
    sdp: String,
    #[serde(default)]
    media_type: Option<String>,
}

/// Body of `ack`: empty, or the answer to an offer of the node.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ack {
    sdp: Option<String>,
    offer_ignored: bool,
}

/// Body of `new_candidate`.
#[derive(Debug, Deserialize)]
struct Candidate {
    candidate: String,
}

/// A second `calls` with the same token replaces the first call.
pub(super) async fn calls(
    State(world): State<Arc<World>>,
    Path((_, uuid)): Path<(String, String)>,
    bearer: Bearer,
    body: Bytes,
) -> Answer {
    if uuid != bearer.uuid {
        return Answer::invalid_role();
    }
    let Ok(offer) = serde_json::from_slice::<Offer>(&body) else {
        return Answer::bad_request("The body is not the JSON of a call");
    };
    let Some((setup, turn)) = world
        .with_room(&bearer.alias, |entry, _| {
            let session = entry.sessions.get_mut(&uuid)?;
            session.call = None;
            let setup = CallSetup {
                media_ip: world.media_ip,
                link: session.link.clone(),
                mixer: entry.mixer.clone(),
                participant: uuid.clone(),
                tasks: world.tasks.clone(),
            };
            Some((setup, entry.room.settings().calls_turn.clone()))
        })
        .flatten()
    else {
        return Answer::invalid_token();
    };
    let (call, sdp) = match Call::start(setup, &offer.sdp).await {
        Ok(started) => started,
        Err(error) => return call_failed(&error),
    };
    let mut result = json!({"call_uuid": call.uuid(), "sdp": sdp});
    if !turn.is_empty() {
        result["turn"] = json!(turn);
    }
    let audio_only = offer.media_type.as_deref() == Some("audio");
    let kept = world.with_room(&bearer.alias, |entry, _| {
        let session = entry.sessions.get_mut(&uuid)?;
        session.call = Some(Arc::new(call));
        entry.room.set_call(&uuid, true, audio_only);
        Some(())
    });
    match kept.flatten() {
        Some(()) => Answer::ok(result),
        None => Answer::invalid_token(),
    }
}

pub(super) async fn on_call(
    State(world): State<Arc<World>>,
    Path((_, uuid, call_uuid, action)): Path<(String, String, String, String)>,
    bearer: Bearer,
    body: Bytes,
) -> Answer {
    if uuid != bearer.uuid {
        return Answer::invalid_role();
    }
    let call = world.with_room(&bearer.alias, |entry, _| {
        entry.sessions.get(&uuid).and_then(|session| session.call.clone())
    });
    let call = match call {
        None => return no_such_room(),
        Some(call) => call.filter(|call| call.uuid() == call_uuid),
    };
    let Some(call) = call else {
        return Answer::not_found("Call disconnected");
    };
    match action.as_str() {
        "ack" => ack(&call, &body).await,
        "new_candidate" => new_candidate(&call, &body),
        "update" => update(&call, &body).await,
        "disconnect" => {
            world.with_room(&bearer.alias, |entry, _| entry.end_call(&uuid));
            Answer::ok(Value::Null)
        }
        // Accepted without effect: no far camera, no tones, and the figures are the node's own.
        "dtmf" | "fecc" => Answer::ok(true),
        "statistics" => Answer::ok(Value::Null),
        _ => Answer::not_found("404 Not Found"),
    }
}

async fn ack(call: &Call, body: &[u8]) -> Answer {
    let ack = if body.is_empty() {
        Ok(Ack::default())
    } else {
        serde_json::from_slice::<Ack>(body)
    };
    let Ok(ack) = ack else {
        return Answer::bad_request("The body is not the JSON of an ack");
    };
    let answer_to_node = ack.sdp.filter(|sdp| !ack.offer_ignored && !sdp.is_empty());
    match call.acknowledge(answer_to_node).await {
        Ok(()) => Answer::ok(true),
        Err(error) => call_failed(&error),
    }
}

fn new_candidate(call: &Call, body: &[u8]) -> Answer {
    let Ok(Candidate { candidate }) = serde_json::from_slice(body) else {
        return Answer::bad_request("The body is not the JSON of a candidate");
    };
    // An empty one is the end marker: nothing to do.
    if !candidate.is_empty() {
        call.add_candidate(candidate);
    }
    Answer::ok(Value::Null)
}

async fn update(call: &Call, body: &[u8]) -> Answer {
    let Ok(offer) = serde_json::from_slice::<Offer>(body) else {
        return Answer::bad_request("The body is not the JSON of an update");
    };
    match call.update(offer.sdp).await {
        Ok(sdp) => Answer::ok(json!({"call_uuid": call.uuid(), "sdp": sdp})),
        Err(error) => call_failed(&error),
    }
}

fn call_failed(error: &CallError) -> Answer {
    tracing::debug!(%error, "a call request failed");
    match error {
        CallError::BadSdp(_) => Answer::bad_request("The session description could not be used"),
        CallError::Ended => Answer::not_found("Call disconnected"),
        CallError::NoSocket(_) | CallError::Mixer(_) => Answer {
            status: 503,
            result: "Out of transcoding resource".into(),
        },
    }
}
