//! Search: as somebody types, with slips forgiven, in the words of their language.
//!
//! Each language has two shelves: what anybody may see, and what those who work here may see. An entry is
//! put on the shelves it belongs to and nowhere else.

mod analysis;
mod excerpt;
mod plan;
mod shelf;
mod synonyms;
mod vocabulary;

use std::sync::Arc;

use kernel::{Language, Result};

pub use excerpt::Piece;
pub(crate) use shelf::Shelf;
pub(crate) use synonyms::SynonymFile;

use crate::library::Entry;
use crate::model::Reader;

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Search<'s> {
    pub text: &'s str,
    pub language: &'s Language,
    pub reader: Reader<'s>,
    /// The last word may not be finished yet.
    pub typing: bool,
    pub limit: usize,
}

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// The question as it was probably meant, when words of it stand nowhere.
    pub meant: Option<String>,
    /// How much of what was said stands somewhere: 0 to 1.
    pub understood: f32,
}

/// A text that was found, with the words that were asked for marked.
#[derive(Debug, Clone)]
pub struct Hit {
    pub entry: Arc<Entry>,
    pub score: f32,
    pub title: Vec<Piece>,
    /// Empty while somebody types: a list of titles is read faster.
    pub excerpt: Vec<Piece>,
}

pub(crate) fn search(shelf: &Shelf, search: &Search<'_>) -> Result<Found> {
    let plan = shelf.plan(search.text, search.typing);
    if plan.said == 0 {
        return Ok(Found::default());
    }
    let audience = match search.reader {
        Reader::Audience(audience) => Some(audience),
        Reader::Anybody | Reader::Staff => None,
    };
    let marks = shelf::marks(&plan);
    let found = shelf.search(&plan, audience, search.limit)?;
    let hits = found.into_iter().map(|found| Hit {
        title: excerpt::marked(&found.entry.title, &marks, &shelf.analyzer),
        excerpt: if search.typing { Vec::new() } else { excerpt_of(&found.entry, &marks, shelf) },
        score: found.score,
        entry: found.entry,
    });
    let count = |number: usize| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
    let understood = 1.0 - count(plan.unknown) / count(plan.said);
    Ok(Found { hits: hits.collect(), meant: plan.mended, understood })
}

/// The summary when it answers, else the best part of the text.
fn excerpt_of(entry: &Entry, marks: &std::collections::HashSet<String>, shelf: &Shelf) -> Vec<Piece> {
    let summary = excerpt::marked(&entry.summary, marks, &shelf.analyzer);
    if summary.iter().any(|piece| piece.hit) || entry.text.is_empty() {
        return summary;
    }
    let part = excerpt::excerpt(&entry.text, marks, &shelf.analyzer);
    if summary.is_empty() || part.iter().any(|piece| piece.hit) { part } else { summary }
}
