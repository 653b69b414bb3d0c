//! The timeline: entries as they are shown, with the days between them.

use conversations::{Author, Body, Entry, Told, Words};
use jiff::civil::Date;
use kernel::id::{Conversation, Id, StaffMember};
use web::Visitor;

use super::files::Files;
use super::happenings::{Telling, tell};
use crate::moment::{Moment, zone};
use crate::portrait::Face;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Day,
    /// What follows is new to the reader.
    New,
    Happening,
    Customer,
    Reply,
    Note,
    /// A reply that can still be taken back.
    Held,
}

impl Kind {
    pub fn class(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Reply => "reply",
            Self::Note => "internal",
            Self::Held => "reply pending",
            Self::Day | Self::New | Self::Happening => "",
        }
    }
}

pub(crate) struct EntryView {
    pub id: String,
    pub kind: Kind,
    pub icon: &'static str,
    pub text: String,
    pub at: Moment,
    pub author: String,
    pub face: Face,
    /// By the same person as the entry before, shortly after.
    pub continued: bool,
    pub pieces: Vec<Piece>,
    pub language: Option<String>,
    pub file: Option<FileView>,
    pub held: Option<HeldView>,
    /// How far it has got.
    pub mark: String,
    /// The reference of the conversation it was said in, where that was merged into this one.
    pub elsewhere: Option<String>,
}

/// A stretch of words, or a colleague's name among them.
pub(crate) struct Piece {
    pub text: String,
    pub is_mention: bool,
}

#[derive(Clone)]
pub(crate) struct FileView {
    pub href: String,
    pub name: String,
    pub size: String,
}

pub(crate) struct HeldView {
    pub undo: String,
    /// Where the reader is, to come back to.
    pub back: String,
    /// When it is sent, in milliseconds of the epoch.
    pub due: i64,
    pub text: String,
}

impl EntryView {
    pub fn is_note(&self) -> bool {
        self.kind == Kind::Note
    }

    pub fn is_held(&self) -> bool {
        self.kind == Kind::Held
    }
}

/// Entries closer together than this, by the same person, are read as one.
const TOGETHER_SECONDS: i64 = 180;

/// What the timeline is told with.
pub(super) struct Timeline<'a> {
    pub telling: Telling<'a>,
    pub customer_name: &'a str,
    pub customer_face: Face,
    pub language: &'a str,
    pub conversation: Id<Conversation>,
    /// Up to where the reader has read.
    pub read_to: i64,
    /// The last reply, and how far it has got.
    pub mark: Option<(i64, String)>,
    pub files: &'a Files,
}

impl Timeline<'_> {
    /// Entries in order, with a line for each day and one before the first that is new.
    pub fn show(&self, story: &[Told]) -> Vec<EntryView> {
        let mut views: Vec<EntryView> = Vec::with_capacity(story.len() + 4);
        let (mut day, mut before, mut told_new) = (None, None::<&Told>, false);
        for told in story.iter().filter(|told| told.entry.moved_to.is_none()) {
            let entry = &told.entry;
            let date = entry.at.to_zoned(zone(self.visitor())).date();
            if day != Some(date) {
                day = Some(date);
                views.push(Self::line(Kind::Day, format!("day-{date}"), self.day(date)));
            }
            let is_news = told.conversation == self.conversation
                && entry.number > self.read_to
                && matches!(entry.author, Author::Customer);
            if is_news && !told_new && self.read_to > 0 {
                told_new = true;
                let text = self.visitor().words.text("desk-new").into_owned();
                views.push(Self::line(Kind::New, "new".into(), text));
                before = None;
            }
            views.push(self.entry(told, before));
            before = Some(told);
        }
        views
    }

    fn visitor(&self) -> &Visitor {
        self.telling.visitor
    }

    fn day(&self, date: Date) -> String {
        let words = &self.visitor().words;
        let today = self.visitor().now.to_zoned(zone(self.visitor())).date();
        if date == today {
            words.text("desk-today").into_owned()
        } else if date.year() == today.year() {
            words.day(date)
        } else {
            words.date(date)
        }
    }

    pub fn line(kind: Kind, id: String, text: String) -> EntryView {
        EntryView {
            id,
            kind,
            icon: "",
            text,
            at: Moment { exact: String::new(), text: String::new() },
            author: String::new(),
            face: Face::new("", ""),
            continued: false,
            pieces: Vec::new(),
            language: None,
            file: None,
            held: None,
            mark: String::new(),
            elsewhere: None,
        }
    }

    fn entry(&self, told: &Told, before: Option<&Told>) -> EntryView {
        let (entry, is_own) = (&told.entry, told.conversation == self.conversation);
        let elsewhere = (!is_own).then(|| told.reference.to_string());
        let id = match &elsewhere {
            None => format!("e-{}", entry.number),
            Some(reference) => format!("e-{reference}-{}", entry.number),
        };
        let at = clock_time(self.visitor(), entry.at);
        if let Body::Happening { what, words: None } = &entry.body {
            let (icon, text) = tell(&self.telling, entry, what);
            return EntryView { icon, at, ..Self::line(Kind::Happening, id, text) };
        }
        let (kind, pieces) = self.said(entry);
        let (author, face) = self.author(&entry.author);
        let file = match &entry.body {
            Body::Attachment { file, .. } => self.files.get(file).cloned(),
            _ => None,
        };
        let mark = match &self.mark {
            Some((number, mark)) if is_own && *number == entry.number => mark.clone(),
            _ => String::new(),
        };
        EntryView {
            at,
            author,
            face,
            continued: before.is_some_and(|before| {
                before.conversation == told.conversation && goes_on(&before.entry, entry)
            }),
            elsewhere,
            language: (kind == Kind::Customer).then(|| self.language.to_owned()),
            pieces,
            file,
            mark,
            ..Self::line(kind, id, String::new())
        }
    }

    fn said(&self, entry: &Entry) -> (Kind, Vec<Piece>) {
        let (kind, mentions): (_, &[Id<StaffMember>]) = match (&entry.body, &entry.author) {
            (Body::Note { mentions, .. }, _) => (Kind::Note, mentions),
            (Body::Message(_), _) | (Body::Attachment { .. }, Author::Customer) => (Kind::Customer, &[]),
            _ => (Kind::Reply, &[]),
        };
        let words = &self.visitor().words;
        let pieces = match entry.body.words() {
            None => Vec::new(),
            Some(Words::Text(text)) => {
                let names: Vec<&str> = mentions.iter().map(|id| self.telling.names.of(*id)).collect();
                with_mentions(text.expose(), &names)
            }
            Some(Words::EndToEnd(_)) => plain(words.text("desk-sealed").into_owned()),
            Some(Words::Erased) => plain(words.text("desk-erased").into_owned()),
        };
        (kind, pieces)
    }

    fn author(&self, author: &Author) -> (String, Face) {
        match author {
            Author::Customer => (self.customer_name.to_owned(), self.customer_face.clone()),
            Author::Staff(id) => {
                let name = self.telling.names.of(*id);
                (name.to_owned(), Face::new(name, id))
            }
            Author::Program(id) => (self.telling.by(author), Face::new(&self.telling.by(author), id)),
            Author::System => (self.telling.by(author), Face::new(&self.telling.by(author), "")),
        }
    }
}

/// Whether an entry reads on from the one before. Notes never do: that they are notes must be seen.
fn goes_on(before: &Entry, entry: &Entry) -> bool {
    let spoken =
        |entry: &Entry| matches!(entry.body, Body::Message(_) | Body::Reply(_) | Body::Attachment { .. });
    before.author == entry.author
        && spoken(before)
        && spoken(entry)
        && entry.at.duration_since(before.at).as_secs() < TOGETHER_SECONDS
}

fn plain(text: String) -> Vec<Piece> {
    vec![Piece { text, is_mention: false }]
}

/// Text in pieces, so that the names after an `@` can be set apart.
fn with_mentions(text: &str, names: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let first = |rest: &str| {
        let found = names.iter().filter_map(|name| Some((rest.find(&format!("@{name}"))?, name.len() + 1)));
        // Of two names where one begins with the other, the longer is meant.
        found.min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)))
    };
    while let Some((at, length)) = first(rest) {
        let (before, from) = rest.split_at(at);
        let (name, after) = from.split_at(length);
        if !before.is_empty() {
            pieces.push(Piece { text: before.to_owned(), is_mention: false });
        }
        pieces.push(Piece { text: name.to_owned(), is_mention: true });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece { text: rest.to_owned(), is_mention: false });
    }
    pieces
}

/// Within a day, the time is enough.
pub(super) fn clock_time(visitor: &Visitor, at: jiff::Timestamp) -> Moment {
    let there = at.to_zoned(zone(visitor));
    Moment { exact: at.to_string(), text: visitor.words.time(there.time()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_those_who_were_mentioned_are_set_apart() {
        let shown = |text: &str, names: &[&str]| {
            let pieces = with_mentions(text, names);
            pieces
                .iter()
                .map(|p| if p.is_mention { format!("[{}]", p.text) } else { p.text.clone() })
                .collect::<String>()
        };
        assert_eq!(shown("ask @Ana Ruiz, or @Sam", &["Sam", "Ana Ruiz"]), "ask [@Ana Ruiz], or [@Sam]");
        assert_eq!(shown("@Ana Ruiz and @Ana", &["Ana", "Ana Ruiz"]), "[@Ana Ruiz] and [@Ana]");
        assert_eq!(shown("mail a@b.com", &["Sam"]), "mail a@b.com");
        assert_eq!(shown("ñ@Sam<b>", &["Sam"]), "ñ[@Sam]<b>");
        assert_eq!(shown("", &["Sam"]), "");
    }
}
