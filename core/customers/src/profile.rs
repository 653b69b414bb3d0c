//! What is sealed of a person, and how several people who are one are seen as one.

use std::collections::BTreeSet;

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::{Language, Result};
use serde::{Deserialize, Serialize};
use vault::Secret;

use crate::model::{Brief, Need, Needs, PersonId, PersonKind};
use crate::point::Point;

vault::field!(pub(crate) PersonProfile: String = "customer_person"."profile");

/// Names and needs of one row.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub name: Option<Secret<String>>,
    pub called: Option<Secret<String>>,
    pub also: Vec<Secret<String>>,
    pub needs: BTreeSet<Need>,
    pub needs_words: Option<Secret<String>>,
    /// Whose needs were known when these were last set: they are no longer asked about theirs.
    pub needs_speak_for: BTreeSet<PersonId>,
}

/// The same, in the form it is sealed in.
#[derive(Serialize)]
struct Written<'a> {
    name: Option<&'a str>,
    called: Option<&'a str>,
    also: Vec<&'a str>,
    needs: &'a BTreeSet<Need>,
    needs_words: Option<&'a str>,
    needs_speak_for: &'a BTreeSet<PersonId>,
}

fn text(secret: &Secret<String>) -> &str {
    secret.expose()
}

impl Profile {
    pub fn to_secret(&self) -> Result<Secret<String>> {
        Secret::from_json(&Written {
            name: self.name.as_ref().map(text),
            called: self.called.as_ref().map(text),
            also: self.also.iter().map(text).collect(),
            needs: &self.needs,
            needs_words: self.needs_words.as_ref().map(text),
            needs_speak_for: &self.needs_speak_for,
        })
    }

    /// Everything this row is found by.
    pub fn names(&self) -> impl Iterator<Item = &Secret<String>> {
        self.name.iter().chain(&self.called).chain(&self.also)
    }
}

/// One row, opened.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: PersonId,
    pub kind: PersonKind,
    pub profile: Profile,
    pub language: Option<Language>,
    pub channel: Option<ChannelKind>,
    pub survivor: Option<PersonId>,
    pub version: i64,
    pub created_at: Timestamp,
    pub erased: bool,
}

/// Rows that are one person: the survivor first, the others in the order of their ids.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub head: Row,
    pub others: Vec<Row>,
}

impl Family {
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        std::iter::once(&self.head).chain(&self.others)
    }

    pub fn ids(&self) -> impl Iterator<Item = PersonId> {
        self.rows().map(|row| row.id)
    }

    /// The row whose name is theirs: the survivor's, or the first that has one.
    fn named(&self) -> &Profile {
        let named = self.rows().map(|row| &row.profile).find(|profile| profile.name.is_some());
        named.unwrap_or(&self.head.profile)
    }

    pub fn name(&self) -> Option<&Secret<String>> {
        self.named().name.as_ref()
    }

    pub fn called(&self) -> Option<&Secret<String>> {
        self.head.profile.called.as_ref().or(self.named().called.as_ref())
    }

    /// Names that are known besides the one that is shown.
    pub fn also(&self) -> Vec<Secret<String>> {
        let shown: Vec<&str> = self.name().into_iter().chain(self.called()).map(text).collect();
        let mut also: Vec<Secret<String>> = Vec::new();
        for name in self.rows().flat_map(|row| row.profile.names()) {
            if !shown.contains(&text(name)) && !also.iter().any(|known| text(known) == text(name)) {
                also.push(name.clone());
            }
        }
        also
    }

    pub fn language(&self) -> Option<&Language> {
        self.rows().find_map(|row| row.language.as_ref())
    }

    pub fn channel(&self) -> Option<ChannelKind> {
        self.rows().find_map(|row| row.channel)
    }

    /// A need that anybody of them had counts, until the survivor's needs were set knowing of it.
    pub fn needs(&self) -> Needs {
        let settled = &self.head.profile.needs_speak_for;
        let counts = || self.rows().filter(|row| row.id == self.head.id || !settled.contains(&row.id));
        Needs {
            kinds: counts().flat_map(|row| row.profile.needs.iter().copied()).collect(),
            words: counts().find_map(|row| row.profile.needs_words.clone()),
        }
    }

    pub fn brief(&self) -> Brief {
        Brief {
            id: self.head.id,
            kind: self.head.kind,
            name: self.name().cloned(),
            called: self.called().cloned(),
            language: self.language().cloned(),
            channel: self.channel(),
            needs: self.needs().kinds,
            erased: self.head.erased,
        }
    }
}

/// Points of a family as one list: verified first, oldest first, and one that several hold only once.
pub(crate) fn joined(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by_key(|point| (!point.verified, point.number));
    let mut joined: Vec<Point> = Vec::new();
    for point in points {
        let same = |other: &Point| other.kind == point.kind && other.value.expose() == point.value.expose();
        if !joined.iter().any(same) {
            joined.push(point);
        }
    }
    joined
}
