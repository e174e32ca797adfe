//! The kits that are connected, here and, by word of the other servers, there.
//!
//! There is one connection per kit: a new one replaces the old, so the number of them is bounded by the number of
//! enrolled kits. Words between servers may come late; a word that ends connections never ends a newer enrolment's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use fleet_api::{DeviceId, TenantId};
use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use tokio::sync::{mpsc, watch};

use crate::store::{KitKey, Presence, Signal};

/// Most signals that wait to be told to other servers; those beyond are left to the kits' own asking.
const UNTOLD: usize = 10_000;

/// The kits that are connected here, and word to the servers that others are connected to.
#[derive(Clone, Debug, Default)]
pub struct Nudges {
    here: Arc<Mutex<Kits>>,
    others: Option<mpsc::Sender<Signal>>,
    told: Counter,
}

#[derive(Debug, Default)]
struct Kits {
    connected: HashMap<KitKey, Connected>,
    /// Coming and going that has not been written yet; the last of each kit counts, so there are never more than kits.
    changes: HashMap<KitKey, Presence>,
}

#[derive(Debug)]
struct Connected {
    device: DeviceId,
    /// Dropped to end the connection.
    nudges: watch::Sender<()>,
}

impl Kits {
    fn disconnect(&mut self, key: KitKey) {
        if self.connected.remove(&key).is_some() {
            self.changes.insert(key, Presence::Left(Timestamp::now()));
        }
    }
}

impl Nudges {
    /// With what is to be told to other servers.
    #[must_use]
    pub fn telling_others() -> (Self, mpsc::Receiver<Signal>) {
        let (others, told) = mpsc::channel(UNTOLD);
        let nudges = Self {
            here: Arc::default(),
            others: Some(others),
            told: Counter::default(),
        };
        (nudges, told)
    }

    /// Tells a kit to sync now, if it is connected. Several in a row may reach it as one.
    pub fn nudge(&self, key: KitKey) {
        self.everywhere(Signal::SyncNow(key));
    }

    /// Ends a kit's connection, if it has one.
    pub fn disconnect(&self, key: KitKey) {
        self.everywhere(Signal::Disconnect(key));
    }

    /// Ends the kit's connection if it is of another enrolment than this newest one.
    pub fn enrolled(&self, key: KitKey, device: DeviceId) {
        self.everywhere(Signal::Enrolled(key, device));
    }

    /// Does what another server said.
    pub fn pass_on(&self, signal: Signal) {
        match signal {
            Signal::SyncNow(key) => {
                if let Some(kit) = self.kits().connected.get(&key) {
                    kit.nudges.send_replace(());
                    self.told.inc();
                }
            }
            Signal::Disconnect(key) => self.kits().disconnect(key),
            Signal::Enrolled(key, device) => {
                let mut kits = self.kits();
                if kits.connected.get(&key).is_some_and(|kit| kit.device != device) {
                    kits.disconnect(key);
                }
            }
            // Not about a kit's connection.
            Signal::Changed(_) => {}
        }
    }

    /// Tells all kits that are connected here to sync now.
    pub fn nudge_all_here(&self) {
        for kit in self.kits().connected.values() {
            kit.nudges.send_replace(());
            self.told.inc();
        }
    }

    /// Tells a tenant's kits that are connected here to sync now.
    pub fn nudge_tenant_here(&self, tenant: TenantId) {
        for (_, kit) in self
            .kits()
            .connected
            .iter()
            .filter(|(key, _)| key.tenant == tenant)
        {
            kit.nudges.send_replace(());
            self.told.inc();
        }
    }

    /// How many kits are connected to this server now.
    #[must_use]
    pub fn count_here(&self) -> usize {
        self.kits().connected.len()
    }

    /// Counts the kits that were told to sync.
    #[must_use]
    pub fn told(&self) -> Counter {
        self.told.clone()
    }

    fn everywhere(&self, signal: Signal) {
        self.pass_on(signal);
        if let Some(others) = &self.others {
            // Full: the database has not answered for a while.
            let _ = others.try_send(signal);
        }
    }

    /// Whether the kit is connected to this server now.
    #[must_use]
    pub fn is_connected(&self, key: KitKey) -> bool {
        self.kits().connected.contains_key(&key)
    }

    /// Who has come and gone since this was last called.
    #[must_use]
    pub fn take_changes(&self) -> Vec<(KitKey, Presence)> {
        std::mem::take(&mut self.kits().changes).into_iter().collect()
    }

    /// What could not be written; what happened since then counts more.
    pub fn put_back(&self, changes: &[(KitKey, Presence)]) {
        let mut kits = self.kits();
        for (key, presence) in changes {
            kits.changes.entry(*key).or_insert(*presence);
        }
    }

    /// All who are here count as having come just now.
    pub fn note_all_again(&self) {
        let Kits { connected, changes } = &mut *self.kits();
        let now = Timestamp::now();
        changes.extend(connected.keys().map(|key| (*key, Presence::Came(now))));
    }

    /// Until the receiver's sender is gone, the kit is connected here.
    pub(super) fn connect(&self, key: KitKey, device: DeviceId) -> watch::Receiver<()> {
        let (nudges, receiver) = watch::channel(());
        let mut kits = self.kits();
        kits.connected.insert(key, Connected { device, nudges });
        kits.changes.insert(key, Presence::Came(Timestamp::now()));
        receiver
    }

    /// Forgets a connection that has ended, unless another has taken its place.
    pub(super) fn forget(&self, key: KitKey, ended: &watch::Receiver<()>, heard_at: Timestamp) {
        let mut kits = self.kits();
        if kits
            .connected
            .get(&key)
            .is_some_and(|current| current.nudges.subscribe().same_channel(ended))
        {
            kits.connected.remove(&key);
            kits.changes.insert(key, Presence::Left(heard_at));
        }
    }

    fn kits(&self) -> MutexGuard<'_, Kits> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use fleet_api::KitId;

    use super::*;

    fn a_kit() -> KitKey {
        KitKey {
            tenant: TenantId::generate(),
            kit: KitId::generate(),
        }
    }

    #[test]
    fn a_new_enrolment_ends_the_old_ones_connection_and_spares_its_own() {
        let (key, old, new) = (a_kit(), DeviceId::generate(), DeviceId::generate());
        let nudges = Nudges::default();
        let of_old = nudges.connect(key, old);
        nudges.pass_on(Signal::Enrolled(key, new));
        assert!(of_old.has_changed().is_err(), "the tablet from before is cut off");

        let of_new = nudges.connect(key, new);
        // The same word once more, late, from another server.
        nudges.pass_on(Signal::Enrolled(key, new));
        assert_eq!(of_new.has_changed().ok(), Some(false), "the new tablet stays");
        nudges.pass_on(Signal::Disconnect(key));
        assert!(of_new.has_changed().is_err(), "a lost tablet is cut off");
    }

    #[test]
    fn a_new_connection_takes_the_place_of_the_old() {
        let (key, device) = (a_kit(), DeviceId::generate());
        let nudges = Nudges::default();
        let old = nudges.connect(key, device);
        let new = nudges.connect(key, device);
        assert!(old.has_changed().is_err(), "the old connection is told to end");
        let heard_at = Timestamp::UNIX_EPOCH;
        nudges.forget(key, &old, heard_at);
        assert!(
            nudges.is_connected(key),
            "the end of the old does not end the new"
        );
        let changes = nudges.take_changes();
        assert!(matches!(changes[..], [(_, Presence::Came(_))]), "{changes:?}");
        nudges.nudge(key);
        assert_eq!(new.has_changed().ok(), Some(true));
        nudges.forget(key, &new, heard_at);
        assert!(!nudges.is_connected(key));
        assert_eq!(nudges.take_changes(), [(key, Presence::Left(heard_at))]);
        nudges.put_back(&[(key, Presence::Came(heard_at))]);
        assert_eq!(nudges.take_changes(), [(key, Presence::Came(heard_at))]);
    }
}
