//! Whether work comes to somebody, and the work that is offered to them.

pub(crate) mod offers;
mod shift;

pub(crate) use shift::Shift;

use axum::response::{IntoResponse, Redirect, Response};
use routing::Presence;
use serde::Deserialize;
use web::{Failure, Posted};

use crate::guard::{HOME, safe_next};
use crate::seat::Seat;

#[derive(Deserialize)]
pub(crate) struct Choosing {
    presence: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn choose(seat: Seat, Posted(choosing): Posted<Choosing>) -> Result<Response, Failure> {
    let to: Presence = choosing.presence.parse()?;
    seat.floor().routing.set_presence(seat.caller.member, to, seat.audit_actor()).await?;
    Ok(back_to(&choosing.back))
}

/// The page that a form of the shell was sent from.
fn back_to(back: &str) -> Response {
    let place = if back.is_empty() { HOME } else { safe_next(Some(back)) };
    Redirect::to(place).into_response()
}
