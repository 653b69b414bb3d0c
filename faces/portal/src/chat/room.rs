//! The room: the conversation so far, and what can be done in it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chat::frames::Standing;
use chat::{Guest, Seat};
use kernel::{Refusal, Result};
use serde::Deserialize;
use web::{Failure, Page, html};
use words::Told;

use super::lines::{LineView, views};
use super::{Pages, Room, begin, page};

/// Entries on a page, and on a page with all of them.
const SHOWN: usize = 60;
const MOST: usize = 2_000;

#[derive(Template)]
#[template(path = "chat/room.html")]
struct RoomPage {
    page: Page,
    room: Room,
    reference: String,
    lines: Vec<LineView>,
    more_before: bool,
    last: i64,
    seen: i64,
    standing: &'static str,
    state: String,
    /// They ended it on their side; it can go on.
    left: bool,
    rated: bool,
    key: String,
    draft: String,
    problem: Option<Told>,
    stars: Vec<Star>,
    accept: String,
    largest_file: usize,
}

struct Star {
    value: u8,
    text: String,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    new: Option<String>,
    all: Option<String>,
    topic: Option<String>,
}

pub(super) async fn show(
    State(pages): State<Pages>,
    guest: Guest,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let over = |seat: &Seat| seat.visitor.left_at.is_some() || !seat.conversation.state.is_live();
    match guest.seat().await? {
        Some(seat) if asked.new.is_none() || !over(&seat) => {
            send(&guest, &seat, asked.all.is_some(), None, String::new()).await
        }
        _ => begin::show(&pages, &guest, asked.topic.unwrap_or_default()).await,
    }
}

/// The room again, with why something did not work and what was typed.
pub(super) async fn refused(
    guest: &Guest,
    seat: &Seat,
    refusal: &Refusal,
    draft: String,
) -> Result<Response, Failure> {
    let told = guest.web.told(refusal);
    send(guest, seat, false, Some(told), draft).await
}

async fn send(
    guest: &Guest,
    seat: &Seat,
    all: bool,
    problem: Option<Told>,
    draft: String,
) -> Result<Response, Failure> {
    let (chat, words, reader) = (guest.chat(), &guest.web.words, guest.reader().await?);
    let conversation = &seat.conversation;
    let entries = newest(guest, seat, if all { MOST } else { SHOWN }).await?;
    let more_before = entries.first().is_some_and(|first| first.number > 1);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in &entries {
        lines.push(chat.line(seat, entry, &reader).await);
    }
    let (is, state, rated) = match chat.standing(seat, &reader).await? {
        Standing::Waiting { text, .. } => ("waiting", text, false),
        Standing::With { text, .. } => ("with", text, false),
        Standing::Closed { text, rated } => ("closed", text, rated),
    };
    let seen = conversation.marks.staff_read;
    let mut response = html(&RoomPage {
        page: page(guest, "chat-title"),
        room: Room::of(guest)?,
        reference: conversation.reference.to_string(),
        lines: views(lines, u64::try_from(seen).unwrap_or(0), words),
        more_before,
        // A socket goes on from what this page shows, which may be a little less than there is.
        last: entries.last().map_or(0, |last| last.number),
        seen,
        standing: is,
        state,
        left: seat.visitor.left_at.is_some() && conversation.state.is_live(),
        rated,
        key: guest.fresh_key()?,
        draft,
        problem,
        stars: (1..=5).map(|value| star(value, words)).collect(),
        accept: accepted(),
        largest_file: conversations::LARGEST_FILE,
    })?;
    guest.dress(&mut response);
    Ok(response)
}

fn star(value: u8, words: &words::Words) -> Star {
    let key = match value {
        1 => "chat-star-1",
        2 => "chat-star-2",
        3 => "chat-star-3",
        4 => "chat-star-4",
        _ => "chat-star-5",
    };
    Star { value, text: words.text(key).into_owned() }
}

/// The kinds of files that are taken, for the browser's own choice of files.
fn accepted() -> String {
    let kinds = conversations::MediaType::ALL.iter();
    kinds.flat_map(|kind| kind.extensions()).map(|end| format!(".{end}")).collect::<Vec<_>>().join(",")
}

/// The newest entries, oldest first.
async fn newest(guest: &Guest, seat: &Seat, most: usize) -> Result<Vec<conversations::Entry>> {
    let conversations = guest.chat().conversations();
    let mut entries = Vec::new();
    let mut before = i64::MAX;
    while entries.len() < most && before > 1 {
        let wanted = u16::try_from(most - entries.len()).unwrap_or(u16::MAX).min(conversations::PAGE);
        let mut page = conversations.page_before(seat.conversation.id, before, wanted).await?;
        let Some(first) = page.first() else { break };
        before = first.number;
        page.append(&mut entries);
        entries = page;
    }
    Ok(entries)
}
