//! Units: where care workers work, each of one care provider. Who works there is in `care_workers`, who answers for the routine
//! there in `information_owners`.

use fleet_api::{CareProviderId, TenantId, UnitId};
use jiff::Timestamp;

use super::{
    Store, StoreError, audit, care_providers,
    database::{Connection, Row, query, query_scalar},
    stored,
};
use crate::{
    audit::{Act, AuditEvent},
    domain::sweden,
};

/// A unit with its care provider and its information owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Such as "Hemtjänst norr".
    pub name: String,
    /// Whose unit it is.
    pub provider: String,
    /// Whether it is closed: nobody works there any more.
    pub is_closed: bool,
    /// The manager who answers for the routine there now: name and position.
    pub information_owner: Option<(String, String)>,
}

impl Store {
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
        care_providers::name_of(&mut transaction, tenant, provider).await?;
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

    /// Gives a unit another name, closes it or opens it again, all or nothing; what is not given stays. A unit closes when no
    /// care workers are there.
    pub async fn change_unit(
        &self,
        tenant: TenantId,
        unit: UnitId,
        (name, closed): (Option<&str>, Option<bool>),
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let called = name_of(&mut transaction, tenant, unit).await?;
        if let Some(closed) = closed {
            close(&mut transaction, (tenant, unit), &called, closed, act).await?;
        }
        if let Some(name) = name {
            rename(&mut transaction, (tenant, unit), (called, name), act).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// A municipality's units by name.
    pub async fn units(&self, tenant: TenantId) -> Result<Vec<Unit>, StoreError> {
        let rows = query(
            "SELECT u.unit_id, u.name, u.closed_at, p.name AS provider, o.name AS owner, o.position FROM units u
             JOIN care_providers p ON p.tenant_id = u.tenant_id AND p.provider_id = u.provider_id
             LEFT JOIN information_owners o ON o.tenant_id = u.tenant_id AND o.unit_id = u.unit_id
                 AND o.from_day = (SELECT max(from_day) FROM information_owners
                                   WHERE tenant_id = u.tenant_id AND unit_id = u.unit_id AND from_day <= $2)
             WHERE u.tenant_id = $1 ORDER BY u.name",
        )
        .bind(tenant.0)
        .bind(sweden::day(Timestamp::now()).to_string())
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
}

async fn close(
    connection: &mut Connection,
    (tenant, unit): (TenantId, UnitId),
    called: &str,
    closed: bool,
    act: &Act,
) -> Result<(), StoreError> {
    let there: i64 = query_scalar(
        "SELECT count(*) FROM care_workers WHERE tenant_id = $1 AND unit_id = $2 AND left_at IS NULL",
    )
    .bind(tenant.0)
    .bind(unit.0)
    .fetch_one(&mut *connection)
    .await?;
    if closed && there > 0 {
        return Err(StoreError::UnitInUse);
    }
    query("UPDATE units SET closed_at = $3 WHERE tenant_id = $1 AND unit_id = $2")
        .bind(tenant.0)
        .bind(unit.0)
        .bind(closed.then(|| stored(act.at)))
        .execute(&mut *connection)
        .await?;
    let unit = called.to_owned();
    audit::append(connection, tenant, act, &AuditEvent::UnitClosed { unit, closed }).await
}

async fn rename(
    connection: &mut Connection,
    (tenant, unit): (TenantId, UnitId),
    (from, to): (String, &str),
    act: &Act,
) -> Result<(), StoreError> {
    query("UPDATE units SET name = $3 WHERE tenant_id = $1 AND unit_id = $2")
        .bind(tenant.0)
        .bind(unit.0)
        .bind(to)
        .execute(&mut *connection)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    let to = to.to_owned();
    audit::append(connection, tenant, act, &AuditEvent::UnitRenamed { from, to }).await
}

/// What a unit is called, if there is one.
pub(super) async fn name_of(
    connection: &mut Connection,
    tenant: TenantId,
    unit: UnitId,
) -> Result<String, StoreError> {
    let name = query_scalar("SELECT name FROM units WHERE tenant_id = $1 AND unit_id = $2")
        .bind(tenant.0)
        .bind(unit.0)
        .fetch_optional(connection)
        .await?;
    name.ok_or(StoreError::NotFound("unit"))
}

fn read_unit(row: &Row) -> Result<Unit, StoreError> {
    let owner: Option<String> = row.try_get("owner")?;
    let position: Option<String> = row.try_get("position")?;
    Ok(Unit {
        id: UnitId(row.try_get("unit_id")?),
        name: row.try_get("name")?,
        provider: row.try_get("provider")?,
        is_closed: row.try_get::<Option<i64>, _>("closed_at")?.is_some(),
        information_owner: owner.zip(position),
    })
}
