//! A kit's life: its steps, and handing it over to another municipality.

use fleet_api::TenantId;
use jiff::Timestamp;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::life_cycle::{LifeState, StepRefusal};

/// A step in a kit's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeStep {
    /// When.
    pub at: Timestamp,
    /// What it became.
    pub state: LifeState,
}

impl Store {
    /// Takes a step in a kit's life, if it may follow. A kit that is lost or retired loses its enrolment with it.
    pub async fn take_step(
        &self,
        key: KitKey,
        to: LifeState,
        act: &Act,
    ) -> Result<Result<(), StepRefusal>, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        let from =
            query_scalar("SELECT state FROM kits WHERE tenant_id = $1 AND kit_id = $2 AND moved_to IS NULL")
                .bind(key.tenant.0)
                .bind(key.kit.0)
                .fetch_optional(&mut *transaction)
                .await?;
        let from: String = from.ok_or(StoreError::NotFound("kit"))?;
        let from = LifeState::named(&from).ok_or(StoreError::Damaged("kits.state"))?;
        if let Err(refusal) = from.check_step(to) {
            return Ok(Err(refusal));
        }
        query(
            "UPDATE kits SET state = $3, device_id = CASE WHEN $4 THEN NULL ELSE device_id END
             WHERE tenant_id = $1 AND kit_id = $2",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(to.name())
        .bind(to.ends_enrolment())
        .execute(&mut *transaction)
        .await?;
        note(&mut transaction, key, to, act.at).await?;
        let taken = AuditEvent::KitStepTaken {
            kit: key.kit,
            from,
            to,
        };
        audit::append(&mut transaction, key.tenant, act, &taken).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// The steps of a kit's life at this municipality, newest first.
    pub async fn life_of(&self, key: KitKey) -> Result<Vec<LifeStep>, StoreError> {
        let rows =
            query("SELECT * FROM kit_states WHERE tenant_id = $1 AND kit_id = $2 ORDER BY number DESC")
                .bind(key.tenant.0)
                .bind(key.kit.0)
                .fetch_all(self.within(key.tenant))
                .await?;
        let step = |row: &Row| {
            Ok(LifeStep {
                at: read_time("kit_states.at", row.try_get("at")?)?,
                state: LifeState::named(row.try_get("state")?)
                    .ok_or(StoreError::Damaged("kit_states.state"))?,
            })
        };
        rows.iter().map(step).collect()
    }

    /// Hands a kit over to another municipality. Its parts go with it; its visits, steps and events stay where they
    /// happened. Its enrolment ends, because the certificate names the municipality (decision 0004).
    pub async fn hand_over(&self, key: KitKey, to: TenantId, act: &Act) -> Result<(), StoreError> {
        let (kit, from) = (self.kit(key).await?, self.tenant(key.tenant).await?);
        let receiver = self.tenant(to).await?;
        let mut transaction = self.begin(Exception::HandOver).await?;
        refuse_if_in_use(&mut transaction, key, act.at).await?;
        // It may have been there before: then its old row becomes the current one again.
        query(
            "INSERT INTO kits (tenant_id, kit_id, name, created_at, owner, state, agent_version, last_seen_at)
             SELECT $3, kit_id, name, $4, owner, state, agent_version, last_seen_at FROM kits
             WHERE tenant_id = $1 AND kit_id = $2
             ON CONFLICT (tenant_id, kit_id) DO UPDATE SET moved_to = NULL, state = excluded.state,
                 owner = excluded.owner",
        )
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .bind(to.0)
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await
        .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        let there = KitKey {
            tenant: to,
            kit: key.kit,
        };
        note(&mut transaction, there, kit.life, act.at).await?;
        for statement in [
            "UPDATE parts SET tenant_id = $3 WHERE tenant_id = $1 AND kit_id = $2",
            "UPDATE kits SET moved_to = $3, device_id = NULL WHERE tenant_id = $1 AND kit_id = $2",
        ] {
            query(statement)
                .bind(key.tenant.0)
                .bind(key.kit.0)
                .bind(to.0)
                .execute(&mut *transaction)
                .await
                .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
        }
        let handed_over = AuditEvent::KitHandedOver {
            kit: key.kit,
            to: receiver.name,
        };
        audit::append(&mut transaction, key.tenant, act, &handed_over).await?;
        let taken_over = AuditEvent::KitTakenOver {
            kit: key.kit,
            from: from.name,
        };
        audit::append(&mut transaction, to, act, &taken_over).await?;
        transaction.commit().await?;
        self.changes.note(key.tenant);
        self.changes.note(to);
        Ok(())
    }
}

/// Writes a step into a kit's history.
pub(super) async fn note(
    connection: &mut Connection,
    key: KitKey,
    state: LifeState,
    at: Timestamp,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO kit_states (tenant_id, kit_id, number, at, state)
         SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4 FROM kit_states
         WHERE tenant_id = $1 AND kit_id = $2",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(at))
    .bind(state.name())
    .execute(connection)
    .await?;
    Ok(())
}

async fn refuse_if_in_use(
    connection: &mut Connection,
    key: KitKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let in_use: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM reservations WHERE tenant_id = $1 AND kit_id = $2
                        AND cancelled_at IS NULL AND ends_at > $3)
             OR EXISTS (SELECT 1 FROM check_outs WHERE tenant_id = $1 AND kit_id = $2 AND returned_at IS NULL)",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(now))
    .fetch_one(connection)
    .await?;
    if in_use { Err(StoreError::InUse) } else { Ok(()) }
}
