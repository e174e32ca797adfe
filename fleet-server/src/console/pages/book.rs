//! Booking a kit, from a pasted link or a calendar invitation, and one booking: moving and cancelling it.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, Query, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{KitId, MeetingLink, NeutralTitle, ReservationId, TenantId};
use jiff::{Timestamp, civil::DateTime};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    book_expected,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock},
    domain::{authorisation::Resource, calendar_file},
    store::{Kit, Tenant},
    web::Problem,
};

/// Most kits to choose from.
const MOST: u32 = 5_000;

/// Whose kits.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    #[serde(default, deserialize_with = "super::empty_is_none")]
    municipality: Option<TenantId>,
}

/// The form: either an invitation, or a link with its time.
#[derive(Deserialize)]
pub(super) struct Booking {
    municipality: TenantId,
    kit: String,
    title: String,
    #[serde(default)]
    invitation: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    starts_at: String,
    #[serde(default)]
    ends_at: String,
    /// Who is expected and how the kit gets in; read by `book_expected`.
    #[serde(flatten)]
    expected: HashMap<String, String>,
}

/// A form on a booking's page.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// To another time or kit.
    Move {
        kit: KitId,
        starts_at: String,
        ends_at: String,
    },
    /// Not at all.
    Cancel {},
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
    show(&app, &visitor, tenant, None, &[]).await
}

/// `POST /book`.
pub(super) async fn book(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<Booking>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(booking) =
        form.map_err(|_| Problem::invalid("form", "choose a kit and give a link or an invitation"))?;
    let tenant = visitor.tenant(booking.municipality)?;
    let (problem, free) = match meeting(&booking, tenant) {
        Err(problem) => (problem, Vec::new()),
        Ok(meeting) => {
            let time = meeting.time;
            match acts::book(&app, &visitor.administrator, meeting, visitor.now).await {
                Ok(_) => {
                    let day = clock::day(time.0);
                    let back = format!("/calendar?municipality={}&day={day}&done=booked", tenant.id);
                    return Ok(Redirect::to(&back).into_response());
                }
                Err(problem) if problem.status() == StatusCode::CONFLICT => {
                    (problem, acts::free_kits(&app, tenant.id, time).await?)
                }
                Err(problem) => (problem, Vec::new()),
            }
        }
    };
    let page = show(&app, &visitor, tenant, Some(&problem), &free).await?;
    Ok((problem.status(), page).into_response())
}

fn meeting(booking: &Booking, tenant: &Tenant) -> Result<acts::Meeting, Problem> {
    let (kit, title) = (booking.kit.clone(), booking.title.clone());
    let particulars = book_expected::read(&booking.expected)?;
    if !booking.invitation.trim().is_empty() {
        let invitation = calendar_file::read(booking.invitation.trim_start())
            .map_err(|refusal| Problem::refused("invitation", &refusal))?;
        return Ok(acts::Meeting {
            kit,
            title,
            time: (invitation.starts_at, invitation.ends_at),
            link: invitation.link(&tenant.settings.meeting_hosts).clone(),
            particulars,
        });
    }
    let link = MeetingLink::parse(booking.link.trim())
        .map_err(|error| Problem::invalid("link_unreadable", error))?;
    Ok(acts::Meeting {
        kit,
        title,
        time: (local(&booking.starts_at)?, local(&booking.ends_at)?),
        link,
        particulars,
    })
}

/// Swedish time as a browser sends it, "2026-11-20T10:00".
fn local(text: &str) -> Result<Timestamp, Problem> {
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
    tenant: &Tenant,
    problem: Option<&Problem>,
    free: &[Kit],
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let mut kits = app.store.kits(tenant.id, MOST).await?;
    kits.retain(|kit| kit.life.can_be_reserved());
    let head = Head {
        title: texts.t("book.title").to_owned(),
        lead: tenant.name.clone(),
        acts: html! {},
    };
    let content = html! {
        (layout::refusal(texts, problem))
        @if !free.is_empty() {
            p.attention { (texts.t("book.free")) " "
                b { (free.iter().map(|kit| kit.name.as_str()).collect::<Vec<_>>().join(", ")) }
            }
        }
        form.card.fields method="post" action="/book" {
            input type="hidden" name="municipality" value=(tenant.id);
            (kit_field(visitor, &kits, None))
            label { (texts.t("book.called"))
                select name="title" {
                    @for title in NeutralTitle::ALL { option value=(title.as_str()) { (texts.word("title", title.as_str())) } }
                }
            }
            div.halves {
                fieldset {
                    legend { (texts.t("book.by_link")) }
                    label { (texts.t("book.link")) input type="url" name="link" maxlength="2048" autocomplete="off"; }
                    label { (texts.t("book.starts")) input type="datetime-local" name="starts_at"; }
                    label { (texts.t("book.ends")) input type="datetime-local" name="ends_at"; }
                }
                fieldset {
                    legend { (texts.t("book.by_invitation")) }
                    label { (texts.t("book.invitation")) textarea.wide name="invitation" rows="9" spellcheck="false" {} }
                    p.note { (texts.t("book.invitation_help")) }
                }
            }
            (book_expected::fields(texts))
            button.primary type="submit" { (texts.t("calendar.book")) }
        }
    };
    Ok(layout::page(visitor, Place::Calendar, &head, &content))
}

fn kit_field(visitor: &Visitor, kits: &[Kit], chosen: Option<KitId>) -> Markup {
    html! {
        label { (visitor.texts.t("column.name"))
            select name="kit" {
                @for kit in kits { option value=(kit.id) selected[chosen == Some(kit.id)] { (kit.name.as_str()) } }
            }
        }
    }
}

/// `GET /reservations/{id}`.
pub(super) async fn booking(
    State(app): State<App>,
    visitor: Visitor,
    Path(reservation): Path<String>,
) -> Result<Markup, Problem> {
    show_booking(&app, &visitor, read_id(&reservation)?, None).await
}

/// `POST /reservations/{id}`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(reservation): Path<String>,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    let id = read_id(&reservation)?;
    let tenant = acts::reservation_tenant(&app, &visitor.administrator, id).await?;
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, id, change).await,
        Err(_) => Err(Problem::invalid("form", "choose a kit and a time")),
    };
    match made {
        Ok(done) => Ok(Redirect::to(&format!("/calendar?municipality={tenant}&done={done}")).into_response()),
        Err(problem) => {
            let page = show_booking(&app, &visitor, id, Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}

async fn make(
    app: &App,
    visitor: &Visitor,
    id: ReservationId,
    change: Change,
) -> Result<&'static str, Problem> {
    match change {
        Change::Move {
            kit,
            starts_at,
            ends_at,
        } => {
            let time = (local(&starts_at)?, local(&ends_at)?);
            acts::rebook(app, &visitor.administrator, id, Some(kit), time, visitor.now).await?;
            Ok("moved")
        }
        Change::Cancel {} => {
            acts::cancel(app, &visitor.administrator, id, visitor.now).await?;
            Ok("cancelled")
        }
    }
}

fn read_id(text: &str) -> Result<ReservationId, Problem> {
    text.parse()
        .map_err(|_| Problem::not_found("there is no such reservation"))
}

async fn show_booking(
    app: &App,
    visitor: &Visitor,
    id: ReservationId,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = acts::reservation_tenant(app, &visitor.administrator, id).await?;
    let booked = app.store.reservation(tenant, id).await?;
    let mut kits = app.store.kits(tenant, MOST).await?;
    kits.retain(|kit| kit.life.can_be_reserved() || kit.id == booked.kit);
    let may_change = visitor.may_change(Resource::Bookings);
    let head = Head {
        title: clock::when(texts, booked.starts_at, visitor.now),
        lead: texts.word("title", booked.title.as_str()).to_owned(),
        acts: html! {
            @if may_change {
                form method="post" action={ "/reservations/" (id) } {
                    input type="hidden" name="act" value="cancel";
                    button type="submit" { (texts.t("book.cancel")) }
                }
            }
        },
    };
    let content = html! {
        (layout::refusal(texts, problem))
        @if may_change {
            form.card.fields method="post" action={ "/reservations/" (id) } {
                h2 { (texts.t("book.move")) }
                input type="hidden" name="act" value="move";
                (kit_field(visitor, &kits, Some(booked.kit)))
                label { (texts.t("book.starts")) input type="datetime-local" name="starts_at" value=(clock::field(booked.starts_at)) required; }
                label { (texts.t("book.ends")) input type="datetime-local" name="ends_at" value=(clock::field(booked.ends_at)) required; }
                button.primary type="submit" { (texts.t("book.move")) }
            }
        } @else { p { (kits.iter().filter(|kit| kit.id == booked.kit).map(|kit| kit.name.as_str()).collect::<String>()) } }
    };
    Ok(layout::page(visitor, Place::Calendar, &head, &content))
}
