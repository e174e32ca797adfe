//! Datagrams on their way over the emulated link: lost, late, or through at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::link::{SharedLink, Way};

/// Datagrams that are held at most; beyond it they are lost.
const MAX_DELAYED: usize = 20_000;

/// The link of one call and what is on it, in the order of arrival.
pub(super) struct Transit {
    link: Arc<SharedLink>,
    delayed: BTreeMap<(Instant, u64), Datagram>,
    count: u64,
}

/// A datagram to or from the client.
pub(super) struct Datagram {
    pub(super) way: Way,
    pub(super) peer: SocketAddr,
    pub(super) bytes: Vec<u8>,
}

impl Transit {
    pub(super) fn new(link: Arc<SharedLink>) -> Self {
        Self {
            link,
            delayed: BTreeMap::new(),
            count: 0,
        }
    }

    /// A datagram sets out; it comes back at once if nothing delays it.
    pub(super) fn enter(&mut self, datagram: Datagram) -> Option<Datagram> {
        let now = Instant::now();
        let at = self.link.send(datagram.way, datagram.bytes.len(), now)?;
        if at <= now {
            return Some(datagram);
        }
        if self.delayed.len() < MAX_DELAYED {
            self.count += 1;
            self.delayed.insert((at, self.count), datagram);
        }
        None
    }

    /// When the next one arrives.
    pub(super) fn next_arrival(&self) -> Option<Instant> {
        self.delayed.first_key_value().map(|((at, _), _)| *at)
    }

    /// The next one that has arrived.
    pub(super) fn arrived(&mut self, now: Instant) -> Option<Datagram> {
        let first = self.delayed.first_entry().filter(|first| first.key().0 <= now)?;
        Some(first.remove())
    }
}
