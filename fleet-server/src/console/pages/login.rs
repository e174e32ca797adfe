//! Logging in with the administrator's token, until OIDC takes its place.

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;

use super::layout;
use crate::{
    app::App,
    console::texts::{self, Texts},
    identity::administrator,
    web::Problem,
};

#[derive(Debug, Deserialize)]
pub(super) struct Login {
    token: SecretString,
}

/// `GET /login`.
pub(super) async fn page(headers: HeaderMap) -> Markup {
    form(texts::for_request(&headers), false)
}

/// `POST /login`. The cookie is never sent from another site, which also keeps other sites from posting in its name.
pub(super) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    login: Result<Form<Login>, FormRejection>,
) -> Result<Response, Problem> {
    let given = match login {
        Ok(Form(login)) => administrator::recognise(&app.store, &login.token).await?,
        Err(_) => None,
    };
    Ok(match given {
        Some(administrator) => {
            let cookie = app.sessions.begin(administrator, Timestamp::now());
            ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        None => (StatusCode::FORBIDDEN, form(texts::for_request(&headers), true)).into_response(),
    })
}

/// `POST /logout`.
pub(super) async fn log_out(State(app): State<App>, headers: HeaderMap) -> Response {
    ([(SET_COOKIE, app.sessions.end(&headers))], Redirect::to("/login")).into_response()
}

fn form(texts: &Texts, refused: bool) -> Markup {
    layout::outside(
        texts,
        &html! {
            h1 { (texts.t("login.log_in")) }
            @if refused { p.attention role="alert" { (texts.t("login.token_refused")) } }
            form.card method="post" action="/login" {
                label for="token" { (texts.t("login.token")) }
                input #token name="token" type="password" autocomplete="off" maxlength="64" required
                    aria-describedby="token-help";
                p.note #token-help { (texts.t("login.token_help")) }
                button.primary type="submit" { (texts.t("login.log_in")) }
            }
        },
    )
}
