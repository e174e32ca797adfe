//! Whether this server's database takes what is written, as its own heartbeat shows (`presence`): asking costs nothing.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// A heart that was silent for so long has stopped: two beats and some patience with the database.
const SILENCE: Duration = Duration::from_secs(45);

/// When this server last wrote to its database. Never, at first.
#[derive(Debug, Clone, Default)]
pub struct Heartbeat(Arc<Mutex<Option<Instant>>>);

impl Heartbeat {
    /// Something was written and committed.
    pub fn beats(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether that was lately.
    #[must_use]
    pub fn is_felt(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < SILENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_heart_is_felt_from_its_first_beat_until_it_is_silent_for_long() {
        let heartbeat = Heartbeat::default();
        assert!(!heartbeat.is_felt());
        heartbeat.beats();
        tokio::time::advance(Duration::from_secs(44)).await;
        assert!(heartbeat.is_felt());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!heartbeat.is_felt());
    }
}
