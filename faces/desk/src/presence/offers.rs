//! Answering an offer.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::Offer;
use kernel::{Error, Id, Refusal};
use serde::Deserialize;
use web::{Failure, Posted};

use super::back_to;
use crate::conversations::Asked;
use crate::seat::Seat;
use crate::sign_in::Nothing;

#[derive(Deserialize)]
pub(crate) struct Declining {
    #[serde(default)]
    back: String,
}

/// Takes what was offered and leads to it. An offer that is over says so.
pub(crate) async fn accept(
    seat: Seat,
    Path(offer): Path<Id<Offer>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    let (floor, me) = (seat.floor(), seat.caller.member);
    let hands = floor.routing.in_hands_of(me).await?;
    let over = || Refusal::new("routing.offer_over");
    let work = hands.into_iter().find(|work| work.offer == Some(offer)).ok_or_else(over)?;
    let id = work.subject.parse().map_err(|_| Error::NotFound)?;
    let conversation = floor.conversations.accept(id, offer, me).await?;
    Ok(Redirect::to(&Asked::default().conversation(conversation.id)).into_response())
}

pub(crate) async fn decline(
    seat: Seat,
    Path(offer): Path<Id<Offer>>,
    Posted(declining): Posted<Declining>,
) -> Result<Response, Failure> {
    let (routing, me) = (seat.floor().routing.clone(), seat.caller.member);
    let clock = seat.desk.store().clock().clone();
    seat.desk.store().write(move |tx| routing.decline(tx, offer, me, clock.now())).await?;
    Ok(back_to(&declining.back))
}
