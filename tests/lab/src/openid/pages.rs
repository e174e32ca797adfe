//! What people see of the provider: the page with the QR code, its pieces, the page for devices, and logging out.
//!
//! The page asks each second for a new code and how far the login is; without script it loads itself anew.

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::login::{Outcome, Purpose};
use super::markup;
use super::picture;
use super::provider::OpenIdControl;
use super::refusal::Refused;
use super::state::SESSION_LIFE;

/// The browser's session.
const COOKIE: &str = "lab_op_session";

type Provider = State<OpenIdControl>;

pub(super) fn router() -> Router<OpenIdControl> {
    Router::new()
        .route("/authorize", get(authorize_get).post(authorize_post))
        .route("/login/{login}", get(login_page))
        .route("/login/{login}/qr.png", get(code))
        .route("/login/{login}/state", get(login_state))
        .route("/login/{login}/cancel", post(cancel))
        .route("/login/{login}/end", get(end))
        .route("/device", get(device_page))
        .route("/device/answer", post(device_answer))
        .route("/logout", get(logout))
}

async fn authorize_get(
    provider: Provider,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    authorize(&provider, &headers, query)
}

async fn authorize_post(
    provider: Provider,
    headers: HeaderMap,
    Form(query): Form<HashMap<String, String>>,
) -> Response {
    authorize(&provider, &headers, query)
}

fn authorize(provider: &OpenIdControl, headers: &HeaderMap, query: HashMap<String, String>) -> Response {
    let request = match provider.check(query) {
        Ok(request) => request,
        Err(Refused::Here(why)) => return (StatusCode::BAD_REQUEST, markup::refused(why)).into_response(),
        Err(Refused::Back {
            redirect_uri,
            state,
            error,
            description,
        }) => {
            let address = provider.with_error(&redirect_uri, state.as_deref(), error, description);
            return Redirect::to(&address).into_response();
        }
    };
    // Without `prompt` the login is asked for anew, as Sweden Connect has it.
    if request.prompt_none {
        let known = provider.known(session_cookie(headers), request.max_age);
        let address = if let Some(session) = known {
            provider.with_code(&request, &session)
        } else {
            let state = Some(&*request.state);
            provider.with_error(
                &request.redirect_uri,
                state,
                "login_required",
                "nobody is logged in",
            )
        };
        return Redirect::to(&address).into_response();
    }
    start(provider, Purpose::Browser(Box::new(request)))
}

fn start(provider: &OpenIdControl, purpose: Purpose) -> Response {
    match provider.begin(purpose) {
        Ok(login) => Redirect::to(&format!("/login/{login}")).into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            markup::refused("BankID does not answer."),
        )
            .into_response(),
    }
}

async fn login_page(State(provider): Provider, Path(login): Path<String>) -> Response {
    let page = provider.login(&login, |at| {
        if at.outcome.is_some() {
            return None;
        }
        Some(match &at.purpose {
            Purpose::Browser(request) => markup::login(&login, &at.hint, None, request.english),
            Purpose::Device { .. } => {
                markup::login(&login, &at.hint, Some(&at.order.auto_start_token), false)
            }
        })
    });
    match page {
        None => gone(),
        Some(None) => Redirect::to(&format!("/login/{login}/end")).into_response(),
        Some(Some(page)) => (no_store(), page).into_response(),
    }
}

async fn code(State(provider): Provider, Path(login): Path<String>) -> Response {
    let text = provider.login(&login, |at| provider.bank_id().code_of(&at.order));
    match text.and_then(|text| picture::of(&text).ok()) {
        Some(picture) => (no_store(), [(header::CONTENT_TYPE, "image/png")], picture).into_response(),
        None => gone(),
    }
}

async fn login_state(State(provider): Provider, Path(login): Path<String>) -> Response {
    let state = provider.login(&login, |at| {
        let english = matches!(&at.purpose, Purpose::Browser(request) if request.english);
        json!({"ended": at.outcome.is_some(), "text": markup::words_for(&at.hint, english)})
    });
    state.map_or_else(gone, |state: Value| (no_store(), Json(state)).into_response())
}

async fn cancel(State(provider): Provider, Path(login): Path<String>) -> Response {
    let cancelled = provider.login(&login, |at| at.cancel(provider.bank_id()));
    match cancelled {
        Some(()) => Redirect::to(&format!("/login/{login}/end")).into_response(),
        None => gone(),
    }
}

async fn end(State(provider): Provider, Path(login): Path<String>) -> Response {
    match provider.end(&login) {
        None => Redirect::to(&format!("/login/{login}")).into_response(),
        Some((Purpose::Device { device_code, .. }, outcome)) => {
            markup::device_end(provider.tell_device(&device_code, outcome)).into_response()
        }
        Some((Purpose::Browser(request), outcome)) => browser_end(&provider, &request, outcome),
    }
}

fn browser_end(
    provider: &OpenIdControl,
    request: &super::request::Authorization,
    outcome: Outcome,
) -> Response {
    let back = provider.send_back(request, outcome);
    let cookie = back.session.map(|session| {
        let text =
            format!("{COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={SESSION_LIFE}");
        (header::SET_COOKIE, text)
    });
    (AppendHeaders(cookie), Redirect::to(&back.address)).into_response()
}

#[derive(Deserialize)]
struct UserCode {
    #[serde(default)]
    user_code: String,
}

async fn device_page(State(provider): Provider, Query(code): Query<UserCode>) -> Response {
    if code.user_code.is_empty() {
        return markup::device_code().into_response();
    }
    match provider.with(|state, unix| state.devices.waiting(&code.user_code, unix).cloned()) {
        Some(device) => markup::device_question(&device.user_code, &device.client_id).into_response(),
        None => (StatusCode::NOT_FOUND, markup::refused("Koden gäller inte.")).into_response(),
    }
}

#[derive(Deserialize)]
struct DeviceAnswer {
    user_code: String,
    answer: String,
}

async fn device_answer(State(provider): Provider, Form(form): Form<DeviceAnswer>) -> Response {
    let device = provider.with(|state, unix| state.devices.waiting(&form.user_code, unix).cloned());
    let Some(device) = device else {
        return (StatusCode::NOT_FOUND, markup::refused("Koden gäller inte.")).into_response();
    };
    if form.answer != "yes" {
        provider.with(|state, _| state.devices.deny(&device.device_code));
        return markup::device_end(false).into_response();
    }
    start(
        &provider,
        Purpose::Device {
            device_code: device.device_code,
            client_id: device.client_id,
        },
    )
}

#[derive(Deserialize)]
struct Goodbye {
    client_id: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// RP-Initiated Logout 1.0; back only to a registered address.
async fn logout(State(provider): Provider, headers: HeaderMap, Query(query): Query<Goodbye>) -> Response {
    if let Some(cookie) = session_cookie(&headers) {
        provider.with(|state, _| state.end_session(cookie));
    }
    let forget = [(
        header::SET_COOKIE,
        format!("{COOKIE}=; Path=/; Secure; HttpOnly; Max-Age=0"),
    )];
    let registered = provider.with(|state, _| {
        let client = state.clients.get(query.client_id.as_deref()?)?;
        let wanted = query.post_logout_redirect_uri?;
        client
            .post_logout_redirect_uris
            .contains(&wanted)
            .then_some(wanted)
    });
    match (registered, query.state) {
        (Some(address), Some(state)) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("state", &state)
                .finish();
            (AppendHeaders(forget), Redirect::to(&format!("{address}?{query}"))).into_response()
        }
        (Some(address), None) => (AppendHeaders(forget), Redirect::to(&address)).into_response(),
        (None, _) => (AppendHeaders(forget), markup::logged_out()).into_response(),
    }
}

fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    crate::cookies::get(headers, COOKIE)
}

fn gone() -> Response {
    let why = "Den här inloggningen är slut. Börja om.";
    (StatusCode::NOT_FOUND, markup::refused(why)).into_response()
}

fn no_store() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}
