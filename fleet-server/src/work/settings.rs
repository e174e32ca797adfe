//! Notices settings that were changed past this server: on the command line, which knows no kits, or at another server whose word
//! was lost. Has the kits sync that are connected here.
//!
//! Looks every five seconds at the number that a tenant's settings carry; whoever changes them at a server nudges at once.

use std::{collections::HashMap, time::Duration};

use fleet_api::{ConfigurationVersion, TenantId};
use tokio_util::sync::CancellationToken;

use crate::{
    device::Nudges,
    store::{Store, StoreError},
};

const EVERY: Duration = Duration::from_secs(5);

/// Looks until the server stops.
pub async fn run(store: Store, nudges: Nudges, stop: CancellationToken) {
    let mut known = None;
    let mut turns = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        match look(&store).await {
            Ok(seen) => {
                // Kits that connect sync by themselves, so at the first look there is nobody to be told.
                let changed = known.as_ref().map(|known| changed(known, &seen));
                let changed = changed.into_iter().flatten();
                changed.for_each(|tenant| nudges.nudge_tenant_here(tenant));
                known = Some(seen);
            }
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "could not look for changed settings; kits follow them at their next sync"
            ),
        }
    }
}

type Versions = HashMap<TenantId, ConfigurationVersion>;

async fn look(store: &Store) -> Result<Versions, StoreError> {
    let tenants = store.tenants().await?.into_iter();
    Ok(tenants
        .map(|tenant| (tenant.id, tenant.configuration_version))
        .collect())
}

/// Whose settings are not those that were known. A tenant that is new may have been changed since it was added.
fn changed(known: &Versions, seen: &Versions) -> Vec<TenantId> {
    let other = seen
        .iter()
        .filter(|(tenant, version)| known.get(tenant) != Some(*version));
    other.map(|(tenant, _)| *tenant).collect()
}
