//! With the institution's own sign-in provider, which also tells us when somebody is gone.

use axum::Form;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};
use kernel::{Error, Refusal};
use serde::Deserialize;
use web::Failure;

use super::password::refused_page;
use crate::cookies::{self, Cookie};
use crate::door::Door;
use crate::guard::safe_next;

#[derive(Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

/// What the provider adds to the address when it sends somebody back.
#[derive(Deserialize)]
pub(crate) struct Answer {
    state: Option<String>,
    code: Option<String>,
}

/// Parts the ticket from the way back, in the cookie; neither contains it.
const APART: char = '.';

pub(crate) async fn start(door: Door, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let (ticket, address) = match door.desk.staff().start_provider_sign_in(&door.visit).await {
        Ok(begun) => begun,
        Err(error) => return refused_page(&door, asked.next.as_deref(), error),
    };
    let next: String = form_urlencoded::byte_serialize(safe_next(asked.next.as_deref()).as_bytes()).collect();
    let mut response = Redirect::to(address.as_str()).into_response();
    let value = format!("{}{APART}{next}", ticket.expose());
    cookies::set(&door.desk, response.headers_mut(), Cookie::Provider, &value);
    Ok(response)
}

pub(crate) async fn callback(door: Door, Query(answer): Query<Answer>) -> Result<Response, Failure> {
    let cookie = cookies::read(&door.desk, &door.headers, Cookie::Provider).unwrap_or_default();
    let (ticket, next) = cookie.split_once(APART).unwrap_or((&cookie, ""));
    let next = form_urlencoded::parse(next.as_bytes()).next().map(|(next, _)| next.into_owned());
    let (Some(state), Some(code)) = (answer.state, answer.code) else {
        return refused_page(&door, next.as_deref(), Refusal::new("staff.provider_failed").into());
    };
    let signed_in = door.desk.staff().finish_provider_sign_in(ticket, &state, &code, &door.visit).await;
    let mut response = match signed_in {
        Ok(signed_in) => door.welcome(&signed_in, next.as_deref()).await?,
        Err(error) => refused_page(&door, next.as_deref(), error)?,
    };
    cookies::clear(&door.desk, response.headers_mut(), Cookie::Provider);
    Ok(response)
}

#[derive(Deserialize)]
pub(crate) struct Logout {
    logout_token: String,
}

/// Back-channel logout: the provider's own signature proves where it comes from, so no form token.
pub(crate) async fn logout(door: Door, Form(logout): Form<Logout>) -> Result<Response, Failure> {
    let status = match door.desk.staff().provider_logout(&logout.logout_token).await {
        Ok(()) => StatusCode::OK,
        Err(Error::Refusal(refusal)) => {
            tracing::warn!(%refusal, "the provider's logout was refused");
            StatusCode::BAD_REQUEST
        }
        Err(error) => return Err(error.into()),
    };
    Ok((status, [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response())
}
