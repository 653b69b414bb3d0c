//! One's own password.

use axum::response::Response;
use serde::Deserialize;
use vault::Secret;
use web::{Failure, Posted};

use super::{PROFILE, home_of, refused};
use crate::seat::{Seat, done};
use crate::sign_in::Nothing;

#[derive(Deserialize)]
pub(crate) struct NewPassword {
    password: Secret<String>,
}

pub(crate) async fn set(seat: Seat, Posted(typed): Posted<NewPassword>) -> Result<Response, Failure> {
    match seat.desk.staff().set_password(&seat.caller, &typed.password).await {
        Ok(()) => Ok(done(home_of(&seat), "password")),
        Err(error) => refused(&seat, error).await,
    }
}

pub(crate) async fn remove(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    match seat.desk.staff().remove_password(&seat.caller).await {
        Ok(()) => Ok(done(PROFILE, "factor-removed")),
        Err(error) => refused(&seat, error).await,
    }
}
