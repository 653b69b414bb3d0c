//! What a request asks, read from its query; what cannot be read is refused and named.

use axum::extract::{FromRequestParts, Query};
use http::request::Parts;
use kernel::Refusal;
use serde::de::DeserializeOwned;
use web::Failure;

/// The query of a request, as a type that knows its fields.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let read = Query::try_from_uri(&parts.uri);
        let Query(asked) = read.map_err(|rejection| {
            let text = rejection.body_text();
            let reason = text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason);
            Refusal::new("api.query_malformed").with("reason", reason)
        })?;
        Ok(Self(asked))
    }
}
