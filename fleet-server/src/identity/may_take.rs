//! Whether a care worker has what their municipality demands of whoever takes a kit. Asked at check-out, wherever it happens.

use fleet_api::{CareWorkerId, TenantId};
use jiff::civil::Date;

use crate::{
    domain::{
        follow_up::settings::Untrained,
        training::{lacks, version_in_force},
    },
    store::{Store, StoreError},
};

/// False where the municipality stops whoever lacks something, and this care worker does.
pub async fn may_take(
    store: &Store,
    tenant: TenantId,
    worker: CareWorkerId,
    today: Date,
) -> Result<bool, StoreError> {
    let settings = store.follow_up_settings(tenant).await?;
    if settings.untrained == Untrained::Warn {
        return Ok(true);
    }
    let versions = store.routine_versions(tenant).await?;
    let in_force = version_in_force(&versions, today);
    let learnt = store.learnt(tenant).await?.remove(&worker).unwrap_or_default();
    let lacking = lacks(
        &settings.required,
        &learnt.trainings,
        in_force,
        &learnt.versions(),
        today,
    );
    Ok(lacking.is_empty())
}
