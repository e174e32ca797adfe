//! What a patient does at the portal: logs in, looks at the booked times, goes to the meeting, logs out.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::get;
use url::form_urlencoded;

use super::EId;
use super::markup;
use super::world::World;
use crate::cookies;
use crate::relying_party::Answer;

/// The browser's session.
const COOKIE: &str = "lab_portal_session";

pub(super) fn router(world: World) -> Router {
    Router::new()
        .route("/", get(welcome))
        .route(EId::BankId.page(), get(login))
        .route(EId::Freja.page(), get(login))
        .route("/callback", get(callback))
        .route("/times", get(bookings))
        .route("/times/{id}", get(booking))
        .route("/times/{id}/go", get(go))
        .route("/logout", get(logout))
        .with_state(world)
}

async fn welcome(State(world): State<World>, headers: HeaderMap) -> Response {
    match world.who(cookie(&headers)) {
        Some(_) => Redirect::to("/times").into_response(),
        None => markup::welcome(world.e_id()).into_response(),
    }
}

async fn login(State(world): State<World>) -> Response {
    match world.begin_login() {
        Ok(address) => Redirect::to(&address).into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            markup::refused("Försök igen om en stund."),
        )
            .into_response(),
    }
}

async fn callback(State(world): State<World>, Query(answer): Query<Answer>) -> Response {
    match world.finish_login(answer).await {
        Ok(session) => {
            let text = format!("{COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=Lax");
            (
                AppendHeaders([(header::SET_COOKIE, text)]),
                Redirect::to("/times"),
            )
                .into_response()
        }
        Err(error) => {
            tracing::info!("a login at the portal failed: {error:#}");
            (StatusCode::FORBIDDEN, markup::refused("Inloggningen avbröts.")).into_response()
        }
    }
}

async fn bookings(State(world): State<World>, headers: HeaderMap) -> Response {
    match world.who(cookie(&headers)) {
        Some(who) => markup::bookings(&who.name, &world.bookings_of(&who)).into_response(),
        None => Redirect::to("/").into_response(),
    }
}

async fn booking(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(who) = world.who(cookie(&headers)) else {
        return Redirect::to("/").into_response();
    };
    match world.booking_of(&who, &id) {
        Some(booking) => markup::booking(&who.name, &booking).into_response(),
        None => not_found(),
    }
}

/// The redirect of `Way::Redirect`.
async fn go(State(world): State<World>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let booking = world
        .who(cookie(&headers))
        .and_then(|who| world.booking_of(&who, &id));
    match booking {
        Some(booking) => (StatusCode::FOUND, [(header::LOCATION, booking.link)]).into_response(),
        None => not_found(),
    }
}

/// Logs out here and at the provider.
async fn logout(State(world): State<World>, headers: HeaderMap) -> Response {
    world.forget(cookie(&headers));
    let forget = [(
        header::SET_COOKIE,
        format!("{COOKIE}=; Path=/; Secure; HttpOnly; Max-Age=0"),
    )];
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", super::CLIENT_ID)
        .append_pair("post_logout_redirect_uri", &format!("{}/", world.url()))
        .finish();
    let address = format!("{}/logout?{query}", world.issuer());
    (AppendHeaders(forget), Redirect::to(&address)).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, markup::refused("Tiden finns inte.")).into_response()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    cookies::get(headers, COOKIE)
}
