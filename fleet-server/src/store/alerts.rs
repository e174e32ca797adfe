//! Alerts: what is the matter, since when, and whether people have been told. Raising one and writing down to whom it must
//! be delivered is one transaction, so that an alert that was raised is never lost.

use fleet_api::{AlertId, KitId, KitName, TenantId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Store, StoreError, Tenant, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    deliveries, read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::{
    alert::{AlertKind, Change, Condition, Known},
    notification::Notification,
};

/// An alert that has been raised and is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlert {
    /// Its id.
    pub id: AlertId,
    /// What is the matter.
    pub kind: AlertKind,
    /// Which kit.
    pub kit: KitId,
    /// What is painted on it.
    pub kit_name: KitName,
    /// When the visit begins that it is about.
    pub visit_at: Option<Timestamp>,
    /// When people were told last.
    pub raised_at: Timestamp,
    /// Until when nobody is told again.
    pub snoozed_until: Option<Timestamp>,
}

impl Store {
    /// A tenant's occurrences that are not over, as the rules see them.
    pub async fn known_alerts(&self, tenant: TenantId) -> Result<Vec<Known>, StoreError> {
        let rows = query(
            "SELECT alert_id, kind, about, kit_id, visit_at, due_at FROM alerts
             WHERE tenant_id = $1 AND ended_at IS NULL",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_known).collect()
    }

    /// A tenant's alerts that have been raised and are not over, newest first.
    pub async fn open_alerts(&self, tenant: TenantId) -> Result<Vec<OpenAlert>, StoreError> {
        let rows = query(
            "SELECT a.*, coalesce(k.former_name, k.name) AS kit_name FROM alerts a
             JOIN kits k ON k.tenant_id = a.tenant_id AND k.kit_id = a.kit_id
             WHERE a.tenant_id = $1 AND a.ended_at IS NULL AND a.raised_at IS NOT NULL
             ORDER BY a.raised_at DESC, a.alert_id",
        )
        .bind(tenant.0)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_open).collect()
    }

    /// Whose an alert is. Finds the tenant, so it cannot name one; callers compare it with what they may see.
    pub async fn whose_alert(&self, alert: AlertId) -> Result<TenantId, StoreError> {
        let tenant = query_scalar("SELECT tenant_id FROM alerts WHERE alert_id = $1")
            .bind(alert.0)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        tenant.map(TenantId).ok_or(StoreError::NotFound("alert"))
    }

    /// Carries out what was decided for one tenant's kits. Each change comes with the tenants that are to be told.
    pub async fn change_alerts(
        &self,
        tenant: &Tenant,
        changes: &[(Change, Vec<TenantId>)],
        act: &Act,
    ) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin(Exception::Alerts).await?;
        for (change, receivers) in changes {
            let raised = match change {
                Change::Begin { condition, raise } => {
                    let id = begin(&mut transaction, tenant.id, condition, *raise, act.at).await?;
                    id.filter(|_| *raise).map(|id| (id, condition))
                }
                Change::Raise { id, condition } => {
                    let raised = raise(&mut transaction, tenant.id, *id, act.at).await?;
                    raised.then_some((*id, condition))
                }
                Change::End(id) => {
                    end(&mut transaction, tenant.id, *id, act.at).await?;
                    None
                }
            };
            if let Some((id, condition)) = raised {
                tell(&mut transaction, tenant, id, condition, receivers, act).await?;
            }
        }
        transaction.commit().await?;
        self.changes.note(tenant.id);
        Ok(())
    }

    /// Puts an alert off: nobody is told again before then.
    pub async fn snooze_alert(
        &self,
        tenant: TenantId,
        alert: AlertId,
        until: Timestamp,
        act: &Act,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let snoozed = query(
            "UPDATE alerts SET due_at = $3, snoozed_until = $3
             WHERE tenant_id = $1 AND alert_id = $2 AND ended_at IS NULL",
        )
        .bind(tenant.0)
        .bind(alert.0)
        .bind(stored(until))
        .execute(&mut *transaction)
        .await?;
        if snoozed.rows_affected() != 1 {
            return Err(StoreError::NotFound("alert"));
        }
        let snoozed = AuditEvent::AlertSnoozed { alert, until };
        audit::append(&mut transaction, tenant, act, &snoozed).await?;
        Ok(transaction.commit().await?)
    }
}

/// Remembers an occurrence; none where another server was faster.
async fn begin(
    connection: &mut Connection,
    tenant: TenantId,
    condition: &Condition,
    raise: bool,
    now: Timestamp,
) -> Result<Option<AlertId>, StoreError> {
    let id = AlertId::generate();
    let inserted = query(
        "INSERT INTO alerts (tenant_id, alert_id, kind, about, kit_id, visit_at, begun_at, due_at, raised_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (tenant_id, kind, about) WHERE ended_at IS NULL DO NOTHING",
    )
    .bind(tenant.0)
    .bind(id.0)
    .bind(condition.kind.name())
    .bind(condition.about)
    .bind(condition.kit.0)
    .bind(condition.visit_at.map(stored))
    .bind(stored(now))
    .bind((!raise).then(|| stored(condition.due_at)))
    .bind(raise.then(|| stored(now)))
    .execute(connection)
    .await?;
    Ok((inserted.rows_affected() == 1).then_some(id))
}

async fn raise(
    connection: &mut Connection,
    tenant: TenantId,
    id: AlertId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let raised = query(
        "UPDATE alerts SET raised_at = $3, due_at = NULL, snoozed_until = NULL
         WHERE tenant_id = $1 AND alert_id = $2 AND ended_at IS NULL AND due_at <= $3",
    )
    .bind(tenant.0)
    .bind(id.0)
    .bind(stored(now))
    .execute(connection)
    .await?;
    Ok(raised.rows_affected() == 1)
}

async fn end(
    connection: &mut Connection,
    tenant: TenantId,
    id: AlertId,
    now: Timestamp,
) -> Result<(), StoreError> {
    query("UPDATE alerts SET ended_at = $3 WHERE tenant_id = $1 AND alert_id = $2 AND ended_at IS NULL")
        .bind(tenant.0)
        .bind(id.0)
        .bind(stored(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes down for each receiver what must arrive there.
async fn tell(
    connection: &mut Connection,
    tenant: &Tenant,
    id: AlertId,
    condition: &Condition,
    receivers: &[TenantId],
    act: &Act,
) -> Result<(), StoreError> {
    let kit: String =
        query_scalar("SELECT coalesce(former_name, name) FROM kits WHERE tenant_id = $1 AND kit_id = $2")
            .bind(tenant.id.0)
            .bind(condition.kit.0)
            .fetch_one(&mut *connection)
            .await?;
    let ticket = (condition.kind == AlertKind::TicketUntouched).then_some(TicketId(condition.about));
    let notification = Notification {
        alert: id,
        kind: condition.kind,
        municipality: tenant.name.clone(),
        kit,
        kit_id: condition.kit,
        visit_at: condition.visit_at,
        ticket,
        raised_at: act.at,
    };
    for receiver in receivers {
        deliveries::add(connection, *receiver, &notification, act.at).await?;
    }
    let raised = AuditEvent::AlertRaised {
        alert: id,
        alert_kind: condition.kind,
        kit: condition.kit,
    };
    audit::append(connection, tenant.id, act, &raised).await
}

fn read_kind(row: &Row) -> Result<AlertKind, StoreError> {
    AlertKind::named(row.try_get("kind")?).ok_or(StoreError::Damaged("alerts.kind"))
}

fn read_time_of(row: &Row, column: &str) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = row.try_get(column)?;
    at.map(|at| read_time("alerts", at)).transpose()
}

fn read_known(row: &Row) -> Result<Known, StoreError> {
    Ok(Known {
        id: AlertId(row.try_get("alert_id")?),
        kind: read_kind(row)?,
        about: row.try_get::<Uuid, _>("about")?,
        kit: KitId(row.try_get("kit_id")?),
        visit_at: read_time_of(row, "visit_at")?,
        due_at: read_time_of(row, "due_at")?,
    })
}

fn read_open(row: &Row) -> Result<OpenAlert, StoreError> {
    let name: String = row.try_get("kit_name")?;
    let raised_at = read_time_of(row, "raised_at")?;
    Ok(OpenAlert {
        id: AlertId(row.try_get("alert_id")?),
        kind: read_kind(row)?,
        kit: KitId(row.try_get("kit_id")?),
        kit_name: name.try_into().map_err(|_| StoreError::Damaged("kits.name"))?,
        visit_at: read_time_of(row, "visit_at")?,
        raised_at: raised_at.ok_or(StoreError::Damaged("alerts.raised_at"))?,
        snoozed_until: read_time_of(row, "snoozed_until")?,
    })
}
