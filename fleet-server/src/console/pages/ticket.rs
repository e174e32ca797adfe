//! One ticket: what is wrong, whose task it is and why, what has been done, and what can be done next.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{KitId, PersonId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    common::{by_kind, or_missing},
    kit::Done,
    layout::{self, Head, Place},
    tasks::{duration, whose, why},
    ticket_assignee, ticket_forms,
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts, clock,
        tickets::{self, TicketRow},
    },
    domain::{
        authorisation::Resource,
        ticket::{Resolution, TicketState},
    },
    store::TicketStep,
    web::{Path, Problem, Query},
};

/// One of the page's forms.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// Seen, or begun.
    Step { to: TicketState },
    /// Nothing more is to be done.
    Close { resolution: Resolution },
    /// Another kit takes its place.
    Replace { spare: KitId },
    /// Somebody sees to it, or nobody.
    Assign {
        #[serde(default, deserialize_with = "super::empty_is_none")]
        person: Option<PersonId>,
    },
}

impl Change {
    /// What somebody needs for it.
    fn right(&self) -> Resource {
        match self {
            Self::Step { .. } | Self::Close { .. } | Self::Assign { .. } => Resource::Tickets,
            Self::Replace { .. } => Resource::Spares,
        }
    }
}

/// `GET /tasks/{id}`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(ticket): Path<String>,
    Query(done): Query<Done>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, &ticket, done.done(), None).await
}

/// `POST /tasks/{id}`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(ticket): Path<String>,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, &ticket, change).await,
        Err(_) => Err(Problem::invalid("form", "choose what to do")),
    };
    match made {
        Ok(done) => Ok(Redirect::to(&format!("/tasks/{ticket}?done={done}")).into_response()),
        Err(problem) if matches!(problem.status(), StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) => {
            Err(problem)
        }
        Err(problem) => {
            let page = show(&app, &visitor, &ticket, None, Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}

async fn make(app: &App, visitor: &Visitor, ticket: &str, change: Change) -> Result<&'static str, Problem> {
    visitor.demand(change.right())?;
    let by = &visitor.administrator;
    let (_, row) = acts::ticket(app, by, ticket).await?;
    match change {
        Change::Step { to } => {
            acts::step_ticket(app, by, &row, to, None, visitor.now).await?;
            Ok("ticket_step")
        }
        Change::Close { resolution } => {
            acts::step_ticket(app, by, &row, TicketState::Closed, Some(resolution), visitor.now).await?;
            Ok("ticket_closed")
        }
        Change::Replace { spare } => {
            acts::replace_kit(app, by, &row, spare, visitor.now).await?;
            Ok("kit_replaced")
        }
        Change::Assign { person } => {
            acts::assign_ticket(app, by, &row, person, visitor.now).await?;
            Ok("ticket_assigned")
        }
    }
}

async fn show(
    app: &App,
    visitor: &Visitor,
    ticket: &str,
    done: Option<&str>,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let (tenant, row) = acts::ticket(app, &visitor.administrator, ticket).await?;
    let steps = app.store.ticket_steps(tenant.id, row.ticket.id).await?;
    let next: &[TicketState] = if visitor.may_change(Resource::Tickets) {
        row.ticket.state.next()
    } else {
        &[]
    };
    let may_replace = next.contains(&TicketState::Replaced) && visitor.may_change(Resource::Spares);
    let spares = if may_replace {
        acts::spares(app, &visitor.administrator, &row, visitor.now).await?
    } else {
        Vec::new()
    };
    let who_can = ticket_assignee::choices(app, visitor, &row).await?;
    let colleagues = tickets::names(app, visitor.own().id).await?;
    let assignee = ticket_assignee::name(texts, &row, &colleagues);
    let head = Head {
        title: format!(
            "{}: {}",
            row.ticket.kit_name.as_str(),
            texts.word("fault", row.ticket.fault.name())
        ),
        lead: tenant.name.clone(),
        acts: html! {},
    };
    let content = html! {
        (layout::confirmation(texts, done))
        (layout::refusal(texts, problem))
        div.three {
            section.card aria-labelledby="whose" {
                h2 #whose { (texts.t("column.task")) }
                p { (whose(visitor, &row)) }
                p { (why(texts, &row)) }
                (facts(visitor, &row, assignee.as_deref()))
            }
            @if let Some(people) = &who_can {
                section.card aria-labelledby="assignee" {
                    h2 #assignee { (texts.t("ticket_page.assign")) }
                    (ticket_forms::assignee(texts, &row, people))
                }
            }
            @if next.contains(&TicketState::Acknowledged) || next.contains(&TicketState::InWork) {
                section.card aria-labelledby="next" {
                    h2 #next { (texts.t("ticket_page.next")) }
                    (ticket_forms::steps(visitor, &row))
                }
            }
            @if may_replace {
                section.card aria-labelledby="replace" {
                    h2 #replace { (texts.t("ticket_page.replace")) }
                    (ticket_forms::replacement(visitor, &row, &spares))
                }
            }
            @if next.contains(&TicketState::Closed) {
                section.card aria-labelledby="close" {
                    h2 #close { (texts.t("ticket_page.close")) }
                    (ticket_forms::closing(visitor, &row))
                }
            }
            section.card aria-labelledby="steps" {
                h2 #steps { (texts.t("ticket_page.steps")) }
                (history(visitor, &steps))
            }
        }
    };
    // What a form answered stands until its reader has read it.
    let framed = if problem.is_some() {
        layout::page
    } else {
        layout::live_page
    };
    Ok(framed(visitor, Place::Tasks, &head, &content))
}

fn facts(visitor: &Visitor, row: &TicketRow, assignee: Option<&str>) -> Markup {
    let texts = visitor.texts;
    let ticket = &row.ticket;
    html! {
        dl {
            dt { (texts.t("column.name")) }
            dd { a href={ "/kits/" (ticket.kit) } { (ticket.kit_name.as_str()) } }
            dt { (texts.t("column.state")) } dd { (texts.word("ticket", ticket.state.name())) }
            dt { (texts.t("ticket_page.assignee")) } dd { (or_missing(texts, assignee)) }
            dt { (texts.t("ticket_page.reported")) } dd { (clock::when(texts, ticket.reported_at, visitor.now)) }
            dt { (texts.t("ticket_page.source")) } dd { (texts.word("reported_by", ticket.source.name())) }
            @if ticket.reports > 1 {
                dt { (texts.t("ticket_page.reports")) }
                dd { (ticket.reports) ", " (clock::when(texts, ticket.last_reported_at, visitor.now)) }
            }
            @if let Some((at, spare)) = ticket.replaced {
                dt { (texts.t("ticket_page.spare")) }
                dd {
                    a href={ "/kits/" (spare) } { (texts.t("ticket_page.the_spare")) } ", "
                    (clock::when(texts, at, visitor.now))
                }
            }
            @if let Some(took) = row.replaced_after() {
                dt { (texts.t("tasks.replaced_after")) } dd { (duration(texts, took)) }
            }
            @if let Some((at, resolution)) = ticket.closed {
                dt { (texts.word("resolution", resolution.name())) } dd { (clock::when(texts, at, visitor.now)) }
            }
        }
    }
}

fn history(visitor: &Visitor, steps: &[TicketStep]) -> Markup {
    let texts = visitor.texts;
    html! {
        ol.timeline {
            @for (at, step) in steps.iter().rev().enumerate() {
                li class=[(at == 0).then_some("now")] {
                    b { (texts.word("ticket", step.state.name())) }
                    br;
                    span.note { (clock::when(texts, step.at, visitor.now)) ", " (by_kind(texts, &step.actor)) }
                }
            }
        }
    }
}
