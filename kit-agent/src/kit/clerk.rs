//! Tells the fleet link what happened, one thing after the other and in that order, beside the loop.
//!
//! The order counts: the receipt of a wipe is on disk before the link may be used again, so that the server knows of it
//! before it is asked what this kit should hold.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::JoinSet;

use crate::fleet::{EventKind, FleetLink};

/// What the link is told.
#[derive(Debug)]
pub(super) enum Telling {
    /// Something happened.
    Event(Box<EventKind>),
    /// A meeting begins or is over: the link is quiet or not.
    Quiet(bool),
    /// What stood in this file is told: it goes.
    Remove(PathBuf),
}

/// Starts the clerk. It ends when nobody can tell it anything any more, and has told all by then.
pub(super) fn start(fleet: Arc<FleetLink>) -> (UnboundedSender<Telling>, JoinSet<()>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut work = JoinSet::new();
    work.spawn(write(fleet, told));
    (tell, work)
}

async fn write(fleet: Arc<FleetLink>, mut told: UnboundedReceiver<Telling>) {
    while let Some(what) = told.recv().await {
        match what {
            Telling::Quiet(quiet) => fleet.set_quiet(quiet),
            Telling::Remove(file) => match std::fs::remove_file(&file) {
                Err(e) if e.kind() != ErrorKind::NotFound => {
                    tracing::error!(error = %e, file = %file.display(), "a file cannot be removed; check the kit's disk");
                }
                _ => {}
            },
            Telling::Event(event) => {
                if let Err(e) = fleet.record(*event).await {
                    tracing::error!(error = %e, "an event could not be recorded; check the kit's disk");
                }
            }
        }
    }
}
