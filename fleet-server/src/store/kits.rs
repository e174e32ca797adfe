//! Kits.

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, StoreError, read_time, stored};

/// A kit, named together with whose it is: nothing in the store finds a kit by its id alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KitKey {
    /// Whose it is.
    pub tenant: TenantId,
    /// Which one.
    pub kit: KitId,
}

/// What the server knows of a kit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kit {
    /// Its id.
    pub id: KitId,
    /// What is painted on it.
    pub name: KitName,
    /// The enrolment in force.
    pub device: Option<DeviceId>,
    /// The agent it last reported.
    pub agent_version: Option<String>,
    /// Its last sync.
    pub last_seen_at: Option<Timestamp>,
}

impl Store {
    /// The kit of that name, made now if there is none: a kit may be planned before it is delivered.
    pub async fn kit_named(
        &self,
        tenant: TenantId,
        name: &KitName,
        now: Timestamp,
    ) -> Result<KitId, StoreError> {
        sqlx::query(
            "INSERT INTO kits (tenant_id, kit_id, name, created_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant_id, name) DO NOTHING",
        )
        .bind(tenant.0)
        .bind(KitId::generate().0)
        .bind(name.as_str())
        .bind(stored(now))
        .execute(&self.writer)
        .await?;
        let id = sqlx::query_scalar("SELECT kit_id FROM kits WHERE tenant_id = ?1 AND name = ?2")
            .bind(tenant.0)
            .bind(name.as_str())
            .fetch_one(&self.writer)
            .await?;
        Ok(KitId(id))
    }

    /// A tenant's kits by name, at most `limit`.
    pub async fn kits(&self, tenant: TenantId, limit: u32) -> Result<Vec<Kit>, StoreError> {
        let rows = sqlx::query("SELECT * FROM kits WHERE tenant_id = ?1 ORDER BY name LIMIT ?2")
            .bind(tenant.0)
            .bind(limit)
            .fetch_all(&self.reader)
            .await?;
        rows.iter().map(read_kit).collect()
    }

    /// One kit.
    pub async fn kit(&self, key: KitKey) -> Result<Kit, StoreError> {
        let row = sqlx::query("SELECT * FROM kits WHERE tenant_id = ?1 AND kit_id = ?2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_optional(&self.reader)
            .await?
            .ok_or(StoreError::NotFound("kit"))?;
        read_kit(&row)
    }

    /// Ends a kit's enrolment: its certificate is refused from now on, although it has not expired.
    pub async fn revoke_enrolment(&self, key: KitKey) -> Result<(), StoreError> {
        let changed = sqlx::query("UPDATE kits SET device_id = NULL WHERE tenant_id = ?1 AND kit_id = ?2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .execute(&self.writer)
            .await?;
        if changed.rows_affected() == 1 {
            Ok(())
        } else {
            Err(StoreError::NotFound("kit"))
        }
    }
}

fn read_kit(row: &SqliteRow) -> Result<Kit, StoreError> {
    let name: String = row.try_get("name")?;
    let device: Option<uuid::Uuid> = row.try_get("device_id")?;
    let last_seen_at: Option<i64> = row.try_get("last_seen_at")?;
    Ok(Kit {
        id: KitId(row.try_get("kit_id")?),
        name: name.try_into().map_err(|_| StoreError::Damaged("kits.name"))?,
        device: device.map(DeviceId),
        agent_version: row.try_get("agent_version")?,
        last_seen_at: last_seen_at
            .map(|at| read_time("kits.last_seen_at", at))
            .transpose()?,
    })
}
