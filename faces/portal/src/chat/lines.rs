//! Entries as they stand on a page. The script makes further ones alike.

use chat::frames::{By, Line};
use chat::text;
use words::Words;

/// One entry.
pub(super) struct LineView {
    pub class: &'static str,
    pub number: u64,
    pub key: Option<String>,
    pub who: String,
    pub parts: Vec<PartView>,
    pub file: Option<FileView>,
    pub at: String,
    pub time: String,
    /// "Sent" or "Seen", below the customer's own newest words.
    pub mark: String,
}

pub(super) struct PartView {
    pub text: String,
    pub href: Option<String>,
}

pub(super) struct FileView {
    pub href: String,
    pub name: String,
    pub size: String,
}

/// What the customer sees of these entries; `seen` is how far our side has read.
pub(super) fn views(lines: Vec<Line>, seen: u64, words: &Words) -> Vec<LineView> {
    let own = |line: &&Line| line.shown.as_ref().is_some_and(|shown| shown.by == By::You);
    let newest = lines.iter().rev().find(own).map(|line| line.n);
    lines.into_iter().filter_map(|line| view(line, newest, seen, words)).collect()
}

fn view(line: Line, newest: Option<u64>, seen: u64, words: &Words) -> Option<LineView> {
    let shown = line.shown?;
    let class = match shown.by {
        By::You => "you",
        By::Staff => "staff",
        By::Program => "program",
        By::House => "house",
    };
    let mark = match newest {
        Some(newest) if newest == line.n && line.n <= seen => words.text("chat-seen").into_owned(),
        Some(newest) if newest == line.n => words.text("chat-sent").into_owned(),
        _ => String::new(),
    };
    let who = match shown.by {
        By::You => words.text("chat-you").into_owned(),
        _ => shown.name.unwrap_or_default(),
    };
    let parts = text::parts(&shown.text).into_iter().map(|part| PartView {
        text: part.text.to_owned(),
        href: part.is_link.then(|| part.text.to_owned()),
    });
    Some(LineView {
        class,
        number: line.n,
        key: shown.key,
        who,
        parts: parts.collect(),
        file: shown.file.map(|file| FileView { href: file.href, name: file.name, size: file.size }),
        at: shown.at.to_string(),
        time: shown.time,
        mark,
    })
}
