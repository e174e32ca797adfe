//! The first page: how many kits are ready, whose tasks the others are, and what happens today.

use axum::extract::State;
use maud::{Markup, html};

use super::{
    address::Address,
    common::{cause, or_missing, shape, whose, whose_value},
    layout::{self, Head, Place},
    overview_today::todays,
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts, clock,
        fleet::{self, KitRow},
        icons,
        texts::Texts,
    },
    domain::{authorisation::Resource, readiness::Readiness, visit::Booking},
    store::Tenant,
    web::Problem,
};

/// Most tasks on the first page.
const MOST_TASKS: usize = 8;
/// Most meetings of one day and municipality.
const MOST_MEETINGS: u32 = 500;
/// Most kits of one municipality that are drawn one by one: more are no picture any more, and the page stays light.
const MOST_GLYPHS: usize = 60;

/// `GET /`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let rows = fleet::rows(&app, &visitor.reach, visitor.now).await?;
    let (begins, ends) = clock::day_of(clock::day(visitor.now));
    let mut meetings = Vec::new();
    for tenant in &visitor.reach {
        meetings.extend(
            app.store
                .reservations(tenant.id, begins, ends, MOST_MEETINGS)
                .await?,
        );
    }
    meetings.sort_by_key(|meeting| meeting.starts_at);
    let overdue = acts::overdue(&app, &visitor.reach, visitor.now).await?;
    let head = Head {
        title: headline(texts, &rows),
        lead: lead(&visitor, &rows),
        acts: html! {},
    };
    let content = html! {
        @if rows.is_empty() { section.card.empty { p { (icons::BACKPACK) } p { (texts.t("overview.no_kits")) } } } @else {
            section.card aria-label=(texts.t("kits.state")) { (states(texts, &rows)) }
            div.with-aside {
                section.card aria-labelledby="to-do" {
                    h2 #to-do { (texts.t("overview.to_do")) }
                    (not_fetched(texts, &rows, &overdue))
                    (tasks(&visitor, &address, &rows))
                }
                section.card aria-labelledby="meetings" {
                    h2 #meetings { (texts.t("overview.todays_meetings")) }
                    (todays(&visitor, &rows, &meetings))
                }
            }
            section.card aria-labelledby="kits" {
                h2 #kits {
                    (texts.t(if visitor.sees_several() { "overview.municipalities" } else { "overview.kits" }))
                }
                (glyphs(texts, &visitor.reach, &rows))
            }
        }
    };
    Ok(layout::live_page(&visitor, Place::Overview, &head, &content))
}

fn headline(texts: &Texts, rows: &[KitRow]) -> String {
    if rows.is_empty() {
        return texts.t("overview.none_yet").to_owned();
    }
    let ready = rows
        .iter()
        .filter(|row| row.readiness == Readiness::Ready)
        .count();
    let numbers = [ready, rows.len()].map(|number| number.to_string());
    texts.fill(
        "overview.ready_of_all",
        &[("ready", &numbers[0]), ("all", &numbers[1])],
    )
}

fn lead(visitor: &Visitor, rows: &[KitRow]) -> String {
    let texts = visitor.texts;
    let today = clock::weekday_and_day(texts, clock::day(visitor.now));
    let mut lead = texts.fill(
        "overview.now",
        &[("day", &today), ("clock", &clock::clock(visitor.now))],
    );
    if visitor.may_see(Resource::Tickets) {
        lead = format!("{lead} {}.", texts.count("tasks.title", visitor.tasks, &[]));
    }
    if rows.is_empty() {
        return lead;
    }
    let online = rows.iter().filter(|row| row.online).count();
    format!("{lead} {}", texts.count("overview.online", online, &[]))
}

/// How many kits are in each state: a bar whose parts differ in pattern too, and its words.
fn states(texts: &Texts, rows: &[KitRow]) -> Markup {
    let count = |state| rows.iter().filter(|row| row.readiness == state).count();
    let percent = |kits: usize| {
        format!(
            "{}.{:02}%",
            kits * 100 / rows.len(),
            kits * 10_000 / rows.len() % 100
        )
    };
    html! {
        svg.states aria-hidden="true" {
            (patterns())
            @for (at, state) in Readiness::ALL.iter().enumerate() {
                @let before = Readiness::ALL[..at].iter().map(|state| count(*state)).sum::<usize>();
                @let class = format!("{} {}", shape(*state).1, state.name());
                svg x=(percent(before)) width=(percent(count(*state))) height="100%" {
                    rect class=(class) width="100%" height="100%" rx="5" {}
                }
            }
        }
        ul.legend {
            @for state in Readiness::ALL {
                li {
                    a href={ "/kits?state=" (state.name()) } {
                        span class=(shape(*state).1) { (shape(*state).0) }
                        b { (count(*state)) } " " (texts.word("readiness", state.name()))
                    }
                }
            }
        }
    }
}

/// Lines that keep the states apart without colour too.
fn patterns() -> Markup {
    let lines = [
        ("lines", "M0 3H8"),
        ("diagonals", "M-2 2L2 -2M0 8L8 0M6 10L10 6"),
        ("cross", "M0 8L8 0M0 0L8 8"),
        ("upright", "M3 0V8"),
    ];
    html! {
        defs {
            @for (name, path) in lines {
                pattern id=(name) width="8" height="8" patternUnits="userSpaceOnUse" {
                    rect width="8" height="8" {}
                    path d=(path) {}
                }
            }
        }
    }
}

/// Visits that begin soon and whose kit nobody has fetched: they come first, because they stop a visit today.
fn not_fetched(texts: &Texts, rows: &[KitRow], overdue: &[Booking]) -> Markup {
    html! {
        @for booking in overdue {
            @if let Some(row) = rows.iter().find(|row| row.key.kit == booking.kit) {
                p.attention role="alert" {
                    (icons::WARNING)
                    a href={ "/kits/" (row.key.kit) } { (row.kit.name.as_str()) } ", " (row.municipality) ": "
                    (texts.fill("overview.not_fetched", &[("clock", &clock::clock(booking.starts_at))]))
                }
            }
        }
    }
}

/// What stands in the way of kits, what must not be used first.
fn tasks(visitor: &Visitor, address: &Address, rows: &[KitRow]) -> Markup {
    let texts = visitor.texts;
    let mut waiting: Vec<&KitRow> = rows.iter().filter(|row| row.cause.is_some()).collect();
    waiting.sort_by_key(|row| {
        (
            row.readiness != Readiness::MustNotBeUsed,
            row.next_visit.is_none(),
            row.next_visit,
            row.readiness,
        )
    });
    let more = waiting.len() > MOST_TASKS;
    waiting.truncate(MOST_TASKS);
    html! {
        @if waiting.is_empty() { p { (icons::CHECK) (texts.t("overview.no_tasks")) } } @else {
            (table(visitor).show(address, &waiting))
            @if more { p { a href="/kits?sort=state&descending=true" { (texts.t("overview.all_tasks")) } } }
        }
    }
}

fn table(visitor: &Visitor) -> Table<'_, KitRow> {
    let (texts, now) = (visitor.texts, visitor.now);
    let columns = vec![
        Column::words("what", texts.t("overview.what_and_why"), |row: &KitRow| {
            let cause = cause(texts, row).unwrap_or_default();
            Value::words(format!("{}: {cause}", row.kit.name.as_str()))
        })
        .marked(Some("what"))
        .shown(|row| {
            html! {
                span class=(shape(row.readiness).1) { (shape(row.readiness).0) } " "
                a href={ "/kits/" (row.key.kit) } {
                    (row.kit.name.as_str()) ": " (cause(texts, row).unwrap_or_default())
                }
                @if let Some(answer) = row.task {
                    br; span.note { (texts.word("reason", answer.why.name())) }
                }
            }
        }),
        Column::choice("task", texts.t("column.task"), |row: &KitRow| {
            whose_value(visitor, row.key.tenant, &row.municipality, row.task)
        })
        .shown(|row| whose(visitor, row.key.tenant, &row.municipality, row.task)),
        Column::time("next_visit", texts.t("column.next_visit"), |row: &KitRow| {
            Value::or_missing(row.next_visit, Value::Time)
        })
        .shown(move |row| or_missing(texts, row.next_visit.map(|at| clock::when(texts, at, now)))),
    ];
    Table::new(texts, Label::By("to-do"), columns).at_a_glance()
}

/// One glyph per kit: a municipality's fleet is seen as its kits, not as a percentage.
fn glyphs(texts: &Texts, tenants: &[Tenant], rows: &[KitRow]) -> Markup {
    html! {
        div.fleets {
            @for tenant in tenants {
                @let fleet = rows.iter().filter(|row| row.key.tenant == tenant.id).collect::<Vec<_>>();
                @if let Some(first) = fleet.first() {
                    section aria-label=(tenant.name) {
                        h3 { a href={ "/kits?municipality=" (tenant.id) } { (tenant.name) } }
                        p.note { (or_missing(texts, first.arrangement.map(|a| texts.word("arrangement", a.name())))) }
                        (fleet_of(texts, tenant, fleet))
                    }
                }
            }
        }
    }
}

/// A municipality's kits; of a large fleet those that are not ready first, and how many are not shown.
fn fleet_of(texts: &Texts, tenant: &Tenant, mut fleet: Vec<&KitRow>) -> Markup {
    let more = fleet.len().saturating_sub(MOST_GLYPHS);
    if more > 0 {
        fleet.sort_by_key(|row| row.readiness == Readiness::Ready);
        fleet.truncate(MOST_GLYPHS);
    }
    html! {
        ul {
            @for row in fleet {
                @let (icon, class) = shape(row.readiness);
                @let word = texts.word("readiness", row.readiness.name());
                li { a class=(class) href={ "/kits/" (row.key.kit) } title={ (row.kit.name.as_str()) ": " (word) } {
                    (icon) span.spoken { (row.kit.name.as_str()) ": " (word) }
                } }
            }
        }
        @if more > 0 {
            p.note { a href={ "/kits?municipality=" (tenant.id) } {
                (texts.count("overview.more_kits", more, &[]))
            } }
        }
    }
}
