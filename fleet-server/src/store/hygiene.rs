//! Hygiene checklists by version, and who signed for which kit.

use std::collections::HashMap;

use fleet_api::{CareWorkerId, KitId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Row, query, query_scalar},
    read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::hygiene::{Checklist, Phase, Step};

impl Store {
    /// Adopts a checklist as the next version, in the name of whoever acts.
    pub async fn adopt_checklist(
        &self,
        tenant: TenantId,
        mut new: Checklist,
        act: &Act,
    ) -> Result<Checklist, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let newest: Option<u32> = query_scalar("SELECT max(version) FROM checklists WHERE tenant_id = $1")
            .bind(tenant.0)
            .fetch_one(&mut *transaction)
            .await?;
        new.version = newest.unwrap_or(0) + 1;
        new.adopted_by = Some(act.actor.to_string());
        query("INSERT INTO checklists (tenant_id, version, body) VALUES ($1, $2, $3)")
            .bind(tenant.0)
            .bind(new.version)
            .bind(serde_json::to_string(&new).expect("checklists are plain data"))
            .execute(&mut *transaction)
            .await?;
        let adopted = AuditEvent::ChecklistAdopted {
            version: new.version,
            review_on: new.review_on,
        };
        audit::append(&mut transaction, tenant, act, &adopted).await?;
        transaction.commit().await?;
        Ok(new)
    }

    /// The checklist in force.
    pub async fn checklist(&self, tenant: TenantId) -> Result<Option<Checklist>, StoreError> {
        let body: Option<String> =
            query_scalar("SELECT body FROM checklists WHERE tenant_id = $1 ORDER BY version DESC LIMIT 1")
                .bind(tenant.0)
                .fetch_optional(self.within(tenant))
                .await?;
        body.map(|body| read_checklist(&body)).transpose()
    }

    /// All versions, the newest first.
    pub async fn checklists(&self, tenant: TenantId) -> Result<Vec<Checklist>, StoreError> {
        let bodies: Vec<String> =
            query_scalar("SELECT body FROM checklists WHERE tenant_id = $1 ORDER BY version DESC")
                .bind(tenant.0)
                .fetch_all(self.within(tenant))
                .await?;
        bodies.iter().map(|body| read_checklist(body)).collect()
    }

    /// Records that somebody signed for all parts of a kit.
    pub async fn sign_off(
        &self,
        key: KitKey,
        worker: CareWorkerId,
        phase: Phase,
        version: u32,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        query(
            "INSERT INTO sign_offs (tenant_id, sign_off_id, kit_id, worker_id, at, phase, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(key.tenant.0)
        .bind(Uuid::now_v7())
        .bind(key.kit.0)
        .bind(worker.0)
        .bind(stored(act.at))
        .bind(phase.name())
        .bind(version)
        .execute(&mut *transaction)
        .await?;
        let signed = AuditEvent::HygieneSigned {
            kit: key.kit,
            phase,
            checklist_version: Some(version),
        };
        let act = act.clone().for_worker(worker);
        audit::append(&mut transaction, key.tenant, &act, &signed).await?;
        Ok(transaction.commit().await?)
    }

    /// What decides whether each kit is signed for now: its last return since a time with its check-out, and its last sign-off of
    /// each phase in the office and on the kit, oldest first.
    pub async fn hygiene_now(
        &self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Result<HashMap<KitId, Vec<Step>>, StoreError> {
        let rows = query(
            "SELECT k.kit_id,
                    (SELECT max(returned_at) FROM check_outs c
                     WHERE c.tenant_id = $1 AND c.kit_id = k.kit_id AND c.returned_at >= $2) AS back,
                    (SELECT at FROM check_outs c
                     WHERE c.tenant_id = $1 AND c.kit_id = k.kit_id AND c.returned_at >= $2
                     ORDER BY returned_at DESC LIMIT 1) AS out,
                    (SELECT max(at) FROM sign_offs s
                     WHERE s.tenant_id = $1 AND s.kit_id = k.kit_id AND s.phase = 'after' AND s.at >= $2) AS after,
                    (SELECT max(at) FROM sign_offs s
                     WHERE s.tenant_id = $1 AND s.kit_id = k.kit_id AND s.phase = 'before' AND s.at >= $2) AS before,
                    (SELECT max(at) FROM kit_sign_offs s
                     WHERE s.tenant_id = $1 AND s.kit_id = k.kit_id AND s.phase = 'after' AND s.skipped IS NULL
                       AND s.at >= $2) AS after_on_kit,
                    (SELECT max(at) FROM kit_sign_offs s
                     WHERE s.tenant_id = $1 AND s.kit_id = k.kit_id AND s.phase = 'before' AND s.skipped IS NULL
                       AND s.at >= $2) AS before_on_kit
             FROM kits k WHERE k.tenant_id = $1",
        )
        .bind(tenant.0)
        .bind(stored(since))
        .fetch_all(self.within(tenant))
        .await?;
        let of_kit = |row: &Row| Ok((KitId(row.try_get("kit_id")?), last_steps(row)?));
        rows.iter().map(of_kit).collect()
    }

    /// What happened to each kit as far as hygiene goes, since a time, oldest first.
    pub async fn hygiene_steps(
        &self,
        tenant: TenantId,
        since: Timestamp,
    ) -> Result<HashMap<KitId, Vec<(Timestamp, Step)>>, StoreError> {
        // At the same instant a sign-off stands before the check-out that it was made for, and after a return.
        let rows = query(
            "SELECT kit_id, at, phase AS what, 1 AS rank FROM sign_offs WHERE tenant_id = $1 AND at >= $2
             UNION ALL SELECT kit_id, at, phase, 1 FROM kit_sign_offs
                 WHERE tenant_id = $1 AND at >= $2 AND skipped IS NULL
             UNION ALL SELECT kit_id, at, 'out', 2 FROM check_outs WHERE tenant_id = $1 AND at >= $2
             UNION ALL SELECT kit_id, returned_at, 'back', 0 FROM check_outs
                 WHERE tenant_id = $1 AND returned_at >= $2
             ORDER BY kit_id, at, rank",
        )
        .bind(tenant.0)
        .bind(stored(since))
        .fetch_all(self.within(tenant))
        .await?;
        let mut steps: HashMap<KitId, Vec<(Timestamp, Step)>> = HashMap::new();
        for row in rows {
            let step = read_step(row.try_get("what")?)?;
            let at = read_time("sign_offs.at", row.try_get("at")?)?;
            steps
                .entry(KitId(row.try_get("kit_id")?))
                .or_default()
                .push((at, step));
        }
        Ok(steps)
    }
}

/// What happened to one kit as far as hygiene goes, since a time, oldest first.
pub(super) async fn steps_of(
    connection: &mut Connection,
    key: KitKey,
    since: Timestamp,
) -> Result<Vec<Step>, StoreError> {
    let rows = query(
        "SELECT at, phase AS what, 1 AS rank FROM sign_offs WHERE tenant_id = $1 AND kit_id = $2 AND at >= $3
         UNION ALL SELECT at, phase, 1 FROM kit_sign_offs
             WHERE tenant_id = $1 AND kit_id = $2 AND at >= $3 AND skipped IS NULL
         UNION ALL SELECT at, 'out', 2 FROM check_outs WHERE tenant_id = $1 AND kit_id = $2 AND at >= $3
         UNION ALL SELECT returned_at, 'back', 0 FROM check_outs
             WHERE tenant_id = $1 AND kit_id = $2 AND returned_at >= $3
         ORDER BY 1, 3",
    )
    .bind(key.tenant.0)
    .bind(key.kit.0)
    .bind(stored(since))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| read_step(row.try_get("what")?)).collect()
}

fn read_checklist(body: &str) -> Result<Checklist, StoreError> {
    serde_json::from_str(body).map_err(|_| StoreError::Damaged("checklists.body"))
}

/// The last of each kind, oldest first.
fn last_steps(row: &Row) -> Result<Vec<Step>, StoreError> {
    let mut last = Vec::new();
    // At the same instant a return stands before the sign-off that was made after it.
    for (column, step) in [
        ("out", Step::CheckedOut),
        ("back", Step::Returned),
        ("after", Step::Signed(Phase::After)),
        ("after_on_kit", Step::Signed(Phase::After)),
        ("before", Step::Signed(Phase::Before)),
        ("before_on_kit", Step::Signed(Phase::Before)),
    ] {
        let at: Option<i64> = row.try_get(column)?;
        last.extend(at.map(|at| (at, step)));
    }
    last.sort_by_key(|(at, _)| *at);
    Ok(last.into_iter().map(|(_, step)| step).collect())
}

fn read_step(what: &str) -> Result<Step, StoreError> {
    Ok(match what {
        "out" => Step::CheckedOut,
        "back" => Step::Returned,
        phase => Step::Signed(Phase::named(phase).ok_or(StoreError::Damaged("sign_offs.phase"))?),
    })
}
