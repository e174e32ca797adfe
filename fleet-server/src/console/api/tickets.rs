//! Faults and their tickets: report, look, take further. Replacing the kit is in `spares`, giving it to somebody in `assignees`.

use axum::{Json, extract::State, http::StatusCode};
use fleet_api::{Fault, FaultSource, KitId, KitName, PersonId, TenantId, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    console::{
        acts,
        rest::{Filter, Listing, Page, Paging},
        tickets::{self, TicketRow},
    },
    domain::{
        responsibility::{Reason, Responsible},
        ticket::{Resolution, TicketState},
    },
    identity::administrator::Administrator,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct TicketView {
    id: TicketId,
    /// The municipality, or the region, whose kit it was.
    tenant: TenantId,
    kit: KitId,
    kit_name: KitName,
    fault: Fault,
    source: FaultSource,
    state: TicketState,
    /// Whose task it is, by the responsibility table on the day of the fault.
    responsible: Responsible,
    /// Why.
    reason: Reason,
    /// Whether it is the asker's own task.
    mine: bool,
    /// When it happened first.
    #[schema(value_type = String, format = DateTime)]
    reported_at: Timestamp,
    /// When it happened last.
    #[schema(value_type = String, format = DateTime)]
    last_reported_at: Timestamp,
    /// How often it was reported.
    reports: u32,
    /// The kit that took the broken one's place.
    spare: Option<KitId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    replaced_at: Option<Timestamp>,
    /// Seconds from the fault until the replacement.
    replaced_after: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    closed_at: Option<Timestamp>,
    resolution: Option<Resolution>,
    /// Who sees to it.
    assignee: Option<PersonId>,
}

impl TicketView {
    fn new(row: TicketRow, administrator: &Administrator) -> Self {
        Self {
            mine: row.is_of(administrator.tenant),
            replaced_after: row.replaced_after().map(|took| took.as_secs()),
            id: row.ticket.id,
            tenant: row.tenant,
            kit: row.ticket.kit,
            kit_name: row.ticket.kit_name,
            fault: row.ticket.fault,
            source: row.ticket.source,
            state: row.ticket.state,
            responsible: row.route.who,
            reason: row.route.why,
            reported_at: row.ticket.reported_at,
            last_reported_at: row.ticket.last_reported_at,
            reports: row.ticket.reports,
            spare: row.ticket.replaced.map(|(_, spare)| spare),
            replaced_at: row.ticket.replaced.map(|(at, _)| at),
            closed_at: row.ticket.closed.map(|(at, _)| at),
            resolution: row.ticket.closed.map(|(_, resolution)| resolution),
            assignee: row.ticket.assignee,
        }
    }
}

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct TicketFilter {
    /// Only the asker's own tasks.
    #[serde(default)]
    mine: bool,
    /// Only those in this state.
    #[param(inline)]
    state: Option<TicketState>,
    /// Only those of this kit.
    kit: Option<KitId>,
}

impl Filter for TicketFilter {
    const HINT: &str = "\"mine\" is true or false, \"state\" a ticket's state, \"kit\" a kit's id";
}

/// Lists the tickets that the administrator may see: those that are open, oldest first, then those closed in 90 days.
#[utoipa::path(
    get,
    path = "/api/v1/tickets",
    params(TicketFilter, Paging),
    responses(
        (status = 200, body = Vec<TicketView>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    listing: Listing<TicketFilter>,
) -> Result<Page<TicketView>, Problem> {
    let filter = &listing.filter;
    let reach = administrator.reach(&app.store).await?;
    let mut rows = tickets::rows(&app, &reach, Timestamp::now()).await?;
    let fits = |row: &TicketRow| {
        (!filter.mine || row.is_of(administrator.tenant))
            && filter.state.is_none_or(|state| row.ticket.state == state)
            && filter.kit.is_none_or(|kit| row.ticket.kit == kit)
    };
    rows.retain(fits);
    let page = listing.page(rows, |row| {
        let TicketRow { ticket, .. } = row;
        (ticket.closed.is_some(), ticket.reported_at, ticket.id)
    })?;
    Ok(page.map(|row| TicketView::new(row, &administrator)))
}

/// One ticket.
#[utoipa::path(
    get,
    path = "/api/v1/tickets/{id}",
    params(("id" = TicketId, Path)),
    responses(
        (status = 200, body = TicketView),
    ),
)]
pub(in crate::console) async fn read(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
) -> Result<Json<TicketView>, Problem> {
    let (_, row) = acts::ticket(&app, &administrator, &ticket).await?;
    Ok(Json(TicketView::new(row, &administrator)))
}

/// A fault.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct FaultRequest {
    fault: Fault,
}

/// The ticket that a fault became, or was added to.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct OpenedTicket {
    id: TicketId,
}

/// Reports a fault of a kit. While a ticket is open for it, the report is added to that.
#[utoipa::path(
    post,
    path = "/api/v1/kits/{id}/faults",
    params(("id" = KitId, Path)),
    request_body = FaultRequest,
    responses(
        (status = 201, body = OpenedTicket),
        (status = 422, body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn report(
    State(app): State<App>,
    administrator: Administrator,
    Path(kit): Path<String>,
    BoundedJson(request): BoundedJson<FaultRequest>,
) -> Result<(StatusCode, Json<OpenedTicket>), Problem> {
    let key = acts::kit_key(&app, &administrator, &kit).await?;
    let id = acts::report_fault(&app, &administrator, key, request.fault, Timestamp::now()).await?;
    Ok((StatusCode::CREATED, Json(OpenedTicket { id })))
}

/// How far a ticket is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct TicketStepRequest {
    to: TicketState,
    /// What it came to; with `closed`, and only then.
    resolution: Option<Resolution>,
}

/// Takes a ticket further. Replacing the kit is a request of its own.
#[utoipa::path(
    post,
    path = "/api/v1/tickets/{id}/steps",
    params(("id" = TicketId, Path)),
    request_body = TicketStepRequest,
    responses(
        (status = 204, description = "Taken."),
        (status = 422, description = "That step may not follow.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn step(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
    BoundedJson(request): BoundedJson<TicketStepRequest>,
) -> Result<StatusCode, Problem> {
    let (_, row) = acts::ticket(&app, &administrator, &ticket).await?;
    let TicketStepRequest { to, resolution } = request;
    acts::step_ticket(&app, &administrator, &row, to, resolution, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
