//! A week of one municipality: which kit is booked when, and is it able to. No names stand here.

use axum::extract::{Query, State};
use fleet_api::{KitId, TenantId};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts, clock,
        fleet::{self, KitRow},
        icons,
    },
    domain::{authorisation::Resource, readiness::Readiness, visit::Booking},
    store::BookedReservation,
    web::Problem,
};

/// Most meetings of one week.
const MOST: u32 = 5_000;
const DAYS: i32 = 7;

/// Which municipality and week, as they stand in the address.
#[derive(Debug, Deserialize)]
pub(super) struct Week {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    day: Option<Date>,
    done: Option<String>,
}

/// `GET /calendar`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(week): Query<Week>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = match week.municipality {
        Some(id) => visitor.tenant(id)?,
        None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
    };
    let today = clock::day(visitor.now);
    let day = week.day.unwrap_or(today);
    let monday = day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days());
    let days: Vec<Date> = (0..DAYS)
        .map(|offset| monday.saturating_add(offset.days()))
        .collect();
    let (begins, ends) = (
        clock::begins(monday),
        clock::begins(monday.saturating_add(DAYS.days())),
    );
    let meetings = app.store.reservations(tenant.id, begins, ends, MOST).await?;
    let rows = fleet::rows(&app, std::slice::from_ref(tenant), visitor.now).await?;
    let overdue = acts::overdue(&app, std::slice::from_ref(tenant), visitor.now).await?;
    let numbers = [meetings.len().to_string(), booked_kits(&meetings).to_string()];
    let head = Head {
        title: texts.fill(
            "calendar.week",
            &[("week", &monday.iso_week_date().week().to_string())],
        ),
        lead: texts.fill(
            "calendar.lead",
            &[
                ("meetings", &numbers[0]),
                ("kits", &numbers[1]),
                ("municipality", &tenant.name),
            ],
        ),
        acts: html! {
            (choose(&visitor, tenant.id, monday))
            @for (step, icon, name) in [(-7, icons::LEFT, texts.t("calendar.before")), (7, icons::RIGHT, texts.t("calendar.after"))] {
                a.button href={ "/calendar?municipality=" (tenant.id) "&day=" (monday.saturating_add(step.days())) } aria-label=(name) { (icon) }
            }
            @if visitor.may_change(Resource::Bookings) {
                a.button.primary href={ "/book?municipality=" (tenant.id) } { (icons::PLUS) (texts.t("calendar.book")) }
            }
        },
    };
    let content = html! {
        (layout::confirmation(texts, week.done.as_deref()))
        section.card aria-label=(head.title) {
            div.scroll tabindex="0" role="region" aria-label=(head.title) {
                table.calendar {
                    thead { tr {
                        th scope="col" { (texts.t("column.name")) }
                        @for day in &days {
                            th scope="col" class=[(*day == today).then_some("today")] {
                                (texts.word("weekday", &day.weekday().to_monday_one_offset().to_string())) " " (day.day())
                                @if *day == today { " · " (texts.t("time.today")) }
                            }
                        }
                    } }
                    tbody {
                        @for row in &rows {
                            tr {
                                th scope="row" {
                                    a href={ "/kits/" (row.key.kit) } { (row.kit.name.as_str()) }
                                    @if row.readiness == Readiness::MustNotBeUsed {
                                        br; span.stopped { (icons::PROHIBIT) (texts.t("readiness.must_not_be_used")) }
                                    }
                                }
                                @for day in &days {
                                    td class=[(*day == today).then_some("today")] {
                                        @for meeting in meetings.iter().filter(|meeting| meeting.kit == row.key.kit && clock::day(meeting.starts_at) == *day) {
                                            (block(&visitor, row, meeting, &overdue))
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.note { (texts.t("calendar.no_names")) }
        }
    };
    Ok(layout::page(&visitor, Place::Calendar, &head, &content))
}

fn booked_kits(meetings: &[BookedReservation]) -> usize {
    let mut kits: Vec<KitId> = meetings.iter().map(|meeting| meeting.kit).collect();
    kits.sort_unstable();
    kits.dedup();
    kits.len()
}

/// Icon, start and word; what it needs where it needs something.
fn block(visitor: &Visitor, row: &KitRow, meeting: &BookedReservation, overdue: &[Booking]) -> Markup {
    let (texts, now) = (visitor.texts, visitor.now);
    let late = overdue.iter().any(|booking| booking.reservation == meeting.id);
    let coming = meeting.ends_at > now;
    let (class, icon, word) = if late {
        ("block needs", icons::WARNING, texts.t("calendar.not_fetched"))
    } else if coming && row.readiness == Readiness::MustNotBeUsed {
        (
            "block stopped",
            icons::PROHIBIT,
            texts.t("readiness.must_not_be_used"),
        )
    } else if coming && meeting.starts_at <= now {
        ("block running", icons::HOUSE, texts.t("calendar.running"))
    } else {
        ("block", icons::CALENDAR_CHECK, texts.t("calendar.meeting"))
    };
    html! {
        a class=(class) href={ "/reservations/" (meeting.id) } { (icon) (clock::clock(meeting.starts_at)) " " (word) }
    }
}

fn choose(visitor: &Visitor, tenant: TenantId, monday: Date) -> Markup {
    let texts = visitor.texts;
    html! {
        form.choose method="get" action="/calendar" {
            label { span { (texts.t("responsibility.municipality")) }
                select name="municipality" {
                    @for other in &visitor.reach { option value=(other.id) selected[other.id == tenant] { (other.name) } }
                }
            }
            input type="hidden" name="day" value=(monday);
            button type="submit" { (texts.t("common.show")) }
        }
    }
}
