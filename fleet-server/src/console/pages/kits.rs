//! The list of kits: search, filter by municipality, state and any column, sort by any column, and do something with several
//! at once.

use axum::extract::State;
use fleet_api::{Percent, TenantId};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    bulk,
    common::{or_missing, shape, state, whose, whose_value},
    kit_health::charge,
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        clock,
        fleet::{self, KitRow},
        icons,
        texts::Texts,
    },
    domain::{authorisation::Resource, readiness::Readiness},
    web::{Problem, Query},
};

/// What is shown, as it stands in the address beside the table's own filters.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    search: String,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    state: Option<Readiness>,
    /// What was just done.
    done: Option<String>,
}

impl Filter {
    fn fits(&self, row: &KitRow, state: Option<Readiness>) -> bool {
        let search = self.search.trim().to_lowercase();
        row.kit.name.as_str().to_lowercase().contains(&search)
            && self.municipality.is_none_or(|id| row.key.tenant == id)
            && state.is_none_or(|state| row.readiness == state)
    }
}

/// `GET /kits`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(filter): Query<Filter>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let all = fleet::rows(&app, &visitor.reach, visitor.now).await?;
    let shown: Vec<&KitRow> = all.iter().filter(|row| filter.fits(row, filter.state)).collect();
    let numbers = [shown.len(), all.len()].map(|number| number.to_string());
    let head = Head {
        title: texts.t("kits.title").to_owned(),
        lead: texts.fill(
            "kits.shown_of_all",
            &[("shown", &numbers[0]), ("all", &numbers[1])],
        ),
        acts: html! {
            @if visitor.may_see(Resource::Register) {
                a.button href="/kits/register" { (icons::DOWNLOAD) (texts.t("register.title")) }
            }
        },
    };
    let content = html! {
        (layout::confirmation(texts, filter.done.as_deref()))
        (search(&visitor, &filter, &address))
        (chips(texts, &filter, &address, &all))
        @if shown.is_empty() {
            section.card.empty {
                p { (icons::SEARCH) }
                p { b { (texts.t("kits.no_hits")) } }
                p { a.button href="/kits" { (texts.t("kits.clear")) } }
            }
        } @else {
            section.card aria-label=(head.title) { (table(&visitor, &head.title).show(&address, &shown)) }
            (bulk::kits::bar(&visitor))
        }
    };
    Ok(layout::live_page(&visitor, Place::Kits, &head, &content))
}

fn search(visitor: &Visitor, filter: &Filter, address: &Address) -> Markup {
    let texts = visitor.texts;
    let kept = address.others(|name| matches!(name, "search" | "municipality" | "page"));
    html! {
        form.choose.search method="get" action="/kits" role="search" hx-boost="true" hx-target="#content" hx-select="#content"
            hx-swap="morph:outerHTML" {
            label { span { (texts.t("kits.search")) }
                input type="search" name="search" value=(filter.search) maxlength="40";
            }
            @if visitor.sees_several() {
                label { span { (texts.t("responsibility.municipality")) }
                    select name="municipality" {
                        option value="" { (texts.t("kits.all")) }
                        @for tenant in visitor.municipalities() {
                            option value=(tenant.id) selected[filter.municipality == Some(tenant.id)] { (tenant.name) }
                        }
                    }
                }
            }
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}

fn chips(texts: &Texts, filter: &Filter, address: &Address, all: &[KitRow]) -> Markup {
    let first = address.without(|name| matches!(name, "page" | "state"));
    html! {
        ul.filters aria-label=(texts.t("kits.state")) hx-boost="true" hx-target="#content" hx-select="#content" hx-swap="morph:outerHTML" {
            @for choice in Readiness::ALL {
                @let chosen = filter.state == Some(*choice);
                @let count = all.iter().filter(|row| filter.fits(row, Some(*choice))).count();
                @let to = if chosen { first.clone() } else { first.with("state", choice.name()) };
                li {
                    a href=(to) aria-current=[chosen.then_some("true")] {
                        span class=(shape(*choice).1) { (shape(*choice).0) } (texts.word("readiness", choice.name())) " " b { (count) }
                    }
                }
            }
            li { a.clear href="/kits" { (texts.t("kits.clear")) } }
        }
    }
}

fn signal(row: &KitRow) -> Option<Percent> {
    row.health.as_ref()?.state.network?.signal
}

/// When it last tested itself, and that something was wrong.
fn self_test(texts: &Texts, row: &KitRow, now: Timestamp) -> Markup {
    let Some(health) = &row.health else {
        return or_missing(texts, None::<&str>);
    };
    let when = clock::when(texts, health.state.looked_at, now);
    html! {
        @if health.self_test_failed() { span.stopped { (icons::PROHIBIT) (texts.t("health.failed")) } br; }
        (when)
    }
}

fn table<'a>(visitor: &'a Visitor, label: &'a str) -> Table<'a, KitRow> {
    let (texts, now) = (visitor.texts, visitor.now);
    let head = |name: &str| texts.word("column", name);
    let columns = vec![
        Column::words("name", head("name"), |row: &KitRow| {
            Value::words(row.kit.name.as_str())
        })
        .shown(|row| html! { a href={ "/kits/" (row.key.kit) } { (row.kit.name.as_str()) } }),
        Column::choice("municipality", head("municipality"), |row: &KitRow| {
            Value::words(row.municipality.as_str())
        })
        .marked(Some("unbroken")),
        Column::choice("arrangement", head("arrangement"), |row: &KitRow| {
            Value::or_missing(row.arrangement, |arrangement| {
                Value::Choice(
                    arrangement as i64,
                    texts.word("arrangement_short", arrangement.name()).into(),
                )
            })
        }),
        Column::choice("state", head("state"), |row: &KitRow| {
            Value::Choice(
                row.readiness as i64,
                texts.word("readiness", row.readiness.name()).into(),
            )
        })
        .shown(|row| state(texts, row)),
        Column::choice("task", head("task"), |row: &KitRow| {
            whose_value(visitor, row.key.tenant, &row.municipality, row.task)
        })
        .shown(|row| whose(visitor, row.key.tenant, &row.municipality, row.task)),
        Column::time("next_visit", head("next_visit"), |row: &KitRow| {
            Value::or_missing(row.next_visit, Value::Time)
        })
        .shown(move |row| or_missing(texts, row.next_visit.map(|at| clock::when(texts, at, now)))),
        Column::number("battery", head("battery"), |row: &KitRow| {
            let battery = row.health.as_ref().and_then(|health| health.state.battery);
            Value::or_missing(battery, |battery| Value::number(battery.percent.get()))
        })
        .shown(|row| charge(texts, row)),
        Column::choice("network", head("network"), |row: &KitRow| {
            let network = row.health.as_ref().and_then(|health| health.state.network);
            Value::or_missing(network, |network| {
                Value::words(texts.word("network", network.kind.name()))
            })
        }),
        Column::number("signal", head("signal"), |row: &KitRow| {
            Value::or_missing(signal(row), |signal| Value::number(signal.get()))
        })
        .shown(|row| or_missing(texts, signal(row).map(|signal| format!("{} %", signal.get())))),
        Column::time("self_test", head("self_test"), |row: &KitRow| {
            Value::or_missing(row.health.as_ref(), |health| Value::Time(health.state.looked_at))
        })
        .shown(move |row| self_test(texts, row, now)),
        Column::time("heard", head("heard"), |row: &KitRow| {
            Value::or_missing(row.kit.last_seen_at, Value::Time)
        })
        .shown(move |row| {
            html! {
                @if row.online { (texts.t("kits.now")) }
                @else { (or_missing(texts, row.kit.last_seen_at.map(|at| clock::when(texts, at, now)))) }
            }
        }),
        Column::choice("version", head("version"), |row: &KitRow| {
            Value::or_missing(row.kit.agent_version.as_deref(), Value::words)
        }),
    ];
    let table = Table::new(texts, Label::Words(label), columns).classed("wide");
    let table = if visitor.sees_several() {
        table
    } else {
        table.without("municipality")
    };
    if bulk::kits::has_acts(visitor) {
        table.choosing(bulk::KITS, |row| {
            (row.key.kit.to_string(), row.kit.name.as_str().to_owned())
        })
    } else {
        table
    }
}
