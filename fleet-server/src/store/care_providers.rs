//! Care providers: those who answer for care in a municipality, its own and others. Their places of work are in `units`.

use fleet_api::{CareProviderId, TenantId};

use super::{
    Store, StoreError, audit,
    database::{Connection, Row, query, query_scalar},
};
use crate::audit::{Act, AuditEvent};

/// A care provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareProvider {
    /// Its id.
    pub id: CareProviderId,
    /// Such as "Kommunens hemtjänst".
    pub name: String,
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

    /// Gives a care provider another name.
    pub async fn rename_care_provider(
        &self,
        tenant: TenantId,
        provider: CareProviderId,
        to: &str,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let from = name_of(&mut transaction, tenant, provider).await?;
        query("UPDATE care_providers SET name = $3 WHERE tenant_id = $1 AND provider_id = $2")
            .bind(tenant.0)
            .bind(provider.0)
            .bind(to)
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let to = to.to_owned();
        let renamed = AuditEvent::CareProviderRenamed { from, to };
        audit::append(&mut transaction, tenant, act, &renamed).await?;
        Ok(transaction.commit().await?)
    }

    /// A municipality's care providers by name.
    pub async fn care_providers(&self, tenant: TenantId) -> Result<Vec<CareProvider>, StoreError> {
        let rows = query("SELECT provider_id, name FROM care_providers WHERE tenant_id = $1 ORDER BY name")
            .bind(tenant.0)
            .fetch_all(self.within(tenant))
            .await?;
        let provider = |row: &Row| {
            Ok(CareProvider {
                id: CareProviderId(row.try_get("provider_id")?),
                name: row.try_get("name")?,
            })
        };
        rows.iter().map(provider).collect()
    }
}

/// What a care provider is called, if there is one.
pub(super) async fn name_of(
    connection: &mut Connection,
    tenant: TenantId,
    provider: CareProviderId,
) -> Result<String, StoreError> {
    let name = query_scalar("SELECT name FROM care_providers WHERE tenant_id = $1 AND provider_id = $2")
        .bind(tenant.0)
        .bind(provider.0)
        .fetch_optional(connection)
        .await?;
    name.ok_or(StoreError::NotFound("care provider"))
}
