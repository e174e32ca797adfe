//! Whether a database that comes from elsewhere is whole, before anybody trusts it.

use fleet_api::{ReservationId, TenantId};

use super::{
    Store, StoreError,
    database::{Exception, query},
};

impl Store {
    /// Refuses a damaged file, and a key that does not open what is sealed in it; that shows only where something is. PostgreSQL
    /// checks what it restores itself.
    pub async fn check_whole(&self) -> Result<(), StoreError> {
        if !self.database.is_undamaged().await? {
            return Err(StoreError::Damaged("the whole file"));
        }
        let sealed = query(
            "SELECT tenant_id, reservation_id, sealed_link FROM reservations
             WHERE sealed_link IS NOT NULL ORDER BY reservation_id DESC LIMIT 1",
        )
        .fetch_optional(self.database.within(Exception::Retention.into()))
        .await?;
        if let Some(row) = sealed {
            let (tenant, id) = (
                TenantId(row.try_get("tenant_id")?),
                ReservationId(row.try_get("reservation_id")?),
            );
            self.vault.open(tenant, id, row.try_get("sealed_link")?)?;
        }
        Ok(())
    }
}
