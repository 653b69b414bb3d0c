//! The whole conversation as a text that the customer keeps.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use kernel::{Context, Result};
use web::Failure;

use crate::chat::{Chat, Seat};
use crate::frames::{By, Shown};
use crate::guest::Guest;
use crate::view::Reader;

/// Entries read at a time, and at most.
const BATCH: u16 = 200;
const MOST: usize = 10_000;

pub(crate) async fn download(guest: Guest) -> Result<Response, Failure> {
    let seat = guest.own_seat().await?;
    let reader = Reader::new(&guest.web, &guest.chat.home_zone().await?, guest.door);
    let text = write(&guest.chat, &seat, &reader, &guest.web).await?;
    let name = format!("attachment; filename=\"chat-{}.txt\"", seat.conversation.reference);
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(name).context("naming a transcript")?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn write(chat: &Chat, seat: &Seat, reader: &Reader, visitor: &web::Visitor) -> Result<String> {
    let words = &reader.words;
    let mut text = words
        .message("chat-transcript-title")
        .with("brand", visitor.brand())
        .with("reference", seat.conversation.reference.as_str())
        .to_string();
    text.push_str("\r\n");
    let (mut after, mut count) = (0, 0);
    loop {
        let entries = chat.conversations().entries(seat.conversation.id, after, BATCH).await?;
        let is_last = entries.len() < usize::from(BATCH);
        for entry in &entries {
            after = entry.number;
            if let Some(shown) = chat.line(seat, entry, reader).await.shown {
                tell(&mut text, &shown, reader);
            }
        }
        count += entries.len();
        if is_last || count >= MOST {
            return Ok(text);
        }
    }
}

fn tell(text: &mut String, shown: &Shown, reader: &Reader) {
    let at = shown.at.to_zoned(reader.zone.clone());
    let (date, time) = (reader.words.date(at.date()), reader.words.time(at.time()));
    let who = match shown.by {
        By::You => Some(reader.words.text("chat-you").into_owned()),
        By::Staff | By::Program => shown.name.clone(),
        By::House => None,
    };
    let who = who.map_or_else(String::new, |who| format!(" {who}:"));
    let file = shown.file.as_ref().map_or_else(String::new, |file| format!("[{}]", file.name));
    let said = [shown.text.as_str(), file.as_str()].into_iter().filter(|part| !part.is_empty());
    let said = said.collect::<Vec<_>>().join(" ").replace('\n', "\r\n");
    // Writing into a string cannot fail.
    let _ = write!(text, "\r\n[{date}, {time}]{who} {said}\r\n");
}
