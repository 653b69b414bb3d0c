//! People as screens and commands see them. No input or output here.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use audit::Actor;
use directory::ChannelKind;
use jiff::Timestamp;
use kernel::{Fault, Id, Language, Refusal};
use serde::{Deserialize, Serialize};
use vault::Secret;

use crate::point::Point;

/// The id of a person: `per_…`.
pub type PersonId = Id<kernel::id::Person>;
/// The id of a merge: `pmg_…`.
pub type MergeId = Id<kernel::id::PersonMerge>;

/// Whom the centre serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonKind {
    #[default]
    Consumer,
    Dealer,
}

impl PersonKind {
    pub const ALL: [Self; 2] = [Self::Consumer, Self::Dealer];

    pub fn name(self) -> &'static str {
        match self {
            Self::Consumer => "consumer",
            Self::Dealer => "dealer",
        }
    }
}

impl fmt::Display for PersonKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PersonKind {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| Fault::new(format!("{text} is no kind of person")))
    }
}

/// What somebody needs to be served well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Writes instead of speaking, or uses a relay service.
    RealTimeText,
    SignLanguage,
    ScreenReader,
    LargePrint,
    Braille,
    PlainLanguage,
    MoreTime,
    /// Somebody else speaks for them, with their leave.
    Companion,
}

impl Need {
    pub const ALL: [Self; 8] = [
        Self::RealTimeText,
        Self::SignLanguage,
        Self::ScreenReader,
        Self::LargePrint,
        Self::Braille,
        Self::PlainLanguage,
        Self::MoreTime,
        Self::Companion,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::RealTimeText => "real_time_text",
            Self::SignLanguage => "sign_language",
            Self::ScreenReader => "screen_reader",
            Self::LargePrint => "large_print",
            Self::Braille => "braille",
            Self::PlainLanguage => "plain_language",
            Self::MoreTime => "more_time",
            Self::Companion => "companion",
        }
    }
}

impl FromStr for Need {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let found = Self::ALL.into_iter().find(|need| need.name() == text);
        found.ok_or_else(|| Refusal::new("customers.need_unknown").with("input", text))
    }
}

/// Needs by name, and what they do not say, in words.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    pub kinds: BTreeSet<Need>,
    pub words: Option<Secret<String>>,
}

impl Needs {
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.words.is_none()
    }
}

/// Somebody who contacts us, with everything that people found to be them left behind.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub kind: PersonKind,
    pub name: Option<Secret<String>>,
    /// How they want to be addressed.
    pub called: Option<Secret<String>>,
    /// Other names they are known by.
    pub also: Vec<Secret<String>>,
    pub language: Option<Language>,
    pub channel: Option<ChannelKind>,
    pub needs: Needs,
    /// Verified ones first.
    pub points: Vec<Point>,
    /// Oldest first.
    pub notes: Vec<Note>,
    /// Every id that means this person now: their own first.
    pub identities: Vec<PersonId>,
    /// Counts changes. A command that names another one comes too late.
    pub version: i64,
    pub created_at: Timestamp,
    /// Their data was erased for good.
    pub erased: bool,
}

/// What a list shows of somebody.
#[derive(Debug, Clone)]
pub struct Brief {
    /// Who they are now, whatever id was asked for.
    pub id: PersonId,
    pub kind: PersonKind,
    pub name: Option<Secret<String>>,
    pub called: Option<Secret<String>>,
    pub language: Option<Language>,
    pub channel: Option<ChannelKind>,
    pub needs: BTreeSet<Need>,
    pub erased: bool,
}

impl Brief {
    /// How a letter or a reply addresses them: as they wish, else by the first word of their name.
    pub fn first_name(&self) -> Option<&str> {
        first_name(self.called.as_ref(), self.name.as_ref())
    }
}

impl Person {
    /// See [`Brief::first_name`].
    pub fn first_name(&self) -> Option<&str> {
        first_name(self.called.as_ref(), self.name.as_ref())
    }
}

fn first_name<'a>(called: Option<&'a Secret<String>>, name: Option<&'a Secret<String>>) -> Option<&'a str> {
    let called = called.map(|called| called.expose().as_str());
    called.or_else(|| name.and_then(|name| name.expose().split_whitespace().next()))
}

/// Something staff should know about a person.
#[derive(Debug, Clone)]
pub struct Note {
    /// The person it was written about, who may have been found to be another since.
    pub of: PersonId,
    /// Unique for that person.
    pub number: i64,
    pub body: Secret<String>,
    pub author: Actor,
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for need in Need::ALL {
            assert_eq!(need.name().parse::<Need>().unwrap(), need);
        }
        for kind in PersonKind::ALL {
            assert_eq!(kind.name().parse::<PersonKind>().unwrap(), kind);
        }
        assert_eq!("wings".parse::<Need>().unwrap_err().code(), "customers.need_unknown");
        assert!("robot".parse::<PersonKind>().is_err());
    }

    #[test]
    fn somebody_is_addressed_as_they_wish() {
        let secret = |text: &str| Some(Secret::new(text.to_owned()));
        assert_eq!(first_name(secret("Dr. Ruiz").as_ref(), secret("Ana Ruiz").as_ref()), Some("Dr. Ruiz"));
        assert_eq!(first_name(None, secret("  Ana Ruiz").as_ref()), Some("Ana"));
        assert_eq!(first_name(None, None), None);
    }
}
