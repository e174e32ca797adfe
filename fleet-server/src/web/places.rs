//! How many connections a port has at a time. When all places are taken, those that have been without a request the longest
//! give theirs up for whoever comes; a request that is being served never does, and neither does a kit's nudge. Where nobody
//! gives up a place, whoever comes is refused at once and comes again later.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// One in so many makes room at once, so that a flood of newcomers need not wait for each other.
const SHARE: usize = 64;
/// Longer than a connection gets that must make room.
const ROOM_WITHIN: Duration = Duration::from_secs(2);

/// The places of one port.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    at_once: usize,
    without_request: Mutex<Waiting>,
    taken: Gauge,
}

/// Connections without a request, the longest without one first.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    connections: BTreeMap<u64, CancellationToken>,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing of a request has come since it began.
    New(u64),
    /// Nothing of a request has come since the last answer.
    Waiting(u64),
    /// A part of a request's head has come.
    Reading(u64),
    /// A request is being served.
    Serving,
    /// It is no longer HTTP.
    Upgraded,
}

/// A connection's place. Given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    phase: Mutex<Phase>,
    dismissed: CancellationToken,
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(most: usize, taken: Gauge) -> Self {
        Self {
            free: Arc::new(Semaphore::new(most)),
            at_once: (most / SHARE).max(1),
            without_request: Mutex::default(),
            taken,
        }
    }

    /// A place for one more connection; waits while others make room. None = nobody can.
    pub(super) async fn take(self: &Arc<Self>) -> Option<Place> {
        let permit = self.permit().await?;
        self.taken.inc();
        let dismissed = CancellationToken::new();
        let number = self.waiting().add(dismissed.clone());
        Some(Place {
            places: self.clone(),
            phase: Mutex::new(Phase::New(number)),
            dismissed,
            _permit: permit,
        })
    }

    async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(free) = self.free.clone().try_acquire_owned() {
            return Some(free);
        }
        if !self.make_room() {
            return None;
        }
        let freed = timeout(ROOM_WITHIN, self.free.clone().acquire_owned())
            .await
            .ok()?;
        Some(freed.expect("the semaphore is never closed"))
    }

    /// Whether anybody can.
    fn make_room(&self) -> bool {
        let mut waiting = self.waiting();
        let mut leaving = 0;
        while leaving < self.at_once
            && let Some((_, longest)) = waiting.connections.pop_first()
        {
            longest.cancel();
            leaving += 1;
        }
        leaving > 0
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.without_request
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn add(&mut self, dismissed: CancellationToken) -> u64 {
        self.next += 1;
        self.connections.insert(self.next, dismissed);
        self.next
    }
}

impl Place {
    pub(super) fn phase(&self) -> Phase {
        *self.lock()
    }

    /// Bytes came. Whether they were the first of a request.
    pub(super) fn heard(&self) -> bool {
        let mut phase = self.lock();
        match *phase {
            Phase::New(number) | Phase::Waiting(number) => {
                *phase = Phase::Reading(number);
                true
            }
            _ => false,
        }
    }

    /// A request has come whole enough to be served.
    pub(super) fn serving(&self) {
        self.leave_line(Phase::Serving);
    }

    /// It is no longer HTTP, and stays for as long as whoever took it over wants.
    pub(super) fn upgraded(&self) {
        self.leave_line(Phase::Upgraded);
    }

    /// The answer has been given.
    pub(super) fn answered(&self) {
        let mut phase = self.lock();
        if *phase == Phase::Serving {
            *phase = Phase::Waiting(self.places.waiting().add(self.dismissed.clone()));
        }
    }

    /// When another needs the place more.
    pub(super) fn dismissed(&self) -> WaitForCancellationFuture<'_> {
        self.dismissed.cancelled()
    }

    fn leave_line(&self, next: Phase) {
        let mut phase = self.lock();
        if let Phase::New(number) | Phase::Waiting(number) | Phase::Reading(number) = *phase {
            self.places.waiting().connections.remove(&number);
        }
        *phase = next;
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave_line(Phase::Serving);
        self.places.taken.dec();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn the_longest_without_a_request_makes_room_and_one_that_is_served_does_not() {
        let places = Arc::new(Places::new(3, Gauge::default()));
        let served = places.take().await.unwrap();
        assert!(served.heard() && !served.heard());
        served.serving();
        let (older, newer) = (places.take().await.unwrap(), places.take().await.unwrap());
        older.serving();
        older.answered();

        assert!(places.take().now_or_never().is_none(), "all are taken");
        assert!(
            newer.dismissed().now_or_never().is_some(),
            "it has waited the longest"
        );
        assert!(older.dismissed().now_or_never().is_none());
        drop(newer);
        let fourth = places
            .take()
            .now_or_never()
            .flatten()
            .expect("there is room again");
        assert_eq!(places.taken.get(), 3);

        fourth.upgraded();
        older.serving();
        let refused = places.take().now_or_never().expect("at once");
        assert!(refused.is_none());
        for busy in [&served, &older, &fourth] {
            assert!(busy.dismissed().now_or_never().is_none());
        }
        drop((served, older, fourth));
        assert_eq!(places.taken.get(), 0);
    }
}
