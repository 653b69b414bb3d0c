//! Making two conversations one, taking that back, and macros, which may do many things at once.

use automation::{Action, Macro};
use axum::extract::Path;
use axum::response::Response;
use conversations::{JoinKind, Seen};
use kernel::id::{Conversation as Kind, ConversationMerge};
use kernel::{Error, Id, Reference, Refusal, Result};
use staff::Permission;
use web::{Failure, Posted};

use super::CONVERSATIONS;
use super::asked::Asked;
use super::deeds::{number, text};
use super::refused::{Fields, Tried};
use super::scope::find;
use crate::names::Choice;
use crate::notice::malformed;
use crate::seat::{Seat, done};

/// Macros that a menu shows; the palette finds them too.
const MACROS: usize = 12;

/// Lets another conversation of the same customer go on in this one.
pub(crate) async fn merge(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let joined = async {
        let other = other(&seat, text(&fields, "other")).await?;
        seat.floor().conversations.merge(id, other, seat.author()).await
    };
    match joined.await {
        Ok(_) => {
            let (asked, _) = Asked::read_address(text(&fields, "back"));
            Ok(done(&asked.conversation(id), "merged"))
        }
        Err(error) => {
            let action = format!("{CONVERSATIONS}/{id}/merge");
            Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await
        }
    }
}

/// The conversation that was named, if the caller may work on it.
async fn other(seat: &Seat, named: &str) -> Result<Id<Kind>> {
    let unknown = || Refusal::new("desk.no_such_conversation").with("reference", named);
    let reference: Reference = named.parse().map_err(|_| unknown())?;
    match seat.floor().conversations.get_by_reference(&reference).await {
        Ok(found) if seat.may_with(Permission::CONVERSATION_REPLY, &found) => Ok(found.id),
        Ok(_) | Err(Error::NotFound) => Err(unknown().into()),
        Err(error) => Err(error),
    }
}

pub(crate) async fn undo(
    seat: Seat,
    Path((id, join)): Path<(Id<Kind>, Id<ConversationMerge>)>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let joins = seat.floor().conversations.joins(id).await?;
    let known = joins.iter().any(|known| known.id == join && known.kept == id);
    if !known {
        return Err(Error::NotFound.into());
    }
    if let Err(error) = seat.floor().conversations.undo_join(join, seat.author()).await {
        let action = String::new();
        return Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await;
    }
    let (asked, _) = Asked::read_address(text(&fields, "back"));
    Ok(done(&asked.conversation(id), "unmerged"))
}

/// Merges into this one that can be taken back: where to, and which.
pub(super) async fn undoable(seat: &Seat, id: Id<Kind>) -> Result<Vec<Choice>> {
    let joins = seat.floor().conversations.joins(id).await?;
    let mut choices = Vec::new();
    let ours = |join: &&conversations::Join| {
        join.kept == id && join.undone.is_none() && join.kind == JoinKind::Merge
    };
    for join in joins.iter().filter(ours) {
        let other = seat.floor().conversations.get(join.other).await?;
        let text = seat.visitor.words.message("desk-unmerge").with("reference", other.reference.as_str());
        choices.push(Choice { value: join.id.to_string(), text: text.to_string(), chosen: false });
    }
    Ok(choices)
}

/// The macros that the caller may use.
pub(super) async fn macros(seat: &Seat) -> Result<Vec<Choice>> {
    let language = seat.visitor.language();
    let found = seat.floor().automation.find::<Vec<Action>>(&seat.reader(), "", language).await?;
    let choice = |one: Macro| Choice {
        value: one.id.to_string(),
        text: one.name.get(language).to_owned(),
        chosen: false,
    };
    Ok(found.into_iter().take(MACROS).map(choice).collect())
}

/// Does everything that a macro says, or nothing.
pub(crate) async fn run_macro(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let chosen = text(&fields, "macro").parse().map_err(|_| malformed())?;
    let seen = Seen { version: number(&fields, "version")?, number: number(&fields, "seen")? };
    let agent = seat.agent().await?;
    match seat.floor().automation.run_macro(chosen, id, seen, &agent).await {
        Ok(now) => {
            let (asked, _) = Asked::read_address(text(&fields, "back"));
            let stays = seat.may_with(Permission::CONVERSATION_READ, &now);
            Ok(done(&if stays { asked.conversation(id) } else { asked.list() }, "bulk"))
        }
        Err(error) => {
            let action = format!("{CONVERSATIONS}/{id}/macro");
            Tried { seat: &seat, conversation: id, action, fields: &fields }.refused(error, None).await
        }
    }
}
