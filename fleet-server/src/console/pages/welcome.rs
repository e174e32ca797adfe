//! For whoever is logged in without a role: what to do, and the field for the first operator's one-time code.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use fleet_api::{EnrolmentCode, PersonId};
use jiff::Timestamp;
use maud::{Markup, html};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::layout;
use crate::{
    app::App,
    audit::{Actor, AuditEvent},
    console::texts::{self, Texts},
    domain::role::Role,
    identity::{administrator::Administrator, entry},
    web::Problem,
};

/// The form.
#[derive(Debug, Deserialize)]
pub(super) struct Code {
    code: SecretString,
}

/// `GET /welcome`.
pub(super) async fn page(headers: HeaderMap, administrator: Administrator) -> Result<Markup, Problem> {
    person(&administrator)?;
    Ok(show(texts::for_request(&headers), administrator.role, false))
}

/// `POST /welcome`: the session is a new one from here on, as the role is.
pub(super) async fn become_operator(
    State(app): State<App>,
    headers: HeaderMap,
    administrator: Administrator,
    form: Result<Form<Code>, FormRejection>,
) -> Result<Response, Problem> {
    let (person, now) = (person(&administrator)?, Timestamp::now());
    let code = form
        .ok()
        .and_then(|Form(form)| EnrolmentCode::parse(form.code.expose_secret()).ok());
    let operator = match code {
        Some(code) => entry::become_operator(&app.store, &administrator, person, &code, now).await?,
        None => None,
    };
    let Some(operator) = operator else {
        let refused = AuditEvent::FirstCodeRefused { person };
        app.store
            .record(administrator.tenant, &administrator.act(now), &refused)
            .await?;
        let page = show(texts::for_request(&headers), administrator.role, true);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let (_, farewell) = app.sessions.end(&headers).await?;
    let cookie = app.sessions.begin(&operator, farewell.as_ref(), now).await?;
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// Programs have their role by their token; this page is for people.
fn person(administrator: &Administrator) -> Result<PersonId, Problem> {
    match administrator.actor {
        Actor::Person(_, person) => Ok(person),
        _ => Err(Problem::forbidden()),
    }
}

fn show(texts: &Texts, role: Role, refused: bool) -> Markup {
    layout::outside(
        texts,
        &html! {
            h1 { (texts.t("welcome.title")) }
            @if role == Role::Newcomer { p { (texts.t("welcome.no_role")) } }
            @else { p { (texts.fill("welcome.role", &[("role", texts.word("role", role.name()))])) } }
            @if refused { p.attention role="alert" { (texts.t("welcome.code_refused")) } }
            form.card method="post" action="/welcome" {
                label for="code" { (texts.t("welcome.code")) }
                input #code name="code" autocomplete="off" spellcheck="false" maxlength="40" required
                    aria-describedby="code-help";
                p.note #code-help { (texts.t("welcome.code_help")) }
                button.primary type="submit" { (texts.t("welcome.become")) }
            }
            form method="post" action="/logout" { button type="submit" { (texts.t("login.log_out")) } }
        },
    )
}
