//! The one page for now: which kits answer, and what happens today.

use std::collections::HashMap;

use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{KitId, NeutralTitle};
use jiff::{SignedDuration, Timestamp, Zoned, tz::TimeZone};
use maud::{Markup, PreEscaped, html};

use super::layout;
use crate::{
    app::App,
    console::texts::{self, Texts},
    store::{BookedReservation, Kit, KitKey},
    web::Problem,
};

const CHECK: &str = include_str!("../../../assets/icons/check-circle-fill.svg");
const DASHED: &str = include_str!("../../../assets/icons/circle-dashed-bold.svg");
const MOST_KITS: u32 = 500;
const MOST_MEETINGS: u32 = 500;
/// A kit that was heard within this is there (readiness must never be older than 90 s).
const ANSWERS_WITHIN: SignedDuration = SignedDuration::from_secs(90);

/// `GET /`.
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let now = Timestamp::now();
    let Some(administrator) = app.sessions.find(&headers, now) else {
        return Ok(Redirect::to("/login").into_response());
    };
    let tenant = app.store.tenant(administrator.tenant).await?;
    let kits = app.store.kits(tenant.id, MOST_KITS).await?;
    let today = Today::at(now);
    let meetings = app
        .store
        .reservations(tenant.id, today.begins, today.ends, MOST_MEETINGS)
        .await?;
    let rows: Vec<Row> = kits
        .iter()
        .map(|kit| {
            let connected = app.nudges.is_connected(KitKey {
                tenant: tenant.id,
                kit: kit.id,
            });
            Row::new(kit, connected, &meetings, now)
        })
        .collect();
    let content = content(texts::for_request(&headers), &rows, &meetings, &today);
    Ok(layout::page(texts::for_request(&headers), &tenant.name, &content).into_response())
}

/// The day in Sweden, which is where the kits are.
struct Today {
    zone: TimeZone,
    begins: Timestamp,
    ends: Timestamp,
}

impl Today {
    fn at(now: Timestamp) -> Self {
        let zone = TimeZone::get("Europe/Stockholm").expect("the time zones are built in");
        let midnight = |day: Zoned| {
            day.start_of_day()
                .expect("no day in Sweden lacks a beginning")
                .timestamp()
        };
        let here = now.to_zoned(zone.clone());
        let tomorrow = here.tomorrow().expect("the calendar does not end tomorrow");
        Self {
            begins: midnight(here),
            ends: midnight(tomorrow),
            zone,
        }
    }

    fn clock(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone()).strftime("%H.%M").to_string()
    }

    fn day_and_clock(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone())
            .strftime("%Y-%m-%d %H.%M")
            .to_string()
    }
}

/// Whether a kit can be reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Connected,
    Silent,
    NotEnrolled,
}

struct Row<'a> {
    kit: &'a Kit,
    reach: Reach,
    next: Option<&'a BookedReservation>,
}

impl<'a> Row<'a> {
    fn new(kit: &'a Kit, connected: bool, meetings: &'a [BookedReservation], now: Timestamp) -> Self {
        let heard = kit
            .last_seen_at
            .is_some_and(|at| now.duration_since(at) <= ANSWERS_WITHIN);
        let reach = match kit.device {
            None => Reach::NotEnrolled,
            Some(_) if connected || heard => Reach::Connected,
            Some(_) => Reach::Silent,
        };
        let next = meetings
            .iter()
            .find(|meeting| meeting.kit == kit.id && meeting.ends_at > now);
        Self { kit, reach, next }
    }
}

fn content(texts: &Texts, rows: &[Row], meetings: &[BookedReservation], today: &Today) -> Markup {
    html! {
        h1 { (headline(texts, rows)) }
        section.card aria-labelledby="kits" {
            h2 #kits { (texts.kits) }
            @if rows.is_empty() { p { (texts.no_kits) } } @else { (kits_table(texts, rows, today)) }
        }
        section.card aria-labelledby="meetings" {
            h2 #meetings { (texts.todays_meetings) }
            @if meetings.is_empty() {
                p { (texts.no_meetings) }
            } @else {
                (meetings_table(texts, rows, meetings, today))
            }
        }
    }
}

fn headline(texts: &Texts, rows: &[Row]) -> String {
    if rows.is_empty() {
        return texts.none_connected_yet.clone();
    }
    let connected = rows.iter().filter(|row| row.reach == Reach::Connected).count();
    texts
        .connected_of_all
        .replace("{connected}", &connected.to_string())
        .replace("{all}", &rows.len().to_string())
}

fn kits_table(texts: &Texts, rows: &[Row], today: &Today) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="kits" {
            table {
                thead {
                    tr {
                        th scope="col" { (texts.kit) }
                        th scope="col" { (texts.state) }
                        th scope="col" { (texts.next_meeting) }
                        th scope="col" { (texts.last_seen) }
                        th.number scope="col" { (texts.version) }
                    }
                }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (row.kit.name.as_str()) }
                            td { (reach(texts, row.reach)) }
                            td { (or_missing(texts, row.next.map(|next| today.clock(next.starts_at)))) }
                            td { (or_missing(texts, row.kit.last_seen_at.map(|at| today.day_and_clock(at)))) }
                            td.number { (or_missing(texts, row.kit.agent_version.clone())) }
                        }
                    }
                }
            }
        }
    }
}

fn meetings_table(texts: &Texts, rows: &[Row], meetings: &[BookedReservation], today: &Today) -> Markup {
    let names: HashMap<KitId, &str> = rows
        .iter()
        .map(|row| (row.kit.id, row.kit.name.as_str()))
        .collect();
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="meetings" {
            table {
                thead {
                    tr {
                        th scope="col" { (texts.time) }
                        th scope="col" { (texts.meeting) }
                        th scope="col" { (texts.kit) }
                        th scope="col" { (texts.receipt) }
                    }
                }
                tbody {
                    @for meeting in meetings {
                        tr {
                            th scope="row" { (today.clock(meeting.starts_at)) "–" (today.clock(meeting.ends_at)) }
                            td { (title(texts, meeting.title)) }
                            td { (names.get(&meeting.kit).copied().unwrap_or_default()) }
                            td { (if meeting.wiped { &texts.receipt_given } else { &texts.receipt_awaited }) }
                        }
                    }
                }
            }
        }
    }
}

/// Shape, word and colour together, so that none of them is needed alone.
fn reach(texts: &Texts, reach: Reach) -> Markup {
    let (class, icon, word) = match reach {
        Reach::Connected => ("ready", CHECK, &texts.connected),
        Reach::Silent => ("silent", DASHED, &texts.silent),
        Reach::NotEnrolled => ("silent", DASHED, &texts.not_enrolled),
    };
    html! { span class=(class) { span.shape aria-hidden="true" { (PreEscaped(icon)) } (word) } }
}

fn or_missing(texts: &Texts, value: Option<String>) -> Markup {
    html! {
        @if let Some(value) = value { (value) } @else {
            span aria-hidden="true" { "–" } span.spoken { (texts.missing) }
        }
    }
}

fn title(texts: &Texts, title: NeutralTitle) -> &str {
    match title {
        NeutralTitle::CarePlanMeeting => &texts.care_plan_meeting,
        NeutralTitle::CareVisit => &texts.care_visit,
    }
}
