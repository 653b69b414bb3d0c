//! What is suggested while somebody writes: colleagues after an `@`, canned replies after a `/`.

use automation::{Agent, CannedReply, Reader, Texts};
use axum::Json;
use axum::extract::{Path, Query};
use kernel::Id;
use kernel::id::{CannedReply as CannedReplyId, Conversation as Kind};
use serde::{Deserialize, Serialize};
use staff::Permission;
use vault::Secret;
use web::{Failure, Posted};

use super::CONVERSATIONS;
use super::scope::find;
use crate::seat::Seat;
use crate::sign_in::Nothing;

const MOST: usize = 8;

#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    q: String,
}

#[derive(Serialize)]
pub(crate) struct Suggestion {
    label: String,
    hint: String,
    /// What is put in the place of what was typed; or where it is asked for.
    #[serde(skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    fill: String,
}

/// Those who serve the queue, whose names begin with what was typed.
pub(crate) async fn people(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Query(typed): Query<Typed>,
) -> Result<Json<Vec<Suggestion>>, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let book = seat.floor().routing.book();
    let members: Vec<_> = book.members(&found.shown.conversation.queue).collect();
    let names = seat.desk.colleagues().names(seat.desk.staff(), &members, seat.visitor.now).await?;
    let begins = |name: &str| name.split_whitespace().any(|word| has_prefix(word, &typed.q));
    let fitting = names.sorted().into_iter().filter(|(_, name)| begins(name)).take(MOST);
    let suggestion = |(_, name): (_, &str)| Suggestion {
        label: name.to_owned(),
        hint: String::new(),
        text: format!("@{name} "),
        fill: String::new(),
    };
    Ok(Json(fitting.map(suggestion).collect()))
}

/// Canned replies that fit, the best first.
pub(crate) async fn canned(
    seat: Seat,
    Path(id): Path<Id<Kind>>,
    Query(typed): Query<Typed>,
) -> Result<Json<Vec<Suggestion>>, Failure> {
    let found = find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let language = &found.shown.conversation.language;
    let replies = seat.floor().automation.find::<Texts>(&seat.reader(), &typed.q, language).await?;
    let suggestion = |reply: CannedReply| Suggestion {
        label: reply.name.get(seat.visitor.language()).to_owned(),
        hint: format!("/{}", reply.shortcut),
        text: String::new(),
        fill: format!("{CONVERSATIONS}/{id}/canned/{}", reply.id),
    };
    Ok(Json(replies.into_iter().take(MOST).map(suggestion).collect()))
}

#[derive(Serialize)]
pub(crate) struct Text {
    text: String,
}

/// The text of a canned reply, with the names of this conversation in it.
pub(crate) async fn fill(
    seat: Seat,
    Path((id, reply)): Path<(Id<Kind>, Id<CannedReplyId>)>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<Json<Text>, Failure> {
    find(&seat, id, Permission::CONVERSATION_REPLY).await?;
    let agent = seat.agent().await?;
    let filled = seat.floor().automation.fill(reply, id, &agent).await?;
    Ok(Json(Text { text: filled.text }))
}

impl Seat {
    /// The caller, as one for whom things are prepared.
    pub fn reader(&self) -> Reader {
        let book = self.floor().routing.book();
        Reader { staff: self.caller.member, queues: book.serves(self.caller.member).cloned().collect() }
    }

    pub async fn agent(&self) -> Result<Agent, Failure> {
        let me = self.caller.member;
        let names = self.desk.colleagues().names(self.desk.staff(), &[me], self.visitor.now).await?;
        Ok(Agent { reader: self.reader(), name: Secret::new(names.of(me).to_owned()) })
    }
}

fn has_prefix(word: &str, typed: &str) -> bool {
    word.to_lowercase().starts_with(&typed.to_lowercase())
}
