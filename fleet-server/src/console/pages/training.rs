//! Who is trained and has read the routine, whose task it is where they are not, and the forms to record it.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{CareWorkerId, TenantId};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    address::Address,
    common::Whose,
    layout::{self, Head, Place},
    period::{Choice, controls},
    training_cards as cards, training_own,
    visitor::Visitor,
};
use crate::{
    app::App,
    console::{
        acts::{self, Learner},
        clock, csv_file, icons,
    },
    domain::{
        agreement::in_force,
        authorisation::Resource,
        sweden::Day,
        training::{Topic, Training},
    },
    web::{Problem, Query},
};

/// One of the page's forms.
#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub(super) enum Change {
    /// Somebody was trained.
    Train {
        worker: CareWorkerId,
        topic: Topic,
        on: Day,
        valid_until: Day,
    },
    /// Somebody has read a version of the routine.
    Read {
        worker: CareWorkerId,
        #[serde(deserialize_with = "super::empty_is_none")]
        version: Option<u32>,
    },
    /// A new version of the routine.
    Adopt {
        title: String,
        from: Day,
        review_on: Day,
    },
}

/// `GET /training`.
pub(super) async fn page(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(choice): Query<Choice>,
) -> Result<Markup, Problem> {
    show(&app, &visitor, (&address, &choice), None).await
}

/// `GET /training.csv`: one row per care worker and topic.
pub(super) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(&visitor)?;
    let today = clock::day(visitor.now);
    let (versions, _) = acts::routine(&app, tenant.id, today).await?;
    let units = app.store.units(tenant.id).await?;
    let learners = acts::learners(&app, tenant.id, today).await?;
    let mut rows = Vec::new();
    for Learner { worker, learnt, .. } in &learners {
        let unit = units.iter().find(|unit| unit.id == worker.unit);
        let unit = unit.map_or("", |unit| unit.name.as_str());
        let row = |what: &str, on: String, until: String| {
            [
                worker.pseudonym.clone(),
                unit.to_owned(),
                what.to_owned(),
                on,
                until,
            ]
        };
        rows.extend(learnt.trainings.iter().map(|training| {
            let topic = texts.word("topic", training.topic.name());
            row(topic, training.on.to_string(), training.valid_until.to_string())
        }));
        rows.extend(learnt.read.iter().map(|(version, at)| {
            let title = versions.iter().find(|known| known.version == *version);
            let title = title.map_or("", |known| known.title.as_str());
            row(
                &format!("{version}. {title}"),
                clock::day(*at).to_string(),
                String::new(),
            )
        }));
    }
    let head = ["worker", "unit", "what", "on", "until"].map(|name| texts.word("training_column", name));
    Ok(csv_file::download(texts.t("training.file"), head, rows))
}

/// `POST /training`.
pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    address: Address,
    Query(Whose { municipality }): Query<Whose>,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(municipality)?.id;
    let made = match form {
        Ok(Form(change)) => make(&app, &visitor, tenant, change).await,
        Err(_) => Err(Problem::invalid("form", "fill in every field")),
    };
    match made {
        Ok(done) => Ok(Redirect::to(&format!("/training?municipality={tenant}&done={done}")).into_response()),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let choice = Choice {
                municipality: Some(tenant),
                ..Choice::default()
            };
            let page = show(&app, &visitor, (&address, &choice), Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn make(
    app: &App,
    visitor: &Visitor,
    tenant: TenantId,
    change: Change,
) -> Result<&'static str, Problem> {
    let (administrator, now) = (&visitor.administrator, visitor.now);
    match change {
        Change::Train {
            worker,
            topic,
            on,
            valid_until,
        } => {
            let new = Training {
                topic,
                on: on.date(),
                valid_until: valid_until.date(),
            };
            acts::record_training(app, administrator, tenant, worker, &new, now).await?;
            Ok("trained")
        }
        Change::Read { worker, version } => {
            let version = version.ok_or_else(|| Problem::invalid("form", "choose a version"))?;
            acts::acknowledge(app, administrator, tenant, worker, version, now).await?;
            Ok("read")
        }
        Change::Adopt {
            title,
            from,
            review_on,
        } => {
            let days = (from.date(), review_on.date());
            acts::adopt_routine(app, administrator, tenant, &title, days, now).await?;
            Ok("routine")
        }
    }
}

async fn show(
    app: &App,
    visitor: &Visitor,
    (address, choice): (&Address, &Choice),
    problem: Option<&Problem>,
) -> Result<Markup, Problem> {
    let texts = visitor.texts;
    let tenant = choice.tenant(visitor)?;
    let today = clock::day(visitor.now);
    let units = app.store.units(tenant.id).await?;
    let unit = choice.unit(&units)?;
    let mut learners = acts::learners(app, tenant.id, today).await?;
    let (versions, current) = acts::routine(app, tenant.id, today).await?;
    let own = training_own::card(app, visitor, tenant.id, &learners, current.as_ref()).await?;
    learners.retain(|learner| unit.is_none_or(|unit| learner.worker.unit == unit.id));
    let settings = app.store.follow_up_settings(tenant.id).await?;
    let agreements = app.store.agreements(tenant.id).await?;
    let arrangement = in_force(&agreements, today).map(|agreement| agreement.arrangement);
    let ready = learners.iter().filter(|learner| learner.lacks.is_empty()).count();
    let may_change = visitor.may_change(Resource::Training);
    let numbers = [ready, learners.len()].map(|number| number.to_string());
    let head = Head {
        title: texts.fill("training.title", &[("ready", &numbers[0]), ("all", &numbers[1])]),
        lead: texts.word("untrained_lead", settings.untrained.name()).to_owned(),
        acts: html! {
            (controls(visitor, "/training", tenant.id, None, (&units, unit.map(|unit| unit.id))))
            a.button href={ "/training.csv?municipality=" (tenant.id) } { (icons::DOWNLOAD) (texts.t("common.csv")) }
        },
    };
    let content = html! {
        (layout::confirmation(texts, choice.done.as_deref()))
        (layout::refusal(texts, problem))
        (own)
        section.card aria-labelledby="to-do" {
            h2 #to-do { (texts.t("follow_up.to_do")) }
            (cards::to_do(texts, address, &tenant.name, &learners, arrangement))
        }
        section.card aria-labelledby="workers" {
            h2 #workers { (texts.t("training.workers")) }
            (cards::workers(texts, address, (&learners, &units), current.as_ref(), today))
        }
        div.three {
            section.card aria-labelledby="versions" {
                h2 #versions { (texts.t("training.routine")) }
                (cards::versions(texts, &versions, current.as_ref(), &learners, today))
            }
            @if !learners.is_empty() && may_change {
                section.card aria-labelledby="train" {
                    h2 #train { (texts.t("training.train")) }
                    (cards::train_form(texts, tenant.id, &learners, today))
                }
                @if let Some(current) = &current {
                    section.card aria-labelledby="read" {
                        h2 #read { (texts.t("training.read")) }
                        (cards::read_form(texts, tenant.id, &learners, current))
                    }
                }
            }
            @if may_change {
                section.card aria-labelledby="adopt" {
                    h2 #adopt { (texts.t("training.adopt")) }
                    (cards::adopt_form(texts, tenant.id, today))
                }
            }
        }
        @if visitor.may_see(Resource::FollowUpSettings) {
            p.on-screen { a href={ "/follow-up/settings?municipality=" (tenant.id) } { (texts.t("training.to_settings")) } }
        }
    };
    Ok(layout::page(visitor, Place::Training, &head, &content))
}
