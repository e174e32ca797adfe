//! What the forms about agreements do, by the region alone: it is the other party to every agreement. They stand on the page of
//! `responsibility`, in `agreement_forms`.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::TenantId;
use serde::Deserialize;

use super::{
    address::Address,
    responsibility::{Choice, show},
    visitor::Visitor,
};
use crate::{
    app::App,
    console::acts,
    domain::{
        agreement::{Agreement, Arrangement},
        sweden::Day,
    },
    web::Problem,
};

/// A new agreement as the form sends it.
#[derive(Debug, Deserialize)]
pub(super) struct NewAgreement {
    municipality: TenantId,
    arrangement: Arrangement,
    from: Day,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    until: Option<Day>,
}

/// An agreement's last day, or its withdrawal, as the form sends it; the latter needs no day.
#[derive(Debug, Deserialize)]
pub(super) struct AgreementChange {
    municipality: TenantId,
    /// Its first day, which names it.
    from: Day,
    #[serde(default, deserialize_with = "super::empty_is_none")]
    until: Option<Day>,
}

/// `POST /agreements`.
pub(super) async fn make(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<NewAgreement>, FormRejection>,
) -> Result<Response, Problem> {
    let made = match &form {
        Ok(Form(new)) => make_new(&app, &visitor, new).await,
        Err(_) => Err(Problem::invalid("form", "choose an arrangement and a first day")),
    };
    let municipality = form.ok().map(|Form(new)| new.municipality);
    answer(&app, &visitor, municipality, made).await
}

/// `POST /agreements/end`.
pub(super) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<AgreementChange>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(change) = form.map_err(|_| Problem::invalid("form", "choose an agreement and its last day"))?;
    let tenant = visitor.tenant(change.municipality)?;
    let ended = match change.until {
        Some(until) => {
            let days = (change.from.date(), Some(until.date()));
            acts::end_agreement(&app, &visitor.administrator, tenant, days, visitor.now).await
        }
        None => Err(Problem::invalid("form", "choose its last day")),
    };
    answer(&app, &visitor, Some(tenant.id), ended).await
}

/// `POST /agreements/withdraw`.
pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<AgreementChange>, FormRejection>,
) -> Result<Response, Problem> {
    let Form(change) = form.map_err(|_| Problem::invalid("form", "choose an agreement"))?;
    let tenant = visitor.tenant(change.municipality)?;
    let from = change.from.date();
    let withdrawn = acts::withdraw_agreement(&app, &visitor.administrator, tenant, from, visitor.now).await;
    answer(&app, &visitor, Some(tenant.id), withdrawn).await
}

pub(super) async fn answer(
    app: &App,
    visitor: &Visitor,
    municipality: Option<TenantId>,
    made: Result<(), Problem>,
) -> Result<Response, Problem> {
    match made {
        Ok(()) => {
            let back = municipality.map_or_else(String::new, |id| format!("municipality={id}&"));
            Ok(Redirect::to(&format!("/responsibility?{back}done=agreement")).into_response())
        }
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let choice = Choice::of(municipality);
            let here = Address::new(
                "/responsibility",
                &municipality.map_or_else(String::new, |id| format!("municipality={id}")),
            );
            let page = show(app, visitor, (&here, &choice), Some(&problem)).await?;
            Ok((problem.status(), page).into_response())
        }
        Err(problem) => Err(problem),
    }
}

async fn make_new(app: &App, visitor: &Visitor, new: &NewAgreement) -> Result<(), Problem> {
    let tenant = visitor.tenant(new.municipality)?;
    let agreement = Agreement {
        arrangement: new.arrangement,
        from: new.from.date(),
        until: new.until.map(Day::date),
    };
    acts::make_agreement(app, &visitor.administrator, tenant, &agreement, visitor.now).await
}
