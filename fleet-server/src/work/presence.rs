//! Tells the store which kits are connected here, so that every server on the database can show it.
//!
//! What changed is written once a second, however much it is; kits that stay cost nothing. That this server is alive is said
//! every 15 s. Where the database does not answer, what was to be written waits and is written with what comes later.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::heartbeat::Heartbeat;
use crate::{
    device::Nudges,
    store::{Store, StoreError},
};

/// How often what changed is written. With the longest silence of a kit (`device::nudge`), below 90 s together.
const WRITE_EVERY: Duration = Duration::from_secs(1);
const SAY_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// Most changes in one commit: others that write wait for it.
const AT_ONCE: usize = 500;

/// Writes until the server stops.
pub async fn run(store: Store, nudges: Nudges, heartbeat: Heartbeat, stop: CancellationToken) {
    let server = Uuid::now_v7();
    let mut turn = interval(WRITE_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut say_alive_at = Instant::now();
    while stop.run_until_cancelled(turn.tick()).await.is_some() {
        if Instant::now() >= say_alive_at {
            say_alive_at = Instant::now() + SAY_ALIVE_EVERY;
            match store.say_alive(server, Timestamp::now()).await {
                Ok(was_known) => {
                    heartbeat.beats();
                    if !was_known {
                        nudges.note_all_again();
                    }
                }
                Err(error) => complain(&error),
            }
        }
        write(&store, server, &nudges).await;
    }
    if let Err(error) = store.say_farewell(server).await {
        complain(&error);
    }
}

async fn write(store: &Store, server: Uuid, nudges: &Nudges) {
    let changes = nudges.take_changes();
    for (number, changes_at_once) in changes.chunks(AT_ONCE).enumerate() {
        if let Err(error) = store.note_presences(server, changes_at_once).await {
            complain(&error);
            return nudges.put_back(&changes[number * AT_ONCE..]);
        }
    }
}

fn complain(error: &StoreError) {
    let error: &dyn std::error::Error = error;
    tracing::error!(
        error,
        "could not note which kits are connected; other servers may show them wrongly"
    );
}
