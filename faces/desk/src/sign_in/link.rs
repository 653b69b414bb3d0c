//! With a one-time link. Mail programs open links to look at them, so the page only asks; the button
//! uses the link up.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::Refusal;
use web::{Failure, Page, Posted};

use super::Nothing;
use super::password::refused_page;
use crate::door::Door;
use crate::notice::Notice;

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct LinkPage {
    page: Page,
    notice: Option<Notice>,
}

pub(crate) async fn show(door: Door, Path(token): Path<String>) -> Result<Response, Failure> {
    if door.desk.staff().is_link_open(&token).await? {
        door.send("desk-link-title", None, |page, notice| LinkPage { page, notice })
    } else {
        refused_page(&door, None, Refusal::new("staff.link_over").into())
    }
}

pub(crate) async fn open(
    door: Door,
    Path(token): Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    match door.desk.staff().sign_in_with_link(&token, &door.visit).await {
        Ok(signed_in) => door.welcome(&signed_in, None).await,
        Err(error) => refused_page(&door, None, error),
    }
}
