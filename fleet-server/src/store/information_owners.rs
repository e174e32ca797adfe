//! Who answers for the routine in each unit, from which day on (R9). Earlier days stay: they say who answered then.

use fleet_api::{TenantId, UnitId};
use jiff::civil::Date;

use super::{
    Store, StoreError, audit,
    database::{Row, query},
    units,
};
use crate::audit::{Act, AuditEvent};

/// A manager who answers for the routine in a unit, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationOwner {
    /// Where.
    pub unit: UnitId,
    /// First day.
    pub from: Date,
    /// Their name.
    pub name: String,
    /// Such as "enhetschef".
    pub position: String,
}

impl Store {
    /// Names the manager who answers for the routine in a unit from a day on (R9).
    pub async fn name_information_owner(
        &self,
        tenant: TenantId,
        unit: UnitId,
        (name, position): (&str, &str),
        from: Date,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let unit_name = units::name_of(&mut transaction, tenant, unit).await?;
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

    /// Who answers for the routine, who did and who will, by unit and day.
    pub async fn information_owners(&self, tenant: TenantId) -> Result<Vec<InformationOwner>, StoreError> {
        let rows = query("SELECT * FROM information_owners WHERE tenant_id = $1 ORDER BY unit_id, from_day")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        let owner = |row: &Row| {
            Ok(InformationOwner {
                unit: UnitId(row.try_get("unit_id")?),
                from: row
                    .try_get::<&str, _>("from_day")?
                    .parse()
                    .map_err(|_| StoreError::Damaged("information_owners.from_day"))?,
                name: row.try_get("name")?,
                position: row.try_get("position")?,
            })
        };
        rows.iter().map(owner).collect()
    }
}
