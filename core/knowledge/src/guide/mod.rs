//! Guides: questions that lead to an answer, an action or a person. A guide is a tree of data, checked when
//! it is read, so that whoever begins one comes to an end.

mod check;
mod read;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;

use kernel::LocalText;

use crate::model::Head;

pub use walk::{At, Path, Standing};

/// A guide that was read without error. It holds all its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    pub head: Head,
    pub title: LocalText,
    pub summary: LocalText,
    /// Other words by which people look for it, by language.
    pub keywords: BTreeMap<kernel::Language, Vec<String>>,
    pub start: usize,
    pub steps: Vec<Step>,
    pub ends: Vec<End>,
    pub(crate) topic_line: usize,
    pub(crate) audience_line: usize,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    pub question: LocalText,
    pub help: Option<LocalText>,
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: LocalText,
    pub next: Next,
}

/// Where an answer leads, as a place in the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Step(usize),
    End(usize),
}

/// Where a guide ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub id: String,
    pub title: LocalText,
    /// Markdown: what to do.
    pub text: LocalText,
    /// Slugs of articles that say more.
    pub articles: Vec<String>,
    /// The topic of whoever takes over, with the answers given.
    pub contact: Option<String>,
    pub(crate) line: usize,
    pub(crate) text_line: usize,
}
