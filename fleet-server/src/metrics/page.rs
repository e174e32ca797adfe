//! `GET /metrics`: every figure as it is at this moment.

use std::time::Duration;

use axum::{
    Router,
    extract::State,
    http::header::CONTENT_TYPE,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};
use tokio::time::timeout;

use super::{
    Metrics, Port,
    process::{open_files, resident_bytes},
};
use crate::{
    app::App,
    web::{Problem, observe, time_limit},
};

/// Longest wait for the database.
const PATIENCE: Duration = Duration::from_secs(2);
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Connections to the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pooled {
    pool: &'static str,
    state: &'static str,
}

/// The routes for whoever watches the server.
pub(crate) fn router(app: App) -> Router {
    let metrics = app.metrics.clone();
    Router::new()
        .route("/metrics", get(show))
        .fallback(|| async { Problem::not_found("there is only /metrics here") })
        .layer(axum::middleware::from_fn(time_limit))
        .layer(from_fn_with_state((metrics, Port::Metrics), observe))
        .with_state(app)
}

async fn show(State(app): State<App>) -> Result<Response, Problem> {
    let mut registry = Registry::default();
    let fleet = registry.sub_registry_with_prefix("fleet");
    counted(fleet, &app.metrics);
    state(fleet, &app).await;
    // Under the names that every program has them by.
    of_process(registry.sub_registry_with_prefix("process"));
    let mut text = String::new();
    encode(&mut text, &registry).map_err(|error| Problem::internal(&error))?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

fn counted(registry: &mut Registry, metrics: &Metrics) {
    let Metrics {
        requests,
        seconds,
        syncs,
        events,
        connections,
        refused,
    } = metrics.clone();
    registry.register("http_requests", "Requests by how they were answered", requests);
    registry.register_with_unit(
        "http_request",
        "From a request's head to its answer",
        Unit::Seconds,
        seconds,
    );
    registry.register_with_unit("sync", "Syncs of kits that were answered", Unit::Seconds, syncs);
    registry.register(
        "events_stored",
        "Events of kits that were acknowledged as stored",
        events,
    );
    registry.register("connections", "Open connections", connections);
    registry.register(
        "connections_refused",
        "Connections refused, as all places of their port were taken",
        refused,
    );
}

async fn state(registry: &mut Registry, app: &App) {
    registry.register("nudges", "Kits that were told to sync now", app.nudges.told());
    let mut gauge = |name: &str, help: &str, value: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    gauge(
        "kits_online",
        "Kits that are connected to this server now",
        app.nudges.count_here(),
    );
    // Whoever watches must see the rest, above all when the database is away.
    let waiting = timeout(PATIENCE, app.store.deliveries_waiting()).await;
    let waiting = waiting.ok().and_then(Result::ok);
    gauge(
        "database_up",
        "1 while the database answers, else 0",
        usize::from(waiting.is_some()),
    );
    if let Some(waiting) = waiting {
        gauge(
            "deliveries_waiting",
            "Alerts that have yet to reach a receiver",
            waiting,
        );
    }
    let pools: Family<Pooled, Gauge> = Family::default();
    for (pool, all, idle) in app.store.connections() {
        for (state, number) in [("used", all.saturating_sub(idle)), ("idle", idle)] {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            pools.get_or_create(&Pooled { pool, state }).set(number);
        }
    }
    registry.register("database_connections", "Connections to the database", pools);
}

fn of_process(process: &mut Registry) {
    for (name, help, value) in [
        ("resident_memory_bytes", "Memory in use", resident_bytes()),
        ("open_fds", "Open files and connections", open_files()),
    ] {
        if let Some(value) = value {
            let gauge: Gauge = Gauge::default();
            gauge.set(value);
            process.register(name, help, gauge);
        }
    }
}
