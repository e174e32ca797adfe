//! Delivers alerts: what was written down when they were raised (`work::alerts`) is sent, and tried again with growing
//! pauses until it arrives or is no news any more. Runs every 15 seconds, and whenever alerts have been looked for.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::outlets::Outlets;
use crate::{
    domain::notification::{is_worth_another_attempt, pause_after},
    store::{Delivery, Store, StoreError},
};

const EVERY: Duration = Duration::from_secs(15);
/// Longest time for one delivery; below the time for which it is claimed.
const LONGEST: Duration = Duration::from_mins(1);

/// Delivers until the server stops.
pub async fn run(store: Store, outlets: Outlets, looked: Arc<Notify>, stop: CancellationToken) {
    let mut turns = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = looked.notified() => {}
            () = stop.cancelled() => return,
        }
        // What was claimed and not sent when the server stops is claimed anew after its start.
        let delivered = stop
            .run_until_cancelled(turn(&store, &outlets, Timestamp::now()))
            .await;
        if let Some(Err(error)) = delivered {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not deliver alerts"
            );
        }
    }
}

/// Delivers what is due, all at a time; returns how many arrived.
pub async fn turn(store: &Store, outlets: &Outlets, now: Timestamp) -> Result<usize, StoreError> {
    store.forget_old_deliveries(now).await?;
    let outlets = Arc::new(outlets.clone());
    let mut under_way = JoinSet::new();
    for delivery in store.claim_deliveries(now).await? {
        let (store, outlets) = (store.clone(), outlets.clone());
        under_way.spawn(async move { attempt(&store, &outlets, &delivery, now).await });
    }
    let mut arrived = 0;
    for done in under_way.join_all().await {
        arrived += usize::from(done?);
    }
    Ok(arrived)
}

async fn attempt(
    store: &Store,
    outlets: &Outlets,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let result = tokio::time::timeout(LONGEST, outlets.deliver(delivery, now)).await;
    let failure = match result {
        Ok(Ok(())) => {
            store.delivered(delivery, now).await?;
            return Ok(true);
        }
        Ok(Err(failure)) => failure.0,
        Err(_) => "timeout",
    };
    let again = is_worth_another_attempt(delivery.created_at, now);
    let again_at = again.then(|| now + pause_after(delivery.attempt));
    store.not_delivered(delivery, again_at, failure, now).await?;
    let (id, tenant, attempt) = (delivery.id, delivery.tenant, delivery.attempt);
    if again {
        tracing::warn!(%tenant, delivery = %id, attempt, failure, "an alert did not arrive; it is tried again");
    } else {
        tracing::error!(%tenant, delivery = %id, attempt, failure, "an alert never arrived; check its receiver");
    }
    Ok(false)
}
