//! Nudges: a WebSocket per kit that says nothing but "sync now".
//!
//! It carries no state, so a lost nudge costs at most a polling interval. Who is connected is kept in `nudges`.

use std::time::Duration;

use axum::{
    Extension,
    extract::{
        State, WebSocketUpgrade,
        ws::{Message, WebSocket},
    },
    response::Response,
};
use fleet_api::{Nudge, limits::NUDGE_BYTES};
use jiff::Timestamp;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

use super::certificate::EnrolledKit;
use crate::app::App;

/// How often the kit is asked whether it is there. Mobile networks forget silent connections after some minutes; each
/// question costs a kit some 200 bytes.
const PING_EVERY: Duration = Duration::from_secs(75);
/// A kit that says nothing for so long after it was asked is gone. With [`PING_EVERY`] a kit is shown as connected for less
/// than 90 s after its last word.
const ANSWER_TIME: Duration = Duration::from_secs(12);
/// Longest wait for the kit to take a frame.
const SEND_TIME: Duration = Duration::from_secs(10);
/// Buffer for what is read, in bytes: there are as many of them as connected kits, and kits say next to nothing.
const READ_BUFFER: usize = 128;

/// `GET /device/v1/nudge`, upgraded to a WebSocket (RFC 6455).
pub(super) async fn nudge(
    State(app): State<App>,
    Extension(kit): Extension<EnrolledKit>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(NUDGE_BYTES)
        .max_frame_size(NUDGE_BYTES)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * NUDGE_BYTES)
        .on_upgrade(move |socket| async move {
            let mut nudges = app.nudges.connect(kit.key, kit.device);
            app.store.changes().note(kit.key.tenant);
            let mut heard_at = Timestamp::now();
            let conversation = converse(socket, &mut nudges, &mut heard_at);
            app.stop.run_until_cancelled(conversation).await;
            app.nudges.forget(kit.key, &nudges, heard_at);
            app.store.changes().note(kit.key.tenant);
        })
}

/// Ends when either side has left, or when another connection has taken this one's place.
async fn converse(mut socket: WebSocket, nudges: &mut watch::Receiver<()>, heard_at: &mut Timestamp) {
    // One clock for both: when to ask, and while an answer is awaited, when to give up.
    let clock = sleep(Duration::ZERO);
    tokio::pin!(clock);
    let mut asked = false;
    loop {
        let outgoing = tokio::select! {
            changed = nudges.changed() => match changed {
                Ok(()) => sync_now(),
                Err(_) => break,
            },
            () = &mut clock => {
                if asked {
                    break;
                }
                asked = true;
                clock.as_mut().reset(Instant::now() + ANSWER_TIME);
                Message::Ping(Vec::new().into())
            }
            incoming = socket.recv() => match incoming {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                // Whatever it says, it is there.
                Some(Ok(_)) => {
                    asked = false;
                    *heard_at = Timestamp::now();
                    clock.as_mut().reset(Instant::now() + PING_EVERY);
                    continue;
                }
            },
        };
        if !matches!(timeout(SEND_TIME, socket.send(outgoing)).await, Ok(Ok(()))) {
            return;
        }
    }
    let _ = timeout(SEND_TIME, socket.send(Message::Close(None))).await;
}

fn sync_now() -> Message {
    let frame = serde_json::to_string(&Nudge::SyncNow).expect("a nudge is plain data");
    Message::Text(frame.into())
}
