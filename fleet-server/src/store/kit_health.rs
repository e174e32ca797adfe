//! How kits were when they were last heard: written with every sync that tells it, read for the console.

use std::collections::{BTreeMap, HashMap};

use fleet_api::{Battery, ByteCount, KitId, KitState, Network, NetworkKind, Percent, TenantId};
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError,
    database::{Connection, Row, query},
    read_time, stored,
};

/// How a kit was, and when the server learnt of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitHealth {
    /// The server's clock.
    pub received_at: Timestamp,
    /// What the kit told.
    pub state: KitState,
}

impl KitHealth {
    /// Whether a check of its self-test failed.
    #[must_use]
    pub fn self_test_failed(&self) -> bool {
        self.state
            .self_test
            .values()
            .any(|outcome| *outcome == fleet_api::Outcome::Failed)
    }
}

impl Store {
    /// How a municipality's kits were when they were last heard.
    pub async fn kit_healths(&self, tenant: TenantId) -> Result<HashMap<KitId, KitHealth>, StoreError> {
        let rows = query("SELECT * FROM kit_health WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        rows.iter().map(read_health).collect()
    }
}

/// Notes how a kit is; the last one counts.
pub(super) async fn note(
    connection: &mut Connection,
    key: KitKey,
    state: &KitState,
    now: Timestamp,
) -> Result<(), StoreError> {
    let self_test = serde_json::to_string(&state.self_test).expect("checks are plain data");
    let network = state.network;
    query(
        "INSERT INTO kit_health (tenant_id, kit_id, received_at, looked_at, self_test, battery_percent, charging,
                                 storage_free, network, signal_percent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant_id, kit_id) DO UPDATE SET received_at = excluded.received_at,
             looked_at = excluded.looked_at, self_test = excluded.self_test,
             battery_percent = excluded.battery_percent, charging = excluded.charging,
             storage_free = excluded.storage_free, network = excluded.network,
             signal_percent = excluded.signal_percent",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(now))
    .bind(stored(state.looked_at))
    .bind(self_test)
    .bind(state.battery.map(|battery| i64::from(battery.percent.get())))
    .bind(state.battery.map(|battery| battery.charging))
    .bind(state.storage_free.map(|free| i64::try_from(free.0).unwrap_or(i64::MAX)))
    .bind(network.map(|network| network.kind.name()))
    .bind(network.and_then(|network| network.signal).map(|signal| i64::from(signal.get())))
    .execute(connection)
    .await?;
    Ok(())
}

fn read_health(row: &Row) -> Result<(KitId, KitHealth), StoreError> {
    let damaged = || StoreError::Damaged("kit_health");
    let percent = |column| -> Result<Option<Percent>, StoreError> {
        let share: Option<i64> = row.try_get(column)?;
        let share = share.map(|share| u8::try_from(share).ok().and_then(|share| share.try_into().ok()));
        share.map(|share| share.ok_or_else(damaged)).transpose()
    };
    let self_test: &str = row.try_get("self_test")?;
    let self_test: BTreeMap<_, _> = serde_json::from_str(self_test).map_err(|_| damaged())?;
    let charging: Option<bool> = row.try_get("charging")?;
    let storage_free: Option<i64> = row.try_get("storage_free")?;
    let kind: Option<&str> = row.try_get("network")?;
    let kind = kind
        .map(|name| NetworkKind::named(name).ok_or_else(damaged))
        .transpose()?;
    let signal = percent("signal_percent")?;
    let battery = percent("battery_percent")?.map(|percent| Battery {
        percent,
        charging: charging == Some(true),
    });
    let state = KitState {
        looked_at: read_time("kit_health.looked_at", row.try_get("looked_at")?)?,
        self_test,
        battery,
        storage_free: storage_free
            .and_then(|free| u64::try_from(free).ok())
            .map(ByteCount),
        network: kind.map(|kind| Network { kind, signal }),
    };
    let received_at = read_time("kit_health.received_at", row.try_get("received_at")?)?;
    Ok((KitId(row.try_get("kit_id")?), KitHealth { received_at, state }))
}
