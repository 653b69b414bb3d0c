//! What an article is, and the ways it can go.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use kernel::id::{Article as ArticleId, Id};
use kernel::{Language, Refusal};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $refusal:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = Refusal;

            fn from_str(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Refusal::new($refusal).with("given", text)),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

named!(
    /// What kind of text it is.
    Kind, "knowledge.unknown_kind" {
        /// One question, one answer.
        Faq = "faq",
        /// How to get one thing done.
        HowTo = "how-to",
        /// Learning something step by step.
        Tutorial = "tutorial",
        /// All about a product.
        Manual = "manual",
        /// A rule of the house.
        Policy = "policy",
        /// How staff do something.
        Procedure = "procedure",
        /// A text that macros put into replies.
        Macro = "macro",
        /// Questions that lead to an answer.
        Guide = "guide",
    }
);

impl Kind {
    /// Whether customers never see it, whatever its audience.
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::Policy | Self::Procedure | Self::Macro)
    }
}

named!(
    /// How far the newest revision is. What readers see may be an earlier one.
    State, "knowledge.unknown_state" {
        Draft = "draft",
        /// Somebody else looks at it before it is published.
        Review = "review",
        Published = "published",
        /// Readers see it no more; its revisions are kept.
        Retired = "retired",
    }
);

/// What can be done to an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// A new revision.
    Edit,
    /// Asks for a review.
    Submit,
    /// Gives it back to its author.
    Return,
    Publish,
    Retire,
}

impl Act {
    pub const ALL: &[Self] = &[Self::Edit, Self::Submit, Self::Return, Self::Publish, Self::Retire];
}

impl State {
    /// The one table of what may follow what. Publishing needs a review; editing always begins anew.
    pub fn after(self, act: Act) -> Result<Self, Refusal> {
        match (self, act) {
            (_, Act::Edit) | (Self::Review, Act::Return) => Ok(Self::Draft),
            (Self::Draft, Act::Submit) => Ok(Self::Review),
            (Self::Review, Act::Publish) => Ok(Self::Published),
            (Self::Draft | Self::Review | Self::Published, Act::Retire) => Ok(Self::Retired),
            (Self::Draft | Self::Published | Self::Retired, Act::Return | Act::Publish)
            | (Self::Review | Self::Published | Self::Retired, Act::Submit)
            | (Self::Retired, Act::Retire) => {
                Err(Refusal::new("knowledge.not_now").with("state", self.as_str()))
            }
        }
    }
}

/// For whom a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader<'r> {
    /// A customer, perhaps of one audience of the directory; sees nothing internal.
    #[default]
    Anybody,
    Audience(&'r str),
    /// Somebody who works here: sees everything that is published.
    Staff,
}

impl Reader<'_> {
    pub fn is_staff(self) -> bool {
        self == Self::Staff
    }
}

/// The word that stands for those who work here in a list of audiences.
pub const STAFF: &str = "staff";

/// What is said about an article besides its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The same for all translations of a text.
    pub slug: String,
    /// `None` for guides, which hold all their languages.
    pub language: Option<Language>,
    pub kind: Kind,
    pub title: String,
    pub summary: String,
    /// Audiences of the directory; empty for anybody.
    pub audience: Vec<String>,
    pub internal: bool,
    /// A topic of the directory: who handles it when the text does not help.
    pub topic: Option<String>,
    /// Other words by which people look for it.
    pub keywords: Vec<String>,
    /// Who keeps it true.
    pub owner: Option<String>,
    /// When it is to be looked at again.
    pub review: Option<Date>,
    /// The days on which it holds, both included.
    pub from: Option<Date>,
    pub until: Option<Date>,
    /// Slugs of what to read next.
    pub related: Vec<String>,
    /// How far a file says it is; only an import looks at it.
    pub state: State,
}

impl Head {
    /// Whether it may be shown to this reader.
    pub fn is_for(&self, reader: Reader<'_>) -> bool {
        match reader {
            Reader::Staff => true,
            _ if self.internal => false,
            Reader::Anybody => true,
            Reader::Audience(audience) => {
                self.audience.is_empty() || self.audience.iter().any(|one| one == audience)
            }
        }
    }
}

/// An article as lists show it: where its newest revision stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: Id<ArticleId>,
    pub slug: String,
    pub language: Option<Language>,
    pub kind: Kind,
    pub internal: bool,
    pub title: String,
    pub topic: Option<String>,
    pub owner: Option<String>,
    pub review_at: Option<Timestamp>,
    pub state: State,
    /// The newest revision, from 1.
    pub revision: i64,
    /// The revision that readers see.
    pub published: Option<i64>,
    /// Guards against two people changing it at once.
    pub version: i64,
    pub changed_at: Timestamp,
    /// It translates a text that has changed since.
    pub stale: bool,
}

/// One revision: a text as it was, who wrote it and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub number: i64,
    pub at: Timestamp,
    pub by: String,
    pub note: String,
    pub digest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every cell of the table: rows are states, columns acts.
    #[test]
    fn what_may_follow_what_is_told_for_every_state_and_act() {
        let table: Vec<String> = State::ALL
            .iter()
            .map(|state| {
                let cells = Act::ALL.iter().map(|act| state.after(*act).map_or("-", State::as_str));
                format!("{}: {}", state, cells.collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "draft: draft review - - retired",
                "review: draft - draft published retired",
                "published: draft - - - retired",
                "retired: draft - - - -",
            ]
        );
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), *kind);
        }
        for state in State::ALL {
            assert_eq!(state.as_str().parse::<State>().unwrap(), *state);
        }
        assert_eq!("essay".parse::<Kind>().unwrap_err().code(), "knowledge.unknown_kind");
        assert_eq!("gone".parse::<State>().unwrap_err().code(), "knowledge.unknown_state");
    }
}
