//! The register of kits and parts as rows of a table, in the columns of `domain::inventory_file`.

use std::collections::HashMap;

use fleet_api::KitId;
use jiff::Timestamp;

use crate::{
    app::App,
    audit::AuditEvent,
    domain::inventory_file::COLUMNS,
    identity::administrator::Administrator,
    store::{Kit, RegisteredPart, StoreError, Tenant},
};

/// Most kits of one register.
const MOST_KITS: u32 = 5_000;

/// A municipality's parts, one row each. That they were exported is recorded.
pub(super) async fn rows(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    rows_where(app, administrator, tenant, |_| true, now).await
}

/// The rows of some of its kits.
pub(super) async fn rows_of(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    chosen: &[KitId],
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    rows_where(app, administrator, tenant, |kit| chosen.contains(&kit), now).await
}

async fn rows_where(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    wanted: impl Fn(KitId) -> bool,
    now: Timestamp,
) -> Result<Vec<[String; COLUMNS.len()]>, StoreError> {
    let kits = app.store.kits(tenant.id, MOST_KITS).await?;
    let wanted = kits.into_iter().filter(|kit| wanted(kit.id));
    let kits: HashMap<KitId, Kit> = wanted.map(|kit| (kit.id, kit)).collect();
    let parts = app.store.parts(tenant.id).await?;
    let rows: Vec<_> = parts.iter().filter_map(|part| row(&kits, part)).collect();
    let exported = AuditEvent::InventoryExported {
        rows: u64::try_from(rows.len()).unwrap_or(u64::MAX),
    };
    app.store
        .record(tenant.id, &administrator.act(now), &exported)
        .await?;
    Ok(rows)
}

fn row(kits: &HashMap<KitId, Kit>, registered: &RegisteredPart) -> Option<[String; COLUMNS.len()]> {
    let kit = kits.get(&registered.kit?)?;
    let part = &registered.part;
    let subscription = part.subscription.as_ref();
    Some([
        kit.name.as_str().to_owned(),
        kit.owner.name().to_owned(),
        part.kind.name().to_owned(),
        part.serial.clone(),
        part.condition.name().to_owned(),
        part.warranty_until
            .map_or_else(String::new, |day| day.to_string()),
        part.screen
            .map_or_else(String::new, |size| format!("{}.{}", size / 10, size % 10)),
        subscription.map_or_else(String::new, |subscription| subscription.iccid.clone()),
        subscription.map_or_else(String::new, |subscription| subscription.operator.clone()),
        subscription.map_or_else(String::new, |subscription| subscription.owner.name().to_owned()),
    ])
}
