//! One kit: whether it can be used, its parts, who owns it, services it and has it, and what happened to it.

use axum::{
    Form,
    extract::{Query, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{CareWorkerId, Fault, PartId, Rating, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    common::state,
    hand, kit_cards as cards, kit_health, kit_past,
    layout::{self, Head, Place},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{acts, clock, fleet},
    domain::{
        authorisation::Resource,
        hygiene::{CleanedPart, OverrideReason, Phase},
        life_cycle::LifeState,
        part::Condition,
    },
    store::CareWorker,
    web::{Path, Problem},
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

/// One of the page's forms.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// The next step of its life.
    Step { to: LifeState },
    /// Another name.
    Rename { name: String },
    /// Over to another municipality.
    HandOver { municipality: TenantId },
    /// A care worker takes it along.
    CheckOut {
        worker: CareWorkerId,
        #[serde(default, deserialize_with = "reason_or_none")]
        reason: Option<OverrideReason>,
    },
    /// A care worker brings it back.
    TakeBack {
        worker: CareWorkerId,
        #[serde(default, deserialize_with = "rating_or_none")]
        rating: Option<Rating>,
    },
    /// A care worker signs that every part is clean, by the version of the checklist that the form showed.
    Sign {
        worker: CareWorkerId,
        phase: Phase,
        #[serde(default, deserialize_with = "super::empty_is_none")]
        version: Option<u32>,
    },
    /// A part broke, was lost, or is whole again.
    Condition { part: PartId, condition: Condition },
    /// The office reports a fault.
    Report { fault: Fault },
    /// It stands ready to take another's place.
    MarkSpare,
    /// It is in daily use again.
    UnmarkSpare,
}

impl Change {
    /// What somebody needs for it.
    fn right(&self) -> Resource {
        match self {
            Self::Step { .. } => Resource::Kits,
            Self::Rename { .. } => Resource::Register,
            Self::HandOver { .. } => Resource::HandOvers,
            Self::CheckOut { .. } | Self::TakeBack { .. } => Resource::CheckOuts,
            Self::Sign { .. } => Resource::Hygiene,
            Self::Condition { .. } => Resource::Parts,
            Self::Report { .. } => Resource::Faults,
            Self::MarkSpare | Self::UnmarkSpare => Resource::Spares,
        }
    }
}

fn reason_or_none<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<OverrideReason>, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(OverrideReason::named(&name))
}

fn rating_or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Rating>, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(Rating::ALL.into_iter().find(|rating| rating.name() == name))
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

async fn make(app: &App, visitor: &Visitor, kit: &str, change: Change) -> Result<&'static str, Problem> {
    visitor.demand(change.right())?;
    let key = acts::kit_key(app, &visitor.administrator, kit).await?;
    match change {
        Change::Step { to } => {
            acts::take_step(app, &visitor.administrator, key, to, visitor.now).await?;
            Ok("step")
        }
        Change::Rename { name } => {
            let name = name
                .parse()
                .map_err(|error| Problem::invalid("kit-name", error))?;
            acts::rename(app, &visitor.administrator, key, &name, visitor.now).await?;
            Ok("renamed")
        }
        Change::HandOver { municipality } => {
            acts::hand_over(app, &visitor.administrator, key, municipality, visitor.now).await?;
            Ok("handed_over")
        }
        Change::CheckOut { worker, reason } => {
            acts::check_out(app, &visitor.administrator, key, worker, reason, visitor.now).await?;
            Ok("checked_out")
        }
        Change::TakeBack { worker, rating } => {
            acts::take_back(app, &visitor.administrator, key, worker, visitor.now).await?;
            if let Some(rating) = rating {
                acts::rate(
                    app,
                    &visitor.administrator,
                    key.tenant,
                    worker,
                    rating,
                    visitor.now,
                )
                .await?;
            }
            Ok("returned")
        }
        Change::Sign {
            worker,
            phase,
            version,
        } => {
            // The form names every part beside its button.
            let signed = acts::Signed {
                phase,
                version: version.unwrap_or_default(),
                parts: &CleanedPart::ALL.iter().copied().collect(),
            };
            acts::sign_off(app, &visitor.administrator, key, worker, signed, visitor.now).await?;
            Ok("signed")
        }
        Change::Condition { part, condition } => {
            app.store
                .set_condition(key.tenant, part, condition, &visitor.act())
                .await?;
            Ok("condition")
        }
        Change::Report { fault } => {
            acts::report_fault(app, &visitor.administrator, key, fault, visitor.now).await?;
            Ok("reported")
        }
        Change::MarkSpare => {
            acts::mark_spare(app, &visitor.administrator, kit, true, visitor.now).await?;
            Ok("spare")
        }
        Change::UnmarkSpare => {
            acts::mark_spare(app, &visitor.administrator, kit, false, visitor.now).await?;
            Ok("spare")
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
    let workers: Vec<CareWorker> = learners.iter().map(|learner| learner.worker.clone()).collect();
    let parts = app.store.parts_of(key).await?;
    let checklist = app.store.checklist(key.tenant).await?;
    let head = Head {
        title: row.kit.name.as_str().to_owned(),
        lead: row.municipality.clone(),
        acts: html! {},
    };
    let may_change = |resource| visitor.may_change(resource);
    let content = html! {
        (layout::confirmation(texts, done))
        (layout::refusal(texts, problem))
        div.three {
            section.card aria-labelledby="ready" {
                h2 #ready { (texts.t("kit.ready")) }
                p { (state(texts, &row)) }
                (cards::facts(visitor, &row))
            }
            section.card aria-labelledby="health" {
                h2 #health { (texts.t("health.title")) }
                (kit_health::health(visitor, &row))
            }
            section.card aria-labelledby="faults" {
                h2 #faults { (texts.t("health.faults")) }
                (kit_health::faults(visitor, &row))
            }
            section.card aria-labelledby="parts" {
                h2 #parts { (texts.t("kit.parts")) }
                (cards::parts_list(visitor, row.key.kit, &parts))
            }
            section.card aria-labelledby="who" {
                h2 #who { (texts.t("kit.who")) }
                (cards::people(visitor, &row, &workers))
            }
            @if !workers.is_empty() && may_change(Resource::CheckOuts) {
                section.card aria-labelledby="visit" {
                    h2 #visit { (texts.t("kit.visit")) }
                    (hand::forms(visitor, &row, &learners, checklist.as_ref()))
                }
            }
            section.card aria-labelledby="life" {
                h2 #life { (texts.t("kit.life")) }
                (cards::history(visitor, &life))
            }
            @if may_change(Resource::Kits) {
                section.card aria-labelledby="step" {
                    h2 #step { (texts.t("kit.next_step")) }
                    (cards::step_form(texts, row.key.kit, row.kit.life))
                }
            }
            @if may_change(Resource::Register) {
                section.card aria-labelledby="name" {
                    h2 #name { (texts.t("kit.rename")) }
                    (cards::rename_form(texts, &row.kit))
                }
            }
            @if visitor.municipalities().nth(1).is_some() && may_change(Resource::HandOvers) {
                section.card aria-labelledby="hand-over" {
                    h2 #hand-over { (texts.t("kit.hand_over")) }
                    (cards::hand_over_form(visitor, &row))
                }
            }
        }
    };
    // What a form answered stands until its reader has read it.
    let framed = if problem.is_some() {
        layout::page
    } else {
        layout::live_page
    };
    Ok(framed(visitor, Place::Kits, &head, &content))
}
