//! Tickets: one open ticket for one fault of one kit, and the steps that each has taken.
//!
//! Whose a ticket is does not stand here: it follows from the agreements on the day of the fault (`domain::ticket`).

use fleet_api::{Fault, FaultSource, KitId, KitName, PersonId, TenantId, TicketId};
use jiff::Timestamp;
use uuid::Uuid;

use super::{
    KitKey, Store, StoreError, audit,
    database::{Connection, Exception, Row, query, query_scalar},
    kits, read_time, stored,
};
use crate::audit::{Act, AuditEvent};
use crate::domain::ticket::{Resolution, TicketRefusal, TicketState};

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Which kit has the fault.
    pub kit: KitId,
    /// What is painted on it.
    pub kit_name: KitName,
    /// What is wrong.
    pub fault: Fault,
    /// Who said so first.
    pub source: FaultSource,
    /// How far it has come.
    pub state: TicketState,
    /// When it happened first.
    pub reported_at: Timestamp,
    /// When it happened last.
    pub last_reported_at: Timestamp,
    /// How often it was said.
    pub reports: u32,
    /// When another kit took the broken one's place, and which.
    pub replaced: Option<(Timestamp, KitId)>,
    /// When it was closed, and what it came to.
    pub closed: Option<(Timestamp, Resolution)>,
    /// Who sees to it.
    pub assignee: Option<PersonId>,
}

/// A step of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketStep {
    /// When.
    pub at: Timestamp,
    /// What it became.
    pub state: TicketState,
    /// Who did it, as in the audit trail.
    pub actor: String,
}

impl Store {
    /// Reports a fault of a kit. Where a ticket is open for it already, the report is added to that.
    pub async fn report_fault(
        &self,
        key: KitKey,
        fault: Fault,
        source: FaultSource,
        act: &Act,
    ) -> Result<TicketId, StoreError> {
        let mut transaction = self.begin(key.tenant).await?;
        kits::life_here(&mut transaction, key).await?;
        let ticket = report(&mut transaction, key, (fault, source), act.at, act).await?;
        transaction.commit().await?;
        Ok(ticket)
    }

    /// A tenant's tickets that are open or were closed since a time; newest first, at most `limit`.
    pub async fn tickets(
        &self,
        tenant: TenantId,
        closed_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let rows = query(
            "SELECT t.*, coalesce(k.former_name, k.name) AS kit_name FROM tickets t
             JOIN kits k ON k.tenant_id = t.tenant_id AND k.kit_id = t.kit_id
             WHERE t.tenant_id = $1 AND (t.closed_at IS NULL OR t.closed_at >= $2)
             ORDER BY t.reported_at DESC, t.ticket_id LIMIT $3",
        )
        .bind(tenant.0)
        .bind(stored(closed_since))
        .bind(limit)
        .fetch_all(self.within(tenant))
        .await?;
        rows.iter().map(read_ticket).collect()
    }

    /// One ticket.
    pub async fn ticket(&self, tenant: TenantId, ticket: TicketId) -> Result<Ticket, StoreError> {
        let row = query(
            "SELECT t.*, coalesce(k.former_name, k.name) AS kit_name FROM tickets t
             JOIN kits k ON k.tenant_id = t.tenant_id AND k.kit_id = t.kit_id
             WHERE t.tenant_id = $1 AND t.ticket_id = $2",
        )
        .bind(tenant.0)
        .bind(ticket.0)
        .fetch_optional(self.within(tenant))
        .await?
        .ok_or(StoreError::NotFound("ticket"))?;
        read_ticket(&row)
    }

    /// Whose a ticket is. Finds the tenant, so it cannot name one; callers compare it with what they may see.
    pub async fn whose_ticket(&self, ticket: TicketId) -> Result<TenantId, StoreError> {
        let tenant = query_scalar("SELECT tenant_id FROM tickets WHERE ticket_id = $1")
            .bind(ticket.0)
            .fetch_optional(self.within(Exception::WhoseIsIt))
            .await?;
        tenant.map(TenantId).ok_or(StoreError::NotFound("ticket"))
    }

    /// The steps of a ticket, oldest first.
    pub async fn ticket_steps(
        &self,
        tenant: TenantId,
        ticket: TicketId,
    ) -> Result<Vec<TicketStep>, StoreError> {
        let rows =
            query("SELECT * FROM ticket_steps WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY number")
                .bind(tenant.0)
                .bind(ticket.0)
                .fetch_all(self.within(tenant))
                .await?;
        let step = |row: &Row| {
            Ok(TicketStep {
                at: read_time("ticket_steps.at", row.try_get("at")?)?,
                state: TicketState::named(row.try_get("state")?)
                    .ok_or(StoreError::Damaged("ticket_steps.state"))?,
                actor: row.try_get("actor")?,
            })
        };
        rows.iter().map(step).collect()
    }

    /// Takes a ticket a step further, if that step may follow. Replacing a kit is `replace_kit`.
    pub async fn step_ticket(
        &self,
        tenant: TenantId,
        ticket: TicketId,
        to: TicketState,
        resolution: Option<Resolution>,
        act: &Act,
    ) -> Result<Result<(), TicketRefusal>, StoreError> {
        let mut transaction = self.begin(tenant).await?;
        let (from, _) = state_of(&mut transaction, tenant, ticket).await?;
        if let Err(refusal) = from.check_step(to, resolution) {
            return Ok(Err(refusal));
        }
        if to == TicketState::Replaced {
            return Ok(Err(TicketRefusal::NeedsSpare));
        }
        query(
            "UPDATE tickets SET state = $3, resolution = coalesce($4, resolution),
                 closed_at = CASE WHEN $4 IS NULL THEN closed_at ELSE $5 END
             WHERE tenant_id = $1 AND ticket_id = $2",
        )
        .bind(tenant.0)
        .bind(ticket.0)
        .bind(to.name())
        .bind(resolution.map(Resolution::name))
        .bind(stored(act.at))
        .execute(&mut *transaction)
        .await?;
        note_step(&mut transaction, (tenant, ticket), to, act).await?;
        let stepped = AuditEvent::TicketStepTaken {
            ticket,
            from,
            to,
            resolution,
        };
        audit::append(&mut transaction, tenant, act, &stepped).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

/// Opens a ticket, or adds to the one that is open for that fault.
pub(super) async fn report(
    connection: &mut Connection,
    key: KitKey,
    (fault, source): (Fault, FaultSource),
    happened_at: Timestamp,
    act: &Act,
) -> Result<TicketId, StoreError> {
    let row = query(
        "INSERT INTO tickets (tenant_id, ticket_id, kit_id, fault, source, state, reported_at, last_reported_at,
                              reports)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)
         ON CONFLICT (tenant_id, kit_id, fault) WHERE closed_at IS NULL
         DO UPDATE SET reports = tickets.reports + 1,
             last_reported_at = CASE WHEN excluded.last_reported_at > tickets.last_reported_at
                                     THEN excluded.last_reported_at ELSE tickets.last_reported_at END
         RETURNING ticket_id, reports",
    )
    .bind(key.tenant.0)
    .bind(TicketId::generate().0)
    .bind(key.kit.0)
    .bind(fault.name())
    .bind(source.name())
    .bind(TicketState::Open.name())
    .bind(stored(happened_at))
    .fetch_one(&mut *connection)
    .await?;
    let ticket = TicketId(row.try_get("ticket_id")?);
    if row.try_get::<i64, _>("reports")? == 1 {
        let step_act = Act {
            at: happened_at,
            ..act.clone()
        };
        note_step(connection, (key.tenant, ticket), TicketState::Open, &step_act).await?;
        let opened = AuditEvent::TicketOpened {
            ticket,
            kit: key.kit,
            fault,
            source,
        };
        audit::append(connection, key.tenant, act, &opened).await?;
    }
    Ok(ticket)
}

/// Where a ticket stands, and which kit it is about.
pub(super) async fn state_of(
    connection: &mut Connection,
    tenant: TenantId,
    ticket: TicketId,
) -> Result<(TicketState, KitId), StoreError> {
    let row = query("SELECT state, kit_id FROM tickets WHERE tenant_id = $1 AND ticket_id = $2")
        .bind(tenant.0)
        .bind(ticket.0)
        .fetch_optional(connection)
        .await?
        .ok_or(StoreError::NotFound("ticket"))?;
    let state = TicketState::named(row.try_get("state")?).ok_or(StoreError::Damaged("tickets.state"))?;
    Ok((state, KitId(row.try_get("kit_id")?)))
}

/// Writes a step into a ticket's history.
pub(super) async fn note_step(
    connection: &mut Connection,
    (tenant, ticket): (TenantId, TicketId),
    state: TicketState,
    act: &Act,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO ticket_steps (tenant_id, ticket_id, number, at, state, actor)
         SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5 FROM ticket_steps
         WHERE tenant_id = $1 AND ticket_id = $2",
    )
    .bind(tenant.0)
    .bind(ticket.0)
    .bind(stored(act.at))
    .bind(state.name())
    .bind(act.actor.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

fn read_ticket(row: &Row) -> Result<Ticket, StoreError> {
    let damaged = || StoreError::Damaged("tickets");
    let time = |column| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<i64> = row.try_get(column)?;
        at.map(|at| read_time("tickets", at)).transpose()
    };
    let name: String = row.try_get("kit_name")?;
    let resolution: Option<&str> = row.try_get("resolution")?;
    let resolution = resolution
        .map(|name| Resolution::named(name).ok_or_else(damaged))
        .transpose()?;
    let spare: Option<Uuid> = row.try_get("spare_kit_id")?;
    Ok(Ticket {
        id: TicketId(row.try_get("ticket_id")?),
        kit: KitId(row.try_get("kit_id")?),
        kit_name: name.try_into().map_err(|_| damaged())?,
        fault: Fault::named(row.try_get("fault")?).ok_or_else(damaged)?,
        source: FaultSource::named(row.try_get("source")?).ok_or_else(damaged)?,
        state: TicketState::named(row.try_get("state")?).ok_or_else(damaged)?,
        reported_at: read_time("tickets.reported_at", row.try_get("reported_at")?)?,
        last_reported_at: read_time("tickets.last_reported_at", row.try_get("last_reported_at")?)?,
        reports: u32::try_from(row.try_get::<i64, _>("reports")?).map_err(|_| damaged())?,
        replaced: time("replaced_at")?.zip(spare.map(KitId)),
        closed: time("closed_at")?.zip(resolution),
        assignee: row.try_get::<Option<Uuid>, _>("assignee_id")?.map(PersonId),
    })
}
