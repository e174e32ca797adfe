//! What was signed on the kits themselves, and what was not cleaned and why. It may come late: a kit signs without a network.
//!
//! A signature is kept whatever else is known: without a care worker, without a check-out, without a checklist. Neighbours:
//! `intake` hands each event over once, `hygiene` counts these with what was signed in the office.

use std::collections::HashSet;

use fleet_api::{CareWorkerId, CleaningPhase, Event, EventKind, KitId, SkipReason, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit, check_outs,
    database::{Connection, Row, query, query_scalar},
    stored,
};
use crate::{
    audit::{Act, Actor, AuditEvent},
    domain::fault,
};

impl Store {
    /// For which check-outs it was signed on the kit, and when seen from the visit; since a time.
    pub async fn signed_on_kits(
        &self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Result<HashSet<(Uuid, CleaningPhase)>, StoreError> {
        let rows = query(
            "SELECT check_out_id, phase FROM kit_sign_offs
             WHERE tenant_id = $1 AND at >= $2 AND skipped IS NULL AND check_out_id IS NOT NULL",
        )
        .bind(tenant.0)
        .bind(stored(since))
        .fetch_all(self.within(tenant))
        .await?;
        let read = |row: &Row| {
            let phase = CleaningPhase::named(row.try_get("phase")?);
            let phase = phase.ok_or(StoreError::Damaged("kit_sign_offs.phase"))?;
            Ok((row.try_get("check_out_id")?, phase))
        };
        rows.iter().map(read).collect()
    }
}

/// What a kit told of its cleaning.
#[derive(Debug, Clone, Copy)]
struct Told {
    phase: CleaningPhase,
    skipped: Option<SkipReason>,
    by: Option<CareWorkerId>,
    version: Option<u32>,
}

impl Told {
    fn of(kind: &EventKind) -> Option<Self> {
        match *kind {
            EventKind::HygieneSigned {
                phase, by, checklist, ..
            } => Some(Self {
                phase,
                skipped: None,
                by,
                version: checklist,
            }),
            // Only cleaning after a visit can be skipped: a kit that is not clean does not leave.
            EventKind::HygieneSkipped { reason, by, .. } => Some(Self {
                phase: CleaningPhase::After,
                skipped: Some(reason),
                by,
                version: None,
            }),
            _ => None,
        }
    }
}

/// Whether an event tells of cleaning.
pub(super) fn is_told_by(kind: &EventKind) -> bool {
    Told::of(kind).is_some()
}

/// Keeps what an event tells of cleaning, if it does, and records it. Once for each event.
pub(super) async fn note(
    connection: &mut Connection,
    key: KitKey,
    event: &Event,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(told) = Told::of(&event.kind) else {
        return Ok(());
    };
    let at = fault::happened_at(event.at, now);
    let out = check_outs::at(connection, key, at).await?;
    let worker = match told.by {
        Some(by) => is_known(connection, key.tenant, by).await?.then_some(by),
        None => out.map(|(_, holder)| holder),
    };
    let out = out
        .filter(|(_, holder)| worker == Some(*holder))
        .map(|(id, _)| id);
    query(
        "INSERT INTO kit_sign_offs
             (tenant_id, sign_off_id, kit_id, at, phase, skipped, worker_id, version, check_out_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(key.tenant.0)
    .bind(Uuid::now_v7())
    .bind(key.kit.0)
    .bind(stored(at))
    .bind(told.phase.name())
    .bind(told.skipped.map(SkipReason::name))
    .bind(worker.map(|worker| worker.0))
    .bind(told.version)
    .bind(out)
    .execute(&mut *connection)
    .await?;
    let mut act = Act::by(Actor::Kit(key.kit), at);
    if let Some(worker) = worker {
        act = act.for_worker(worker);
    }
    audit::append(connection, key.tenant, &act, &recorded(key.kit, told)).await
}

fn recorded(kit: KitId, told: Told) -> AuditEvent {
    match told.skipped {
        Some(reason) => AuditEvent::HygieneSkipped { kit, reason },
        None => AuditEvent::HygieneSigned {
            kit,
            phase: told.phase,
            checklist_version: told.version,
        },
    }
}

async fn is_known(
    connection: &mut Connection,
    tenant: TenantId,
    worker: CareWorkerId,
) -> Result<bool, StoreError> {
    let found: Option<Uuid> =
        query_scalar("SELECT worker_id FROM care_workers WHERE tenant_id = $1 AND worker_id = $2")
            .bind(tenant.0)
            .bind(worker.0)
            .fetch_optional(connection)
            .await?;
    Ok(found.is_some())
}
