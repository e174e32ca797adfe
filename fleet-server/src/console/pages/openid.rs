//! To the provider and back. What people see when that fails: what happened, and what to do, in one sentence.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use maud::html;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::layout;
use crate::{
    app::App,
    audit::AuditEvent,
    console::texts,
    identity::{
        entry,
        openid::{Answer, Failed, Login, OpenId, Why},
    },
    store::StoreError,
    web::{Problem, Query},
};

/// At which provider, and whether it is to ask anew.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    at: String,
    #[serde(default)]
    again: bool,
}

/// Where a login begins.
pub(super) fn start_address(key: &str, again: bool) -> String {
    format!(
        "/login/start?at={}&again={again}",
        utf8_percent_encode(key, NON_ALPHANUMERIC)
    )
}

/// `GET /login/start`.
pub(super) async fn start(
    State(app): State<App>,
    headers: HeaderMap,
    Query(Start { at, again }): Query<Start>,
) -> Result<Response, Problem> {
    let with = (app.store.vault(), Timestamp::now());
    let begun = app.openid.begin(&at, again, with).await;
    let begun = begun.ok_or_else(|| Problem::not_found("there is no such way to log in"))?;
    Ok(match begun {
        Ok((address, cookie)) => ([(SET_COOKIE, cookie)], Redirect::to(&address)).into_response(),
        Err(failed) => sorry(&headers, &failed),
    })
}

/// `GET /login/callback`: the provider sends the browser here.
pub(super) async fn come_back(
    State(app): State<App>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let now = Timestamp::now();
    match app
        .openid
        .finish(&headers, answer, (app.store.vault(), now))
        .await
    {
        Ok(login) => let_in(&app, &headers, login, now).await,
        Err(failed) => {
            record(&app, &failed, now).await?;
            Ok(([(SET_COOKIE, OpenId::forget())], sorry(&headers, &failed)).into_response())
        }
    }
}

/// Where it is known whose provider it was, their trail says that a login came to nothing.
async fn record(app: &App, failed: &Failed, now: Timestamp) -> Result<(), Problem> {
    let key = failed.provider.as_ref().map(|(key, _)| &**key);
    let Some(tenant) = key.and_then(|key| app.openid.tenant_of(key)) else {
        return Ok(());
    };
    let Ok(tenant) = app.store.tenant_named(tenant).await else {
        return Ok(());
    };
    let refused = AuditEvent::LoginRefused {
        reason: failed.why.name().to_owned(),
    };
    app.refusals.record(&app.store, tenant.id, &refused, now).await?;
    Ok(())
}

/// A new session, never the one that the browser had before.
async fn let_in(app: &App, headers: &HeaderMap, login: Login, now: Timestamp) -> Result<Response, Problem> {
    let administrator = match entry::enter(&app.store, &login, now).await {
        Err(StoreError::NotFound(_)) => {
            tracing::error!("openid.toml names a tenant that does not exist");
            let failed = Failed {
                why: Why::Refused,
                provider: None,
            };
            return Ok(sorry(headers, &failed));
        }
        entered => entered?,
    };
    app.sessions.end(headers).await?;
    let session = app
        .sessions
        .begin(&administrator, login.farewell.as_ref(), now)
        .await?;
    let texts = texts::for_request(headers);
    let cookies = AppendHeaders([(SET_COOKIE, OpenId::forget()), (SET_COOKIE, session)]);
    Ok((cookies, layout::onward(texts, "/", texts.t("login.logged_in"))).into_response())
}

fn sorry(headers: &HeaderMap, failed: &Failed) -> Response {
    let texts = texts::for_request(headers);
    let provider = failed.provider.as_ref();
    let name = provider.map_or(texts.t("login.provider"), |(_, name)| name);
    let again = provider.map_or_else(
        || "/login".to_owned(),
        |(key, _)| start_address(key, failed.why != Why::Away),
    );
    let sentence = texts.word("login_failed", failed.why.name());
    let page = layout::outside(
        texts,
        &html! {
            h1 { (texts.t("login.not_logged_in")) }
            p.attention role="alert" { (sentence.replace("{provider}", name)) }
            p { a.button.primary href=(again) { (texts.t("login.again")) } }
        },
    );
    let status = match failed.why {
        Why::Away => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    };
    (status, page).into_response()
}
