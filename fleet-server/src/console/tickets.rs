//! Tickets as people see them: what is wrong, whose task it is and why, and whether it is the reader's own.

use std::collections::HashMap;

use fleet_api::{PersonId, TenantId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    app::App,
    audit::{Act, AuditEvent},
    domain::{
        agreement::Agreement,
        authorisation::{Action, Resource, may},
        responsibility::{Answer, Responsible},
        sweden,
        ticket::{Holder, Route, route},
    },
    store::{Person, StoreError, Tenant, Ticket},
};

/// Most tickets of one municipality that are shown.
const MOST: u32 = 2_000;
/// Most people of one organisation.
const MOST_PEOPLE: u32 = 1_000;
/// How long closed tickets are shown in the list.
const SHOWN_AFTER_CLOSING: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A ticket in a list.
#[derive(Debug, Clone)]
pub(super) struct TicketRow {
    pub(super) tenant: TenantId,
    pub(super) municipality: String,
    /// The region that answers where the region does.
    region: TenantId,
    pub(super) ticket: Ticket,
    pub(super) route: Route,
}

impl TicketRow {
    /// Whether it is a task of this tenant.
    pub(super) fn is_of(&self, tenant: TenantId) -> bool {
        self.owner() == tenant
    }

    /// Whose task it is.
    pub(super) fn owner(&self) -> TenantId {
        match self.route.who {
            Responsible::Region => self.region,
            Responsible::Municipality => self.tenant,
        }
    }

    /// Whose task it is and why, as all tasks show it.
    pub(super) fn answer(&self) -> Answer {
        Answer {
            who: Some(self.route.who),
            why: self.route.why,
        }
    }

    /// How long it took until another kit was there.
    pub(super) fn replaced_after(&self) -> Option<SignedDuration> {
        let (at, _) = self.ticket.replaced?;
        Some(at.duration_since(self.ticket.reported_at))
    }
}

/// A tenant's open tickets.
pub(super) async fn open(app: &App, tenant: &Tenant) -> Result<Vec<TicketRow>, StoreError> {
    let mut rows = since(app, tenant, Timestamp::MAX).await?;
    rows.retain(|row| row.ticket.closed.is_none());
    Ok(rows)
}

/// The tickets of these tenants that are open or were closed lately: what is open first, oldest first among those.
pub(super) async fn rows(
    app: &App,
    tenants: &[Tenant],
    now: Timestamp,
) -> Result<Vec<TicketRow>, StoreError> {
    let mut rows = Vec::new();
    for tenant in tenants {
        rows.extend(since(app, tenant, now - SHOWN_AFTER_CLOSING).await?);
    }
    rows.sort_by_key(|row| (row.ticket.closed.is_some(), row.ticket.reported_at));
    Ok(rows)
}

/// Who can see to a ticket: whoever has logged in at the organisation whose task it is, with a role that works with tickets.
pub(super) async fn who_can(app: &App, row: &TicketRow) -> Result<Vec<Person>, StoreError> {
    let mut people = app.store.people(row.owner(), MOST_PEOPLE).await?;
    people.retain(|person| may(person.role, Resource::Tickets, Action::Change));
    Ok(people)
}

/// The same for whoever wants to see them. That they looked is recorded where the people are.
pub(super) async fn look_who_can(app: &App, row: &TicketRow, act: &Act) -> Result<Vec<Person>, StoreError> {
    let people = who_can(app, row).await?;
    let read = AuditEvent::AssigneesRead {
        ticket: row.ticket.id,
        people: u64::try_from(people.len()).unwrap_or(u64::MAX),
    };
    app.store.record(row.owner(), act, &read).await?;
    Ok(people)
}

/// The names of those who may have tickets of that organisation.
pub(super) async fn names(app: &App, own: TenantId) -> Result<HashMap<PersonId, String>, StoreError> {
    let people = app.store.people(own, MOST_PEOPLE).await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect())
}

/// How many open tickets within reach are this tenant's to deal with.
pub(super) async fn open_of(app: &App, reach: &[Tenant], own: TenantId) -> Result<usize, StoreError> {
    let mut count = 0;
    for tenant in reach {
        let rows = open(app, tenant).await?;
        count += rows.iter().filter(|row| row.is_of(own)).count();
    }
    Ok(count)
}

async fn since(app: &App, tenant: &Tenant, closed_since: Timestamp) -> Result<Vec<TicketRow>, StoreError> {
    let tickets = app.store.tickets(tenant.id, closed_since, MOST).await?;
    if tickets.is_empty() {
        return Ok(Vec::new());
    }
    let agreements = app.store.agreements(tenant.id).await?;
    let row = |ticket| routed(tenant, &agreements, ticket);
    Ok(tickets.into_iter().map(row).collect())
}

/// One ticket with its route.
pub(super) async fn one(app: &App, tenant: &Tenant, ticket: Ticket) -> Result<TicketRow, StoreError> {
    let agreements = app.store.agreements(tenant.id).await?;
    Ok(routed(tenant, &agreements, ticket))
}

fn routed(tenant: &Tenant, agreements: &[Agreement], ticket: Ticket) -> TicketRow {
    TicketRow {
        tenant: tenant.id,
        municipality: tenant.name.clone(),
        region: tenant.region.unwrap_or(tenant.id),
        route: route(
            ticket.fault,
            holder(tenant, agreements),
            sweden::day(ticket.reported_at),
        ),
        ticket,
    }
}

/// Whose kits they are for the routing of faults.
pub(super) fn holder<'a>(tenant: &Tenant, agreements: &'a [Agreement]) -> Holder<'a> {
    match tenant.region {
        None => Holder::Region,
        Some(_) => Holder::Municipality(agreements),
    }
}
