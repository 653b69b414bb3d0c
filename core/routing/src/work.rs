//! A piece of work: something that waits for somebody, whatever it is about.

use directory::ChannelKind;
use jiff::Timestamp;
use kernel::Language;
use kernel::id::{Id, Offer, StaffMember, Work as WorkKind};

use crate::model::{Needs, QueueId, State, Urgency};

/// Work about to wait.
#[derive(Debug, Clone)]
pub struct NewWork {
    /// What it is about, such as the id of a conversation. One piece of work at a time has it.
    pub subject: String,
    pub channel: ChannelKind,
    pub placement: Placement,
    /// Who had it last, to be asked first.
    pub sticky: Option<Id<StaffMember>>,
    /// It is not to be taken before, such as a call that was asked for at nine.
    pub not_before: Option<Timestamp>,
}

/// Where work waits and who is fit for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    pub queue: QueueId,
    pub language: Option<Language>,
    /// Beside what the queue itself asks for.
    pub needs: Needs,
    pub urgency: Urgency,
    /// How much the customer depends on it: 0 as anybody, to 3.
    pub customer_need: u8,
}

impl Placement {
    pub fn new(queue: QueueId) -> Self {
        Self { queue, language: None, needs: Needs::default(), urgency: Urgency::default(), customer_need: 0 }
    }
}

/// Work that is not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub id: Id<WorkKind>,
    pub subject: String,
    pub channel: ChannelKind,
    pub placement: Placement,
    pub sticky: Option<Id<StaffMember>>,
    pub state: State,
    /// Whom it lies before, who holds it, or who held it when it was paused.
    pub holder: Option<Id<StaffMember>>,
    pub offer: Option<Id<Offer>>,
    /// When the offer or the wrap-up ends.
    pub due_at: Option<Timestamp>,
    pub arrived_at: Timestamp,
    /// Since when the customer waits for an answer; going from hand to hand does not start it anew.
    pub waiting_since: Timestamp,
    pub not_before: Option<Timestamp>,
    pub queued_at: Timestamp,
    /// Steps of overflow taken.
    pub overflowed: u8,
    /// What is lower is next.
    pub rank: Timestamp,
    /// When this stretch of waiting, being held, wrapped up or paused began.
    pub since: Timestamp,
    /// Microseconds that it waited and was held in stretches before.
    pub(crate) waited: i64,
    pub(crate) handled: i64,
}

impl Work {
    pub fn queue(&self) -> &QueueId {
        &self.placement.queue
    }

    /// Whose it is now: only what is held has an owner.
    pub fn owner(&self) -> Option<Id<StaffMember>> {
        self.holder.filter(|_| self.state == State::Held)
    }
}

/// How somebody comes to hold work.
#[derive(Debug, Clone)]
pub enum How {
    /// It was offered and accepted.
    Accepted(Id<Offer>),
    /// Picked from the queue, as long as there is room.
    Picked,
    /// Somebody decided it. There may be no room; it is in the audit trail.
    Assigned { by: audit::Actor },
}

/// What became of work that goes on after a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resumed {
    /// Whoever had it has it again.
    Held(Id<StaffMember>),
    /// They are not there or have no room: it waits, for them first.
    Waiting,
}

/// An offer that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOffer {
    pub id: Id<Offer>,
    pub work: Id<WorkKind>,
    pub subject: String,
    pub channel: ChannelKind,
    pub queue: QueueId,
    pub urgency: Urgency,
    pub waiting_since: Timestamp,
    pub until: Timestamp,
}

/// Whole microseconds from one instant to a later one; never less than none.
pub(crate) fn micros(from: Timestamp, to: Timestamp) -> i64 {
    to.as_microsecond().saturating_sub(from.as_microsecond()).max(0)
}
