//! Where a tenant's alerts are sent. A webhook's signing key is sealed, as meeting links are.

use fleet_api::{ChannelId, TenantId};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice};

use super::{
    Store, StoreError, audit,
    database::{Row, query},
    read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::alert::ChannelKind;

/// Most receivers of one tenant.
const MOST: i64 = 10;

/// A receiver of alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Mailbox or program.
    pub kind: ChannelKind,
    /// Address or URL.
    pub target: String,
    /// Since when it has not been reached, where something waits for it.
    pub failing_since: Option<Timestamp>,
}

impl Store {
    /// Adds a receiver. `key` signs what is sent to a webhook.
    pub async fn add_channel(
        &self,
        tenant: TenantId,
        (kind, target): (ChannelKind, &str),
        key: Option<&SecretSlice<u8>>,
        act: &Act,
    ) -> Result<ChannelId, StoreError> {
        let id = ChannelId::generate();
        let sealed = key.map(|key| self.vault.seal_key(tenant, id, key.expose_secret()));
        let mut transaction = self.begin(tenant).await?;
        let inserted = query(
            "INSERT INTO alert_channels (tenant_id, channel_id, kind, target, sealed_secret, created_at)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE (SELECT count(*) FROM alert_channels WHERE tenant_id = $1) < $7",
        )
        .bind(tenant.0)
        .bind(id.0)
        .bind(kind.name())
        .bind(target)
        .bind(sealed)
        .bind(stored(act.at))
        .bind(MOST)
        .execute(&mut *transaction)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        if inserted.rows_affected() != 1 {
            return Err(StoreError::TooMany("receivers"));
        }
        // The address may be somebody's own, so the trail names the receiver by its id.
        let added = AuditEvent::AlertChannelAdded {
            channel: id,
            channel_kind: kind,
        };
        audit::append(&mut transaction, tenant, act, &added).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Removes a receiver with what still waits for it.
    pub async fn remove_channel(
        &self,
        tenant: TenantId,
        channel: ChannelId,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        query("DELETE FROM deliveries WHERE tenant_id = $1 AND channel_id = $2")
            .bind(tenant.0)
            .bind(channel.0)
            .execute(&mut *transaction)
            .await?;
        let removed = query("DELETE FROM alert_channels WHERE tenant_id = $1 AND channel_id = $2")
            .bind(tenant.0)
            .bind(channel.0)
            .execute(&mut *transaction)
            .await?;
        if removed.rows_affected() != 1 {
            return Err(StoreError::NotFound("receiver"));
        }
        let removed = AuditEvent::AlertChannelRemoved { channel };
        audit::append(&mut transaction, tenant, act, &removed).await?;
        Ok(transaction.commit().await?)
    }

    /// A tenant's receivers, oldest first.
    pub async fn channels(&self, tenant: TenantId) -> Result<Vec<Channel>, StoreError> {
        let rows = query(
            "SELECT c.*, (SELECT min(d.created_at) FROM deliveries d
                          WHERE d.tenant_id = c.tenant_id AND d.channel_id = c.channel_id
                            AND d.delivered_at IS NULL AND d.failure IS NOT NULL) AS failing_since
             FROM alert_channels c WHERE c.tenant_id = $1 ORDER BY c.created_at, c.channel_id",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_channel).collect()
    }
}

fn read_channel(row: &Row) -> Result<Channel, StoreError> {
    let failing_since: Option<i64> = row.try_get("failing_since")?;
    Ok(Channel {
        id: ChannelId(row.try_get("channel_id")?),
        kind: ChannelKind::named(row.try_get("kind")?).ok_or(StoreError::Damaged("alert_channels.kind"))?,
        target: row.try_get("target")?,
        failing_since: failing_since
            .map(|at| read_time("deliveries.created_at", at))
            .transpose()?,
    })
}
