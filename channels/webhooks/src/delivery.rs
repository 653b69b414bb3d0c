//! One event on its way to a webhook.

use jiff::Timestamp;
use kernel::Event;
use kernel::id::{Delivery as Kind, Id, Webhook};
use serde_json::json;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    Due,
    Delivered,
    /// Tried so often that it was given up. It can be sent again by hand.
    Failed,
}

impl DeliveryState {
    pub const ALL: [Self; 3] = [Self::Due, Self::Delivered, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A delivery as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The receiver sees it as `webhook-id`, the same at each attempt.
    pub id: Id<Kind>,
    pub webhook: Id<Webhook>,
    /// The kind of the event.
    pub kind: String,
    pub body: String,
    pub state: DeliveryState,
    pub attempts: i64,
    /// When it is tried next, while it is due.
    pub due_at: Timestamp,
    pub made_at: Timestamp,
    pub tried_at: Option<Timestamp>,
    /// What came of the last attempt: a status, or why there was none.
    pub outcome: Option<String>,
}

/// What a receiver is sent.
pub(crate) fn body(event: &Event) -> String {
    let told = json!({
        "type": event.kind,
        "timestamp": event.at.to_string(),
        "event": event.id.to_string(),
        "subject": event.subject,
        "data": event.data,
    });
    told.to_string()
}
