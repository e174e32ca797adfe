//! Server-rendered pages. No script, no inline style; they work in any browser and on paper.

mod alerts;
mod audit;
mod book;
mod calendar;
mod charts;
mod common;
mod definitions;
mod follow_up;
mod follow_up_cards;
mod follow_up_settings;
mod follow_up_tables;
mod hand;
mod hygiene;
mod kit;
mod kit_cards;
mod kit_health;
mod kits;
mod layout;
mod login;
mod matrix;
mod overview;
mod period;
mod register;
mod responsibility;
mod tasks;
mod ticket;
mod training;
mod training_cards;
mod utilisation;
mod visitor;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::{HeaderName, header},
    routing::{get, post},
};

use crate::{app::App, web::Problem};

pub(super) use follow_up::all_felt;

/// What the pages load: name, media type, content.
const ASSETS: [(&str, &str, &[u8]); 5] = [
    (
        "console.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../assets/console.css"),
    ),
    (
        "reports.css",
        "text/css; charset=utf-8",
        include_bytes!("../../../assets/reports.css"),
    ),
    (
        "source-sans-3-400.woff2",
        "font/woff2",
        include_bytes!("../../../assets/fonts/source-sans-3-latin-400-normal.woff2"),
    ),
    (
        "source-sans-3-600.woff2",
        "font/woff2",
        include_bytes!("../../../assets/fonts/source-sans-3-latin-600-normal.woff2"),
    ),
    (
        "source-sans-3-700.woff2",
        "font/woff2",
        include_bytes!("../../../assets/fonts/source-sans-3-latin-700-normal.woff2"),
    ),
];

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(overview::page))
        .route("/responsibility", get(responsibility::page))
        .route("/responsibility.csv", get(responsibility::export))
        .route("/agreements", post(responsibility::make_agreement))
        .route("/kits", get(kits::page))
        .route("/kits/register.csv", get(register::export))
        .route(
            "/kits/register",
            get(register::page)
                .post(register::import)
                .layer(DefaultBodyLimit::max(super::REGISTER_BYTES)),
        )
        .route("/kits/{id}", get(kit::page).post(kit::change))
        .route("/calendar", get(calendar::page))
        .route(
            "/book",
            get(book::page)
                .post(book::book)
                .layer(DefaultBodyLimit::max(super::INVITATION_BYTES)),
        )
        .route("/reservations/{id}", get(book::booking).post(book::change))
        .route("/hygiene", get(hygiene::page).post(hygiene::adopt))
        .route("/alerts/receivers", get(alerts::receivers).post(alerts::change))
        .route("/alerts/{id}", post(alerts::snooze))
        .route("/tasks", get(tasks::page))
        .route("/tasks/{id}", get(ticket::page).post(ticket::change))
        .route("/follow-up", get(follow_up::page).post(follow_up::state_cause))
        .route("/follow-up.csv", get(follow_up::export))
        .route(
            "/follow-up/settings",
            get(follow_up_settings::page).post(follow_up_settings::change),
        )
        .route("/follow-up/plan", post(follow_up_settings::change_plan))
        .route("/utilisation", get(utilisation::page))
        .route("/utilisation.csv", get(utilisation::export))
        .route("/training", get(training::page).post(training::change))
        .route("/training.csv", get(training::export))
        .route("/audit", get(audit::page))
        .route("/login", get(login::page).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/assets/{name}", get(asset))
}

/// An empty field of a form is none.
fn empty_is_none<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: serde::Deserializer<'de>,
{
    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

async fn asset(
    Path(name): Path<String>,
) -> Result<([(HeaderName, &'static str); 2], &'static [u8]), Problem> {
    let found = ASSETS.iter().find(|(known, ..)| *known == name);
    let (_, media_type, content) = found.ok_or_else(|| Problem::not_found("there is no such file"))?;
    Ok((
        [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, "max-age=300"),
        ],
        content,
    ))
}
