//! Erases what is no longer needed: meeting links 24 hours after the planned end (design, "What may be stored where"), and
//! sessions that have ended.
//!
//! Runs when the server starts and every ten minutes. A failure is logged and tried again at the next turn.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::store::Store;

const EVERY: Duration = Duration::from_mins(10);

/// Erases until the server stops.
pub async fn run(store: Store, stop: CancellationToken) {
    let mut turn = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(turn.tick()).await.is_some() {
        match store.erase_old_links(Timestamp::now()).await {
            Ok(0) => {}
            Ok(links) => tracing::info!(links, "erased links of meetings that are over"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "could not erase links"),
        }
        if let Err(error) = store.erase_ended_sessions(Timestamp::now()).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not erase ended sessions"
            );
        }
    }
}
