//! Tells the fleet link what happened, one thing after the other and in that order, beside the loop.
//!
//! The order counts: the receipt of a wipe is on disk before the link may be used again, so that the server knows of it
//! before it is asked what this kit should hold. Those whom a crash cut off in a meeting come before anything else.

use std::sync::Arc;

use fleet_api::CleaningPhase;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;

use super::Inner;
use super::present::Present;
use crate::fleet::{EventKind, FleetLink, SpoolError};

/// What the link is told.
#[derive(Debug)]
pub(super) enum Telling {
    /// Something happened.
    Event(Box<EventKind>),
    /// A meeting begins or is over: the link is quiet or not.
    Quiet(bool),
    /// These are in the meeting now; it is kept in case of a crash.
    Here(Vec<EventKind>),
}

/// Starts the clerk. It ends when nobody can tell it anything any more, and has told all by then.
pub(super) fn start(
    fleet: Arc<FleetLink>,
    present: Present,
    report: UnboundedSender<Inner>,
) -> (UnboundedSender<Telling>, JoinSet<()>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut work = JoinSet::new();
    work.spawn(write(
        Clerk {
            fleet,
            present,
            report,
        },
        told,
    ));
    (tell, work)
}

struct Clerk {
    fleet: Arc<FleetLink>,
    present: Present,
    report: UnboundedSender<Inner>,
}

async fn write(mut clerk: Clerk, mut told: UnboundedReceiver<Telling>) {
    clerk.tell_who_was_here().await;
    while let Some(what) = told.recv().await {
        match what {
            Telling::Quiet(quiet) => clerk.fleet.set_quiet(quiet),
            Telling::Here(people) => clerk.present.are_here(people),
            Telling::Event(event) => clerk.event(*event).await,
        }
    }
}

impl Clerk {
    /// A meeting that the last run did not live to see the end of.
    async fn tell_who_was_here(&mut self) {
        let fleet = self.fleet.clone();
        let left_behind = self.present.left_behind(|place| fleet.has_recorded(place));
        self.present.are_here(left_behind.clone());
        for event in left_behind {
            self.event(event).await;
        }
        self.present.are_here(Vec::new());
    }

    async fn event(&mut self, event: EventKind) {
        let cleaned = matches!(
            event,
            EventKind::HygieneSigned {
                phase: CleaningPhase::After,
                ..
            }
        );
        match self.record(event).await {
            // Only now may the kit remember that it is clean: the signature cannot be lost any more.
            Ok(()) if cleaned => {
                // Nobody listens only while the kit shuts down; it is then cleaned once more.
                let _ = self.report.send(Inner::SignatureKept);
            }
            Ok(()) => {}
            Err(error) => tracing::error!(%error, "an event could not be recorded; check the kit's disk"),
        }
    }

    async fn record(&mut self, event: EventKind) -> Result<(), SpoolError> {
        let Some(over) = self.present.handing_over(&event) else {
            return self.fleet.record(event).await.map(drop);
        };
        let noted = over.clone();
        let place = self.fleet.record_noted(event, |place| noted.note(place)).await?;
        self.present.handed_over(&over, place);
        Ok(())
    }
}
