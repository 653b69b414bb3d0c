//! Whom something prepared is for.

use kernel::id::{Id, StaffMember};
use kernel::{Fault, Result};
use routing::QueueId;

/// Who may use a canned reply or a macro.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Everyone,
    /// Whoever serves the queue.
    Queue(QueueId),
    /// One member of staff; nobody else sees it.
    Own(Id<StaffMember>),
}

/// Somebody of staff, and the queues they serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub staff: Id<StaffMember>,
    pub queues: Vec<QueueId>,
}

impl Scope {
    pub fn is_open_to(&self, reader: &Reader) -> bool {
        match self {
            Self::Everyone => true,
            Self::Queue(queue) => reader.queues.contains(queue),
            Self::Own(owner) => *owner == reader.staff,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Queue(_) => "queue",
            Self::Own(_) => "own",
        }
    }

    /// The queue or the owner; empty for everyone.
    pub(crate) fn whose(&self) -> String {
        match self {
            Self::Everyone => String::new(),
            Self::Queue(queue) => queue.to_string(),
            Self::Own(owner) => owner.to_string(),
        }
    }

    pub(crate) fn read(kind: &str, whose: &str) -> Result<Self> {
        Ok(match kind {
            "everyone" => Self::Everyone,
            "queue" => Self::Queue(whose.parse()?),
            "own" => Self::Own(whose.parse()?),
            other => return Err(Fault::new(format!("{other} is no scope")).into()),
        })
    }
}
