//! Handing a kit over to another municipality. Its parts go with it; its visits, steps and events stay where they happened.
//! Whose property it is does not change by it (decision 0033). Its enrolment ends, because the certificate names the municipality (decision 0004).
//!
//! One transaction that shuts out whoever else writes, and everything is read within it: what was found still holds when the
//! kit has moved, and of two who hand it over at once one finds that it is gone.

use fleet_api::TenantId;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, query, query_scalar},
    enrolment, hygiene, kits, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    hygiene::{HYGIENE_LOOKS_BACK, Phase, missing},
    life_cycle::LifeState,
};

impl Store {
    /// Hands a kit over. Refused while it is reserved or with somebody, while the cleaning after its last visit is not
    /// signed, and while a fault of it is open: the receiver would learn of none of these.
    pub async fn hand_over(&self, key: KitKey, to: TenantId, act: &Act) -> Result<(), StoreError> {
        let (giver, receiver) = (self.tenant(key.tenant).await?, self.tenant(to).await?);
        let mut transaction = self.begin(Exception::HandOver).await?;
        let life = kits::life_here(&mut transaction, key).await?;
        demand_settled(&mut transaction, key, act).await?;
        let there = KitKey {
            tenant: to,
            kit: key.kit,
        };
        arrive(&mut transaction, (key, there), act).await?;
        leave(&mut transaction, key, to, act).await?;
        note(&mut transaction, key, (life, Some(to)), act).await?;
        note(&mut transaction, there, (life, None), act).await?;
        let handed_over = AuditEvent::KitHandedOver {
            kit: key.kit,
            to: receiver.name,
        };
        audit::append(&mut transaction, key.tenant, act, &handed_over).await?;
        let taken_over = AuditEvent::KitTakenOver {
            kit: key.kit,
            from: giver.name,
        };
        audit::append(&mut transaction, to, act, &taken_over).await?;
        transaction.commit().await?;
        self.changes.note(key.tenant);
        self.changes.note(to);
        Ok(())
    }
}

/// The receiver's row. The kit may have been there before: then its old row becomes the current one again.
async fn arrive(
    connection: &mut Connection,
    (here, there): (KitKey, KitKey),
    act: &Act,
) -> Result<(), StoreError> {
    let name: String = query_scalar("SELECT name FROM kits WHERE tenant_id = $1 AND kit_id = $2")
        .bind(here.tenant.0)
        .bind(here.kit.0)
        .fetch_one(&mut *connection)
        .await?;
    let name = name.try_into().map_err(|_| StoreError::Damaged("kits.name"))?;
    kits::free_name(connection, there.tenant, &name).await?;
    query(
        "INSERT INTO kits (tenant_id, kit_id, name, created_at, owner, owner_id, state, agent_version, last_seen_at)
         SELECT $3, kit_id, name, $4, owner, CASE owner WHEN 'municipality' THEN coalesce(owner_id, tenant_id) END,
                state, agent_version, last_seen_at FROM kits
         WHERE tenant_id = $1 AND kit_id = $2
         ON CONFLICT (tenant_id, kit_id) DO UPDATE SET moved_to = NULL, former_name = NULL, name = excluded.name,
             state = excluded.state, owner = excluded.owner, owner_id = excluded.owner_id, agent_version = excluded.agent_version,
             last_seen_at = excluded.last_seen_at",
    )
    .bind(here.tenant.0)
    .bind(here.kit.0)
    .bind(there.tenant.0)
    .bind(stored(act.at))
    .execute(connection)
    .await
    .map_err(|error| StoreError::on_clash(error, StoreError::NameTaken))?;
    Ok(())
}

/// What goes with the kit, and what ends with its time at the giver.
async fn leave(connection: &mut Connection, key: KitKey, to: TenantId, act: &Act) -> Result<(), StoreError> {
    for statement in [
        "UPDATE parts SET tenant_id = $3 WHERE tenant_id = $1 AND kit_id = $2",
        "UPDATE kits SET moved_to = $3, device_id = NULL WHERE tenant_id = $1 AND kit_id = $2",
    ] {
        query(statement)
            .bind(key.tenant.0)
            .bind(key.kit.0)
            .bind(to.0)
            .execute(&mut *connection)
            .await
            .map_err(|error| StoreError::on_clash(error, StoreError::PartTaken))?;
    }
    query("DELETE FROM spare_kits WHERE tenant_id = $1 AND kit_id = $2")
        .bind(key.tenant.0)
        .bind(key.kit.0)
        .execute(&mut *connection)
        .await?;
    enrolment::void_codes(connection, key, act.at).await
}

/// A step whose number follows those at every municipality, so that a whole life can be told in its order.
async fn note(
    connection: &mut Connection,
    key: KitKey,
    (state, moved_to): (LifeState, Option<TenantId>),
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO kit_states (tenant_id, kit_id, number, at, state, actor, moved_to)
         SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6 FROM kit_states WHERE kit_id = $2",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .bind(state.name())
    .bind(act.actor.to_string())
    .bind(moved_to.map(|tenant| tenant.0))
    .execute(connection)
    .await?;
    Ok(())
}

async fn demand_settled(connection: &mut Connection, key: KitKey, act: &Act) -> Result<(), StoreError> {
    let in_use: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM reservations WHERE tenant_id = $1 AND kit_id = $2
                        AND cancelled_at IS NULL AND ends_at > $3)
             OR EXISTS (SELECT 1 FROM check_outs WHERE tenant_id = $1 AND kit_id = $2 AND returned_at IS NULL)",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(act.at))
    .fetch_one(&mut *connection)
    .await?;
    if in_use {
        return Err(StoreError::InUse);
    }
    let since = act.at - HYGIENE_LOOKS_BACK;
    let steps = hygiene::steps_of(connection, key, since).await?;
    if missing(&steps).contains(&Phase::After) {
        return Err(StoreError::NotClean);
    }
    let faulty: bool = query_scalar(
        "SELECT EXISTS (SELECT 1 FROM tickets WHERE tenant_id = $1 AND kit_id = $2 AND closed_at IS NULL)",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .fetch_one(connection)
    .await?;
    if faulty {
        Err(StoreError::FaultOpen)
    } else {
        Ok(())
    }
}
