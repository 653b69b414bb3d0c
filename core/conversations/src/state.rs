//! The states of a conversation and what changes them: one total table, without input or output.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Refusal, Result};

/// Where a conversation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is ours to go on.
    Open,
    /// The customer has to do or say something first.
    WaitingOnCustomer,
    /// Put aside until an instant, or until the customer writes.
    Snoozed {
        until: Timestamp,
    },
    Closed {
        disposition: String,
    },
    /// Made one with another, which is where it goes on.
    Merged {
        into: Id<Kind>,
    },
}

/// A state without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StateKind {
    Open,
    WaitingOnCustomer,
    Snoozed,
    Closed,
    Merged,
}

impl StateKind {
    pub const ALL: [Self; 5] =
        [Self::Open, Self::WaitingOnCustomer, Self::Snoozed, Self::Closed, Self::Merged];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::WaitingOnCustomer => "waiting",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether there is still work to be expected.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Open | Self::WaitingOnCustomer | Self::Snoozed)
    }
}

/// What happens to a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// The customer wrote, or sent a file.
    CustomerWrites,
    /// Somebody answered. In a live channel the customer is still there, so nothing waits.
    Reply {
        live: bool,
    },
    /// A note among staff, or a tag: allowed after the end too.
    Work,
    /// Who or which queue has it, or how urgent it is, was changed.
    Direct,
    /// Staff say that the customer's answer is needed first.
    AwaitCustomer,
    Snooze {
        until: Timestamp,
    },
    /// The time of a snooze has come, or somebody ended it.
    Wake,
    Close {
        disposition: String,
    },
    Reopen,
    Merge {
        into: Id<Kind>,
    },
    /// Takes a merge back; the state from before returns.
    Unmerge {
        to: Box<State>,
    },
}

impl State {
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Open => StateKind::Open,
            Self::WaitingOnCustomer => StateKind::WaitingOnCustomer,
            Self::Snoozed { .. } => StateKind::Snoozed,
            Self::Closed { .. } => StateKind::Closed,
            Self::Merged { .. } => StateKind::Merged,
        }
    }

    pub fn is_live(&self) -> bool {
        self.kind().is_live()
    }

    /// The next state, or why not. Every state answers every command.
    pub fn after(self, command: Command) -> Result<Self, Refusal> {
        use Command as C;
        Ok(match (self, command) {
            (Self::Merged { .. }, C::Unmerge { to }) => *to,
            (_, C::Unmerge { .. }) => return Err(Refusal::new("conversations.not_merged")),
            (Self::Merged { .. }, _) => return Err(Refusal::new("conversations.merged")),
            (_, C::Merge { into }) => Self::Merged { into },

            (_, C::CustomerWrites) => Self::Open,
            (state @ Self::Closed { .. }, C::Work) => state,
            (Self::Closed { .. }, C::Reopen) => Self::Open,
            (Self::Closed { .. }, _) => return Err(Refusal::new("conversations.closed")),

            (Self::Open, C::Reply { live: true }) => Self::Open,
            (_, C::Reply { .. } | C::AwaitCustomer) => Self::WaitingOnCustomer,
            (state, C::Work | C::Direct) => state,
            (_, C::Snooze { until }) => Self::Snoozed { until },
            (Self::Snoozed { .. }, C::Wake) => Self::Open,
            (_, C::Wake) => return Err(Refusal::new("conversations.not_snoozed")),
            (_, C::Close { disposition }) => Self::Closed { disposition },
            (_, C::Reopen) => return Err(Refusal::new("conversations.not_closed")),
        })
    }
}
