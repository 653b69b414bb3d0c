//! What is suggested while somebody writes: colleagues after an `@`.

use axum::Json;
use axum::extract::{Path, Query};
use kernel::Id;
use kernel::id::Conversation as Kind;
use serde::{Deserialize, Serialize};
use staff::Permission;
use web::Failure;

use super::scope::find;
use crate::seat::Seat;

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
    /// What is put in the place of what was typed.
    text: String,
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
    };
    Ok(Json(fitting.map(suggestion).collect()))
}

fn has_prefix(word: &str, typed: &str) -> bool {
    word.to_lowercase().starts_with(&typed.to_lowercase())
}
