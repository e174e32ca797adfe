//! Grants that let a kit into one meeting once, after the patient's BankID. Stored as a hash, good for five minutes.

use fleet_api::{JoinGrant, ReservationId};
use jiff::{SignedDuration, Timestamp};

use super::{
    KitKey, Store, StoreError, audit,
    database::{query, query_scalar},
    stored,
};
use crate::{
    audit::{Act, Actor, AuditEvent},
    identity::secret,
};

/// How long a grant works.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

impl Store {
    /// Keeps a new grant for this kit and meeting, and records that somebody was identified for it.
    pub async fn add_grant(
        &self,
        key: KitKey,
        reservation: ReservationId,
        grant: &JoinGrant,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        query(
            "INSERT INTO join_grants (tenant_id, grant_hash, kit_id, reservation_id, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(key.tenant.0)
        .bind(secret::hash(grant.expose().as_bytes()).as_slice())
        .bind(key.kit.0)
        .bind(reservation.0)
        .bind(stored(now + LIFETIME))
        .execute(&mut *transaction)
        .await?;
        let made = AuditEvent::JoinGrantMade { reservation };
        let act = Act::by(Actor::Kit(key.kit), now);
        audit::append(&mut transaction, key.tenant, &act, &made).await?;
        Ok(transaction.commit().await?)
    }

    /// Uses a grant up: the meeting that it lets in to. None = no such grant, another kit's, used, or too old.
    pub async fn use_grant(
        &self,
        key: KitKey,
        grant: &JoinGrant,
        now: Timestamp,
    ) -> Result<Option<ReservationId>, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let reservation = query_scalar(
            "UPDATE join_grants SET used_at = $4
             WHERE tenant_id = $1 AND grant_hash = $2 AND kit_id = $3 AND used_at IS NULL AND expires_at > $4
             RETURNING reservation_id",
        )
        .bind(key.tenant.0)
        .bind(secret::hash(grant.expose().as_bytes()).as_slice())
        .bind(key.kit.0)
        .bind(stored(now))
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(reservation.map(ReservationId))
    }
}
