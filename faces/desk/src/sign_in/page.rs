//! The page with every way in.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use web::{Failure, Page};

use crate::door::Door;
use crate::guard::safe_next;
use crate::notice::Notice;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    notice: Option<Notice>,
    email: String,
    next: String,
    has_provider: bool,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    next: Option<String>,
}

pub(crate) async fn show(door: Door, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    send(&door, asked.next.as_deref(), "", None)
}

/// The page again, with why it did not work and with what was typed, save the password.
pub(crate) fn send(
    door: &Door,
    next: Option<&str>,
    email: &str,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    door.send("desk-sign-in", notice, |page, notice| SignInPage {
        page,
        notice,
        email: email.to_owned(),
        next: safe_next(next).to_owned(),
        has_provider: door.desk.staff().settings().provider.is_some(),
    })
}
