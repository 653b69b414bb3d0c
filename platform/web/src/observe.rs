//! One log line and two measurements for each request.
//!
//! They tell the route's template and never the address asked for, because a query holds what somebody
//! typed; nor cookies, bodies or who it was.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, Method};
use kernel::Reference;
use tracing::Instrument as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Upper bounds of the latency histogram, in seconds.
pub(crate) const LATENCIES: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0, 10.0];

pub(crate) async fn watch(request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Ours always: one that came with the request could be anything, and would be in our logs.
    let id = Reference::random('R');
    let method = name(request.method());
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let taken = started.elapsed();
    let status = response.status();
    span.in_scope(|| {
        let ms = u64::try_from(taken.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = status.as_u16(), ms, "answered");
    });
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let labels = [("method", method.to_owned()), ("route", route), ("status", class.to_owned())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(taken.as_secs_f64());
    if let Ok(value) = HeaderValue::try_from(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// A method is the asker's to invent; a label is not.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
