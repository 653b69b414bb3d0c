//! What passes over the socket. The README lists it for those who write scripts.

use kernel::id::{Conversation, Id, StaffMember};
use serde::{Deserialize, Serialize};

/// From a desk.
#[derive(Debug, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum Said {
    /// The conversation that is on the screen, or none.
    Look { conversation: Option<Id<Conversation>> },
    /// Something is typed, and for whom.
    Writing {
        conversation: Id<Conversation>,
        #[serde(default)]
        kind: String,
    },
}

/// To a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub(super) enum Told {
    /// There is something new in this conversation.
    Conversation {
        id: Id<Conversation>,
    },
    /// There is something new in lists.
    Lists,
    /// A colleague looks at the conversation, or types in it.
    Looking {
        conversation: Id<Conversation>,
        staff: Id<StaffMember>,
        name: String,
        writing: bool,
        gone: bool,
    },
    /// The customer types.
    Typing {
        conversation: Id<Conversation>,
    },
    Offer,
    OfferEnded,
    Presence,
    Mentioned,
    /// A customer wrote in something that is theirs.
    Message,
}
