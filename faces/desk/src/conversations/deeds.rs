//! What is done to a conversation. Each deed names the version its doer saw; who was overtaken is asked.

use axum::extract::Path;
use axum::response::Response;
use conversations::{Closing, Conversation, To};
use kernel::id::Conversation as Kind;
use kernel::{Id, Result};
use staff::Permission;
use web::{Failure, Posted};

use super::asked::Asked;
use super::refused::{Fields, Tried};
use super::scope::{Found, find};
use super::{CONVERSATIONS, snooze};
use crate::notice::malformed;
use crate::seat::{Seat, done};

type Which = Path<Id<Kind>>;

/// Does it, and leads back with a word, or shows why not.
async fn deed(
    seat: &Seat,
    found: &Found,
    name: &str,
    fields: &Fields,
    work: impl Future<Output = Result<Conversation>>,
    word: Option<&str>,
) -> Result<Response, Failure> {
    let id = found.shown.conversation.id;
    match work.await {
        Ok(now) => {
            let (asked, from) = Asked::read_address(text(fields, "back"));
            // What is no longer one's to see is left behind.
            let stays = from.is_some() && seat.may_with(Permission::CONVERSATION_READ, &now);
            let place = if stays { asked.conversation(now.id) } else { asked.list() };
            Ok(match word {
                Some(word) => done(&place, word),
                None => axum::response::IntoResponse::into_response(axum::response::Redirect::to(&place)),
            })
        }
        Err(error) => {
            let action = format!("{CONVERSATIONS}/{id}/{name}");
            Tried { seat, conversation: id, action, fields }.refused(error, None).await
        }
    }
}

pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |value| value.trim())
}

pub(super) fn number(fields: &Fields, name: &str) -> Result<i64> {
    text(fields, name).parse().map_err(|_| malformed())
}

pub(crate) async fn take(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let me = seat.caller.member;
    let version = number(&fields, "version")?;
    let work = seat.floor().conversations.assign(id, version, Some(me), seat.author());
    deed(&seat, &found, "take", &fields, work, None).await
}

pub(crate) async fn release(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let version = number(&fields, "version")?;
    let work = seat.floor().conversations.assign(id, version, None, seat.author());
    deed(&seat, &found, "release", &fields, work, None).await
}

pub(crate) async fn transfer(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_ASSIGN).await?;
    let version = number(&fields, "version")?;
    let to = receiver(&seat, &found.shown.conversation, text(&fields, "to"))?;
    let note = Some(text(&fields, "note").to_owned()).filter(|note| !note.is_empty());
    let work = seat.floor().conversations.transfer(id, version, to, note, seat.author());
    deed(&seat, &found, "transfer", &fields, work, Some("transferred")).await
}

/// A colleague who serves the queue, or another queue that takes work.
fn receiver(seat: &Seat, conversation: &Conversation, to: &str) -> Result<To> {
    let book = seat.floor().routing.book();
    if let Some(queue) = to.strip_prefix("queue:") {
        let queue = queue.parse()?;
        let takes = book.queue(&queue).is_some_and(|queue| queue.active);
        return if takes { Ok(To::Queue(queue)) } else { Err(malformed()) };
    }
    let staff = to.parse().map_err(|_| malformed())?;
    if book.is_served_by(&conversation.queue, staff) { Ok(To::Staff(staff)) } else { Err(malformed()) }
}

pub(crate) async fn snooze(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let version = number(&fields, "version")?;
    let conversations = &seat.floor().conversations;
    if text(&fields, "until") == snooze::NOW {
        let work = conversations.wake(id, version, seat.author());
        return deed(&seat, &found, "snooze", &fields, work, None).await;
    }
    let until = snooze::end(&seat.visitor, text(&fields, "until"))?;
    let work = conversations.snooze(id, version, until, seat.author());
    deed(&seat, &found, "snooze", &fields, work, Some("snoozed")).await
}

/// The tags that the field holds now; only what was changed in it is changed.
pub(crate) async fn tags(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let list = |name| -> Result<Vec<String>> {
        let parts = text(&fields, name).split(',').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Ok(conversations::normal_tag(part)?)).collect()
    };
    let floor = seat.floor();
    let work = async {
        let (wanted, shown) = (list("tags")?, list("shown")?);
        let add: Vec<String> = wanted.iter().filter(|tag| !shown.contains(tag)).cloned().collect();
        let remove: Vec<String> = shown.iter().filter(|tag| !wanted.contains(tag)).cloned().collect();
        floor.conversations.tag(id, &add, &remove, seat.author()).await
    };
    deed(&seat, &found, "tags", &fields, work, None).await
}

pub(crate) async fn close(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let version = number(&fields, "version")?;
    let note = Some(text(&fields, "note").to_owned()).filter(|note| !note.is_empty());
    // What is still held back was meant to be said first.
    for held in seat.floor().conversations.held_in(id, seat.caller.member).await? {
        seat.floor().conversations.send_now(held.id, seat.caller.member).await?;
    }
    let closing = Closing {
        disposition: text(&fields, "disposition").to_owned(),
        seen: number(&fields, "seen")?,
        note,
    };
    let work = seat.floor().conversations.close(id, version, closing, seat.author());
    deed(&seat, &found, "close", &fields, work, Some("closed")).await
}

pub(crate) async fn reopen(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let version = number(&fields, "version")?;
    let work = seat.floor().conversations.reopen(id, version, seat.author());
    deed(&seat, &found, "reopen", &fields, work, None).await
}

/// Unread again from the customer's last words on, and back to the list, or it would be read at once.
pub(crate) async fn unread(
    seat: Seat,
    Path(id): Which,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_READ).await?;
    let from = found.shown.conversation.last_message;
    seat.floor().conversations.mark_unread(id, seat.caller.member, from).await?;
    let (asked, _) = Asked::read_address(text(&fields, "back"));
    Ok(done(&asked.list(), "unread"))
}
