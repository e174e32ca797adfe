//! On which terms the changes of one request may be made: that nothing has changed since its caller looked (`If-Match`), and
//! that it has not been carried out before (`Idempotency-Key`).
//!
//! Terms surround a request ([`Terms::around`]); [`hold`] checks them for the first change in each tenant, in that change's own
//! transaction. It is called by `audit::append`, and there is no change without its entry in the trail (decision 0005), so none
//! gets around them and no act need know of them (decision 0012).

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use fleet_api::TenantId;

use super::{
    StoreError,
    database::{Connection, query},
    stored,
};
use jiff::Timestamp;

tokio::task_local! {
    static TERMS: Terms;
}

/// How a caller names one request of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Whose key: a tenant and somebody in it.
    pub caller: String,
    /// The key.
    pub key: String,
}

/// The terms of one attempt to carry out a request.
#[derive(Debug, Default)]
pub struct Terms {
    /// Each tenant's newest entry when what is to be changed was looked at. None = whatever has changed since.
    unchanged_since: Option<HashMap<TenantId, u64>>,
    /// The request that may be carried out once.
    once: Option<RequestKey>,
    /// Where they have been checked: what comes after the first change is part of the same attempt.
    checked: Mutex<HashSet<TenantId>>,
}

impl Terms {
    /// Without any, a change is made whatever was before.
    #[must_use]
    pub fn new(unchanged_since: Option<HashMap<TenantId, u64>>, once: Option<RequestKey>) -> Self {
        Self {
            unchanged_since,
            once,
            checked: Mutex::default(),
        }
    }

    /// Holds whatever `attempt` changes to these terms.
    pub async fn around<F: Future>(self, attempt: F) -> F::Output {
        TERMS.scope(self, attempt).await
    }

    /// What must be checked before a change in this tenant: nothing the second time.
    fn due(&self, tenant: TenantId) -> Option<(Option<u64>, Option<RequestKey>)> {
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.insert(tenant).then(|| {
            let newest = self.unchanged_since.as_ref();
            let newest = newest.map(|newest| newest.get(&tenant).copied().unwrap_or(0));
            (newest, self.once.clone())
        })
    }
}

/// Refuses a change that would break the terms around it. `newest` is the tenant's newest entry now, 0 = none.
pub(super) async fn hold(
    connection: &mut Connection,
    tenant: TenantId,
    newest: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some((looked_at, once)) = TERMS.try_with(|terms| terms.due(tenant)).ok().flatten() else {
        return Ok(());
    };
    if looked_at.is_some_and(|looked_at| looked_at != newest) {
        return Err(StoreError::Changed);
    }
    let Some(RequestKey { caller, key }) = once else {
        return Ok(());
    };
    query("INSERT INTO request_marks (tenant_id, caller, request_key, made_at) VALUES ($1, $2, $3, $4)")
        .bind(tenant.0)
        .bind(caller)
        .bind(key)
        .bind(stored(now))
        .execute(connection)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::CarriedOut))?;
    Ok(())
}
