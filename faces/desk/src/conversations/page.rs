//! The page of the workspace: a list, a conversation within it, and the customer beside it.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use conversations::State;
use customers::Person;
use http::header;
use kernel::Id;
use kernel::id::Conversation;
use staff::Permission;
use web::{Failure, Page};

use super::asked::{Asked, Part};
use super::entries::Kind;
use super::list::{ListView, Lists};
use super::scope::{Found, find};
use super::talk::{Draft, Showing, TalkView};
use crate::customers::{PersonView, Revealed};
use crate::frame::Frame;
use crate::notice::Notice;
use crate::seat::Seat;

#[derive(Template)]
#[template(path = "conversations/page.html")]
struct WorkPage {
    page: Page,
    frame: Frame,
    /// Which pane is shown where there is room for one.
    pane: &'static str,
    list: Option<ListView>,
    /// Whether the middle is a part of this answer.
    has_middle: bool,
    talk: Option<TalkView>,
    person: Option<PersonView>,
}

/// What a page says beyond what its address asks for.
#[derive(Default)]
pub(crate) struct Said {
    pub notice: Option<Notice>,
    /// Words that were typed and could not be sent.
    pub typed: Option<Draft>,
    pub revealed: Revealed,
}

pub(crate) async fn list(seat: Seat) -> Result<Response, Failure> {
    let asked = Asked::read(seat.visitor.address.query().unwrap_or_default());
    send(&seat, &asked, None, Said::default()).await
}

pub(crate) async fn show(seat: Seat, Path(id): Path<Id<Conversation>>) -> Result<Response, Failure> {
    let asked = Asked::read(seat.visitor.address.query().unwrap_or_default());
    let found = find(&seat, id, Permission::CONVERSATION_READ).await?;
    // It goes on elsewhere.
    if let State::Merged { into } = found.shown.conversation.state {
        return Ok(Redirect::to(&asked.conversation(into)).into_response());
    }
    send(&seat, &asked, Some(found), Said::default()).await
}

/// The page, or the part of it that was asked for.
pub(crate) async fn send(
    seat: &Seat,
    asked: &Asked,
    found: Option<Found>,
    said: Said,
) -> Result<Response, Failure> {
    let reach = seat.reach();
    let part = asked.part;
    let has_list = matches!(part, Part::All | Part::List);
    let has_middle = matches!(part, Part::All | Part::Conversation);
    let mut list = None;
    if has_list {
        let current = found.as_ref().map(|found| &found.shown.conversation);
        let here = current.map_or_else(|| asked.list(), |current| asked.conversation(current.id));
        list = Some(Lists { seat, asked, reach: &reach, current, here }.show().await?);
    }
    let (mut talk, mut person) = (None, None);
    if let Some(found) = found.as_ref().filter(|_| has_middle) {
        let customer = seat.floor().customers.person(found.shown.conversation.customer).await?;
        let Said { typed, revealed, .. } = said;
        person = Some(beside(seat, asked, found, &customer, revealed).await?);
        talk = Some(Showing { seat, asked, reach: &reach, found, person: &customer, typed }.show().await?);
    }
    let pane = match (&found, asked.customer) {
        (None, _) => "list",
        (Some(_), false) => "conversation",
        (Some(_), true) => "customer",
    };
    let title = talk
        .as_ref()
        .map(|talk| talk.subject.clone())
        .or_else(|| list.as_ref().map(|list| list.title.clone()));
    let title = title.unwrap_or_else(|| seat.visitor.words.text("desk-place-conversations").into_owned());
    let make = |page, frame| WorkPage { page, frame, pane, list, has_middle, talk, person };
    let mut response = seat.send(&title, said.notice, make).await?;
    // Under one address there are several answers to a script.
    response.headers_mut().append(header::VARY, http::HeaderValue::from_static("accept"));
    Ok(response)
}

async fn beside(
    seat: &Seat,
    asked: &Asked,
    found: &Found,
    customer: &Person,
    revealed: Revealed,
) -> Result<PersonView, Failure> {
    crate::customers::beside(seat, asked, &found.shown.conversation, customer, revealed).await
}
