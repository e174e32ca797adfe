//! Carries nudges between the servers on one database: a kit is connected to one of them, the person who changes
//! something may be at another, and whoever watches a page at a third.
//!
//! Runs all the time, and only where there can be other servers. After a gap all kits that are connected here sync once.
//! Nudges are told at once; whose content has changed is told once a second, however much changed.

use std::time::Duration;

use tokio::{sync::mpsc, time::interval};
use tokio_util::sync::CancellationToken;

use crate::{
    device::Nudges,
    store::{Changes, Heard, Hearer, Signal, StoreError, Teller},
};

/// Most signals that are told at once.
const AT_ONCE: usize = 500;
/// Pause before a database that did not answer is asked again.
const PAUSE: Duration = Duration::from_secs(1);
/// How often the others are told whose content has changed.
const CHANGES_EVERY: Duration = Duration::from_secs(1);

/// Tells and hears until the server stops.
pub async fn run(
    (teller, hearer): (Teller, Hearer),
    told: mpsc::Receiver<Signal>,
    (nudges, changes): (Nudges, Changes),
    stop: CancellationToken,
) {
    let both = async {
        tokio::join!(
            tell(&teller, told),
            tell_changes(&teller, &changes),
            hear(hearer, &nudges, &changes)
        )
    };
    stop.run_until_cancelled(both).await;
}

async fn tell(teller: &Teller, mut told: mpsc::Receiver<Signal>) {
    let mut signals = Vec::with_capacity(AT_ONCE);
    while told.recv_many(&mut signals, AT_ONCE).await > 0 {
        if let Err(error) = teller.tell(&signals).await {
            complain(&error);
        }
        signals.clear();
    }
}

async fn tell_changes(teller: &Teller, changes: &Changes) {
    let mut turns = interval(CHANGES_EVERY);
    loop {
        turns.tick().await;
        let untold: Vec<Signal> = changes.take_untold().into_iter().map(Signal::Changed).collect();
        // What is lost here, a page finds out by itself within a minute.
        if let Err(error) = teller.tell(&untold).await {
            complain(&error);
        }
    }
}

async fn hear(mut hearer: Hearer, nudges: &Nudges, changes: &Changes) {
    let after_a_gap = || {
        nudges.nudge_all_here();
        changes.heard_nothing_for_a_while();
    };
    loop {
        match hearer.hear().await {
            Ok(Heard::Signals(signals)) => {
                for signal in signals {
                    match signal {
                        Signal::Changed(tenant) => changes.heard(tenant),
                        other => nudges.pass_on(other),
                    }
                }
            }
            Ok(Heard::Gap) => after_a_gap(),
            Err(error) => {
                complain(&error);
                while hearer.rejoin().await.is_err() {
                    tokio::time::sleep(PAUSE).await;
                }
                after_a_gap();
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
