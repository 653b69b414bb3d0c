//! One's own passkeys.

use axum::extract::Path;
use axum::response::Response;
use kernel::Id;
use kernel::id::StaffPasskey;
use serde::Deserialize;
use serde_json::Value;
use vault::Secret;
use web::{Failure, Posted};

use super::{PROFILE, home_of, refused};
use crate::notice::malformed;
use crate::seat::{Seat, done, hand_over};
use crate::sign_in::Nothing;
use crate::sign_in::passkey::options_for_browser;

#[derive(Deserialize)]
pub(crate) struct NewPasskey {
    ticket: String,
    label: Secret<String>,
    credential: String,
}

#[derive(Deserialize)]
pub(crate) struct Label {
    label: Secret<String>,
}

pub(crate) async fn start(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    let (ticket, options) = seat.desk.staff().start_passkey(&seat.caller).await?;
    Ok(options_for_browser(&ticket, &options))
}

pub(crate) async fn finish(mut seat: Seat, Posted(typed): Posted<NewPasskey>) -> Result<Response, Failure> {
    let added = match serde_json::from_str::<Value>(&typed.credential) {
        Ok(credential) => {
            seat.desk.staff().finish_passkey(&seat.caller, &typed.ticket, &typed.label, &credential).await
        }
        Err(_) => Err(malformed()),
    };
    match added {
        Ok(added) => {
            seat.continue_as(added.signed_in.as_ref());
            let mut response = done(home_of(&seat), "passkey");
            if let Some(signed_in) = &added.signed_in {
                hand_over(&seat.desk, &mut response, signed_in);
            }
            Ok(response)
        }
        Err(error) => refused(&seat, error).await,
    }
}

pub(crate) async fn rename(
    seat: Seat,
    Path(passkey): Path<Id<StaffPasskey>>,
    Posted(typed): Posted<Label>,
) -> Result<Response, Failure> {
    match seat.desk.staff().rename_passkey(&seat.caller, passkey, &typed.label).await {
        Ok(()) => Ok(done(PROFILE, "renamed")),
        Err(error) => refused(&seat, error).await,
    }
}

pub(crate) async fn remove(
    seat: Seat,
    Path(passkey): Path<Id<StaffPasskey>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    match seat.desk.staff().remove_passkey(&seat.caller, passkey).await {
        Ok(()) => Ok(done(PROFILE, "passkey-removed")),
        Err(error) => refused(&seat, error).await,
    }
}
