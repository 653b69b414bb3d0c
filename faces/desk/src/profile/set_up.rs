//! After a first sign-in by link: setting up a way to sign in, and nothing else.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use web::{Failure, Page};

use super::page::{Ways, ways};
use crate::frame::Frame;
use crate::guard::HOME;
use crate::notice::Notice;
use crate::seat::Seat;

#[derive(Template)]
#[template(path = "set_up.html")]
struct SetUpPage {
    page: Page,
    frame: Frame,
    ways: Ways,
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    if seat.caller.method.is_strong() {
        return Ok(Redirect::to(HOME).into_response());
    }
    send(&seat, None).await
}

pub(super) async fn send(seat: &Seat, notice: Option<Notice>) -> Result<Response, Failure> {
    let ways = ways(seat, &seat.desk.staff().factors(seat.caller.member).await?);
    let title = seat.visitor.words.text("desk-set-up");
    seat.send(&title, notice, |page, frame| SetUpPage { page, frame, ways }).await
}
