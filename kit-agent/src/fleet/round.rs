//! One sync: sends what waits, forgets what was acknowledged, takes over what the server wants.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use fleet_api::{AgentVersion, KitState, SyncRequest, SyncResponse, limits::EVENTS_PER_SYNC, paths};
use jiff::Timestamp;
use tokio::{sync::watch, time::Instant};

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
    /// How it was when that was news.
    pub(super) last_news: Option<KitState>,
    /// When the newest of what the server wants was asked for.
    pub(super) asked_at: watch::Sender<Option<Instant>>,
}

/// So many points more or less in the battery are news.
const BATTERY_NEWS: u8 = 10;

impl Kept {
    /// Notes how the kit is. Whether it is news: what the office would want to know before the hourly sync.
    pub(super) fn note_state(&mut self, state: KitState) -> bool {
        let news = self.last_news.as_ref().is_none_or(|last| is_news(last, &state));
        if news {
            self.last_news = Some(state.clone());
        }
        self.state = Some(state);
        news
    }
}

fn is_news(last: &KitState, now: &KitState) -> bool {
    let battery = match (last.battery, now.battery) {
        (Some(last), Some(now)) => {
            last.charging != now.charging || last.percent.get().abs_diff(now.percent.get()) >= BATTERY_NEWS
        }
        (last, now) => last != now,
    };
    battery || last.self_test != now.self_test
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
    let asked_at = Instant::now();
    let answer: SyncResponse = client.post(paths::SYNC, &request).await?;
    let mut kept = shared.lock();
    // Never more than was sent: a server restored from another kit's backup must not empty the spool.
    if let Some(last) = request.events.last() {
        kept.spool
            .acknowledge(answer.acknowledged_up_to.min(last.sequence))?;
    }
    kept.desired.replace(answer.desired)?;
    kept.desired.drop_old(Timestamp::now())?;
    kept.asked_at.send_replace(Some(asked_at));
    Ok(!kept.spool.is_empty())
}

#[cfg(test)]
mod tests {
    use fleet_api::{Battery, Check, Outcome};

    use super::*;

    fn state(percent: u8, charging: bool, media: Outcome) -> KitState {
        KitState {
            looked_at: Timestamp::UNIX_EPOCH,
            self_test: [(Check::Media, media)].into(),
            battery: Some(Battery {
                percent: percent.try_into().unwrap(),
                charging,
            }),
            storage_free: None,
            network: None,
        }
    }

    #[test]
    fn a_battery_that_drains_a_failed_check_and_a_charger_are_news() {
        let last = state(80, false, Outcome::Passed);
        assert!(!is_news(&last, &state(71, false, Outcome::Passed)));
        assert!(is_news(&last, &state(70, false, Outcome::Passed)));
        assert!(is_news(&last, &state(80, true, Outcome::Passed)));
        assert!(is_news(&last, &state(80, false, Outcome::Failed)));
    }
}
