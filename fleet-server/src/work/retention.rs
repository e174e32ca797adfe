//! Erases what is no longer needed (design, "What may be stored where"): meeting links 24 hours after the planned end, hashes of
//! patients' numbers two hours after it, the log of meetings, bookings and what kits reported after five years, sessions that have
//! ended, answers that were kept for requests with a key for 24 hours; and ends shifts whose hours are over.
//!
//! Runs when the server starts and every ten minutes. A failure is logged and tried again at the next turn.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::{
    device::Nudges,
    store::{Store, StoreError},
};

const EVERY: Duration = Duration::from_mins(10);

/// Erases until the server stops.
pub async fn run(store: Store, nudges: Nudges, stop: CancellationToken) {
    let mut turn = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(turn.tick()).await.is_some() {
        let now = Timestamp::now();
        told(
            "links of meetings that are over",
            store.erase_old_links(now).await,
        );
        // Not erasing: what servers before migration 0035 booked, at the start and while some of them still run.
        match store.hash_older_bookings().await {
            Ok(0) => {}
            Ok(hashed) => tracing::info!(hashed, "bookings of older servers can be compared with others"),
            Err(error) => failed("hashing of older bookings", &error),
        }
        told("hashes of patients' numbers", store.erase_old_persons(now).await);
        told(
            "entries of the log of meetings",
            store.erase_old_attendance(now).await,
        );
        told("bookings and reports of kits", store.erase_old_visits(now).await);
        match store.end_old_shifts(now).await {
            Ok(kits) => kits.into_iter().for_each(|kit| nudges.nudge(kit)),
            Err(error) => failed("shifts", &error),
        }
        if let Err(error) = store.erase_ended_sessions(now).await {
            failed("sessions", &error);
        }
        if let Err(error) = store.forget_old_requests(now).await {
            failed("requests", &error);
        }
    }
}

fn told(what: &str, erased: Result<u64, StoreError>) {
    match erased {
        Ok(0) => {}
        Ok(erased) => tracing::info!(erased, "erased {what}"),
        Err(error) => failed(what, &error),
    }
}

fn failed(what: &str, error: &StoreError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "could not end or erase {what}"
    );
}
