//! What is counted of the running server, as Prometheus reads it (OpenMetrics text).
//!
//! Counters live here and are counted where things happen; what is a state (who is connected, what waits) is asked for when
//! somebody looks. Labels have few values: routes are patterns, never paths. Nothing says whose anything is.
//!
//! It is served without TLS or login, so only to this machine: `serve --metrics-listen` takes loopback addresses alone.

mod page;
mod process;

use std::time::Duration;

use axum::http::{Method, StatusCode};
use fleet_api::paths;
use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
};

pub(crate) use page::router;

/// Bounds of what is timed, in seconds: from what memory answers to the longest that a request may take.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 15.0];

/// By which port somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Port {
    /// Kits.
    Device,
    /// People and programs.
    Console,
    /// Whoever reads these figures.
    Metrics,
}

/// How a request was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    port: Port,
    method: &'static str,
    route: String,
    status: u32,
}

/// What a request asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    port: Port,
    route: String,
}

/// Whose connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    port: Port,
}

/// What is counted; cheap to clone, and every clone counts into the same.
#[derive(Debug, Clone)]
pub struct Metrics {
    requests: Family<Answered, Counter>,
    seconds: Family<Asked, Histogram, fn() -> Histogram>,
    syncs: Histogram,
    events: Counter,
    connections: Family<At, Gauge>,
    refused: Family<At, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            syncs: histogram(),
            events: Counter::default(),
            connections: Family::default(),
            refused: Family::default(),
        }
    }
}

fn histogram() -> Histogram {
    Histogram::new(BOUNDS)
}

impl Metrics {
    /// A request was answered. `route` is a pattern.
    pub fn answered(&self, port: Port, (method, route): (&Method, &str), status: StatusCode, took: Duration) {
        let seconds = took.as_secs_f64();
        if route == paths::SYNC && status.is_success() {
            self.syncs.observe(seconds);
        }
        let route = route.to_owned();
        let answered = Answered {
            port,
            method: known(method),
            route: route.clone(),
            status: status.as_u16().into(),
        };
        self.requests.get_or_create(&answered).inc();
        self.seconds
            .get_or_create(&Asked { port, route })
            .observe(seconds);
    }

    /// Events of a kit are on disk.
    pub fn events_stored(&self, events: usize) {
        self.events.inc_by(u64::try_from(events).unwrap_or(u64::MAX));
    }

    /// How many are connected to a port.
    #[must_use]
    pub fn connections(&self, port: Port) -> Gauge {
        self.connections.get_or_create(&At { port }).clone()
    }

    /// How many were refused at a port, as all its places were taken.
    #[must_use]
    pub fn connections_refused(&self, port: Port) -> Counter {
        self.refused.get_or_create(&At { port }).clone()
    }
}

/// Methods are free text, labels are not.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
