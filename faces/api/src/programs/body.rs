//! What a program tells, as JSON of a known shape.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::header;
use kernel::Refusal;
use serde::de::DeserializeOwned;
use web::Failure;

/// The body of a request; what cannot be read is refused with the reason.
pub(super) struct Told<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Told<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().ends_with("json")))
        {
            return Err(Refusal::new("web.media_type").into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|error| web::unreadable(&error))?;
        let told = serde_json::from_slice(&bytes);
        Ok(Self(told.map_err(|error| Refusal::new("api.body_malformed").with("reason", error))?))
    }
}
