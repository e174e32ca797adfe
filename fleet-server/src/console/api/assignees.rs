//! Who can see to a ticket, and giving it to one of them. Both are for the organisation whose task it is: nobody else learns the
//! names of its people.

use axum::{extract::State, http::StatusCode};
use fleet_api::{PersonId, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    console::{
        acts,
        rest::{Listing, Page, Paging},
    },
    domain::role::Role,
    identity::administrator::Administrator,
    store::Person,
    web::{BoundedJson, Path, Problem, ProblemDetails},
};

/// Somebody who can see to a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::console) struct AssigneeView {
    id: PersonId,
    /// What they are called, as their provider said at their last login.
    name: String,
    role: Role,
}

impl From<Person> for AssigneeView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            role: person.role,
        }
    }
}

/// Lists those among whom the organisation whose task it is may choose, by name.
#[utoipa::path(
    get,
    path = "/api/v1/tickets/{id}/assignees",
    params(("id" = TicketId, Path), Paging),
    responses(
        (status = 200, body = Vec<AssigneeView>),
        (status = 400, body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "It is another's task.", body = ProblemDetails,
         content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn list(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
    listing: Listing,
) -> Result<Page<AssigneeView>, Problem> {
    let (_, row) = acts::ticket(&app, &administrator, &ticket).await?;
    let people = acts::assignees(&app, &administrator, &row, Timestamp::now()).await?;
    let page = listing.page(people, |person| (person.name.clone(), person.id))?;
    Ok(page.map(AssigneeView::from))
}

/// Who is to see to a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::console) struct AssigneeRequest {
    /// Somebody who has logged in at the organisation whose task it is; null = nobody.
    person: Option<PersonId>,
}

/// Gives a ticket to somebody. Only the organisation whose task it is does.
#[utoipa::path(
    put,
    path = "/api/v1/tickets/{id}/assignee",
    params(("id" = TicketId, Path)),
    request_body = AssigneeRequest,
    responses(
        (status = 204, description = "Given."),
        (status = 422, description = "It is another's task, that person does not see to tickets, or it is closed.",
         body = ProblemDetails, content_type = "application/problem+json"),
    ),
)]
pub(in crate::console) async fn assign(
    State(app): State<App>,
    administrator: Administrator,
    Path(ticket): Path<String>,
    BoundedJson(request): BoundedJson<AssigneeRequest>,
) -> Result<StatusCode, Problem> {
    let (_, row) = acts::ticket(&app, &administrator, &ticket).await?;
    acts::assign_ticket(&app, &administrator, &row, request.person, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
