//! What a conversation consists of: entries, numbered 1, 2, 3 … without gaps.

use jiff::Timestamp;
use kernel::id::{Attachment as AttachmentKind, Conversation as Kind, Id, StaffMember};
use kernel::{Reference, Refusal, Result};
use routing::Urgency;
use serde::{Deserialize, Serialize};
use vault::Secret;

use crate::author::{Author, Side};
use routing::QueueId;

/// An entry as readers see it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub number: i64,
    pub at: Timestamp,
    pub author: Author,
    pub body: Body,
    /// Whether something was hidden in it, such as a card number.
    pub masked: bool,
    /// Where it was copied from when a conversation was split.
    pub origin: Option<Origin>,
    /// The conversation it was taken to when this one was split.
    pub moved_to: Option<Id<Kind>>,
    /// By what its writer recognises it.
    pub key: Option<ClientKey>,
}

/// The place an entry was copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub conversation: Id<Kind>,
    pub number: i64,
}

#[derive(Debug, Clone)]
pub enum Body {
    /// What the customer wrote.
    Message(Words),
    /// What staff or a program wrote to the customer.
    Reply(Words),
    /// What staff wrote among themselves.
    Note { words: Words, mentions: Vec<Id<StaffMember>> },
    /// A file, with the words that came with it.
    Attachment { file: Id<AttachmentKind>, caption: Option<Words> },
    /// Something that happened to the conversation, with the words that came with it.
    Happening { what: Happening, words: Option<Words> },
}

/// The words of an entry.
#[derive(Debug, Clone)]
pub enum Words {
    Text(Secret<String>),
    /// Sealed by the sender for the receiver; nobody here can read it.
    EndToEnd(Envelope),
    /// The customer's data was erased, or the words are damaged, which is logged.
    Erased,
}

impl Words {
    /// The text, where it can be read.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.expose()),
            Self::EndToEnd(_) | Self::Erased => None,
        }
    }
}

/// Words sealed from end to end: opaque here, with the name of how they were sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// How it was sealed, such as `hpke-x25519-aes256gcm/1`.
    pub suite: String,
    /// Base64, with whatever the suite needs to open it.
    pub sealed: String,
}

impl Body {
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Message(words) | Self::Reply(words) | Self::Note { words, .. } => Some(words),
            Self::Attachment { caption, .. } => caption.as_ref(),
            Self::Happening { words, .. } => words.as_ref(),
        }
    }
}

impl Entry {
    /// Whether the customer may see it.
    pub fn is_for_customer(&self) -> bool {
        match &self.body {
            Body::Message(_) | Body::Reply(_) | Body::Attachment { .. } => self.moved_to.is_none(),
            Body::Note { .. } => false,
            Body::Happening { what, .. } => what.is_for_customer(),
        }
    }

    pub fn side(&self) -> Side {
        self.author.side()
    }
}

/// Facts of the conversation's course. They hold ids and numbers, never personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    Opened {
        channel: String,
        queue: QueueId,
    },
    Assigned {
        to: Option<Id<StaffMember>>,
    },
    /// Given to another queue or person; the note that came with it is an entry of its own.
    Transferred {
        from: QueueId,
        queue: QueueId,
        to: Option<Id<StaffMember>>,
    },
    AwaitingCustomer,
    Snoozed {
        until: Timestamp,
    },
    Woke,
    Closed {
        disposition: String,
    },
    Reopened,
    Tagged {
        added: Vec<String>,
        removed: Vec<String>,
    },
    UrgencyChanged {
        to: Urgency,
    },
    TopicChanged {
        to: Option<String>,
    },
    LanguageChanged {
        to: kernel::Language,
    },
    SubjectChanged,
    /// Another conversation goes on in this one.
    Absorbed {
        other: Id<Kind>,
        reference: Reference,
    },
    /// This conversation goes on in another one.
    MergedInto {
        into: Id<Kind>,
        reference: Reference,
    },
    /// A merge was taken back, seen from either side.
    Unmerged {
        other: Id<Kind>,
        reference: Reference,
    },
    /// Entries were taken out into a conversation of their own.
    SplitOff {
        into: Id<Kind>,
        reference: Reference,
        count: i64,
    },
    SplitFrom {
        other: Id<Kind>,
        reference: Reference,
    },
    SplitUndone {
        other: Id<Kind>,
        reference: Reference,
    },
    /// The customer said how content they are, from 1 to 5.
    Rated {
        score: u8,
    },
    CustomerJoined,
    CustomerLeft,
}

impl Happening {
    /// What the customer may know of the course of their matter.
    pub fn is_for_customer(&self) -> bool {
        matches!(
            self,
            Self::Opened { .. }
                | Self::Assigned { .. }
                | Self::Transferred { .. }
                | Self::Closed { .. }
                | Self::Reopened
                | Self::Rated { .. }
        )
    }
}

/// A key that a client gives what it sends, so that sending it again does not store it twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientKey(String);

impl ClientKey {
    /// Longest key; a UUID has 36 characters.
    const LONGEST: usize = 80;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ClientKey {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() || text.len() > Self::LONGEST || !text.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Refusal::new("conversations.key_malformed"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// An entry about to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub author: Author,
    pub body: NewBody,
    pub key: Option<ClientKey>,
}

#[derive(Debug, Clone)]
pub enum NewBody {
    /// A message of the customer, or a reply of anybody else.
    Words(String),
    /// The same, sealed from end to end.
    EndToEnd(Envelope),
    /// For staff only.
    Note { text: String, mentions: Vec<Id<StaffMember>> },
}

impl NewEntry {
    pub fn words(author: Author, text: impl Into<String>) -> Self {
        Self { author, body: NewBody::Words(text.into()), key: None }
    }

    pub fn note(author: Author, text: impl Into<String>) -> Self {
        Self { author, body: NewBody::Note { text: text.into(), mentions: Vec::new() }, key: None }
    }

    pub fn keyed(self, key: ClientKey) -> Self {
        Self { key: Some(key), ..self }
    }
}

/// Where an entry was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Another one than it was written to, when the two had been made one.
    pub conversation: Id<Kind>,
    pub number: i64,
    pub at: Timestamp,
    /// The key had been seen before; nothing was written.
    pub repeated: bool,
}
