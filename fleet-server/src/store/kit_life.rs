//! A kit's life: the steps that it takes, and what is told of them afterwards. That it goes to another municipality is a
//! step too (`hand_over`); each step stays with the municipality where it was taken.

use std::collections::HashSet;

use fleet_api::{KitId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    enrolment, kits, parts, read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::life_cycle::{LifeState, StepRefusal};

/// A step in a kit's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeStep {
    /// Where.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// What it became; where it left, what it was.
    pub state: LifeState,
    /// Where it went by this step.
    pub moved_to: Option<TenantId>,
    /// Who took it, as in the audit trail; none = that was not noted yet.
    pub actor: Option<String>,
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
        let from = kits::life_here(&mut transaction, key).await?;
        let unregistered = parts::unregistered_kinds(&mut transaction, key).await?;
        if let Err(refusal) = from.check_step(to).and_then(|()| to.check_parts(&unregistered)) {
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
        if to.ends_enrolment() {
            enrolment::void_codes(&mut transaction, key, act.at).await?;
        }
        note(&mut transaction, key, to, act).await?;
        let taken = AuditEvent::KitStepTaken {
            kit: key.kit,
            from,
            to,
        };
        audit::append(&mut transaction, key.tenant, act, &taken).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// The steps of a kit's life, newest first, at these municipalities and no others.
    pub async fn life_of(&self, kit: KitId, at: &HashSet<TenantId>) -> Result<Vec<LifeStep>, StoreError> {
        // Numbers go on from one municipality to the next; older steps are told apart by their times alone.
        let rows = query("SELECT * FROM kit_states WHERE kit_id = $1 ORDER BY at DESC, number DESC")
            .bind(kit.0)
            .fetch_all(self.within(Exception::KitsPast))
            .await?;
        let steps: Result<Vec<LifeStep>, StoreError> = rows.iter().map(read_step).collect();
        Ok(steps?
            .into_iter()
            .filter(|step| at.contains(&step.tenant))
            .collect())
    }

    /// The municipalities that a kit has been at, the present one included. Finds tenants, so it cannot name one; callers
    /// compare them with what they may see.
    pub async fn places_of(&self, kit: KitId) -> Result<HashSet<TenantId>, StoreError> {
        let tenants = query_scalar("SELECT tenant_id FROM kits WHERE kit_id = $1")
            .bind(kit.0)
            .fetch_all(self.within(Exception::KitsPast))
            .await?;
        Ok(tenants.into_iter().map(TenantId).collect())
    }
}

/// Writes a step into a kit's history.
pub(super) async fn note(
    connection: &mut Connection,
    key: KitKey,
    state: LifeState,
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO kit_states (tenant_id, kit_id, number, at, state, actor)
         SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5 FROM kit_states
         WHERE tenant_id = $1 AND kit_id = $2",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(state.name())
    .bind(act.actor.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

fn read_step(row: &Row) -> Result<LifeStep, StoreError> {
    let state = LifeState::named(row.try_get("state")?);
    Ok(LifeStep {
        tenant: TenantId(row.try_get("tenant_id")?),
        at: read_time("kit_states.at", row.try_get("at")?)?,
        state: state.ok_or(StoreError::Damaged("kit_states.state"))?,
        moved_to: row.try_get::<Option<Uuid>, _>("moved_to")?.map(TenantId),
        actor: row.try_get("actor")?,
    })
}
