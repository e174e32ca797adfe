//! The control port: [`Control`]'s methods as plain HTTP on loopback. The table is in the crate's README.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{Control, ControlError};
use crate::link::LinkSettings;
use crate::node::answer_fault::RoomFault;
use crate::node::link_to;
use crate::node::room::{Fault, RoomSettings};
use crate::node::status::RoomStatus;
use crate::node::world::World;

type Done = Result<Json<Value>, ControlError>;
type Who = Path<(String, String)>;

/// The plain-HTTP side of a node.
pub(in crate::node) fn router(world: Arc<World>, quit: Arc<Notify>) -> Router {
    let room = put(put_room).get(get_room).delete(delete_room);
    Router::new()
        .route("/", get(about))
        .route("/rooms/{alias}", room)
        .route("/rooms/{alias}/fault", post(room_fault))
        .route("/rooms/{alias}/end", post(end))
        .route("/rooms/{alias}/lock", post(lock))
        .route("/rooms/{alias}/unlock", post(unlock))
        .route("/rooms/{alias}/robots", post(add_robot))
        .route("/rooms/{alias}/participants/{uuid}/admit", post(admit))
        .route("/rooms/{alias}/participants/{uuid}/fault", post(fault))
        .route("/rooms/{alias}/participants/{uuid}/link", post(set_link))
        .with_state(Control::new(world))
        .route("/quit", post(async move || stop(&quit)))
}

async fn about(State(control): State<Control>) -> Json<Value> {
    Json(json!({"node_url": control.world.base_url, "ca_pem": control.world.ca_pem, "label": "lab stand-in"}))
}

async fn put_room(
    State(control): State<Control>,
    Path(alias): Path<String>,
    Json(settings): Json<RoomSettings>,
) -> Done {
    control.put_room(&alias, settings)?;
    let link = link_to(&control.world.base_url, &alias);
    Ok(Json(json!({"alias": alias, "link": link})))
}

async fn get_room(
    State(control): State<Control>,
    Path(alias): Path<String>,
) -> Result<Json<RoomStatus>, ControlError> {
    control.room(&alias).map(Json)
}

async fn delete_room(State(control): State<Control>, Path(alias): Path<String>) -> Done {
    done(control.delete_room(&alias))
}

async fn room_fault(
    State(control): State<Control>,
    Path(alias): Path<String>,
    Json(fault): Json<RoomFault>,
) -> Done {
    done(control.room_fault(&alias, fault))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct End {
    reason: Option<String>,
}

async fn end(State(control): State<Control>, Path(alias): Path<String>, body: Option<Json<End>>) -> Done {
    let End { reason } = body.unwrap_or_default().0;
    done(control.end(&alias, reason.as_deref()))
}

async fn lock(State(control): State<Control>, Path(alias): Path<String>) -> Done {
    done(control.set_locked(&alias, true))
}

async fn unlock(State(control): State<Control>, Path(alias): Path<String>) -> Done {
    done(control.set_locked(&alias, false))
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Robot {
    display_name: String,
    tone_hz: f64,
}

impl Default for Robot {
    fn default() -> Self {
        Self {
            display_name: "Lab robot".into(),
            tone_hz: 440.0,
        }
    }
}

async fn add_robot(
    State(control): State<Control>,
    Path(alias): Path<String>,
    body: Option<Json<Robot>>,
) -> Done {
    let Robot {
        display_name,
        tone_hz,
    } = body.unwrap_or_default().0;
    let uuid = control.add_robot(&alias, &display_name, tone_hz)?;
    Ok(Json(json!({"uuid": uuid})))
}

async fn admit(State(control): State<Control>, Path((alias, uuid)): Who) -> Done {
    done(control.admit(&alias, &uuid))
}

async fn fault(State(control): State<Control>, Path((alias, uuid)): Who, Json(fault): Json<Fault>) -> Done {
    done(control.fault(&alias, &uuid, fault).await)
}

async fn set_link(
    State(control): State<Control>,
    Path((alias, uuid)): Who,
    Json(link): Json<LinkSettings>,
) -> Done {
    done(control.set_link(&alias, &uuid, &link))
}

fn stop(quit: &Notify) -> Json<Value> {
    quit.notify_one();
    Json(json!({}))
}

fn done(result: Result<(), ControlError>) -> Done {
    result.map(|()| Json(json!({})))
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NoRoom | Self::NoParticipant => StatusCode::NOT_FOUND,
            Self::NoCall | Self::Call(_) | Self::TooManyRooms => StatusCode::CONFLICT,
            Self::TimedOut(_) => StatusCode::REQUEST_TIMEOUT,
        };
        (status, Json(json!({"error": self.to_string()}))).into_response()
    }
}
