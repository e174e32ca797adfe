//! One booking: moving and cancelling it.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{KitId, ReservationId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    book::{MOST, kit_field, local},
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock},
    domain::{authorisation::Resource, reservation::check_change},
    web::{Path, Problem},
};

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

/// `GET /reservations/{id}`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(reservation): Path<String>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, read_id(&reservation)?, None).await
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
            let page = show(&app, &visitor, id, Some(&problem)).await?;
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

async fn show(
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
    let standing = app.store.standing(tenant, id).await?;
    let stays = check_change(&standing, visitor.now).err().map(acts::unchangeable);
    let may_change = visitor.may_change(Resource::Bookings) && stays.is_none();
    let kit = kits.iter().find(|kit| kit.id == booked.kit);
    let when = clock::when_within(texts, booked.starts_at, visitor.now);
    let head = Head {
        title: format!(
            "{}: {when}–{}",
            kit.map_or("", |kit| kit.name.as_str()),
            clock::clock(booked.ends_at)
        ),
        lead: format!(
            "{}, {}",
            texts.word("title", booked.title.as_str()),
            visitor.tenant(tenant)?.name
        ),
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
        } @else {
            @if let Some(stays) = stays.as_ref().filter(|_| problem.is_none()) {
                section.card { p { (layout::sentence(texts, stays)) } }
            }
        }
    };
    Ok(layout::page(visitor, Place::Calendar, &head, &content))
}
