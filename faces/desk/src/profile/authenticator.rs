//! One's own authenticator app, and the recovery codes for when it is lost.

use askama::Template;
use axum::response::Response;
use kernel::{Context, Result};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;
use staff::AuthenticatorSecret;
use vault::Secret;
use web::{Failure, Page, Posted};

use super::refused;
use crate::frame::Frame;
use crate::notice::Notice;
use crate::seat::{Seat, hand_over};
use crate::sign_in::Nothing;

#[derive(Template)]
#[template(path = "authenticator.html")]
struct AuthenticatorPage {
    page: Page,
    frame: Frame,
    ticket: String,
    /// Shown once; who mistypes the code has it in the app already.
    secret: Option<SecretView>,
}

struct SecretView {
    /// An image of our own making, safe to put into the page as it is.
    picture: String,
    text: String,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    page: Page,
    frame: Frame,
    codes: Vec<String>,
    next: &'static str,
}

#[derive(Deserialize)]
pub(crate) struct FirstCode {
    ticket: String,
    code: Secret<String>,
}

pub(crate) async fn start(seat: Seat, Posted(Nothing {}): Posted<Nothing>) -> Result<Response, Failure> {
    match seat.desk.staff().start_authenticator(&seat.caller).await {
        Ok((ticket, secret)) => {
            let secret = SecretView::new(&secret)?;
            send(&seat, ticket.expose(), Some(secret), None).await
        }
        Err(error) => refused(&seat, error).await,
    }
}

pub(crate) async fn finish(mut seat: Seat, Posted(typed): Posted<FirstCode>) -> Result<Response, Failure> {
    let added = match seat.desk.staff().finish_authenticator(&seat.caller, &typed.ticket, &typed.code).await {
        Ok(added) => added,
        Err(error) if error.refusal_code() == Some("staff.code_wrong") => {
            let notice = seat.refused(error)?;
            return send(&seat, &typed.ticket, None, Some(notice)).await;
        }
        Err(error) => return refused(&seat, error).await,
    };
    seat.continue_as(added.signed_in.as_ref());
    let mut response = show_codes(&seat, &added.recovery_codes).await?;
    if let Some(signed_in) = &added.signed_in {
        hand_over(&seat.desk, &mut response, signed_in);
    }
    Ok(response)
}

pub(crate) async fn renew_codes(
    seat: Seat,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    match seat.desk.staff().renew_recovery_codes(&seat.caller).await {
        Ok(codes) => show_codes(&seat, &codes).await,
        Err(error) => refused(&seat, error).await,
    }
}

async fn send(
    seat: &Seat,
    ticket: &str,
    secret: Option<SecretView>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let title = seat.visitor.words.text("desk-authenticator");
    let ticket = ticket.to_owned();
    seat.send(&title, notice, |page, frame| AuthenticatorPage { page, frame, ticket, secret }).await
}

async fn show_codes(seat: &Seat, codes: &[Secret<String>]) -> Result<Response, Failure> {
    let title = seat.visitor.words.text("desk-codes-title");
    let codes = codes.iter().map(|code| code.expose().clone()).collect();
    let next = super::home_of(seat);
    seat.send(&title, None, |page, frame| CodesPage { page, frame, codes, next }).await
}

impl SecretView {
    fn new(secret: &AuthenticatorSecret) -> Result<Self> {
        let code = QrCode::new(secret.address.expose()).context("drawing the QR code")?;
        let picture = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
        // The declaration that opens a file of its own has no place within a page.
        let picture = picture.find("<svg").and_then(|at| picture.get(at..)).unwrap_or_default().to_owned();
        let letters: Vec<char> = secret.base32.expose().chars().collect();
        let text =
            letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ");
        Ok(Self { picture, text })
    }
}
