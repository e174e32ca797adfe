//! That something of a tenant's has changed, for pages that bring themselves up to date.
//!
//! A count per tenant and nothing else: whoever watches compares it with the one that they saw last, so that thousands of
//! changes in a second cost a watcher no more than one. Noted after the commit. `work::between_servers` carries it to the
//! other servers.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use fleet_api::TenantId;

/// What has changed since the server started; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Changes(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    of_tenant: HashMap<TenantId, u64>,
    /// What may have changed anywhere.
    of_all: u64,
    /// Whose changes the other servers have not been told of.
    untold: BTreeSet<TenantId>,
}

impl Changes {
    /// Something of the tenant's has changed at this server.
    pub fn note(&self, tenant: TenantId) {
        let mut counts = self.lock();
        *counts.of_tenant.entry(tenant).or_default() += 1;
        counts.untold.insert(tenant);
    }

    /// Another server says that something of the tenant's has changed.
    pub fn heard(&self, tenant: TenantId) {
        *self.lock().of_tenant.entry(tenant).or_default() += 1;
    }

    /// Word of other servers may have passed unheard.
    pub fn heard_nothing_for_a_while(&self) {
        self.lock().of_all += 1;
    }

    /// Whose changes the other servers are to be told of; each is given once.
    #[must_use]
    pub fn take_untold(&self) -> Vec<TenantId> {
        std::mem::take(&mut self.lock().untold).into_iter().collect()
    }

    /// A number that differs whenever something of these tenants' has changed in between.
    #[must_use]
    pub fn count(&self, tenants: impl IntoIterator<Item = TenantId>) -> u64 {
        let counts = self.lock();
        let of_tenant = |tenant| counts.of_tenant.get(&tenant).copied().unwrap_or_default();
        counts.of_all + tenants.into_iter().map(of_tenant).sum::<u64>()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_watches_a_tenant_notices_its_changes_and_nobody_elses() {
        let (own, other) = (TenantId::generate(), TenantId::generate());
        let changes = Changes::default();
        let before = changes.count([own]);
        changes.note(other);
        assert_eq!(changes.count([own]), before);
        changes.note(own);
        let noted = changes.count([own]);
        assert_ne!(noted, before);
        changes.heard(own);
        assert_ne!(changes.count([own]), noted);
        let heard = changes.count([own]);
        changes.heard_nothing_for_a_while();
        assert_ne!(changes.count([own]), heard);
    }

    #[test]
    fn other_servers_are_told_once_of_what_happened_here() {
        let (here, elsewhere) = (TenantId::generate(), TenantId::generate());
        let changes = Changes::default();
        changes.note(here);
        changes.note(here);
        changes.heard(elsewhere);
        assert_eq!(changes.take_untold(), [here]);
        assert!(changes.take_untold().is_empty());
    }
}
