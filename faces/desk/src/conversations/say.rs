//! What is written at the desk: replies, notes, drafts, and taking back what was just sent.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use conversations::{Body, Conversation, NewBody, NewEntry};
use http::StatusCode;
use jiff::SignedDuration;
use kernel::id::{Conversation as Kind, HeldReply, StaffMember};
use kernel::{Error, Id, Refusal, Result};
use serde::Deserialize;
use staff::Permission;
use web::{Failure, Posted};

use super::CONVERSATIONS;
use super::asked::{Asked, with_pair};
use super::deeds::text;
use super::page::{Said, send};
use super::refused::{Fields, Tried};
use super::scope::{Found, find};
use super::talk::Draft;
use crate::notice::{Notice, malformed};
use crate::seat::{Seat, done};

/// How long a reply can be taken back.
const TAKE_BACK: SignedDuration = SignedDuration::from_secs(5);
/// Entries that may have come while somebody wrote.
const MEANWHILE: u16 = 20;

/// A reply or a note. A reply goes out a moment later, and until then can be taken back.
pub(crate) async fn say(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let typed =
        || Draft { words: fields.get("words").cloned().unwrap_or_default(), is_note: is_note(&fields) };
    if !is_note(&fields)
        && text(&fields, "anyway").is_empty()
        && let Some(name) = overtaken(&seat, &found, &fields).await?
    {
        return conflict(&seat, found, &fields, typed(), &name).await;
    }
    let result = if is_note(&fields) {
        note(&seat, &found, &fields).await
    } else {
        reply(&seat, &found, &fields).await
    };
    if let Err(error) = result {
        let action = format!("{CONVERSATIONS}/{id}/say");
        return Tried { seat: &seat, conversation: id, action, fields: &fields }
            .refused(error, Some(typed()))
            .await;
    }
    let (asked, _) = Asked::read_address(text(&fields, "back"));
    let place = asked.conversation(id);
    let closes = text(&fields, "then") == "close" && !is_note(&fields);
    Ok(Redirect::to(&if closes { with_pair(&place, "then", "close") } else { place }).into_response())
}

fn is_note(fields: &Fields) -> bool {
    text(fields, "kind") == "note"
}

async fn note(seat: &Seat, found: &Found, fields: &Fields) -> Result<()> {
    let conversation = &found.shown.conversation;
    let words = text(fields, "words").to_owned();
    let mentions = mentioned(seat, conversation, &words).await?;
    let body = NewBody::Note { text: words, mentions };
    let key = Some(text(fields, "key").parse()?);
    let conversations = &seat.floor().conversations;
    conversations.append(conversation.id, NewEntry { author: seat.author(), body, key }).await?;
    conversations.save_draft(conversation.id, seat.caller.member, "").await
}

async fn reply(seat: &Seat, found: &Found, fields: &Fields) -> Result<()> {
    let (conversation, me) = (&found.shown.conversation, seat.caller.member);
    let conversations = &seat.floor().conversations;
    let (words, key) = (text(fields, "words"), text(fields, "key").parse()?);
    let due = seat.visitor.now.checked_add(TAKE_BACK)?;
    conversations.hold_reply(conversation.id, me, words, key, due).await?;
    conversations.read_by_staff(conversation.id, me, conversation.last_number).await
}

/// Those whose name follows an `@`.
async fn mentioned(seat: &Seat, conversation: &Conversation, words: &str) -> Result<Vec<Id<StaffMember>>> {
    if !words.contains('@') {
        return Ok(Vec::new());
    }
    let members: Vec<_> = seat.floor().routing.book().members(&conversation.queue).collect();
    let names = seat.desk.colleagues().names(seat.desk.staff(), &members, seat.visitor.now).await?;
    Ok(named(words, names.sorted()))
}

/// Whose whole name is said. Of two that begin alike, the longer is meant.
fn named<T>(words: &str, mut names: Vec<(T, &str)>) -> Vec<T> {
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let mut rest = words.to_owned();
    let mut said = Vec::new();
    for (id, name) in names {
        let mark = format!("@{name}");
        let ends = |at: usize| {
            rest.get(at + mark.len()..).is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        };
        if rest.match_indices(&mark).any(|(at, _)| ends(at)) {
            rest = rest.replace(&mark, " ");
            said.push(id);
        }
    }
    said
}

/// The colleague who replied since the writer last saw the timeline.
async fn overtaken(seat: &Seat, found: &Found, fields: &Fields) -> Result<Option<String>> {
    let conversation = &found.shown.conversation;
    let seen: i64 = text(fields, "seen").parse().map_err(|_| malformed())?;
    if seen >= conversation.last_number {
        return Ok(None);
    }
    let news = seat.floor().conversations.entries(conversation.id, seen, MEANWHILE).await?;
    let others = news.iter().filter(|entry| matches!(entry.body, Body::Reply(_)));
    let other = others.filter_map(|entry| entry.author.staff()).find(|author| *author != seat.caller.member);
    let Some(other) = other else { return Ok(None) };
    let names = seat.desk.colleagues().names(seat.desk.staff(), &[other], seat.visitor.now).await?;
    Ok(Some(names.of(other).to_owned()))
}

async fn conflict(
    seat: &Seat,
    found: Found,
    fields: &Fields,
    typed: Draft,
    name: &str,
) -> Result<Response, Failure> {
    let words = &seat.visitor.words;
    let conversation = &found.shown.conversation;
    let action = format!("{CONVERSATIONS}/{}/say", conversation.id);
    let tried = Tried { seat, conversation: conversation.id, action, fields };
    let mut notice = Notice::refused(&seat.visitor, Refusal::new("conversations.changed_meanwhile").into())?;
    notice.title = words.text("desk-conflict").into_owned();
    notice.text = words.message("desk-conflict-reply").with("name", name).to_string();
    notice.again = Some(tried.again(conversation, "desk-conflict-send", &[("anyway", "yes")]));
    let (asked, _) = Asked::read_address(text(fields, "back"));
    send(seat, &asked, Some(found), Said { notice: Some(notice), typed: Some(typed), ..Said::default() })
        .await
}

/// Takes back a reply that is not out yet; its words are in the composer again.
pub(crate) async fn undo(
    seat: Seat,
    Path((id, held)): Path<(Id<Kind>, Id<HeldReply>)>,
    Posted(fields): Posted<Fields>,
) -> Result<Response, Failure> {
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let (asked, _) = Asked::read_address(text(&fields, "back"));
    let word = match seat.floor().conversations.undo_reply(held, seat.caller.member).await {
        Ok(_) => "undone",
        Err(Error::NotFound) => "too-late",
        Err(error) => return Err(error.into()),
    };
    Ok(done(&asked.conversation(id), word))
}

/// Keeps what is typed. The answer is for a script, and empty.
pub(crate) async fn draft(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(fields): Posted<Fields>,
) -> Result<StatusCode, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let words = text(&fields, "words");
    // A draft remembers whether it was a note, so that it does not become a reply.
    let kept =
        if is_note(&fields) && !words.is_empty() { format!("{NOTE}{words}") } else { words.to_owned() };
    let id = found.shown.conversation.id;
    seat.floor().conversations.save_draft(id, seat.caller.member, &kept).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a kept draft of a note begins with.
const NOTE: &str = "[note] ";

/// The draft that was kept, if any.
pub(super) async fn kept(seat: &Seat, id: Id<Kind>) -> Result<Draft> {
    let Some(draft) = seat.floor().conversations.draft(id, seat.caller.member).await? else {
        return Ok(Draft::default());
    };
    let words = draft.text.expose();
    Ok(match words.strip_prefix(NOTE) {
        Some(note) => Draft { words: note.to_owned(), is_note: true },
        None => Draft { words: words.clone(), is_note: false },
    })
}

#[derive(Deserialize)]
pub(crate) struct ReadTo {
    upto: i64,
}

/// Somebody has looked at it. The answer is for a script, and empty.
pub(crate) async fn read(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Posted(to): Posted<ReadTo>,
) -> Result<StatusCode, Failure> {
    find(&seat, id, Permission::CONVERSATION_READ).await?;
    seat.floor().conversations.read_by_staff(id, seat.caller.member, to.upto).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_meant_and_of_two_alike_the_longer() {
        let names = || vec![(1, "Sam"), (2, "Sam Supervisor"), (3, "Ana")];
        assert_eq!(named("ask @Sam, please", names()), [1]);
        assert_eq!(named("ask @Sam Supervisor", names()), [2]);
        assert_eq!(named("@Sam Supervisor and @Sam", names()), [2, 1]);
        assert!(named("@Samantha, mail ana@Anabel.example", names()).is_empty());
        assert_eq!(named("(@Ana)", names()), [3]);
    }
}
