//! What whoever is logged in says of themselves: "I have read the routine". Only for the care worker that they are known to be,
//! because they have logged in on a kit with the same login (`Store::care_worker_of_person`).

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{common::Whose, visitor::Visitor};
use crate::{
    app::App,
    console::{
        acts::{self, Learner},
        clock, icons,
    },
    domain::{authorisation::Resource, role::Role, training::RoutineVersion},
    store::StoreError,
    web::{Problem, Query},
};

/// The version that somebody has read.
#[derive(Debug, Deserialize)]
pub(super) struct Reading {
    version: u32,
}

/// `POST /training/own`.
pub(super) async fn acknowledge(
    State(app): State<App>,
    visitor: Visitor,
    Query(Whose { municipality }): Query<Whose>,
    form: Result<Form<Reading>, FormRejection>,
) -> Result<Response, Problem> {
    let tenant = visitor.tenant(municipality)?.id;
    let Form(Reading { version }) = form.map_err(|_| Problem::invalid("form", "choose a version"))?;
    acts::acknowledge_own(&app, &visitor.administrator, tenant, version, visitor.now).await?;
    Ok(Redirect::to(&format!("/training?municipality={tenant}&done=own_reading")).into_response())
}

/// Their own card, above everybody's: one button, or when they have read it.
pub(super) async fn card(
    app: &App,
    visitor: &Visitor,
    tenant: TenantId,
    learners: &[Learner],
    current: Option<&RoutineVersion>,
) -> Result<Markup, StoreError> {
    let Some(current) = current.filter(|_| visitor.may_change(Resource::OwnReading)) else {
        return Ok(Markup::default());
    };
    let texts = visitor.texts;
    let own = acts::own_worker(app, &visitor.administrator, tenant).await?;
    let own = own.and_then(|own| learners.iter().find(|learner| learner.worker.id == own));
    // A manager who never carries a kit has nothing to read here.
    if own.is_none() && visitor.administrator.role != Role::CareWorker {
        return Ok(Markup::default());
    }
    let read = own.map(|own| {
        own.learnt
            .read
            .iter()
            .find(|(version, _)| *version == current.version)
    });
    Ok(html! {
        section.card aria-labelledby="own-reading" {
            h2 #own-reading { (texts.t("training.own")) }
            p { b { (current.version) ". " (current.title) } }
            @match read {
                None => p.note { (texts.t("training.own_unknown")) },
                Some(Some((_, at))) => p { span.ready { (icons::CHECK) (texts.fill("training.own_read", &[("day", &clock::long_day(texts, clock::day(*at)))])) } },
                Some(None) => form method="post" action={ "/training/own?municipality=" (tenant) } {
                    input type="hidden" name="version" value=(current.version);
                    button.primary type="submit" { (texts.t("training.own_has_read")) }
                },
            }
        }
    })
}
