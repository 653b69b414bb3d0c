//! Adding somebody, and the one-time link by which they come in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::id::StaffMember;
use kernel::{Id, Language, Result};
use serde::Deserialize;
use staff::{Link, LinkKind, NewMember};
use vault::Secret;
use web::{Failure, Page, Posted};

use super::page::send;
use super::{STAFF, ticked};
use crate::frame::Frame;
use crate::moment::{Moment, moment};
use crate::names::{self, Choice};
use crate::notice::{Notice, malformed};
use crate::seat::Seat;
use crate::sign_in::Nothing;

#[derive(Template)]
#[template(path = "invite.html")]
struct InvitePage {
    page: Page,
    frame: Frame,
    name: String,
    email: String,
    roles: Vec<Choice>,
    language: String,
}

#[derive(Template)]
#[template(path = "invite_link.html")]
struct LinkPage {
    page: Page,
    frame: Frame,
    address: String,
    expires: Moment,
    member_href: String,
}

#[derive(Deserialize)]
pub(crate) struct Invitation {
    name: String,
    email: String,
    language: String,
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    let language = seat.visitor.language().to_string();
    let empty = Invitation { name: String::new(), email: String::new(), language, fields: BTreeMap::new() };
    ask(&seat, empty, None).await
}

pub(crate) async fn add(seat: Seat, Posted(typed): Posted<Invitation>) -> Result<Response, Failure> {
    let staff = seat.desk.staff();
    let added = match new_member(&seat, &typed) {
        Ok(new) => staff.add(new, &seat.actor()).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(member) => issue(&seat, member).await,
        Err(error) => {
            let notice = seat.refused(error)?;
            ask(&seat, typed, Some(notice)).await
        }
    }
}

fn new_member(seat: &Seat, typed: &Invitation) -> Result<NewMember> {
    let language: Language = typed.language.parse()?;
    if !seat.visitor.speaks(&language) {
        return Err(malformed());
    }
    let (name, email) = (Secret::new(typed.name.clone()), Secret::new(typed.email.clone()));
    Ok(NewMember { name, email, roles: ticked(&typed.fields)?, language })
}

pub(crate) async fn link(
    seat: Seat,
    Path(id): Path<Id<StaffMember>>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Response, Failure> {
    issue(&seat, id).await
}

async fn issue(seat: &Seat, id: Id<StaffMember>) -> Result<Response, Failure> {
    match seat.desk.staff().issue_link(id, LinkKind::SetUp, &seat.actor()).await {
        Ok(link) => show_link(seat, id, &link).await,
        Err(error) => send(seat, id, None, Some(seat.refused(error)?)).await,
    }
}

async fn ask(seat: &Seat, typed: Invitation, notice: Option<Notice>) -> Result<Response, Failure> {
    let words = &seat.visitor.words;
    seat.send(&words.text("desk-invite"), notice, |page, frame| InvitePage {
        page,
        frame,
        roles: names::role_choices(words, |role| typed.fields.contains_key(&format!("role-{role}"))),
        name: typed.name,
        email: typed.email,
        language: typed.language,
    })
    .await
}

async fn show_link(seat: &Seat, id: Id<StaffMember>, link: &Link) -> Result<Response, Failure> {
    let origin = seat.desk.staff().settings().origin.as_str().trim_end_matches('/');
    let address = format!("{origin}/desk/sign-in/link/{}", link.token.expose());
    seat.send(&seat.visitor.words.text("desk-link-made"), None, |page, frame| LinkPage {
        page,
        frame,
        address,
        expires: moment(&seat.visitor, link.expires_at),
        member_href: format!("{STAFF}/{id}"),
    })
    .await
}
