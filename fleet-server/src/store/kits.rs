//! Kits.

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    kit_life, read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{life_cycle::LifeState, responsibility::Responsible};

/// A kit, named together with whose it is: nothing in the store finds a kit by its id alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// Its last sync, or its last word on a connection that has ended since.
    pub last_seen_at: Option<Timestamp>,
    /// Whose property it is.
    pub owner: Responsible,
    /// Where it is in its life.
    pub life: LifeState,
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
        let mut transaction = self.begin(tenant).await?;
        let known =
            query_scalar("SELECT kit_id FROM kits WHERE tenant_id = $1 AND name = $2 AND moved_to IS NULL")
                .bind(tenant.0)
                .bind(name.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        if let Some(known) = known {
            return Ok(KitId(known));
        }
        let kit = KitId::generate();
        let new = NewKit {
            name: name.clone(),
            owner: Responsible::Region,
            life: LifeState::InService,
        };
        insert(&mut transaction, KitKey { tenant, kit }, &new, &act).await?;
        transaction.commit().await?;
        Ok(kit)
    }

    /// A tenant's kits by name, at most `limit`.
    pub async fn kits(&self, tenant: TenantId, limit: u32) -> Result<Vec<Kit>, StoreError> {
        let rows =
            query("SELECT * FROM kits WHERE tenant_id = $1 AND moved_to IS NULL ORDER BY name LIMIT $2")
                .bind(tenant.0)
                .bind(limit)
                .fetch_all(self.within(tenant))
                .await?;
        rows.iter().map(read_kit).collect()
    }

    /// One kit.
    pub async fn kit(&self, key: KitKey) -> Result<Kit, StoreError> {
        let row = query("SELECT * FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_optional(self.within(key.tenant))
            .await?
            .ok_or(StoreError::NotFound("kit"))?;
        read_kit(&row)
    }

    /// Whose a kit is now. Finds the tenant, so it cannot name one; callers compare it with what they may see.
    pub async fn whose_kit(&self, kit: KitId) -> Result<TenantId, StoreError> {
        let tenant = query_scalar("SELECT tenant_id FROM kits WHERE kit_id = $1 AND moved_to IS NULL")
            .bind(kit.0)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        tenant.map(TenantId).ok_or(StoreError::NotFound("kit"))
    }

    /// Ends a kit's enrolment: its certificate is refused from now on, although it has not expired.
    pub async fn revoke_enrolment(&self, key: KitKey, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let changed = query(
            "UPDATE kits SET device_id = NULL WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL",
        )
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

/// A kit to be added.
#[derive(Debug, Clone)]
pub(super) struct NewKit {
    pub(super) name: KitName,
    pub(super) owner: Responsible,
    pub(super) life: LifeState,
}

/// Adds a kit to the register.
pub(super) async fn insert(
    connection: &mut Connection,
    key: KitKey,
    new: &NewKit,
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO kits (tenant_id, kit_id, name, created_at, owner, state) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(new.name.as_str())
    .bind(stored(act.at))
    .bind(new.owner.name())
    .bind(new.life.name())
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    kit_life::note(connection, key, new.life, act.at).await?;
    let added = AuditEvent::KitAdded {
        kit: key.kit,
        name: new.name.clone(),
    };
    audit::append(connection, key.tenant, act, &added).await
}

fn read_kit(row: &Row) -> Result<Kit, StoreError> {
    let name: String = row.try_get("name")?;
    let device: Option<uuid::Uuid> = row.try_get("device_id")?;
    let owner = Responsible::named(row.try_get("owner")?);
    let life = LifeState::named(row.try_get("state")?);
    let last_seen_at: Option<i64> = row.try_get("last_seen_at")?;
    Ok(Kit {
        id: KitId(row.try_get("kit_id")?),
        name: name.try_into().map_err(|_| StoreError::Damaged("kits.name"))?,
        device: device.map(DeviceId),
        agent_version: row.try_get("agent_version")?,
        last_seen_at: last_seen_at
            .map(|at| read_time("kits.last_seen_at", at))
            .transpose()?,
        owner: owner.ok_or(StoreError::Damaged("kits.owner"))?,
        life: life.ok_or(StoreError::Damaged("kits.state"))?,
    })
}
