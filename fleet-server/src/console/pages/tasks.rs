//! Tasks: the tickets within reach, whose each is and why. Mine first, unless all are asked for.

use std::collections::HashMap;

use axum::extract::State;
use fleet_api::{PersonId, TenantId};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    alerts, bulk, checklist,
    common::{self, or_missing},
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    ticket_assignee,
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        clock, icons,
        texts::Texts,
        tickets::{self, TicketRow},
    },
    domain::{authorisation::Resource, fault::stops_visits, responsibility::Reason, ticket::TicketState},
    web::{Problem, Query},
};

/// Which tasks, as it stands in the address.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    mine: bool,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    state: Option<TicketState>,
    /// What was just done.
    done: Option<String>,
}

impl Filter {
    fn fits(&self, visitor: &Visitor, row: &TicketRow) -> bool {
        (!self.mine || row.is_of(visitor.own().id))
            && self.municipality.is_none_or(|tenant| row.tenant == tenant)
            && match self.state {
                // What is closed is history; it is shown where it is asked for.
                None => row.ticket.closed.is_none(),
                Some(state) => row.ticket.state == state,
            }
    }

    /// The address with this filter; order and the columns' filters stay.
    fn address(&self, address: &Address) -> Address {
        let address = address.without(|name| matches!(name, "mine" | "state" | "page"));
        let address = if self.mine {
            address.with("mine", "true")
        } else {
            address
        };
        match self.state {
            Some(state) => address.with("state", state.name()),
            None => address,
        }
    }
}

/// `GET /tasks`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(filter): Query<Filter>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let all = tickets::rows(&app, &visitor.reach, visitor.now).await?;
    let mine = all
        .iter()
        .filter(|row| row.ticket.closed.is_none() && row.is_of(visitor.own().id))
        .count();
    let mut shown: Vec<&TicketRow> = all.iter().filter(|row| filter.fits(&visitor, row)).collect();
    // What stops a visit, then what is mine, then what has waited longest.
    shown.sort_by_key(|row| {
        let (grave, mine) = (stops_visits(row.ticket.fault), row.is_of(visitor.own().id));
        (row.ticket.closed.is_some(), !grave, !mine, row.ticket.reported_at)
    });
    let colleagues = tickets::names(&app, visitor.own().id).await?;
    let alerts = alerts::open(&app, &visitor.reach).await?;
    let reviews = checklist::to_review(&app, &visitor).await?;
    let open = all.iter().filter(|row| row.ticket.closed.is_none()).count();
    let head = Head {
        title: texts.count("tasks.title", mine, &[]),
        lead: texts.count("tasks.lead", open, &[]),
        acts: choose(&visitor, &filter),
    };
    let content = html! {
        (layout::confirmation(texts, filter.done.as_deref()))
        section.card aria-labelledby="alerts" {
            h2 #alerts { (texts.t("alerts.title")) }
            (alerts::list(&visitor, &address, &alerts))
            @if visitor.may_see(Resource::AlertChannels) {
                p { a href="/alerts/receivers" { (texts.t("alerts.to_channels")) } }
            }
        }
        (reviews)
        section.card aria-labelledby="tickets" {
            h2 #tickets { (texts.t("tasks.tickets")) }
            (chips(&visitor, &filter, &address, &all))
            @if shown.is_empty() { p { (icons::CHECK) (texts.t("overview.no_tasks")) } }
            @else {
                (table(&visitor, &colleagues).show(&address, &shown))
                (bulk::tickets::bar(&visitor))
            }
            (times(texts, &all))
        }
    };
    Ok(layout::live_page(&visitor, Place::Tasks, &head, &content))
}

/// The sentence that names the rule by which it is somebody's task.
pub(super) fn why(texts: &Texts, row: &TicketRow) -> String {
    let item = crate::domain::fault::item(row.ticket.fault);
    let item = texts.word("item", item.name());
    match row.route.why {
        Reason::Rented => texts.fill("tasks.why_rented", &[("item", item)]),
        Reason::Owned => texts.fill("tasks.why_owned", &[("item", item)]),
        Reason::AlwaysMunicipality => texts.fill("tasks.why_always_municipality", &[("item", item)]),
        Reason::AlwaysRegion => texts.fill("tasks.why_always_region", &[("item", item)]),
        Reason::NoAgreement => texts.t("tasks.why_no_agreement").to_owned(),
    }
}

/// Whose task it is; the reader's own stands out.
pub(super) fn whose(visitor: &Visitor, row: &TicketRow) -> Markup {
    common::whose(visitor, row.tenant, &row.municipality, Some(row.answer()))
}

/// "35 min", "2 tim 10 min", "3 dagar".
pub(super) fn duration(texts: &Texts, time: SignedDuration) -> String {
    let minutes = time.as_mins().max(0);
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    if days > 1 {
        texts.fill("tasks.days", &[("days", &days.to_string())])
    } else if hours > 0 {
        let (hours, rest) = (hours.to_string(), minutes % 60);
        match rest {
            0 => texts.fill("tasks.whole_hours", &[("hours", &hours)]),
            _ => texts.fill(
                "tasks.hours",
                &[("hours", &hours), ("minutes", &rest.to_string())],
            ),
        }
    } else {
        texts.fill("tasks.minutes", &[("minutes", &minutes.to_string())])
    }
}

fn table<'a>(visitor: &'a Visitor, colleagues: &'a HashMap<PersonId, String>) -> Table<'a, TicketRow> {
    let (texts, now) = (visitor.texts, visitor.now);
    let columns = vec![
        Column::words("what", texts.t("overview.what_and_why"), |row: &TicketRow| {
            let fault = texts.word("fault", row.ticket.fault.name());
            Value::words(format!("{}: {fault}", row.ticket.kit_name.as_str()))
        })
        .marked(Some("what"))
        .shown(|row| {
            html! {
                (shape(row)) " "
                a href={ "/tasks/" (row.ticket.id) } {
                    (row.ticket.kit_name.as_str()) ": " (texts.word("fault", row.ticket.fault.name()))
                }
                br; span.note { (why(texts, row)) }
            }
        }),
        Column::choice("where", texts.t("column.municipality"), |row: &TicketRow| {
            Value::words(row.municipality.as_str())
        }),
        Column::choice("task", texts.t("column.task"), |row: &TicketRow| {
            common::whose_value(visitor, row.tenant, &row.municipality, Some(row.answer()))
        })
        .shown(|row| whose(visitor, row)),
        Column::choice("stage", texts.t("column.state"), |row: &TicketRow| {
            let state = row.ticket.state;
            Value::Choice(state as i64, texts.word("ticket", state.name()).into())
        }),
        Column::words("assignee", texts.t("ticket_page.assignee"), |row: &TicketRow| {
            Value::or_missing(ticket_assignee::name(texts, row, colleagues), Value::words)
        }),
        Column::time("since", texts.t("tasks.since"), |row: &TicketRow| {
            Value::Time(row.ticket.reported_at)
        })
        .shown(move |row| html! { (clock::when(texts, row.ticket.reported_at, now)) }),
        Column::number(
            "replaced_after",
            texts.t("tasks.replaced_after"),
            |row: &TicketRow| Value::or_missing(row.replaced_after(), |took| Value::Number(took.as_mins())),
        )
        .shown(|row| or_missing(texts, row.replaced_after().map(|took| duration(texts, took)))),
    ];
    let table = Table::new(texts, Label::By("tickets"), columns);
    let table = if visitor.sees_several() {
        table
    } else {
        table.without("where")
    };
    if !visitor.may_change(Resource::Tickets) {
        return table;
    }
    table.choosing(bulk::TICKETS, |row| {
        let fault = texts.word("fault", row.ticket.fault.name());
        (
            row.ticket.id.to_string(),
            format!("{}: {fault}", row.ticket.kit_name.as_str()),
        )
    })
}

/// How grave it is, by shape and colour.
fn shape(row: &TicketRow) -> Markup {
    html! {
        @if row.ticket.closed.is_some() { span.ready { (icons::CHECK) } }
        @else if stops_visits(row.ticket.fault) { span.stopped { (icons::PROHIBIT) } }
        @else { span.warning { (icons::WARNING) } }
    }
}

fn chips(visitor: &Visitor, filter: &Filter, address: &Address, all: &[TicketRow]) -> Markup {
    let texts = visitor.texts;
    let count = |filter: &Filter| all.iter().filter(|row| filter.fits(visitor, row)).count();
    let chip = |chosen: bool, filter: &Filter, name: &str| {
        html! {
            li { a href=(filter.address(address)) aria-current=[chosen.then_some("true")] { (name) " " b { (count(filter)) } } }
        }
    };
    html! {
        ul.filters aria-label=(texts.t("kits.state")) hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="morph:outerHTML" {
            (chip(filter.mine, &Filter { mine: !filter.mine, ..filter.clone() }, texts.t("tasks.mine")))
            @for state in TicketState::ALL {
                @let chosen = filter.state == Some(*state);
                @let other = Filter { state: (!chosen).then_some(*state), ..filter.clone() };
                (chip(chosen, &other, texts.word("ticket", state.name())))
            }
            li { a.clear href="/tasks" { (texts.t("kits.clear")) } }
        }
    }
}

/// How long replacements took lately; nothing where there were none.
fn times(texts: &Texts, all: &[TicketRow]) -> Markup {
    let mut times: Vec<SignedDuration> = all.iter().filter_map(TicketRow::replaced_after).collect();
    times.sort();
    html! {
        @if let Some(median) = times.get(times.len() / 2) {
            p.note { (texts.count("tasks.median", times.len(), &[("time", &duration(texts, *median))])) }
        }
    }
}

fn choose(visitor: &Visitor, filter: &Filter) -> Markup {
    let texts = visitor.texts;
    html! {
        @if visitor.sees_several() {
            form.choose method="get" action="/tasks" {
                label { span { (texts.t("responsibility.municipality")) }
                    select name="municipality" {
                        option value="" { (texts.t("kits.all")) }
                        @for tenant in visitor.municipalities() {
                            option value=(tenant.id) selected[filter.municipality == Some(tenant.id)] { (tenant.name) }
                        }
                    }
                }
                input type="hidden" name="mine" value=(filter.mine.to_string());
                @if let Some(state) = filter.state { input type="hidden" name="state" value=(state.name()); }
                button type="submit" { (texts.t("common.show")) }
            }
        }
    }
}
