//! A conversation without its entries.

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, Person, StaffMember, Work};
use kernel::{Language, Reference};
use routing::{Needs, QueueId, Urgency};

use crate::author::Author;
use crate::entry::{ClientKey, NewEntry};
use crate::rows::SealedSubject;
use crate::state::State;

/// A conversation as it stands. Its version grows with every change but new entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub id: Id<Kind>,
    /// What people call it by.
    pub reference: Reference,
    /// The customer as they were known when it was opened; see [`customers`] for who that is now.
    pub customer: Id<Person>,
    pub channel: ChannelKind,
    /// A topic of the directory.
    pub topic: Option<String>,
    pub queue: QueueId,
    pub language: Language,
    pub urgency: Urgency,
    pub state: State,
    /// When it came into its state; lists are in this order.
    pub since: Timestamp,
    pub reopened: i64,
    pub assignee: Option<Id<StaffMember>>,
    /// What a queue holds for it.
    pub work: Option<Id<Work>>,
    pub tags: Vec<String>,
    pub opened_at: Timestamp,
    pub version: i64,
    pub last_number: i64,
    pub last_at: Timestamp,
    /// The newest entry with words between customer and staff.
    pub last_message: i64,
    /// Since when the customer waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// How many entries the customer has written, and how many were written to them.
    pub customer_count: i64,
    pub reply_count: i64,
    pub marks: Marks,
    pub rating: Option<i64>,
    pub(crate) subject: SealedSubject,
}

/// How far each side has got, by entry number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    pub customer_delivered: i64,
    pub customer_read: i64,
    /// What anybody on our side has read.
    pub staff_read: i64,
    /// Replies the customer had been sent up to what they have read.
    pub customer_read_count: i64,
}

impl Conversation {
    /// Replies that the customer has not seen.
    pub fn unread_by_customer(&self) -> i64 {
        (self.reply_count - self.marks.customer_read_count).max(0)
    }
}

/// A conversation about to begin.
#[derive(Debug, Clone)]
pub struct NewConversation {
    pub customer: Id<Person>,
    pub channel: ChannelKind,
    pub queue: QueueId,
    pub topic: Option<String>,
    pub language: Language,
    pub urgency: Urgency,
    /// What it is about, in a line.
    pub subject: Option<String>,
    pub by: Author,
    /// The first entry, when there is one already.
    pub first: Option<NewEntry>,
    /// What whoever takes it has to be able to do, beside what the queue asks for.
    pub needs: Needs,
    /// How much the customer depends on it: 0 as anybody, to 3.
    pub customer_need: u8,
    /// Whoever should have it if they can: the last representative.
    pub sticky: Option<Id<StaffMember>>,
    /// Nobody is to be asked before: a call back at nine.
    pub not_before: Option<Timestamp>,
    /// Opening again with the same key for the same customer answers with the same conversation.
    pub key: Option<ClientKey>,
}

/// What opening answered.
#[derive(Debug, Clone)]
pub struct Opened {
    pub conversation: Conversation,
    /// The first entry's place.
    pub first: Option<i64>,
    pub repeated: bool,
}

impl NewConversation {
    /// With nothing said that need not be.
    pub fn new(customer: Id<Person>, channel: ChannelKind, queue: QueueId, language: Language) -> Self {
        Self {
            customer,
            channel,
            queue,
            topic: None,
            language,
            urgency: Urgency::default(),
            subject: None,
            by: Author::Customer,
            first: None,
            needs: Needs::default(),
            customer_need: 0,
            sticky: None,
            not_before: None,
            key: None,
        }
    }
}
