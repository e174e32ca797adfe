//! What a municipality decides about identification, and its consent text by version.

use fleet_api::{TenantId, TextVersion};

use super::{
    Store, StoreError, audit,
    database::{query, query_scalar},
};
use crate::audit::{Act, AuditEvent};
use crate::domain::identity::{consent::AdoptedText, settings::IdentitySettings};

/// Most versions of the text that are listed.
const MOST: u32 = 200;

impl Store {
    /// Replaces what a tenant decides about identification; its kits learn of it at their next sync.
    pub async fn change_identity_settings(
        &self,
        tenant: TenantId,
        settings: &IdentitySettings,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let changed = query(
            "UPDATE tenants SET identity = $2, configuration_version = configuration_version + 1
             WHERE tenant_id = $1",
        )
        .bind(tenant.0)
        .bind(serde_json::to_string(settings).expect("settings are plain data"))
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() != 1 {
            return Err(StoreError::NotFound("tenant"));
        }
        let changed = AuditEvent::IdentificationChanged {
            staff: settings.staff,
            portal: settings
                .portal
                .as_ref()
                .map(|portal| portal.name.as_str().to_owned()),
            bank_id: settings.bank_id,
            staff_login: settings.staff_login,
        };
        audit::append(&mut transaction, tenant, act, &changed).await?;
        Ok(transaction.commit().await?)
    }

    /// Adopts a text as the next version, which it returns.
    pub async fn adopt_consent_text(
        &self,
        tenant: TenantId,
        mut new: AdoptedText,
        act: &Act,
    ) -> Result<TextVersion, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let newest: Option<u16> = query_scalar("SELECT max(number) FROM consent_texts WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_one(&mut *transaction)
            .await?;
        new.text.version.number = newest.unwrap_or(0).saturating_add(1);
        query("INSERT INTO consent_texts (tenant_id, number, body) VALUES ($1, $2, $3)")
            .bind(tenant.0)
            .bind(new.text.version.number)
            .bind(serde_json::to_string(&new).expect("texts are plain data"))
            .execute(&mut *transaction)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::TooMany("consent texts")))?;
        let adopted = AuditEvent::ConsentTextAdopted {
            number: new.text.version.number,
            year: new.text.version.year,
            author: new.author,
        };
        audit::append(&mut transaction, tenant, act, &adopted).await?;
        transaction.commit().await?;
        Ok(new.text.version)
    }

    /// The text in force.
    pub async fn consent_text(&self, tenant: TenantId) -> Result<Option<AdoptedText>, StoreError> {
        let body: Option<String> =
            query_scalar("SELECT body FROM consent_texts WHERE tenant_id = $1 ORDER BY number DESC LIMIT 1")
                .bind(tenant.0)
                .fetch_optional(self.within(tenant))
                .await?;
        body.map(|body| read_text(&body)).transpose()
    }

    /// All versions, the newest first.
    pub async fn consent_texts(&self, tenant: TenantId) -> Result<Vec<AdoptedText>, StoreError> {
        let bodies: Vec<String> =
            query_scalar("SELECT body FROM consent_texts WHERE tenant_id = $1 ORDER BY number DESC LIMIT $2")
                .bind(tenant.0)
                .bind(MOST)
                .fetch_all(self.within(tenant))
                .await?;
        bodies.iter().map(|body| read_text(body)).collect()
    }
}

fn read_text(body: &str) -> Result<AdoptedText, StoreError> {
    serde_json::from_str(body).map_err(|_| StoreError::Damaged("consent_texts.body"))
}
