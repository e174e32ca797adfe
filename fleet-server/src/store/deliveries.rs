//! What has yet to arrive: a row per alert and receiver, kept until it was delivered or is no news any more.
//!
//! Whoever delivers claims a row first, by moving its next attempt ahead: of several servers one wins, and a server that
//! dies in between leaves a row that is tried again. So each alert arrives at least once.

use fleet_api::{ChannelId, TenantId};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretSlice;
use uuid::Uuid;

use super::{
    Store, StoreError,
    database::{Connection, Exception, Row, query, query_scalar},
    read_time, stored,
};
use crate::domain::{alert::ChannelKind, notification::Notification};

/// Most rows that are claimed in one turn.
const MOST: u32 = 50;
/// How long a claimed row is left to whoever claimed it; longer than any attempt may last.
pub const CLAIM: SignedDuration = SignedDuration::from_mins(2);
/// How long rows are kept that wait for nothing more.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Something to deliver.
#[derive(Debug)]
pub struct Delivery {
    /// The receiver's tenant.
    pub tenant: TenantId,
    /// Its id: the same at every attempt.
    pub id: Uuid,
    /// Mailbox or program.
    pub kind: ChannelKind,
    /// Address or URL.
    pub target: String,
    /// Signs what is sent to a program.
    pub key: Option<SecretSlice<u8>>,
    /// What to say, as it was when the alert was raised.
    pub payload: String,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
    /// When the alert was raised.
    pub created_at: Timestamp,
}

impl Store {
    /// Claims what is due, of all tenants: delivering is the server's own work.
    pub async fn claim_deliveries(&self, now: Timestamp) -> Result<Vec<Delivery>, StoreError> {
        let rows = query(
            "SELECT d.*, c.kind, c.target, c.sealed_secret FROM deliveries d
             JOIN alert_channels c ON c.tenant_id = d.tenant_id AND c.channel_id = d.channel_id
             WHERE d.delivered_at IS NULL AND d.given_up_at IS NULL AND d.next_attempt_at <= $1
             ORDER BY d.next_attempt_at LIMIT $2",
        )
        .bind(stored(now))
        .bind(MOST)
        .fetch_all(self.within(Exception::Alerts))
        .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin(Exception::Alerts).await?;
        let mut claimed = Vec::new();
        for row in &rows {
            let delivery = self.read_delivery(row)?;
            let seen: i64 = row.try_get("next_attempt_at")?;
            let won = query(
                "UPDATE deliveries SET next_attempt_at = $4, attempts = attempts + 1
                 WHERE tenant_id = $1 AND delivery_id = $2 AND next_attempt_at = $3 AND delivered_at IS NULL",
            )
            .bind(delivery.tenant.0)
            .bind(delivery.id)
            .bind(seen)
            .bind(stored(now + CLAIM))
            .execute(&mut *transaction)
            .await?;
            if won.rows_affected() == 1 {
                claimed.push(delivery);
            }
        }
        transaction.commit().await?;
        Ok(claimed)
    }

    /// It arrived.
    pub async fn delivered(&self, delivery: &Delivery, now: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin(delivery.tenant).await?;
        query(
            "UPDATE deliveries SET delivered_at = $3, failure = NULL WHERE tenant_id = $1 AND delivery_id = $2",
        )
        .bind(delivery.tenant.0)
        .bind(delivery.id)
        .bind(stored(now))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// It did not arrive: when it is tried again, none = never; and why, in a word that names no address.
    pub async fn not_delivered(
        &self,
        delivery: &Delivery,
        again_at: Option<Timestamp>,
        failure: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(delivery.tenant).await?;
        query(
            "UPDATE deliveries SET failure = $3, next_attempt_at = coalesce($4, next_attempt_at),
                 given_up_at = CASE WHEN $4 IS NULL THEN $5 ELSE given_up_at END
             WHERE tenant_id = $1 AND delivery_id = $2",
        )
        .bind(delivery.tenant.0)
        .bind(delivery.id)
        .bind(failure)
        .bind(again_at.map(stored))
        .bind(stored(now))
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// How many have yet to arrive, for all tenants.
    pub async fn deliveries_waiting(&self) -> Result<usize, StoreError> {
        let waiting: i64 = query_scalar(
            "SELECT count(*) FROM deliveries WHERE delivered_at IS NULL AND given_up_at IS NULL",
        )
        .fetch_one(self.within(Exception::Alerts))
        .await?;
        Ok(usize::try_from(waiting).unwrap_or(0))
    }

    /// Forgets, for all tenants, what arrived or was given up a month ago.
    pub async fn forget_old_deliveries(&self, now: Timestamp) -> Result<u64, StoreError> {
        // Nobody else writes to such rows, so nobody need wait for this.
        let mut transaction = self.database.begin_unscoped().await?;
        transaction.enter(Exception::Retention.into()).await?;
        let forgotten = query(
            "DELETE FROM deliveries WHERE (delivered_at IS NOT NULL OR given_up_at IS NOT NULL) AND created_at < $1",
        )
        .bind(stored(now - KEPT))
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(forgotten)
    }

    fn read_delivery(&self, row: &Row) -> Result<Delivery, StoreError> {
        let damaged = || StoreError::Damaged("deliveries");
        let tenant = TenantId(row.try_get("tenant_id")?);
        let channel = ChannelId(row.try_get("channel_id")?);
        let sealed: Option<Vec<u8>> = row.try_get("sealed_secret")?;
        let key = sealed
            .map(|sealed| self.vault.open_key(tenant, channel, &sealed))
            .transpose()?;
        let attempts: i64 = row.try_get("attempts")?;
        Ok(Delivery {
            tenant,
            id: row.try_get("delivery_id")?,
            kind: ChannelKind::named(row.try_get("kind")?).ok_or_else(damaged)?,
            target: row.try_get("target")?,
            key,
            payload: row.try_get("payload")?,
            attempt: u32::try_from(attempts).map_err(|_| damaged())?.saturating_add(1),
            created_at: read_time("deliveries.created_at", row.try_get("created_at")?)?,
        })
    }
}

/// Writes down that all of a tenant's receivers must be told.
pub(super) async fn add(
    connection: &mut Connection,
    receiver: TenantId,
    notification: &Notification,
    now: Timestamp,
) -> Result<(), StoreError> {
    let payload = serde_json::to_string(notification).expect("notifications are plain data");
    let channels: Vec<Uuid> = query_scalar("SELECT channel_id FROM alert_channels WHERE tenant_id = $1")
        .bind(receiver.0)
        .fetch_all(&mut *connection)
        .await?;
    for channel in channels {
        query(
            "INSERT INTO deliveries (tenant_id, delivery_id, channel_id, payload, created_at, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(receiver.0)
        .bind(Uuid::now_v7())
        .bind(channel)
        .bind(&payload)
        .bind(stored(now))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
