//! What happened, as areas tell one another. The `event` table is the truth; a wake-up only says "look".

use jiff::Timestamp;
use serde_json::Value;

use crate::id::{EventKind, Id};

/// An event about to be written, in the same transaction as the change it tells of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// `area.happening`, past tense: `directory.published`.
    pub kind: &'static str,
    /// The id of what it is about.
    pub subject: String,
    /// Facts for consumers. Never personal data: consumers read that through its owner.
    pub data: Value,
}

/// Where a consumer stands in the stream of events.
///
/// Ordered by the transaction that wrote the event and then by its number, because numbers alone are
/// handed out before transactions commit, and a reader could step over one that is still under way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub transaction: i64,
    pub number: i64,
}

/// An event as a consumer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub position: Position,
    pub id: Id<EventKind>,
    pub at: Timestamp,
    pub kind: String,
    pub subject: String,
    pub data: Value,
}
