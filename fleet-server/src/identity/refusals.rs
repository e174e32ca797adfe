//! Refused logins and codes in the audit trail.
//!
//! Anybody can bring them on without having logged in, and the trail is kept for good: of each kind and organisation it takes one a
//! minute from this server. Who tried is nobody that we know, so the server itself is who says it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use fleet_api::TenantId;
use jiff::{SignedDuration, Timestamp};

use crate::{
    audit::{Act, Actor, AuditEvent},
    store::{Store, StoreError},
};

/// Between two of a kind that are recorded.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// What this server has recorded last; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Refusals(Arc<Mutex<HashMap<(TenantId, &'static str), Timestamp>>>);

impl Refusals {
    /// Records a refusal, unless one of its kind was recorded within a minute.
    pub async fn record(
        &self,
        store: &Store,
        tenant: TenantId,
        event: &AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.is_due((tenant, event.name()), now) {
            store.record(tenant, &Act::by(Actor::Server, now), event).await?;
        }
        Ok(())
    }

    fn is_due(&self, kind: (TenantId, &'static str), now: Timestamp) -> bool {
        let mut recorded = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = recorded
            .get(&kind)
            .is_none_or(|last| now.duration_since(*last) >= PAUSE);
        if due {
            recorded.insert(kind, now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_kind_and_organisation_is_due_a_minute() {
        let (refusals, now) = (Refusals::default(), Timestamp::UNIX_EPOCH);
        let login = (TenantId::generate(), "login_refused");
        assert!(refusals.is_due(login, now));
        assert!(!refusals.is_due(login, now + SignedDuration::from_secs(59)));
        assert!(refusals.is_due((login.0, "token_refused"), now), "another kind");
        assert!(
            refusals.is_due((TenantId::generate(), login.1), now),
            "another organisation"
        );
        assert!(refusals.is_due(login, now + PAUSE));
    }
}
