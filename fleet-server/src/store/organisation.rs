//! Who is who in a municipality: care providers, their units, who answers for the routine there, and care workers.

use fleet_api::{CareProviderId, CareWorkerId, TenantId, UnitId};
use jiff::civil::Date;
use uuid::Uuid;

use super::{
    Store, StoreError, audit,
    database::{Row, query},
    stored,
};
use crate::audit::{Act, AuditEvent};

/// A unit with its care provider and its information owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Such as "Hemtjänst norr".
    pub name: String,
    /// Whose unit it is.
    pub provider: String,
    /// The manager who answers for the routine there now: name and position.
    pub information_owner: Option<(String, String)>,
}

/// Somebody who checks kits out. In lists and in the audit trail they are their pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareWorker {
    /// Their id.
    pub id: CareWorkerId,
    /// Three letters or digits, such as "7K2".
    pub pseudonym: String,
    /// Their name, for whoever hands out a kit.
    pub name: String,
    /// Where they work.
    pub unit: UnitId,
}

impl Store {
    /// Adds a care provider to a municipality.
    pub async fn add_care_provider(
        &self,
        tenant: TenantId,
        name: &str,
        act: &Act,
    ) -> Result<CareProviderId, StoreError> {
        let id = CareProviderId::generate();
        let mut transaction = self.begin(tenant).await?;
        query("INSERT INTO care_providers (tenant_id, provider_id, name) VALUES ($1, $2, $3)")
            .bind(tenant.0)
            .bind(id.0)
            .bind(name)
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let added = AuditEvent::CareProviderAdded {
            name: name.to_owned(),
        };
        audit::append(&mut transaction, tenant, act, &added).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Adds a unit to a care provider.
    pub async fn add_unit(
        &self,
        tenant: TenantId,
        provider: CareProviderId,
        name: &str,
        act: &Act,
    ) -> Result<UnitId, StoreError> {
        let id = UnitId::generate();
        let mut transaction = self.begin(tenant).await?;
        query("INSERT INTO units (tenant_id, unit_id, provider_id, name) VALUES ($1, $2, $3, $4)")
            .bind(tenant.0)
            .bind(id.0)
            .bind(provider.0)
            .bind(name)
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let added = AuditEvent::UnitAdded {
            name: name.to_owned(),
        };
        audit::append(&mut transaction, tenant, act, &added).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Names the manager who answers for the routine in a unit from a day on (R9).
    pub async fn name_information_owner(
        &self,
        tenant: TenantId,
        unit: UnitId,
        (name, position): (&str, &str),
        from: Date,
        act: &Act,
    ) -> Result<(), StoreError> {
        let unit_name = self.unit(tenant, unit).await?.name;
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO information_owners (tenant_id, unit_id, from_day, name, position)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (tenant_id, unit_id, from_day) DO UPDATE SET name = $4, position = $5",
        )
        .bind(tenant.0)
        .bind(unit.0)
        .bind(from.to_string())
        .bind(name)
        .bind(position)
        .execute(&mut *transaction)
        .await?;
        let named = AuditEvent::InformationOwnerNamed {
            unit: unit_name,
            position: position.to_owned(),
        };
        audit::append(&mut transaction, tenant, act, &named).await?;
        Ok(transaction.commit().await?)
    }

    /// Adds a care worker.
    pub async fn add_care_worker(
        &self,
        tenant: TenantId,
        new: &CareWorker,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO care_workers (tenant_id, worker_id, unit_id, pseudonym, name, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(tenant.0)
        .bind(new.id.0)
        .bind(new.unit.0)
        .bind(&new.pseudonym)
        .bind(&new.name)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let added = AuditEvent::CareWorkerAdded {
            worker: new.id,
            pseudonym: new.pseudonym.clone(),
        };
        audit::append(&mut transaction, tenant, act, &added).await?;
        Ok(transaction.commit().await?)
    }

    /// A municipality's units by name.
    pub async fn units(&self, tenant: TenantId) -> Result<Vec<Unit>, StoreError> {
        let rows = query(
            "SELECT u.unit_id, u.name, p.name AS provider, o.name AS owner, o.position FROM units u
             JOIN care_providers p ON p.tenant_id = u.tenant_id AND p.provider_id = u.provider_id
             LEFT JOIN information_owners o ON o.tenant_id = u.tenant_id AND o.unit_id = u.unit_id
                 AND o.from_day = (SELECT max(from_day) FROM information_owners
                                   WHERE tenant_id = u.tenant_id AND unit_id = u.unit_id)
             WHERE u.tenant_id = $1 ORDER BY u.name",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_unit).collect()
    }

    /// One unit.
    pub async fn unit(&self, tenant: TenantId, unit: UnitId) -> Result<Unit, StoreError> {
        let units = self.units(tenant).await?;
        let found = units.into_iter().find(|candidate| candidate.id == unit);
        found.ok_or(StoreError::NotFound("unit"))
    }

    /// A municipality's care workers by pseudonym.
    pub async fn care_workers(&self, tenant: TenantId) -> Result<Vec<CareWorker>, StoreError> {
        let rows = query("SELECT * FROM care_workers WHERE tenant_id = $1 ORDER BY pseudonym")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        let worker = |row: &Row| {
            Ok(CareWorker {
                id: CareWorkerId(row.try_get("worker_id")?),
                pseudonym: row.try_get("pseudonym")?,
                name: row.try_get("name")?,
                unit: UnitId(row.try_get::<Uuid, _>("unit_id")?),
            })
        };
        rows.iter().map(worker).collect()
    }
}

fn read_unit(row: &Row) -> Result<Unit, StoreError> {
    let owner: Option<String> = row.try_get("owner")?;
    let position: Option<String> = row.try_get("position")?;
    Ok(Unit {
        id: UnitId(row.try_get("unit_id")?),
        name: row.try_get("name")?,
        provider: row.try_get("provider")?,
        information_owner: owner.zip(position),
    })
}
