//! Logs to standard error, and spans to a collector (OTLP over HTTP) where `OTEL_EXPORTER_OTLP_ENDPOINT` names one.
//!
//! A span is a request: its method, its route's pattern, its status, its time. Log lines do not go to the collector, and what
//! libraries would tell of themselves does not either, so nothing gets there but what `web::observe` writes.

use std::{collections::HashMap, pin::Pin, time::Duration};

use anyhow::{Context, Result};
use axum::http::HeaderMap;
use opentelemetry::{propagation::TextMapPropagator as _, trace::TracerProvider as _};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tokio::runtime::Handle;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{
    EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::work::client_config;

/// The target of all spans; they are for the collector, not for the log.
pub const SPANS: &str = "fleet_spans";

/// Says where the collector is; without it, no span is made.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACE_PARENT: &str = "traceparent";
/// Names the program to the collector where the operator does not.
const SERVICE: (&str, &str) = ("OTEL_SERVICE_NAME", "fleet-server");
/// Longest wait for the collector.
const SEND_TIME: Duration = Duration::from_secs(10);
/// Largest answer of the collector that is read.
const ANSWER_BYTES: usize = 64 * 1024;

/// Makes a request's span part of the trace that its caller began (W3C Trace Context, `traceparent`). Nothing where no spans are
/// made. What else a caller may send for their collector, `tracestate`, is free text of strangers and stays out of ours.
pub(crate) fn join_trace(span: &tracing::Span, headers: &HeaderMap) {
    let Some(parent) = headers.get(TRACE_PARENT).and_then(|value| value.to_str().ok()) else {
        return;
    };
    let carrier = HashMap::from([(TRACE_PARENT.to_owned(), parent.to_owned())]);
    // An error says that there is no collector.
    let _ = span.set_parent(TraceContextPropagator::new().extract(&carrier));
}

/// What must be told to stop before the program ends.
#[derive(Debug)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Begins to log, and to send spans if somebody collects them.
    pub fn start() -> Result<Self> {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let not_spans = format!("{SPANS}=off").parse().expect("a directive");
        let log = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .with_filter(filter.add_directive(not_spans));
        let provider = std::env::var_os(ENDPOINT).map(|_| provider()).transpose()?;
        let spans = provider.as_ref().map(|provider| {
            tracing_opentelemetry::layer()
                .with_tracer(provider.tracer("fleet-server"))
                .with_location(false)
                .with_threads(false)
                .with_target(false)
                .with_tracked_inactivity(false)
                .with_filter(filter_fn(|what| what.is_span() && what.target() == SPANS))
        });
        tracing_subscriber::registry().with(spans).with(log).init();
        Ok(Self(provider))
    }

    /// Sends what has not been sent.
    pub async fn stop(self) {
        let Some(provider) = self.0 else { return };
        // It waits for a thread of its own, which sends over this runtime.
        let stopped = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(SEND_TIME)).await;
        if !matches!(stopped, Ok(Ok(()))) {
            tracing::warn!("the last spans could not be sent");
        }
    }
}

fn provider() -> Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector::new()?)
        .build()
        .with_context(|| format!("{ENDPOINT} is not understood"))?;
    let resource = match std::env::var_os(SERVICE.0) {
        Some(_) => Resource::builder(),
        None => Resource::builder().with_service_name(SERVICE.1),
    };
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource.build())
        .build())
}

/// How the collector is reached.
#[derive(Debug, Clone)]
struct Collector {
    client: reqwest::Client,
    runtime: Handle,
}

/// Why spans did not arrive.
#[derive(Debug, thiserror::Error)]
enum CollectorError {
    #[error("the collector cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    #[error("the collector's answer is too large")]
    TooLarge,
}

impl Collector {
    fn new() -> Result<Self> {
        let tls = client_config(None).context("the operating system's authorities cannot be used")?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(SEND_TIME)
            .build()
            .context("the HTTP client cannot be set up")?;
        Ok(Self {
            client,
            runtime: Handle::current(),
        })
    }

    async fn send(self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let unreachable = |error: reqwest::Error| CollectorError::Unreachable(error.without_url());
        let request = reqwest::Request::try_from(request).map_err(unreachable)?;
        let mut answer = self.client.execute(request).await.map_err(unreachable)?;
        let mut content = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if content.len() + chunk.len() > ANSWER_BYTES {
                return Err(CollectorError::TooLarge.into());
            }
            content.extend_from_slice(&chunk);
        }
        Ok(Response::builder().status(answer.status()).body(content.into())?)
    }
}

impl HttpClient for Collector {
    /// It is called from a thread without a runtime, so it sends over the program's.
    fn send_bytes<'c, 'f>(
        &'c self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'f>>
    where
        'c: 'f,
        Self: 'f,
    {
        let sent = self.runtime.spawn(self.clone().send(request));
        Box::pin(async move {
            let answer = sent.await?;
            if let Err(error) = &answer {
                tracing::warn!(%error, "spans could not be sent");
            }
            answer
        })
    }
}
