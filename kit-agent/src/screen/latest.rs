//! The newest of something that one thread makes and another takes: older ones are forgotten, nothing queues.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Room for one.
#[derive(Debug)]
pub(super) struct Latest<T>(Mutex<Option<T>>);

impl<T> Latest<T> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Leaves the newest. `true` if the room was empty: then somebody must be told to fetch it.
    pub(super) fn put(&self, newest: T) -> bool {
        self.room().replace(newest).is_none()
    }

    /// Takes what is there.
    pub(super) fn take(&self) -> Option<T> {
        self.room().take()
    }

    /// Looks at what is there and leaves it.
    pub(super) fn look<R>(&self, look: impl FnOnce(&T) -> R) -> Option<R> {
        self.room().as_ref().map(look)
    }

    /// A value is whole even if its maker panicked afterwards.
    fn room(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
