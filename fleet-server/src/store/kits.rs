//! Kits.

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Store, StoreError, agreements, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    kit_life, kit_owner, read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{agreement::in_force, life_cycle::LifeState, ownership::Owner, sweden};

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
    pub owner: Owner,
    /// Where it is in its life.
    pub life: LifeState,
}

impl Store {
    /// The kit of that name, made now if there is none: a kit may be planned before it is delivered. A new one is the property of
    /// whoever buys the equipment by the agreement that is in force then.
    pub async fn kit_named(
        &self,
        tenant: TenantId,
        name: &KitName,
        act: impl Into<Act>,
    ) -> Result<KitId, StoreError> {
        let act = act.into();
        let mut transaction = self.begin(tenant).await?;
        if let Some((known, _)) = named(&mut transaction, tenant, name).await? {
            return Ok(known);
        }
        let kit = KitId::generate();
        let agreements = agreements::read_all(&mut transaction, tenant).await?;
        let agreed = in_force(&agreements, sweden::day(act.at)).map(|agreement| agreement.arrangement);
        let new = NewKit {
            name: name.clone(),
            owner: Owner::by_agreement(agreed, tenant),
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

    /// What each kit is called that a tenant has or has had, by name; one that has left as it was called here.
    pub async fn kit_names(&self, tenant: TenantId) -> Result<Vec<(KitId, KitName)>, StoreError> {
        let rows = query(
            "SELECT kit_id, coalesce(former_name, name) AS name FROM kits WHERE tenant_id = $1
             ORDER BY coalesce(former_name, name), kit_id",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        let name = |row: &Row| {
            let name: String = row.try_get("name")?;
            let name = name.try_into().map_err(|_| StoreError::Damaged("kits.name"))?;
            Ok((KitId(row.try_get("kit_id")?), name))
        };
        rows.iter().map(name).collect()
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

    /// Gives a kit another name. Refused where another kit has it.
    pub async fn rename_kit(&self, key: KitKey, to: &KitName, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let from: Option<String> =
            query_scalar("SELECT name FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
                .bind(key.tenant.0)
                .bind(key.kit.0)
                .fetch_optional(&mut *transaction)
                .await?;
        let from = from.ok_or(StoreError::NotFound("kit"))?;
        if from == to.as_str() {
            return Ok(());
        }
        free_name(&mut transaction, key.tenant, to).await?;
        query("UPDATE kits SET name = $3 WHERE tenant_id = $1 AND kit_id = $2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(to.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let renamed = AuditEvent::KitRenamed {
            kit: key.kit,
            from: from.try_into().map_err(|_| StoreError::Damaged("kits.name"))?,
            to: to.clone(),
        };
        audit::append(&mut transaction, key.tenant, act, &renamed).await?;
        Ok(transaction.commit().await?)
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

/// The tenant's kit of that name, and whose property it is.
pub(super) async fn named(
    connection: &mut Connection,
    tenant: TenantId,
    name: &KitName,
) -> Result<Option<(KitId, Owner)>, StoreError> {
    let known = query(
        "SELECT kit_id, owner, owner_id FROM kits WHERE tenant_id = $1 AND name = $2 AND moved_to IS NULL",
    )
    .bind(tenant.0)
    .bind(name.as_str())
    .fetch_optional(connection)
    .await?;
    known
        .map(|row| Ok((KitId(row.try_get("kit_id")?), kit_owner::read(&row, tenant)?)))
        .transpose()
}

/// Where a kit is in its life, if the tenant has it. Asked within the transaction that changes something of it: then it
/// still holds when that commits, whoever hands the kit over meanwhile.
pub(super) async fn life_here(connection: &mut Connection, key: KitKey) -> Result<LifeState, StoreError> {
    let state: Option<String> =
        query_scalar("SELECT state FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_optional(connection)
            .await?;
    let state = state.ok_or(StoreError::NotFound("kit"))?;
    LifeState::named(&state).ok_or(StoreError::Damaged("kits.state"))
}

/// As [`life_here`], for whoever is about to take the kit along.
pub(super) async fn demand_in_service(connection: &mut Connection, key: KitKey) -> Result<(), StoreError> {
    let life = life_here(connection, key).await?;
    life.can_be_taken().then_some(()).ok_or(StoreError::NotInService)
}

/// A kit to be added.
#[derive(Debug, Clone)]
pub(super) struct NewKit {
    pub(super) name: KitName,
    pub(super) owner: Owner,
    pub(super) life: LifeState,
}

/// Lets a name be given: a kit that has left does not hold it any more. What happened under that name is still told so
/// (`former_name`), and its own column gets what nobody paints on a kit.
pub(super) async fn free_name(
    connection: &mut Connection,
    tenant: TenantId,
    name: &KitName,
) -> Result<(), StoreError> {
    query(
        "UPDATE kits SET former_name = name, name = $3
         WHERE tenant_id = $1 AND name = $2 AND moved_to IS NOT NULL",
    )
    .bind(tenant.0)
    .bind(name.as_str())
    .bind(uuid::Uuid::now_v7().to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a kit to the register.
pub(super) async fn insert(
    connection: &mut Connection,
    key: KitKey,
    new: &NewKit,
    act: &Act,
) -> Result<(), StoreError> {
    free_name(connection, key.tenant, &new.name).await?;
    query(
        "INSERT INTO kits (tenant_id, kit_id, name, created_at, owner, owner_id, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(new.name.as_str())
    .bind(stored(act.at))
    .bind(new.owner.kind().name())
    .bind(new.owner.municipality().map(|municipality| municipality.0))
    .bind(new.life.name())
    .execute(&mut *connection)
    .await
    .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    kit_life::note(connection, key, new.life, act).await?;
    let added = AuditEvent::KitAdded {
        kit: key.kit,
        name: new.name.clone(),
    };
    audit::append(connection, key.tenant, act, &added).await
}

fn read_kit(row: &Row) -> Result<Kit, StoreError> {
    let name: String = row.try_get("name")?;
    let device: Option<uuid::Uuid> = row.try_get("device_id")?;
    let here = TenantId(row.try_get("tenant_id")?);
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
        owner: kit_owner::read(row, here)?,
        life: life.ok_or(StoreError::Damaged("kits.state"))?,
    })
}
