//! How much of anything the shell takes before it says no.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::sync::Semaphore;

/// Seconds after which a refused visitor may find room again.
const COME_BACK_IN: &str = "2";

#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of the path and query.
    pub address_bytes: usize,
    /// Bytes of all headers, names and values.
    pub header_bytes: usize,
    /// Requests worked on at the same time; one more is refused at once rather than left waiting.
    pub at_once: usize,
    /// How long a request may take; its body may take 60 % of that to arrive.
    pub patience: Duration,
    /// How long a connection may take to send its headers.
    pub header_patience: Duration,
    /// How long requests under way may take to finish once we are told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            address_bytes: 4 * 1024,
            header_bytes: 16 * 1024,
            at_once: 512,
            patience: Duration::from_secs(15),
            header_patience: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}

impl Limits {
    /// Less than the whole, so that a slow sender is told so.
    pub(crate) fn body_patience(&self) -> Duration {
        self.patience.mul_f32(0.6)
    }

    pub(crate) fn gate(&self) -> Gate {
        let (address_bytes, header_bytes) = (self.address_bytes, self.header_bytes);
        Gate { address_bytes, header_bytes, places: Arc::new(Semaphore::new(self.at_once)) }
    }
}

/// The limits that are checked before anything is done for a request.
#[derive(Clone)]
pub(crate) struct Gate {
    address_bytes: usize,
    header_bytes: usize,
    places: Arc<Semaphore>,
}

pub(crate) async fn within_limits(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > gate.address_bytes {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    if size(request.headers()) > gate.header_bytes {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    let Ok(_place) = gate.places.try_acquire() else {
        metrics::counter!("http_requests_shed_total").increment(1);
        let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(COME_BACK_IN));
        return response;
    };
    next.run(request).await
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}
