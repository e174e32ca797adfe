//! One-time codes by which somebody becomes the first region operator. Stored as a hash, good for a limited time, once.

use fleet_api::{PersonId, TenantId};
use jiff::Timestamp;

use super::{Store, StoreError, audit, database::query, stored};
use crate::{
    audit::{Act, AuditEvent},
    identity::secret,
};

/// A code to be added.
#[derive(Debug, Clone)]
pub struct NewFirstCode {
    /// The part that names it.
    pub name: String,
    /// SHA-256 of the part that proves it.
    pub secret_hash: secret::Hash,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl Store {
    /// Adds a code. Any older one that nobody used stops working.
    pub async fn add_first_code(
        &self,
        tenant: TenantId,
        code: &NewFirstCode,
        act: impl Into<Act>,
    ) -> Result<(), StoreError> {
        let act = act.into();
        let mut transaction = self.begin(tenant).await?;
        query("DELETE FROM first_codes WHERE tenant_id = $1 AND used_at IS NULL")
            .bind(tenant.0)
            .execute(&mut *transaction)
            .await?;
        query(
            "INSERT INTO first_codes (tenant_id, code_name, secret_hash, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(tenant.0)
        .bind(&code.name)
        .bind(code.secret_hash.as_slice())
        .bind(stored(act.at))
        .bind(stored(code.expires_at))
        .execute(&mut *transaction)
        .await?;
        let made = AuditEvent::FirstCodeMade {
            expires_at: code.expires_at,
        };
        audit::append(&mut transaction, tenant, &act, &made).await?;
        Ok(transaction.commit().await?)
    }

    /// Uses a code up and makes a person region operator. False = no such code, another's, used, or too old.
    pub async fn use_first_code(
        &self,
        tenant: TenantId,
        (name, given): (&str, &secret::Hash),
        person: PersonId,
        act: &Act,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let code = query(
            "SELECT secret_hash FROM first_codes
             WHERE tenant_id = $1 AND code_name = $2 AND used_at IS NULL AND expires_at > $3",
        )
        .bind(tenant.0)
        .bind(name)
        .bind(stored(act.at))
        .fetch_optional(&mut *transaction)
        .await?;
        let hash: Vec<u8> = code
            .map(|code| code.try_get("secret_hash"))
            .transpose()?
            .unwrap_or_default();
        if !secret::equal(&hash, given) {
            return Ok(false);
        }
        query("UPDATE first_codes SET used_at = $3, used_by = $4 WHERE tenant_id = $1 AND code_name = $2")
            .bind(tenant.0)
            .bind(name)
            .bind(stored(act.at))
            .bind(person.0)
            .execute(&mut *transaction)
            .await?;
        query(
            "UPDATE people SET operator = TRUE, role = 'region_operator' WHERE tenant_id = $1 AND person_id = $2",
        )
        .bind(tenant.0)
        .bind(person.0)
        .execute(&mut *transaction)
        .await?;
        let named = AuditEvent::FirstOperatorNamed { person };
        audit::append(&mut transaction, tenant, act, &named).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
