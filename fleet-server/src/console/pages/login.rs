//! Choosing where to log in, and logging out. Programs' tokens open pages only while no OpenID provider is set up, so
//! that a fresh server can be looked at.

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
    audit::{Actor, AuditEvent},
    console::texts::{self, Texts},
    identity::administrator::{self, Administrator},
    store::StoreError,
    web::Problem,
};

#[derive(Debug, Deserialize)]
pub(super) struct Login {
    token: SecretString,
}

/// `GET /login`.
pub(super) async fn page(State(app): State<App>, headers: HeaderMap) -> Markup {
    let texts = texts::for_request(&headers);
    if !by_token(&app) {
        return layout::outside(texts, &providers(&app, texts));
    }
    form(texts, false)
}

/// `POST /login`. The cookie is never sent from another site, which also keeps other sites from posting in its name.
pub(super) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    login: Result<Form<Login>, FormRejection>,
) -> Result<Response, Problem> {
    if !by_token(&app) {
        return Err(Problem::not_found("people log in at their own organisation here"));
    }
    let given = match login {
        Ok(Form(login)) => recognised(&app, &login.token).await?,
        Err(_) => None,
    };
    Ok(match given {
        Some(administrator) => {
            app.sessions.end(&headers).await?;
            record_token(&app, &administrator).await?;
            let cookie = app.sessions.begin(&administrator, None, Timestamp::now()).await?;
            ([(SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        None => (StatusCode::FORBIDDEN, form(texts::for_request(&headers), true)).into_response(),
    })
}

/// Whose token it is; where only its name is somebody's, their trail says that it was tried.
async fn recognised(app: &App, token: &SecretString) -> Result<Option<Administrator>, StoreError> {
    let given = administrator::recognise(&app.store, token).await?;
    if given.is_none()
        && let Some((tenant, token_name)) = administrator::named_by(&app.store, token).await?
    {
        let refused = AuditEvent::TokenRefused { token_name };
        app.refusals
            .record(&app.store, tenant, &refused, Timestamp::now())
            .await?;
    }
    Ok(given)
}

/// Whoever comes by a token is nobody in particular; the trail knows them by its name.
async fn record_token(app: &App, administrator: &Administrator) -> Result<(), Problem> {
    if let Actor::Administrator(name) = &administrator.actor {
        let logged_in = AuditEvent::LoggedInByToken {
            token_name: name.clone(),
        };
        let act = administrator.act(Timestamp::now());
        app.store.record(administrator.tenant, &act, &logged_in).await?;
    }
    Ok(())
}

/// `POST /logout`: here, and at the provider where it wants to know.
pub(super) async fn log_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let now = Timestamp::now();
    if let Some(somebody) = app.sessions.find(&headers, now).await? {
        let logged_out = AuditEvent::LoggedOut {};
        app.store
            .record(somebody.tenant, &somebody.act(now), &logged_out)
            .await?;
    }
    let (cookie, farewell) = app.sessions.end(&headers).await?;
    let texts = texts::for_request(&headers);
    let next = match farewell {
        Some(farewell) => layout::onward(texts, &farewell.0, texts.t("login.logged_out")).into_response(),
        None => Redirect::to("/login").into_response(),
    };
    Ok(([(SET_COOKIE, cookie)], next).into_response())
}

fn by_token(app: &App) -> bool {
    app.openid.choices().next().is_none()
}

fn providers(app: &App, texts: &Texts) -> Markup {
    html! {
        h1 { (texts.t("login.log_in")) }
        p { (texts.t("login.choose")) }
        @for (key, name) in app.openid.choices() {
            p { a.button.primary href=(super::openid::start_address(key, false)) { (name) } }
        }
    }
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
