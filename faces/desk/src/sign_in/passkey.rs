//! With a passkey: the browser asks for options, has them answered by the person's device, and posts the
//! answer as a form like any other.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Deserialize;
use serde_json::Value;
use staff::Token;
use web::{Failure, Posted};

use super::Nothing;
use super::password::refused_page;
use crate::door::Door;
use crate::notice::malformed;

#[derive(Deserialize)]
pub(crate) struct Answer {
    ticket: String,
    credential: String,
    next: Option<String>,
}

pub(crate) async fn start(door: Door, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    let (ticket, options) = door.desk.staff().start_passkey_sign_in(&door.visit).await?;
    Ok(options_for_browser(&ticket, &options))
}

pub(crate) async fn finish(door: Door, Posted(answer): Posted<Answer>) -> Result<Response, Failure> {
    let next = answer.next.as_deref();
    let signed_in = match serde_json::from_str::<Value>(&answer.credential) {
        Ok(credential) => {
            door.desk.staff().finish_passkey_sign_in(&answer.ticket, &credential, &door.visit).await
        }
        Err(_) => Err(malformed()),
    };
    match signed_in {
        Ok(signed_in) => door.welcome(&signed_in, next).await,
        Err(error) => refused_page(&door, next, error),
    }
}

/// What `passkeys.js` gives to `navigator.credentials`.
pub(crate) fn options_for_browser(ticket: &Token, options: &Value) -> Response {
    let body = serde_json::json!({ "ticket": ticket.expose(), "options": options });
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
