//! Programs' tokens. Only a hash is stored: whoever reads the database cannot log in with it.

use fleet_api::TenantId;

use super::{
    Store, StoreError, audit,
    database::{Exception, Row, query},
    stored,
};
use crate::{
    audit::{Act, AuditEvent},
    domain::role::Role,
};

/// A token to be added.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// The part of the token that names it.
    pub name: String,
    /// SHA-256 of the part that proves it.
    pub secret_hash: [u8; 32],
    /// What its holder may do.
    pub role: Role,
}

impl Store {
    /// Adds a token for a tenant's program.
    pub async fn add_token(
        &self,
        tenant: TenantId,
        token: &NewToken,
        act: impl Into<Act>,
    ) -> Result<(), StoreError> {
        let act = act.into();
        let mut transaction = self.begin(tenant).await?;
        query(
            "INSERT INTO admin_tokens (tenant_id, token_name, secret_hash, role, created_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(tenant.0)
        .bind(&token.name)
        .bind(token.secret_hash.as_slice())
        .bind(token.role.name())
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        let added = AuditEvent::TokenAdded {
            token_name: token.name.clone(),
            role: Some(token.role),
        };
        audit::append(&mut transaction, tenant, &act, &added).await?;
        Ok(transaction.commit().await?)
    }

    /// The names and roles of a tenant's tokens, the oldest first.
    pub async fn tokens(&self, tenant: TenantId) -> Result<Vec<(String, Role)>, StoreError> {
        let rows = query(
            "SELECT token_name, role FROM admin_tokens WHERE tenant_id = $1 ORDER BY created_at, token_name",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        let token = |row: &Row| {
            let role = Role::named(row.try_get("role")?);
            Ok((
                row.try_get("token_name")?,
                role.ok_or(StoreError::Damaged("admin_tokens.role"))?,
            ))
        };
        rows.iter().map(token).collect()
    }

    /// Ends a token: it opens nothing from now on, and whoever is logged in by it is not any more (`session`).
    pub async fn revoke_token(&self, tenant: TenantId, name: &str, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let removed = query("DELETE FROM admin_tokens WHERE tenant_id = $1 AND token_name = $2")
            .bind(tenant.0)
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(StoreError::NotFound("token"));
        }
        let token_name = name.to_owned();
        audit::append(
            &mut transaction,
            tenant,
            act,
            &AuditEvent::TokenRevoked { token_name },
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Whose token this is, its role, and the hash to compare with. Finds the tenant, so it cannot name one.
    pub async fn token(&self, name: &str) -> Result<Option<(TenantId, Role, Vec<u8>)>, StoreError> {
        let row = query("SELECT tenant_id, role, secret_hash FROM admin_tokens WHERE token_name = $1")
            .bind(name)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let role = Role::named(row.try_get("role")?).ok_or(StoreError::Damaged("admin_tokens.role"))?;
        Ok(Some((
            TenantId(row.try_get("tenant_id")?),
            role,
            row.try_get("secret_hash")?,
        )))
    }
}
