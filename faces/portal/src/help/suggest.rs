//! What to show while somebody types: titles, nothing more. For the page's own script.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use knowledge::{Piece, Search};
use serde::Serialize;
use web::Failure;

use super::Help;
use super::listing::{self, Item};
use crate::inquiry::Inquiry;

const MOST: usize = 6;

#[derive(Serialize)]
struct Suggestions {
    options: Vec<Choice>,
    /// How many there are, in words, for those who cannot see them.
    said: String,
}

#[derive(Serialize)]
struct Choice {
    href: String,
    title: String,
    /// The title in parts; the second of each says whether it was typed.
    parts: Vec<(String, bool)>,
    kind: String,
}

pub(super) async fn show(State(help): State<Help>, inquiry: Inquiry) -> Result<Response, Failure> {
    let (text, language) = (inquiry.asked.words().unwrap_or_default(), inquiry.visitor.language());
    let reader = listing::reader(&inquiry);
    let found = help.knowledge.search(&Search { text, language, reader, typing: true, limit: MOST })?;
    let options = found.hits.into_iter().map(|hit| {
        let item = Item::new(&hit.entry, &inquiry);
        let parts = hit.title.into_iter().map(|Piece { text, hit }| (text, hit)).collect();
        Choice { href: item.href, title: item.title, parts, kind: item.kind }
    });
    let options: Vec<Choice> = options.collect();
    let said = inquiry.words().message("help-suggestions").with("count", options.len()).to_string();
    let mut response = Json(Suggestions { options, said }).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    Ok(response)
}
