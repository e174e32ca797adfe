//! Whose property a kit is, and changing that. Where the kit is and who answers for it stay what they are.

use std::collections::{BTreeSet, HashMap};

use fleet_api::TenantId;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{ownership::Owner, responsibility::Responsible};

impl Store {
    /// Makes a kit somebody else's property. It stands in the trails of whoever has it, whose it was and whose it becomes: each of
    /// them has to know.
    pub async fn change_owner(&self, key: KitKey, to: Owner, act: &Act) -> Result<(), StoreError> {
        let here = self.tenant(key.tenant).await?;
        let region = here.region.unwrap_or(here.id);
        let mut transaction = self.begin(Exception::ChangeOfOwner).await?;
        let row = query("SELECT * FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(StoreError::NotFound("kit"))?;
        let from = read(&row, key.tenant)?;
        if from == to {
            return Ok(());
        }
        query("UPDATE kits SET owner = $3, owner_id = $4 WHERE tenant_id = $1 AND kit_id = $2")
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(to.kind().name())
            .bind(to.municipality().map(|municipality| municipality.0))
            .execute(&mut *transaction)
            .await?;
        let [was, is] = [from, to].map(|owner| owner.municipality().unwrap_or(region));
        let changed = AuditEvent::KitOwnerChanged {
            kit: key.kit,
            from: name(&mut transaction, was).await?,
            to: name(&mut transaction, is).await?,
        };
        let told = BTreeSet::from([key.tenant, was, is]);
        for tenant in &told {
            audit::append(&mut transaction, *tenant, act, &changed).await?;
        }
        transaction.commit().await?;
        for tenant in told {
            self.changes.note(tenant);
        }
        Ok(())
    }

    /// What the municipalities are called that own kits which a tenant has.
    pub async fn owners_elsewhere(&self, tenant: TenantId) -> Result<HashMap<TenantId, String>, StoreError> {
        let owners: Vec<uuid::Uuid> = query_scalar(
            "SELECT DISTINCT owner_id FROM kits
             WHERE tenant_id = $1 AND moved_to IS NULL AND owner_id IS NOT NULL AND owner_id <> $1",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        let mut names = HashMap::new();
        for owner in owners.into_iter().map(TenantId) {
            names.insert(owner, self.tenant(owner).await?.name);
        }
        Ok(names)
    }
}

/// The owner in a row of a tenant's.
pub(super) fn read(row: &Row, here: TenantId) -> Result<Owner, StoreError> {
    let kind = Responsible::named(row.try_get("owner")?).ok_or(StoreError::Damaged("kits.owner"))?;
    let named: Option<uuid::Uuid> = row.try_get("owner_id")?;
    Ok(Owner::of(kind, named.map(TenantId), here))
}

async fn name(connection: &mut Connection, tenant: TenantId) -> Result<String, StoreError> {
    let name = query_scalar("SELECT name FROM tenants WHERE tenant_id = $1")
        .bind(tenant.0)
        .fetch_optional(connection)
        .await?;
    name.ok_or(StoreError::NotFound("tenant"))
}
