//! Server-rendered pages. No script, no inline style; they work in any browser and on paper.

mod kits;
mod layout;
mod login;

use axum::{
    Router,
    http::{HeaderName, header},
    routing::{get, post},
};

use crate::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(kits::page))
        .route("/login", get(login::page).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/assets/console.css", get(stylesheet))
}

async fn stylesheet() -> ([(HeaderName, &'static str); 2], &'static str) {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=300"),
    ];
    (headers, include_str!("../../../assets/console.css"))
}
