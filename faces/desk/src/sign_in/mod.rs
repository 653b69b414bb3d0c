//! The ways in and the way out.

pub(crate) mod link;
pub(crate) mod page;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod provider;

use axum::response::{IntoResponse, Redirect, Response};
use kernel::Error;
use serde::Deserialize;
use web::{Failure, Posted};

use crate::cookies::{self, Cookie};
use crate::seat::Seat;

pub(crate) const SIGN_IN: &str = "/desk/sign-in";
pub(crate) const SET_UP: &str = "/desk/set-up";

/// A form that has nothing but its button.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn sign_out(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    match seat.desk.staff().sign_out(&seat.caller).await {
        Ok(()) | Err(Error::NotFound) => {}
        Err(error) => return Err(error.into()),
    }
    let mut response = Redirect::to(&format!("{SIGN_IN}?done=signed-out")).into_response();
    cookies::clear(&seat.desk, response.headers_mut(), Cookie::Session);
    Ok(response)
}
