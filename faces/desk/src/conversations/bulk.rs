//! One deed done to several conversations, each by itself: what cannot be done to one is told at the end.

use axum::response::Response;
use conversations::Closing;
use kernel::id::Conversation as Kind;
use kernel::{Error, Id, Result};
use staff::Permission;
use web::{Failure, Posted};

use super::asked::Asked;
use super::deeds::text;
use super::page::{Said, send};
use super::refused::Fields;
use super::scope::{Found, find};
use crate::notice::malformed;
use crate::seat::{Seat, done};

/// A page of a list, and no more.
const MOST: usize = 100;

pub(crate) async fn apply(seat: Seat, Posted(fields): Posted<Fields>) -> Result<Response, Failure> {
    let chosen = chosen(&fields)?;
    let mut refused = None;
    for (id, version) in chosen {
        let Ok(found) = find(&seat, id, Permission::CONVERSATION_REPLY).await else { continue };
        if let Err(error) = one(&seat, &found, version, &fields).await {
            refused = Some(error);
        }
    }
    let (asked, at) = Asked::read_address(text(&fields, "back"));
    let Some(error) = refused else {
        return Ok(done(&at.map_or_else(|| asked.list(), |id| asked.conversation(id)), "bulk"));
    };
    // Some were changed meanwhile: the list shows what became of the others.
    let said = Said { notice: Some(seat.refused(error)?), ..Said::default() };
    send(&seat, &asked, None, said).await
}

/// The ticked rows, as they were seen.
fn chosen(fields: &Fields) -> Result<Vec<(Id<Kind>, i64)>> {
    let ticked = fields.iter().filter_map(|(name, version)| Some((name.strip_prefix("chosen-")?, version)));
    let read = |(id, version): (&str, &String)| Some((id.parse().ok()?, version.parse().ok()?));
    let chosen: Option<Vec<_>> = ticked.take(MOST + 1).map(read).collect();
    chosen.filter(|chosen| chosen.len() <= MOST).ok_or_else(malformed)
}

async fn one(seat: &Seat, found: &Found, version: i64, fields: &Fields) -> Result<()> {
    let conversation = &found.shown.conversation;
    let (id, me, conversations) = (conversation.id, seat.caller.member, &seat.floor().conversations);
    match text(fields, "deed") {
        "take" => conversations.assign(id, version, Some(me), seat.author()).await.map(drop),
        "unread" => conversations.mark_unread(id, me, conversation.last_message).await,
        "close" => {
            let disposition = text(fields, "disposition").to_owned();
            let closing = Closing { disposition, seen: found.shown.read_to, note: None };
            conversations.close(id, version, closing, seat.author()).await.map(drop)
        }
        _ => Err::<(), Error>(malformed()),
    }
}
