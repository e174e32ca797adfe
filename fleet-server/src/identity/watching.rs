//! Which pages of a login keep themselves up to date. A browser opens few connections to one server: the newest pages keep
//! theirs, an older one is told to close.
//!
//! Of this server alone, in memory: a page that comes to another server watches there. Neighbour: `session`.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use tokio_util::sync::CancellationToken;

use super::secret::Hash;

/// Most pages of one login that watch; browsers open six connections to a server.
const MOST: usize = 3;

/// The watching pages, by their session's hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Watching(Arc<Mutex<HashMap<Hash, VecDeque<CancellationToken>>>>);

impl Watching {
    /// A page begins to watch. Its token is cancelled when too many newer ones do; whoever stops watching cancels it.
    pub(super) fn begin(&self, session: Hash) -> CancellationToken {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Ended logins leave nothing behind.
        all.retain(|_, pages| {
            pages.retain(|page| !page.is_cancelled());
            !pages.is_empty()
        });
        let pages = all.entry(session).or_default();
        if pages.len() >= MOST
            && let Some(oldest) = pages.pop_front()
        {
            oldest.cancel();
        }
        let token = CancellationToken::new();
        pages.push_back(token.clone());
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_page_of_a_login_gives_way_and_other_logins_are_not_touched() {
        let watching = Watching::default();
        let others = watching.begin([2; 32]);
        let pages: Vec<CancellationToken> = (0..=MOST).map(|_| watching.begin([1; 32])).collect();
        let closed: Vec<bool> = pages.iter().map(CancellationToken::is_cancelled).collect();
        assert_eq!(closed, [true, false, false, false]);
        assert!(!others.is_cancelled());
        pages[1].cancel();
        watching.begin([1; 32]);
        assert!(!pages[2].is_cancelled(), "a page that was left makes room");
    }
}
