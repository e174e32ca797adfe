//! The REST interface. Handlers are thin: read, ask the domain's rules, tell the store, nudge the kit.

pub(super) mod alerts;
pub(super) mod audit;
pub(super) mod enrolment_codes;
pub(super) mod follow_up;
pub(super) mod health;
pub(super) mod kit_life;
pub(super) mod kits;
pub(super) mod municipalities;
pub(super) mod parts;
pub(super) mod reservations;
pub(super) mod spares;
pub(super) mod tickets;
pub(super) mod training;
pub(super) mod visits;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    routing::{delete, get, post, put},
};

use fleet_api::TenantId;

use crate::{app::App, identity::administrator::Administrator, store::Tenant, web::Problem};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .merge(alerts::routes())
        .merge(tickets::routes())
        .merge(spares::routes())
        .route("/api/v1/health", get(health::health))
        .route(
            "/api/v1/openapi.json",
            get(|| async { Json(super::openapi_document()) }),
        )
        .route("/api/v1/kits", get(kits::list))
        .route("/api/v1/kits/{id}/enrolment", delete(kits::end_enrolment))
        .route("/api/v1/kits/{id}/commands", post(kits::command))
        .route(
            "/api/v1/kits/{id}/life",
            get(kit_life::read).post(kit_life::take_step),
        )
        .route("/api/v1/kits/{id}/hand-over", post(kit_life::hand_over))
        .route("/api/v1/kits/{id}/parts", get(parts::list).post(parts::add))
        .route(
            "/api/v1/municipalities/{id}/inventory",
            put(parts::import).layer(DefaultBodyLimit::max(super::REGISTER_BYTES)),
        )
        .route("/api/v1/kits/{id}/check-out", post(visits::check_out))
        .route("/api/v1/kits/{id}/return", post(visits::take_back))
        .route("/api/v1/kits/{id}/sign-offs", post(visits::sign_off))
        .route("/api/v1/alerts/not-fetched", get(visits::not_fetched))
        .route("/api/v1/audit", get(audit::read))
        .route(
            "/api/v1/municipalities/{id}/care-workers",
            get(visits::care_workers),
        )
        .route("/api/v1/municipalities", get(municipalities::list))
        .route(
            "/api/v1/municipalities/{id}/agreements",
            get(municipalities::agreements).post(municipalities::make_agreement),
        )
        .route(
            "/api/v1/municipalities/{id}/responsibility",
            get(municipalities::responsibility),
        )
        .route(
            "/api/v1/municipalities/{id}/training",
            get(training::read).post(training::record),
        )
        .route(
            "/api/v1/municipalities/{id}/routine-versions",
            post(training::adopt_routine),
        )
        .route(
            "/api/v1/municipalities/{id}/acknowledgements",
            post(training::acknowledge),
        )
        .route(
            "/api/v1/municipalities/{id}/follow-up/{month}",
            get(follow_up::read),
        )
        .route(
            "/api/v1/municipalities/{id}/follow-up-settings",
            get(follow_up::settings).put(follow_up::set_settings),
        )
        .route("/api/v1/reservations/{id}/cause", put(follow_up::state_cause))
        .route("/api/v1/enrolment-codes", post(enrolment_codes::create))
        .route(
            "/api/v1/reservations",
            get(reservations::list).post(reservations::create),
        )
        .route(
            "/api/v1/reservations/{id}",
            get(reservations::read)
                .patch(reservations::rebook)
                .delete(reservations::cancel),
        )
}

/// Reads an id from the path. One that is none names nothing that exists.
fn id<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Problem> {
    text.parse()
        .map_err(|_| Problem::not_found(format_args!("there is no such {what}")))
}

/// A tenant that the administrator may see. Others do not exist for them.
async fn within_reach(app: &App, administrator: &Administrator, tenant: TenantId) -> Result<Tenant, Problem> {
    let reach = app.store.reach(administrator.tenant).await?;
    let found = reach.into_iter().find(|candidate| candidate.id == tenant);
    found.ok_or_else(|| Problem::not_found("there is no such municipality"))
}
