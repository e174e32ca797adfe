//! Booking a kit, from a pasted link or a calendar invitation. A booking that is made is `booking`'s.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{KitId, MeetingLink, NeutralTitle, TenantId};
use jiff::{Timestamp, civil::DateTime};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    book_expected,
    book_form::Booking,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts::{self, Taken},
        clock,
    },
    domain::calendar_file,
    store::{Kit, Tenant},
    web::{Problem, Query},
};

/// Most kits to choose from.
pub(super) const MOST: u32 = 5_000;

/// Whose kits.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
    /// Which kit is to be chosen already.
    #[serde(default)]
    kit: String,
}

/// `GET /book`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    let tenant = match choice.municipality {
        Some(id) => visitor.tenant(id)?,
        None => visitor.municipalities().next().unwrap_or_else(|| visitor.own()),
    };
    let nothing = Booking::empty(tenant.id, choice.kit);
    show(&app, &visitor, (tenant, &nothing), None, &[]).await
}

/// `POST /book`.
pub(super) async fn book(
    State(app): State<App>,
    visitor: Visitor,
    booking: Booking,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(booking.municipality)?;
    let problem = match carry_out(&app, &visitor, &booking).await {
        Ok((done, time)) => {
            let day = clock::day(time.map_or(visitor.now, |time| time.0));
            let back = format!("/calendar?municipality={}&day={day}&done={done}", tenant.id);
            return Ok(Redirect::to(&back).into_response());
        }
        Err(problem) => problem,
    };
    let taken = problem.status() == StatusCode::CONFLICT;
    let free = match time_of(&booking).filter(|_| taken) {
        Some(time) => acts::free_kits(&app, tenant.id, time).await?,
        None => Vec::new(),
    };
    let page = show(&app, &visitor, (tenant, &booking), Some(&problem), &free).await?;
    Ok((problem.status(), page).into_response())
}

type Time = (Timestamp, Timestamp);

/// Which confirmation is shown, and when the meeting is, where the form says so.
async fn carry_out(
    app: &App,
    visitor: &Visitor,
    booking: &Booking,
) -> Result<(&'static str, Option<Time>), Problem> {
    let (kit, title) = (booking.kit.clone(), booking.title.clone());
    let particulars = book_expected::read(&booking.expected)?;
    let (by, now) = (&visitor.administrator, visitor.now);
    if booking.invitation.trim().is_empty() {
        let time = (local(&booking.starts_at)?, local(&booking.ends_at)?);
        let link = MeetingLink::parse(booking.link.trim());
        let meeting = acts::Meeting {
            kit,
            title,
            time,
            link: link.map_err(|error| Problem::invalid("link_unreadable", error))?,
            particulars,
        };
        acts::book(app, by, meeting, now).await?;
        return Ok(("booked", Some(time)));
    }
    let wanted = acts::Wanted {
        kit,
        title,
        particulars,
    };
    let file = booking.invitation.trim_start();
    let done = match acts::take_invitation(app, by, file, wanted, now).await? {
        Taken::Booked(_) => "booked",
        Taken::Followed(_) => "moved",
        Taken::Cancelled(_) => "cancelled",
        Taken::AsBefore(_) => "as_before",
    };
    Ok((done, time_of(booking)))
}

fn time_of(booking: &Booking) -> Option<Time> {
    if booking.invitation.trim().is_empty() {
        return Some((local(&booking.starts_at).ok()?, local(&booking.ends_at).ok()?));
    }
    let invitation = calendar_file::read(booking.invitation.trim_start()).ok()?;
    Some((invitation.starts_at, invitation.ends_at))
}

/// Swedish time as a browser sends it, "2026-11-20T10:00".
pub(super) fn local(text: &str) -> Result<Timestamp, Problem> {
    let time = text.parse::<DateTime>().ok().and_then(clock::at);
    time.ok_or_else(|| {
        Problem::invalid(
            "time_missing",
            "give the day and time when the meeting begins and ends",
        )
    })
}

async fn show(
    app: &App,
    visitor: &Visitor,
    (tenant, given): (&Tenant, &Booking),
    problem: Option<&Problem>,
    free: &[Kit],
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut kits = app.store.kits(tenant.id, MOST).await?;
    kits.retain(|kit| kit.life.can_be_reserved());
    let head = Head {
        title: texts.t("book.title").to_owned(),
        lead: tenant.name.clone(),
        acts: html! { (whose(visitor, tenant.id)) },
    };
    let content = html! {
        (layout::refusal(texts, problem))
        @if !free.is_empty() {
            p.attention { (texts.t("book.free")) " "
                b { (free.iter().map(|kit| kit.name.as_str()).collect::<Vec<_>>().join(", ")) }
            }
        }
        form.card.fields method="post" action="/book" enctype="multipart/form-data" {
            input type="hidden" name="municipality" value=(tenant.id);
            (kit_field(visitor, &kits, given.kit.parse().ok()))
            label { (texts.t("book.called"))
                select name="title" {
                    @for title in NeutralTitle::ALL { option value=(title.as_str()) selected[given.title == title.as_str()] { (texts.word("title", title.as_str())) } }
                }
            }
            div.halves {
                fieldset {
                    legend { (texts.t("book.by_link")) }
                    label { (texts.t("book.link")) input type="url" name="link" value=(given.link) maxlength="2048" autocomplete="off"; }
                    label { (texts.t("book.starts")) input type="datetime-local" name="starts_at" value=(given.starts_at); }
                    label { (texts.t("book.ends")) input type="datetime-local" name="ends_at" value=(given.ends_at); }
                }
                fieldset {
                    legend { (texts.t("book.by_invitation")) }
                    label { (texts.t("book.file")) input type="file" name="file" accept=".ics,text/calendar"; }
                    label { (texts.t("book.invitation")) textarea.wide name="invitation" rows="6" spellcheck="false" { (given.invitation) } }
                    p.note { (texts.t("book.invitation_help")) }
                }
            }
            (book_expected::fields(texts, &given.expected))
            button.primary type="submit" { (texts.t("calendar.book")) }
        }
    };
    Ok(layout::page(visitor, Place::Calendar, &head, &content))
}

/// Another municipality's kits.
fn whose(visitor: &Visitor, tenant: TenantId) -> Markup {
    let texts = visitor.texts;
    html! {
        @if visitor.sees_several() {
            form.choose method="get" action="/book" {
                label { span { (texts.t("responsibility.municipality")) }
                    select name="municipality" {
                        @for other in visitor.municipalities() { option value=(other.id) selected[other.id == tenant] { (other.name) } }
                    }
                }
                button type="submit" { (texts.t("common.show")) }
            }
        }
    }
}

pub(super) fn kit_field(visitor: &Visitor, kits: &[Kit], chosen: Option<KitId>) -> Markup {
    html! {
        label { (visitor.texts.t("column.name"))
            select name="kit" {
                @for kit in kits { option value=(kit.id) selected[chosen == Some(kit.id)] { (kit.name.as_str()) } }
            }
        }
    }
}
