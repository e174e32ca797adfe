//! Consent: until when the region's support may look at a municipality's pages. Each consent is a row that stays.

use fleet_api::TenantId;
use jiff::Timestamp;

use super::{
    Store, StoreError, audit,
    database::{Row, query},
    read_time, stored,
};
use crate::audit::{Act, AuditEvent};

/// A consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupportAccess {
    /// Counted per municipality.
    pub number: u32,
    /// Since when.
    pub allowed_at: Timestamp,
    /// Until when, unless it was ended before.
    pub until: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl SupportAccess {
    /// Whether support may look now.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && self.until > now
    }
}

impl Store {
    /// Lets support look until a time. A consent that runs already is replaced.
    pub async fn allow_support(
        &self,
        tenant: TenantId,
        until: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query(
            "UPDATE support_access SET ended_at = $2 WHERE tenant_id = $1 AND ended_at IS NULL AND until > $2",
        )
        .bind(tenant.0)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        query(
            "INSERT INTO support_access (tenant_id, number, allowed_by, allowed_at, until)
             SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4 FROM support_access WHERE tenant_id = $1",
        )
        .bind(tenant.0)
        .bind(act.actor.to_string())
        .bind(stored(act.at))
        .bind(stored(until))
        .execute(&mut *transaction)
        .await?;
        let allowed = AuditEvent::SupportAllowed { until };
        audit::append(&mut transaction, tenant, act, &allowed).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends what runs now. Nothing happens where nothing does.
    pub async fn end_support(&self, tenant: TenantId, act: &Act) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let ended = query(
            "UPDATE support_access SET ended_at = $2 WHERE tenant_id = $1 AND ended_at IS NULL AND until > $2",
        )
        .bind(tenant.0)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() > 0 {
            audit::append(&mut transaction, tenant, act, &AuditEvent::SupportEnded {}).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// The consent that runs now, if one does.
    pub async fn support_access(
        &self,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<Option<SupportAccess>, StoreError> {
        let row =
            query("SELECT * FROM support_access WHERE tenant_id = $1 AND ended_at IS NULL AND until > $2")
                .bind(tenant.0)
                .bind(stored(now))
                .fetch_optional(self.within(tenant))
                .await?;
        row.as_ref().map(read_access).transpose()
    }

    /// A municipality's consents, newest first, at most `limit`.
    pub async fn support_history(
        &self,
        tenant: TenantId,
        limit: u32,
    ) -> Result<Vec<SupportAccess>, StoreError> {
        let rows = query("SELECT * FROM support_access WHERE tenant_id = $1 ORDER BY number DESC LIMIT $2")
            .bind(tenant.0)
            .bind(limit)
            .fetch_all(self.within(tenant))
            .await?;
        rows.iter().map(read_access).collect()
    }
}

fn read_access(row: &Row) -> Result<SupportAccess, StoreError> {
    let number: i64 = row.try_get("number")?;
    let ended_at: Option<i64> = row.try_get("ended_at")?;
    let time = |at| read_time("support_access", at);
    Ok(SupportAccess {
        number: u32::try_from(number).map_err(|_| StoreError::Damaged("support_access.number"))?,
        allowed_at: time(row.try_get("allowed_at")?)?,
        until: time(row.try_get("until")?)?,
        ended_at: ended_at.map(time).transpose()?,
    })
}
