//! One kit: whether it can be used, its parts, who owns it, services it and has it, and what happened to it.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    hand, kit_cards as cards,
    kit_change::{Change, make},
    kit_health, kit_owner, kit_past,
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
    domain::authorisation::Resource,
    web::{Path, Problem, Query},
};

/// What was just done.
#[derive(Debug, Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

impl Done {
    /// The name of what was done.
    pub(super) fn done(&self) -> Option<&str> {
        self.done.as_deref()
    }
}

/// `GET /kits/{id}`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(kit): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, &kit, done.as_deref(), None).await
}

/// `POST /kits/{id}`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path(kit): Path<String>,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, &kit, change).await,
        Err(_) => Err(Problem::invalid("form", "choose what to change")),
    };
    match made {
        Ok(done) => Ok(Redirect::to(&format!("/kits/{kit}?done={done}")).into_response()),
        Err(problem) if matches!(problem.status(), StatusCode::NOT_FOUND | StatusCode::FORBIDDEN) => {
            Err(problem)
        }
        Err(problem) => {
            let page = show(&app, &visitor, &kit, None, Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
    }
}

async fn show(
    app: &App,
    visitor: &Visitor,
    kit: &str,
    done: Option<&str>,
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let life = acts::life(app, &visitor.administrator, kit).await?;
    let Ok(key) = acts::kit_key(app, &visitor.administrator, kit).await else {
        // Another municipality has it now.
        return kit_past::page(app, visitor, kit, &life).await;
    };
    let rows = fleet::rows(
        app,
        std::slice::from_ref(visitor.tenant(key.tenant)?),
        visitor.now,
    )
    .await?;
    let row = rows.into_iter().find(|row| row.key == key);
    let row = row.ok_or_else(|| Problem::not_found("there is no such kit"))?;
    let learners = acts::learners(app, key.tenant, clock::day(visitor.now)).await?;
    let parts = app.store.parts_of(key).await?;
    let checklist = app.store.checklist(key.tenant).await?;
    let head = Head {
        title: row.kit.name.as_str().to_owned(),
        lead: row.municipality.clone(),
        acts: acts_on(visitor, &row),
    };
    let content = html! {
        (layout::confirmation(texts, done))
        (layout::refusal(texts, problem))
        (cards::verdict(visitor, &row))
        div.abreast {
            div {
                @if !learners.is_empty() && visitor.may_change(Resource::CheckOuts) {
                    section.card aria-labelledby="visit" {
                        h2 #visit { (texts.t("kit.visit")) }
                        (hand::forms(visitor, &row, &learners, checklist.as_ref()))
                    }
                }
                section.card aria-labelledby="health" {
                    h2 #health { (texts.t("health.title")) }
                    (kit_health::health(visitor, &row))
                }
            }
            div {
                section.card aria-labelledby="faults" {
                    h2 #faults { (texts.t("health.faults")) }
                    (kit_health::faults(visitor, &row))
                }
                section.card aria-labelledby="parts" {
                    h2 #parts { (texts.t("kit.parts")) }
                    (cards::parts_list(visitor, row.key.kit, &parts))
                }
            }
            div {
                section.card aria-labelledby="who" {
                    h2 #who { (texts.t("kit.who")) }
                    (kit_owner::people(visitor, &row))
                }
                section.card aria-labelledby="life" {
                    h2 #life { (texts.t("kit.life")) }
                    (cards::history(visitor, &life))
                }
            }
        }
        (cards::changes(visitor, &row))
    };
    // What a form answered stands until its reader has read it.
    let framed = if problem.is_some() {
        layout::page
    } else {
        layout::live_page
    };
    Ok(framed(visitor, Place::Kits, &head, &content))
}

/// What is done with a kit from here, on pages of its own.
fn acts_on(visitor: &Visitor, row: &KitRow) -> Markup {
    let texts = visitor.texts;
    html! {
        a.button href={ "/kits/labels?chosen=" (row.key.kit) } { (icons::TAG) (texts.t("kit.label")) }
        @if visitor.may_change(Resource::Bookings) && row.kit.life.can_be_reserved() {
            a.button href={ "/book?municipality=" (row.key.tenant) "&kit=" (row.key.kit) } {
                (icons::CALENDAR_CHECK) (texts.t("kit.book"))
            }
        }
    }
}
