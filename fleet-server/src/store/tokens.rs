//! Administrators' tokens. Only a hash is stored: whoever reads the database cannot log in with it.

use fleet_api::TenantId;

use super::{
    Store, StoreError, audit,
    database::{Exception, query},
    stored,
};
use crate::audit::{Act, AuditEvent};

/// A token to be added.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// The part of the token that names it.
    pub name: String,
    /// SHA-256 of the part that proves it.
    pub secret_hash: [u8; 32],
}

impl Store {
    /// Adds a token for a tenant's administrator.
    pub async fn add_token(
        &self,
        tenant: TenantId,
        token: &NewToken,
        act: impl Into<Act>,
    ) -> Result<(), StoreError> {
        let act = act.into();
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO admin_tokens (tenant_id, token_name, secret_hash, created_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(tenant.0)
        .bind(&token.name)
        .bind(token.secret_hash.as_slice())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let added = AuditEvent::TokenAdded {
            token_name: token.name.clone(),
        };
        audit::append(&mut transaction, tenant, &act, &added).await?;
        Ok(transaction.commit().await?)
    }

    /// Whose token this is, and the hash to compare with. Finds the tenant, so it cannot name one.
    pub async fn token(&self, name: &str) -> Result<Option<(TenantId, Vec<u8>)>, StoreError> {
        let row = query("SELECT tenant_id, secret_hash FROM admin_tokens WHERE token_name = $1")
            .bind(name)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        row.map(|row| Ok((TenantId(row.try_get("tenant_id")?), row.try_get("secret_hash")?)))
            .transpose()
    }
}
