//! For those who run the house: is it alive, is it ready, how is it doing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::{Context, Result};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::observe::LATENCIES;
use crate::routes::{Access, Routes, get};
use crate::serve::Draining;

/// How long a readiness check may take before the answer is no.
const CHECK_PATIENCE: Duration = Duration::from_secs(2);
/// How often measurements are folded together, so that they don't pile up when nobody collects them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Whether the house can do its work now: reach its database, have its directory.
pub type Readiness = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

#[derive(Clone)]
pub struct Operations {
    readiness: Readiness,
    draining: Draining,
    metrics: Option<PrometheusHandle>,
}

impl Operations {
    /// `draining` is shared with [`crate::serve`]: who is told to stop is not ready any more.
    pub fn new(readiness: Readiness, draining: Draining) -> Self {
        Self { readiness, draining, metrics: None }
    }

    /// Collects measurements of the whole program, once a process, and shows them on `/metrics`.
    /// Needs a runtime, which folds them together from time to time.
    pub fn with_metrics(mut self) -> Result<Self> {
        let handle = PrometheusBuilder::new()
            .set_buckets(&LATENCIES)
            .context("bounds of the histogram")?
            .install_recorder()
            .context("collecting measurements")?;
        self.metrics = Some(handle.clone());
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(UPKEEP);
            loop {
                tick.tick().await;
                handle.run_upkeep();
            }
        });
        Ok(self)
    }
}

pub(crate) fn routes(operations: Operations) -> Routes {
    let table = vec![
        get("/healthz", Access::Public, async || "alive\n"),
        get("/readyz", Access::Public, ready),
        get("/metrics", Access::ThisMachine, measurements),
    ];
    Routes::open(table, operations)
}

async fn ready(State(operations): State<Operations>) -> Response {
    let (status, text) = if operations.draining.is_on() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        match tokio::time::timeout(CHECK_PATIENCE, (operations.readiness)()).await {
            Ok(Ok(())) => (StatusCode::OK, "ready\n"),
            Ok(Err(error)) => {
                tracing::warn!(%error, "not ready");
                (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
            }
            Err(_) => {
                tracing::warn!("not ready: the check took too long");
                (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
            }
        }
    };
    (status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], text).into_response()
}

async fn measurements(State(operations): State<Operations>) -> Response {
    match operations.metrics {
        Some(metrics) => metrics.render().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
