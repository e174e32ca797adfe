//! A week of one municipality: which kit is booked when, and is it able to. A day's order is that of each kit's first meeting.
//! No names stand here. Saturday and Sunday stand here when something is booked on them, or when it is one of them.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use axum::extract::State;
use fleet_api::{KitId, KitName, TenantId};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    calendar_block::{block, legend},
    common::{organisation_field, shape},
    layout::{self, Head, Place},
    table::{Column, Label, Table, Value},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock, fleet, icons, texts::Texts},
    domain::{authorisation::Resource, readiness::Readiness, sweden::Day, visit::Booking},
    store::{BookedReservation, Tenant},
    web::{Problem, Query},
};

/// Most meetings of one week.
const MOST: u32 = 5_000;
const DAYS: i32 = 7;
/// As they stand in the address.
const DAY_NAMES: [&str; DAYS as usize] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Which municipality and week, as they stand in the address.
#[derive(Debug, Deserialize)]
pub(super) struct Week {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    day: Option<Day>,
    done: Option<String>,
}

/// A kit's week.
struct Line {
    kit: KitId,
    name: KitName,
    /// None where it is no longer here.
    readiness: Option<Readiness>,
}

impl Line {
    fn must_not_be_used(&self) -> bool {
        self.readiness == Some(Readiness::MustNotBeUsed)
    }
}

/// `GET /calendar`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    here: Address,
    Query(week): Query<Week>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = match week.municipality {
        Some(id) => visitor.tenant(id)?,
        None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
    };
    let today = clock::day(visitor.now);
    let day = week.day.map_or(today, Day::date);
    let monday = day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days());
    let (begins, ends) = (
        clock::begins(monday),
        clock::begins(monday.saturating_add(DAYS.days())),
    );
    let meetings = app.store.reservations(tenant.id, begins, ends, MOST).await?;
    let lines = lines(&app, tenant, &meetings, visitor.now).await?;
    let lines: Vec<&Line> = lines.iter().collect();
    let overdue = acts::overdue(&app, std::slice::from_ref(tenant), visitor.now).await?;
    let days = days(monday, today, &meetings);
    let head = Head {
        title: texts.fill(
            "calendar.week",
            &[("week", &monday.iso_week_date().week().to_string())],
        ),
        lead: texts.fill(
            "calendar.lead",
            &[
                (
                    "days",
                    &clock::days(texts, monday, monday.saturating_add((DAYS - 1).days())),
                ),
                ("municipality", &tenant.name),
                ("bookings", &bookings(texts, &meetings)),
            ],
        ),
        acts: html! {
            @if visitor.sees_several() { (choose(&visitor, tenant.id, monday)) }
            span.weeks {
                (step(tenant.id, monday.saturating_sub(DAYS.days()), texts.t("calendar.before"), &html! { (icons::LEFT) }))
                (step(tenant.id, today, texts.t("calendar.this_week"), &html! { (texts.t("calendar.this_week")) }))
                (step(tenant.id, monday.saturating_add(DAYS.days()), texts.t("calendar.after"), &html! { (icons::RIGHT) }))
            }
            @if visitor.may_change(Resource::Bookings) {
                a.button.primary href={ "/book?municipality=" (tenant.id) } { (icons::PLUS) (texts.t("calendar.book")) }
            }
        },
    };
    let content = html! {
        (layout::confirmation(texts, week.done.as_deref()))
        section.card aria-label=(head.title) {
            (table(&visitor, &head.title, &days, (&meetings, &overdue)).show(&here, &lines))
            (legend(texts))
        }
    };
    Ok(layout::page(&visitor, Place::Calendar, &head, &content))
}

/// The kits that are here now, and those that were booked here then and have left since.
async fn lines(
    app: &App,
    tenant: &Tenant,
    meetings: &[BookedReservation],
    now: Timestamp,
) -> Result<Vec<Line>, Problem> {
    let rows = fleet::rows(app, std::slice::from_ref(tenant), now).await?;
    let readiness: HashMap<KitId, Readiness> = rows.iter().map(|row| (row.key.kit, row.readiness)).collect();
    let booked: HashSet<KitId> = meetings.iter().map(|meeting| meeting.kit).collect();
    let names = app.store.kit_names(tenant.id).await?.into_iter();
    let here = names.filter(|(kit, _)| readiness.contains_key(kit) || booked.contains(kit));
    Ok(here
        .map(|(kit, name)| Line {
            kit,
            name,
            readiness: readiness.get(&kit).copied(),
        })
        .collect())
}

fn table<'a>(
    visitor: &'a Visitor,
    label: &'a str,
    days: &[(&'static str, Date)],
    (meetings, overdue): (&'a [BookedReservation], &'a [Booking]),
) -> Table<'a, Line> {
    let mut of: HashMap<(KitId, Date), Vec<&BookedReservation>> = HashMap::new();
    for meeting in meetings {
        let on = (meeting.kit, clock::day(meeting.starts_at));
        of.entry(on).or_default().push(meeting);
    }
    let columns = std::iter::once(kit(visitor.texts)).chain(days.iter().map(|(name, day)| {
        // The kits of that day, each with its meetings.
        let kits = of.extract_if(|(_, of), _| of == day);
        let kits = kits.map(|((kit, _), meetings)| (kit, meetings)).collect();
        day_column(visitor, (name, *day), kits, overdue)
    }));
    let table = Table::new(visitor.texts, Label::Words(label), columns.collect());
    table.classed("calendar").at_a_glance()
}

fn kit<'a>(texts: &'static Texts) -> Column<'a, Line> {
    let name = |row: &Line| row.name.as_str().to_owned();
    Column::words("name", texts.t("column.name"), move |row| Value::words(name(row))).shown(|row| {
        html! {
            a href={ "/kits/" (row.kit) } { (row.name.as_str()) }
            @if let Some(state) = row.readiness.filter(|state| *state != Readiness::Ready) {
                @let (icon, class) = shape(state);
                br; span class={ "small " (class) } { (icon) (texts.word("readiness", state.name())) }
            }
        }
    })
}

/// A day, ordered by each kit's first meeting.
fn day_column<'a>(
    visitor: &'a Visitor,
    (name, day): (&'static str, Date),
    kits: HashMap<KitId, Vec<&'a BookedReservation>>,
    overdue: &'a [Booking],
) -> Column<'a, Line> {
    let texts = visitor.texts;
    let is_today = day == clock::day(visitor.now);
    let weekday = texts.word("weekday", &day.weekday().to_monday_one_offset().to_string());
    let mut head = format!("{weekday} {}", day.day());
    if is_today {
        head = format!("{head} · {}", texts.t("time.today").to_lowercase());
    }
    let kits = Rc::new(kits);
    let first = kits.clone();
    let first = move |row: &Line| first.get(&row.kit)?.first().map(|meeting| meeting.starts_at);
    Column::choice(name, head, move |row| {
        Value::or_missing(first(row), |at| {
            Value::Choice(at.as_millisecond(), clock::clock(at).into())
        })
    })
    .shown(move |row| {
        html! {
            @for meeting in kits.get(&row.kit).into_iter().flatten() { (block(visitor, meeting, (row.must_not_be_used(), overdue))) }
        }
    })
    .marked(is_today.then_some("today"))
}

/// The week's days as they stand in the address, and the days themselves.
fn days(monday: Date, today: Date, meetings: &[BookedReservation]) -> Vec<(&'static str, Date)> {
    let booked: HashSet<Date> = meetings
        .iter()
        .map(|meeting| clock::day(meeting.starts_at))
        .collect();
    let all = DAY_NAMES.into_iter().zip(monday.series(1.day()));
    let is_shown = |day: &Date| {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !weekend || *day == today || booked.contains(day)
    };
    all.filter(|(_, day)| is_shown(day)).collect()
}

/// "13 bokningar på 8 kit."
fn bookings(texts: &Texts, meetings: &[BookedReservation]) -> String {
    let kits = booked_kits(meetings).to_string();
    texts.count("calendar.bookings", meetings.len(), &[("kits", &kits)])
}

fn step(tenant: TenantId, to: Date, name: &str, shown: &Markup) -> Markup {
    html! {
        a.button href={ "/calendar?municipality=" (tenant) "&day=" (to) } aria-label=(name) { (shown) }
    }
}

fn booked_kits(meetings: &[BookedReservation]) -> usize {
    let mut kits: Vec<KitId> = meetings.iter().map(|meeting| meeting.kit).collect();
    kits.sort_unstable();
    kits.dedup();
    kits.len()
}

fn choose(visitor: &Visitor, tenant: TenantId, monday: Date) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/calendar" {
            (organisation_field(visitor, texts.t("responsibility.municipality"), tenant))
            input type="hidden" name="day" value=(monday);
            button type="submit" { (texts.t("common.show")) }
        }
    }
}
