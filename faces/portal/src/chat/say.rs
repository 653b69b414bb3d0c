//! What is done in the room by its forms: saying, ending, going on, rating, forgetting.

use axum::extract::Form;
use axum::response::{IntoResponse, Redirect, Response};
use chat::Guest;
use chat::frames::Key;
use chat::text::{self, LONGEST_MESSAGE};
use kernel::{Error, Refusal};
use serde::Deserialize;
use web::Failure;

use super::{back, room};

#[derive(Deserialize)]
pub(super) struct Message {
    proof: String,
    key: String,
    #[serde(default)]
    text: String,
}

pub(super) async fn say(guest: Guest, Form(message): Form<Message>) -> Result<Response, Failure> {
    guest.check(&message.proof)?;
    let seat = guest.own_seat().await?;
    let key = Key::parse(&message.key).ok_or_else(|| Refusal::new("web.bad_request"))?;
    let text = text::message(&message.text);
    let letters = text.chars().count();
    let refusal = if letters == 0 {
        Some(Refusal::new("chat.empty"))
    } else if letters > LONGEST_MESSAGE {
        Some(Refusal::new("chat.too_long").with("letters", letters).with("most", LONGEST_MESSAGE))
    } else {
        guest.may_say(&seat.visitor).err()
    };
    if let Some(refusal) = refusal {
        return room::refused(&guest, &seat, &refusal, message.text).await;
    }
    match guest.chat().say(&seat, &key, &text).await {
        Ok(_) => Ok(back(&guest)),
        Err(Error::Refusal(refusal)) => room::refused(&guest, &seat, &refusal, message.text).await,
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Proof {
    proof: String,
}

pub(super) async fn end(guest: Guest, Form(form): Form<Proof>) -> Result<Response, Failure> {
    guest.check(&form.proof)?;
    guest.chat().leave(&guest.own_seat().await?).await?;
    Ok(back(&guest))
}

pub(super) async fn come_back(guest: Guest, Form(form): Form<Proof>) -> Result<Response, Failure> {
    guest.check(&form.proof)?;
    guest.chat().come_back(&guest.own_seat().await?).await?;
    Ok(back(&guest))
}

#[derive(Deserialize)]
pub(super) struct Rating {
    proof: String,
    stars: Option<u8>,
    #[serde(default)]
    comment: String,
}

pub(super) async fn rate(guest: Guest, Form(rating): Form<Rating>) -> Result<Response, Failure> {
    guest.check(&rating.proof)?;
    let seat = guest.own_seat().await?;
    let Some(stars @ 1..=5) = rating.stars else {
        return room::refused(&guest, &seat, &Refusal::new("chat.no_stars"), String::new()).await;
    };
    guest.chat().rate(&seat, stars, &text::message(&rating.comment)).await?;
    Ok(back(&guest))
}

/// Takes the chat off this device; the conversation stays with us.
pub(super) async fn forget(guest: Guest, Form(form): Form<Proof>) -> Result<Response, Failure> {
    guest.check(&form.proof)?;
    guest.forget().await?;
    let mut response = Redirect::to(guest.door.prefix()).into_response();
    guest.dismiss(&mut response);
    Ok(response)
}
