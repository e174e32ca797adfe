//! Carries nudges between the servers on one database: a kit is connected to one of them, the person who changes
//! something may be at another.
//!
//! Runs all the time, and only where there can be other servers. After a gap all kits that are connected here sync once.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{
    device::Nudges,
    store::{Heard, Hearer, Signal, StoreError, Teller},
};

/// Most signals that are told at once.
const AT_ONCE: usize = 500;
/// Pause before a database that did not answer is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells and hears until the server stops.
pub async fn run(
    (teller, hearer): (Teller, Hearer),
    told: mpsc::Receiver<Signal>,
    nudges: Nudges,
    stop: CancellationToken,
) {
    let both = async { tokio::join!(tell(teller, told), hear(hearer, nudges)) };
    stop.run_until_cancelled(both).await;
}

async fn tell(teller: Teller, mut told: mpsc::Receiver<Signal>) {
    let mut signals = Vec::with_capacity(AT_ONCE);
    while told.recv_many(&mut signals, AT_ONCE).await > 0 {
        if let Err(error) = teller.tell(&signals).await {
            complain(&error);
        }
        signals.clear();
    }
}

async fn hear(mut hearer: Hearer, nudges: Nudges) {
    loop {
        match hearer.hear().await {
            Ok(Heard::Signals(signals)) => signals.into_iter().for_each(|signal| nudges.pass_on(signal)),
            Ok(Heard::Gap) => nudges.nudge_all_here(),
            Err(error) => {
                complain(&error);
                while hearer.rejoin().await.is_err() {
                    tokio::time::sleep(PAUSE).await;
                }
                nudges.nudge_all_here();
            }
        }
    }
}

fn complain(error: &StoreError) {
    let error: &dyn std::error::Error = error;
    tracing::error!(
        error,
        "could not reach the other servers; kits may hear of changes some minutes late"
    );
}
