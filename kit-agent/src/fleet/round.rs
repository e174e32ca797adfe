//! One sync: sends what waits, forgets what was acknowledged, takes over what the server wants.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use fleet_api::{AgentVersion, KitState, SyncRequest, SyncResponse, limits::EVENTS_PER_SYNC, paths};
use jiff::Timestamp;

use super::{
    client::{Client, ClientError},
    desired::Desired,
    spool::Spool,
};

/// What is kept between syncs.
pub(super) struct Kept {
    pub(super) spool: Spool,
    pub(super) desired: Desired,
    /// How the kit was when it last looked at itself.
    pub(super) state: Option<KitState>,
}

/// The same, shared between those who record and the one who syncs. It is only ever locked for disk work, never while
/// waiting for the network.
pub(super) struct Shared(Mutex<Kept>);

impl Shared {
    pub(super) fn new(kept: Kept) -> Self {
        Self(Mutex::new(kept))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a sync failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum RoundError {
    #[error(transparent)]
    Server(#[from] ClientError),
    #[error("the kit's own disk did not take what was synced")]
    Disk(#[from] io::Error),
}

/// Syncs once. Returns whether events still wait.
pub(super) async fn sync(
    shared: &Shared,
    client: &Client,
    agent_version: &AgentVersion,
) -> Result<bool, RoundError> {
    let request = {
        let kept = shared.lock();
        let events = kept.spool.waiting(EVENTS_PER_SYNC);
        SyncRequest {
            spool: kept.spool.id(),
            agent_version: agent_version.clone(),
            events,
            state: kept.state.clone(),
        }
    };
    let answer: SyncResponse = client.post(paths::SYNC, &request).await?;
    let mut kept = shared.lock();
    // Never more than was sent: a server restored from another kit's backup must not empty the spool.
    if let Some(last) = request.events.last() {
        kept.spool
            .acknowledge(answer.acknowledged_up_to.min(last.sequence))?;
    }
    kept.desired.replace(answer.desired)?;
    kept.desired.drop_old(Timestamp::now())?;
    Ok(!kept.spool.is_empty())
}
