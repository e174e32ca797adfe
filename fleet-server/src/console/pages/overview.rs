//! The first page: how many kits answer, whose they are, and what happens today.

use std::collections::HashMap;

use axum::extract::State;
use fleet_api::KitId;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::{
    common::or_missing,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{clock, icons, texts::Texts},
    store::{BookedReservation, Kit, KitKey, Tenant},
    web::Problem,
};

const MOST_KITS: u32 = 500;
const MOST_MEETINGS: u32 = 500;
/// A kit that was heard within this is there (readiness must never be older than 90 s).
const ANSWERS_WITHIN: SignedDuration = SignedDuration::from_secs(90);

/// `GET /`.
pub(super) async fn page(State(app): State<App>, visitor: Visitor) -> Result<Markup, Problem> {
    let (begins, ends) = clock::day_of(clock::day(visitor.now));
    let mut fleets = Vec::new();
    let mut meetings = Vec::new();
    for tenant in &visitor.reach {
        let kits = app.store.kits(tenant.id, MOST_KITS).await?;
        let todays = app
            .store
            .reservations(tenant.id, begins, ends, MOST_MEETINGS)
            .await?;
        let row = |kit| Row::new(&app, tenant, kit, &todays, visitor.now);
        fleets.push((tenant, kits.into_iter().map(row).collect::<Vec<_>>()));
        meetings.extend(todays);
    }
    meetings.sort_by_key(|meeting| meeting.starts_at);
    let rows: Vec<&Row> = fleets.iter().flat_map(|(_, rows)| rows).collect();
    let texts = visitor.texts;
    let head = Head {
        title: headline(texts, &rows),
        lead: format!(
            "{}, {}",
            clock::long_day(texts, clock::day(visitor.now)),
            clock::clock(visitor.now)
        ),
        acts: html! {},
    };
    let content = html! {
        section.card aria-labelledby="meetings" {
            h2 #meetings { (texts.t("overview.todays_meetings")) }
            @if meetings.is_empty() { p { (texts.t("overview.no_meetings")) } }
            @else { (meetings_table(texts, &rows, &meetings)) }
        }
        section.card aria-labelledby="kits" {
            h2 #kits { (texts.t("overview.municipalities")) }
            @if rows.is_empty() { p { (texts.t("overview.no_kits")) } }
            @else { (glyphs(texts, &fleets)) }
        }
    };
    Ok(layout::page(&visitor, Place::Overview, &head, &content))
}

/// Whether a kit can be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Connected,
    Silent,
    NotEnrolled,
}

struct Row {
    kit: Kit,
    reach: Reach,
    next: Option<Timestamp>,
}

impl Row {
    fn new(app: &App, tenant: &Tenant, kit: Kit, meetings: &[BookedReservation], now: Timestamp) -> Self {
        let key = KitKey {
            tenant: tenant.id,
            kit: kit.id,
        };
        let heard = kit
            .last_seen_at
            .is_some_and(|at| now.duration_since(at) <= ANSWERS_WITHIN);
        let reach = match kit.device {
            None => Reach::NotEnrolled,
            Some(_) if heard || app.nudges.is_connected(key) => Reach::Connected,
            Some(_) => Reach::Silent,
        };
        let next = meetings
            .iter()
            .find(|meeting| meeting.kit == kit.id && meeting.ends_at > now);
        let next = next.map(|meeting| meeting.starts_at);
        Self { kit, reach, next }
    }
}

fn headline(texts: &Texts, rows: &[&Row]) -> String {
    if rows.is_empty() {
        return texts.t("overview.none_yet").to_owned();
    }
    let connected = rows.iter().filter(|row| row.reach == Reach::Connected).count();
    let numbers = [connected, rows.len()].map(|number| number.to_string());
    texts.fill(
        "overview.connected_of_all",
        &[("connected", &numbers[0]), ("all", &numbers[1])],
    )
}

/// One glyph per kit: a municipality's fleet is seen as its kits, not as a percentage.
fn glyphs(texts: &Texts, fleets: &[(&Tenant, Vec<Row>)]) -> Markup {
    html! {
        div.fleets {
            @for (tenant, rows) in fleets.iter().filter(|(_, rows)| !rows.is_empty()) {
                section aria-label=(tenant.name) {
                    h3 { (tenant.name) }
                    ul { @for row in rows { li { (glyph(texts, row)) } } }
                }
            }
        }
    }
}

/// Shape, word and colour together, so that none of them is needed alone.
fn glyph(texts: &Texts, row: &Row) -> Markup {
    let (class, icon, word) = match row.reach {
        Reach::Connected => ("ready", icons::CHECK, texts.t("overview.connected")),
        Reach::Silent => ("silent", icons::DASHED, texts.t("overview.silent")),
        Reach::NotEnrolled => ("silent", icons::DASHED, texts.t("overview.not_enrolled")),
    };
    let name = row.kit.name.as_str();
    html! {
        span class=(class) title=(word) { (icon) (name) span.spoken { ": " (word) } }
        @if let Some(next) = row.next { " " span.note { (clock::clock(next)) } }
    }
}

fn meetings_table(texts: &Texts, rows: &[&Row], meetings: &[BookedReservation]) -> Markup {
    let names: HashMap<KitId, &str> = rows
        .iter()
        .map(|row| (row.kit.id, row.kit.name.as_str()))
        .collect();
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="meetings" {
            table {
                thead {
                    tr {
                        th scope="col" { (texts.t("overview.time")) }
                        th scope="col" { (texts.t("overview.meeting")) }
                        th scope="col" { (texts.t("overview.kit")) }
                        th scope="col" { (texts.t("overview.receipt")) }
                    }
                }
                tbody {
                    @for meeting in meetings {
                        tr {
                            th scope="row" { (clock::clock(meeting.starts_at)) "–" (clock::clock(meeting.ends_at)) }
                            td { (texts.word("title", meeting.title.as_str())) }
                            td { (names.get(&meeting.kit).copied().unwrap_or_default()) }
                            td { (or_missing(texts, meeting.wiped.then(|| texts.t("overview.receipt_given")))) }
                        }
                    }
                }
            }
        }
    }
}
