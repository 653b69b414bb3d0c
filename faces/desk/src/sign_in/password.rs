//! With a password, and then a code of the authenticator app or a recovery code.

use askama::Template;
use axum::response::Response;
use kernel::Error;
use serde::Deserialize;
use vault::Secret;
use web::{Failure, Page, Posted};

use super::page;
use crate::door::Door;
use crate::guard::safe_next;
use crate::notice::Notice;

#[derive(Deserialize)]
pub(crate) struct Credentials {
    email: Secret<String>,
    password: Secret<String>,
    next: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct SecondStep {
    ticket: String,
    code: Secret<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage {
    page: Page,
    notice: Option<Notice>,
    ticket: String,
    next: String,
}

pub(crate) async fn password(door: Door, Posted(typed): Posted<Credentials>) -> Result<Response, Failure> {
    let email = typed.email.expose();
    match door.desk.staff().check_password(email, &typed.password, &door.visit).await {
        Ok(ticket) => ask_for_code(&door, ticket.expose(), typed.next.as_deref(), None),
        Err(error) => {
            let notice = Notice::refused(&door.visitor, error)?;
            page::send(&door, typed.next.as_deref(), email, Some(notice))
        }
    }
}

pub(crate) async fn code(door: Door, Posted(typed): Posted<SecondStep>) -> Result<Response, Failure> {
    let next = typed.next.as_deref();
    match door.desk.staff().check_code(&typed.ticket, &typed.code, &door.visit).await {
        Ok(signed_in) => door.welcome(&signed_in, next).await,
        Err(error) => {
            let begin_anew = error.refusal_code() == Some(OVER);
            let notice = Notice::refused(&door.visitor, error)?;
            if begin_anew {
                page::send(&door, next, "", Some(notice))
            } else {
                ask_for_code(&door, &typed.ticket, next, Some(notice))
            }
        }
    }
}

/// The second step can be tried again, until it has taken too long.
const OVER: &str = "staff.took_too_long";

fn ask_for_code(
    door: &Door,
    ticket: &str,
    next: Option<&str>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    door.send("desk-code-title", notice, |page, notice| CodePage {
        page,
        notice,
        ticket: ticket.to_owned(),
        next: safe_next(next).to_owned(),
    })
}

/// For pages that pass on a refusal of something else.
pub(crate) fn refused_page(door: &Door, next: Option<&str>, error: Error) -> Result<Response, Failure> {
    let notice = Notice::refused(&door.visitor, error)?;
    page::send(door, next, "", Some(notice))
}
