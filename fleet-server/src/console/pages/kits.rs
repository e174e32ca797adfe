//! The list of kits: search, filter by municipality and state, sort by any column, 50 to a page.

use axum::extract::{Query, State};
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    common::{or_missing, shape, state, task},
    kit_health::{battery, network, self_test},
    layout::{self, Head, Place},
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
    web::Problem,
};

const PER_PAGE: usize = 50;

/// The columns, by which the list can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Column {
    Name,
    Municipality,
    Arrangement,
    State,
    Task,
    NextVisit,
    Battery,
    Network,
    SelfTest,
    Heard,
    Version,
}

impl Column {
    const ALL: [Self; 11] = [
        Self::Name,
        Self::Municipality,
        Self::Arrangement,
        Self::State,
        Self::Task,
        Self::NextVisit,
        Self::Battery,
        Self::Network,
        Self::SelfTest,
        Self::Heard,
        Self::Version,
    ];

    /// As it stands in the address and in the texts.
    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Municipality => "municipality",
            Self::Arrangement => "arrangement",
            Self::State => "state",
            Self::Task => "task",
            Self::NextVisit => "next_visit",
            Self::Battery => "battery",
            Self::Network => "network",
            Self::SelfTest => "self_test",
            Self::Heard => "heard",
            Self::Version => "version",
        }
    }
}

/// What is shown, as it stands in the address.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    search: String,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    state: Option<Readiness>,
    #[serde(default = "by_name")]
    sort: Column,
    #[serde(default)]
    descending: bool,
    #[serde(default)]
    page: usize,
}

fn by_name() -> Column {
    Column::Name
}

impl Filter {
    fn fits(&self, row: &KitRow, state: Option<Readiness>) -> bool {
        let search = self.search.trim().to_lowercase();
        row.kit.name.as_str().to_lowercase().contains(&search)
            && self.municipality.is_none_or(|id| row.key.tenant == id)
            && state.is_none_or(|state| row.readiness == state)
    }

    /// The address of this filter with another state, order and page.
    fn address(&self, state: Option<Readiness>, sort: Column, descending: bool, page: usize) -> String {
        let municipality = self.municipality.map_or_else(String::new, |id| id.to_string());
        let search = percent_encoding::utf8_percent_encode(&self.search, percent_encoding::NON_ALPHANUMERIC);
        let mut address = format!(
            "/kits?search={search}&municipality={municipality}&sort={}&descending={descending}&page={page}",
            sort.name()
        );
        if let Some(state) = state {
            address.push_str("&state=");
            address.push_str(state.name());
        }
        address
    }
}

/// `GET /kits`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let all = fleet::rows(&app, &visitor.reach, visitor.now).await?;
    let mut shown: Vec<&KitRow> = all.iter().filter(|row| filter.fits(row, filter.state)).collect();
    sort(&mut shown, filter.sort);
    if filter.descending {
        shown.reverse();
    }
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
    let page = filter.page.min(shown.len().saturating_sub(1) / PER_PAGE);
    let on_page: Vec<&KitRow> = shown
        .iter()
        .skip(page * PER_PAGE)
        .take(PER_PAGE)
        .copied()
        .collect();
    let content = html! {
        (search(&visitor, &filter))
        (chips(texts, &filter, &all))
        @if shown.is_empty() {
            section.card.empty {
                p { b { (texts.t("kits.no_hits")) } }
                p { a.button href="/kits" { (texts.t("kits.clear")) } }
            }
        } @else {
            section.card aria-label=(head.title) { (table(&visitor, &filter, &on_page)) }
            (pages(texts, &filter, page, shown.len()))
        }
    };
    Ok(layout::page(&visitor, Place::Kits, &head, &content))
}

fn sort(rows: &mut [&KitRow], column: Column) {
    match column {
        Column::Name => rows.sort_by_key(|row| row.kit.name.as_str().to_lowercase()),
        Column::Municipality => rows.sort_by_key(|row| row.municipality.to_lowercase()),
        Column::Arrangement => rows.sort_by_key(|row| row.arrangement),
        Column::State => rows.sort_by_key(|row| row.readiness),
        Column::Task => rows.sort_by_key(|row| row.task.map(|answer| (answer.who, answer.why))),
        Column::NextVisit => rows.sort_by_key(|row| (row.next_visit.is_none(), row.next_visit)),
        Column::Battery => rows.sort_by_key(|row| {
            let battery = row.health.as_ref().and_then(|health| health.state.battery);
            (battery.is_none(), battery.map(|battery| battery.percent))
        }),
        Column::Network => rows.sort_by_key(|row| {
            let network = row.health.as_ref().and_then(|health| health.state.network);
            (
                network.is_none(),
                network.map(|network| (network.kind, network.signal)),
            )
        }),
        Column::SelfTest => rows.sort_by_key(|row| {
            let health = row.health.as_ref();
            (health.is_none(), health.map(|health| !health.self_test_failed()))
        }),
        Column::Heard => rows.sort_by_key(|row| row.kit.last_seen_at),
        Column::Version => rows.sort_by_key(|row| row.kit.agent_version.clone()),
    }
}

fn search(visitor: &Visitor, filter: &Filter) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose.search method="get" action="/kits" role="search" {
            label { span { (texts.t("kits.search")) }
                input type="search" name="search" value=(filter.search) maxlength="40";
            }
            label { span { (texts.t("responsibility.municipality")) }
                select name="municipality" {
                    option value="" { (texts.t("kits.all")) }
                    @for tenant in visitor.municipalities() {
                        option value=(tenant.id) selected[filter.municipality == Some(tenant.id)] { (tenant.name) }
                    }
                }
            }
            @if let Some(state) = filter.state { input type="hidden" name="state" value=(state.name()); }
            button type="submit" { (texts.t("common.show")) }
        }
    }
}

fn chips(texts: &Texts, filter: &Filter, all: &[KitRow]) -> Markup {
    html! {
        ul.filters aria-label=(texts.t("kits.state")) {
            @for choice in Readiness::ALL {
                @let chosen = filter.state == Some(*choice);
                @let count = all.iter().filter(|row| filter.fits(row, Some(*choice))).count();
                @let address = filter.address((!chosen).then_some(*choice), filter.sort, filter.descending, 0);
                li {
                    a href=(address) aria-current=[chosen.then_some("true")] {
                        (shape(*choice).0) (texts.word("readiness", choice.name())) " " b { (count) }
                    }
                }
            }
            li { a.clear href="/kits" { (texts.t("kits.clear")) } }
        }
    }
}

fn table(visitor: &Visitor, filter: &Filter, rows: &[&KitRow]) -> Markup {
    let texts = visitor.texts;
    html! {
        div.scroll tabindex="0" role="region" aria-label=(texts.t("kits.title")) {
            table {
                thead { tr { @for column in Column::ALL { (column_head(texts, filter, column)) } } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { a href={ "/kits/" (row.key.kit) } { (row.kit.name.as_str()) } }
                            td { (row.municipality) }
                            td { (or_missing(texts, row.arrangement.map(|a| texts.word("arrangement", a.name())))) }
                            td { (state(texts, row)) }
                            td { (task(texts, &row.municipality, row.task)) }
                            td { (or_missing(texts, row.next_visit.map(|at| clock::when(texts, at, visitor.now)))) }
                            td.number { (battery(texts, row)) }
                            td { (network(texts, row)) }
                            td { (self_test(texts, row)) }
                            td {
                                @if row.online { (texts.t("kits.now")) }
                                @else { (or_missing(texts, row.kit.last_seen_at.map(|at| clock::when(texts, at, visitor.now)))) }
                            }
                            td.number { (or_missing(texts, row.kit.agent_version.as_deref())) }
                        }
                    }
                }
            }
        }
    }
}

fn column_head(texts: &Texts, filter: &Filter, column: Column) -> Markup {
    let sorted = filter.sort == column;
    let (order, arrow) = if filter.descending {
        ("descending", "↓")
    } else {
        ("ascending", "↑")
    };
    let address = filter.address(filter.state, column, sorted && !filter.descending, 0);
    html! {
        th scope="col" class=[matches!(column, Column::Version | Column::Battery).then_some("number")] aria-sort=[sorted.then_some(order)] {
            a href=(address) {
                (texts.word("column", column.name()))
                @if sorted { span aria-hidden="true" { " " (arrow) } }
            }
        }
    }
}

fn pages(texts: &Texts, filter: &Filter, page: usize, rows: usize) -> Markup {
    let last = rows.saturating_sub(1) / PER_PAGE;
    let address = |page| filter.address(filter.state, filter.sort, filter.descending, page);
    html! {
        @if last > 0 {
            nav.pages aria-label=(texts.t("kits.pages")) {
                @if page > 0 { a.button href=(address(page - 1)) { (icons::LEFT) (texts.t("kits.previous")) } }
                span { (page + 1) " / " (last + 1) }
                @if page < last { a.button href=(address(page + 1)) { (texts.t("kits.next")) (icons::RIGHT) } }
            }
        }
    }
}
