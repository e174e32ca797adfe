//! Kits.

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use jiff::Timestamp;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Store, StoreError, audit, read_time, stored};
use crate::audit::{Act, AuditEvent};

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
        act: impl Into<Act>,
    ) -> Result<KitId, StoreError> {
        let act = act.into();
        let mut transaction = self.begin().await?;
        let known = sqlx::query_scalar(
            "SELECT kit_id FROM kits WHERE tenant_id = ?1 AND name = ?2 AND moved_to IS NULL",
        )
        .bind(tenant.0)
        .bind(name.as_str())
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(known) = known {
            return Ok(KitId(known));
        }
        let kit = KitId::generate();
        insert(&mut transaction, KitKey { tenant, kit }, name, &act).await?;
        transaction.commit().await?;
        Ok(kit)
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
    pub async fn revoke_enrolment(&self, key: KitKey, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query("UPDATE kits SET device_id = NULL WHERE tenant_id = ?1 AND kit_id = ?2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() != 1 {
            return Err(StoreError::NotFound("kit"));
        }
        let ended = AuditEvent::EnrolmentEnded { kit: key.kit };
        audit::append(&mut transaction, key.tenant, act, &ended).await?;
        Ok(transaction.commit().await?)
    }
}

/// Adds a kit to the register.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    key: KitKey,
    name: &KitName,
    act: &Act,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO kits (tenant_id, kit_id, name, created_at) VALUES (?1, ?2, ?3, ?4)")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(name.as_str())
        .bind(stored(act.at))
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    let added = AuditEvent::KitAdded {
        kit: key.kit,
        name: name.clone(),
    };
    audit::append(connection, key.tenant, act, &added).await
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
