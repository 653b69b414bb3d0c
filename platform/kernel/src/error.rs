//! The three ways something does not work out.
//!
//! A *refusal* is an answer: it has a stable code, words in every language (the text keys
//! `refusal-<code>` and `refusal-<code>.remedy`) and tells what to do. *Not found* is also the answer for
//! what the caller may not know to exist. A *fault* is ours: it is logged once, at the edge, and the
//! person sees only a reference number.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::fmt;

use crate::reference::Reference;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command or query did not answer.
///
/// It does not implement [`std::error::Error`], so that `?` turns any library's error into a [`Fault`].
#[derive(Debug)]
pub enum Error {
    Refusal(Refusal),
    NotFound,
    Fault(Box<Fault>),
}

/// Characters of a value that a refusal repeats: enough to recognise it, whatever somebody sent.
const LONGEST_DETAIL: usize = 500;

/// An answer of "no", with a stable code such as `directory.empty`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    code: &'static str,
    details: BTreeMap<&'static str, String>,
}

impl Refusal {
    /// `code` is `area.reason`, lower case, with underscores; its words are in `locales/`.
    pub fn new(code: &'static str) -> Self {
        Self { code, details: BTreeMap::new() }
    }

    /// Adds a value that the words may mention, cut to a bearable length. Never put personal data here.
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let mut text = value.to_string();
        if let Some((end, _)) = text.char_indices().nth(LONGEST_DETAIL) {
            text.truncate(end);
            text.push('…');
        }
        self.details.insert(name, text);
        self
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    pub fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.details.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The key of its words: `directory.no_topic` is spoken as `refusal-directory-no-topic`.
    pub fn text_key(&self) -> String {
        format!("refusal-{}", self.code.replace(['.', '_'], "-"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        for (name, value) in &self.details {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// Something broke that the person can do nothing about.
#[derive(Debug)]
pub struct Fault {
    reference: Reference,
    doing: Vec<String>,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Fault {
    /// A fault without an underlying error.
    pub fn new(doing: impl Into<String>) -> Self {
        Self { reference: Reference::random('E'), doing: vec![doing.into()], cause: None }
    }

    /// What the person is shown, and what finds the log line.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for doing in self.doing.iter().rev() {
            write!(f, "{doing}: ")?;
        }
        let mut cause: Option<&(dyn StdError + 'static)> = self.cause.as_deref().map(|cause| cause as _);
        let mut first = true;
        while let Some(error) = cause {
            write!(f, "{}{error}", if first { "" } else { ": " })?;
            first = false;
            cause = error.source();
        }
        write!(f, " [{}]", self.reference)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(refusal) => write!(f, "refused: {refusal}"),
            Self::NotFound => f.write_str("not found"),
            Self::Fault(fault) => write!(f, "{fault}"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(cause: E) -> Self {
        Self::Fault(Box::new(Fault {
            reference: Reference::random('E'),
            doing: Vec::new(),
            cause: Some(Box::new(cause)),
        }))
    }
}

impl Error {
    /// The refusal's code, for tests and for programs that decide on it.
    pub fn refusal_code(&self) -> Option<&'static str> {
        match self {
            Self::Refusal(refusal) => Some(refusal.code()),
            Self::NotFound | Self::Fault(_) => None,
        }
    }
}

/// Says what was being done when an error came; only faults carry it.
pub trait Context<T> {
    fn context(self, doing: impl Into<String>) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl Into<String>) -> Result<T> {
        self.map_err(|error| match error.into() {
            Error::Fault(mut fault) => {
                fault.doing.push(doing.into());
                Error::Fault(fault)
            }
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_tells_the_log_everything_and_the_person_a_reference() {
        let result: Result<i32> =
            "x".parse::<i32>().context("reading the option").context("loading the menu");
        let Err(Error::Fault(fault)) = result else { panic!("a fault was expected") };
        let text = fault.to_string();
        assert!(text.starts_with("loading the menu: reading the option: invalid digit"), "{text}");
        assert!(text.contains(fault.reference().as_str()));
    }

    #[test]
    fn context_leaves_refusals_alone() {
        let refused: Result<()> = Err(Refusal::new("a.b").with("n", 3)).context("somewhere");
        assert_eq!(refused.unwrap_err().refusal_code(), Some("a.b"));
    }

    #[test]
    fn a_refusal_repeats_only_so_much_of_what_was_sent() {
        let refusal = Refusal::new("a.b").with("short", "ñ").with("long", "ñ".repeat(5_000));
        let lengths: Vec<usize> = refusal.details().map(|(_, value)| value.chars().count()).collect();
        assert_eq!(lengths, [LONGEST_DETAIL + 1, 1]);
    }

    #[test]
    fn a_refusal_names_its_words() {
        assert_eq!(Refusal::new("directory.no_topic").text_key(), "refusal-directory-no-topic");
    }
}
