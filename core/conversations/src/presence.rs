//! What is true for a moment only: who types, who looks, how far somebody has just read. It travels as
//! signals, is written nowhere, and is gone when its time is over.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use serde::{Deserialize, Serialize};
use store::Signal;

use crate::conversations::Conversations;

/// What begins the topic of every signal about a conversation.
const TOPIC: &str = "conversation ";
/// How long somebody is taken to type after they were last heard to.
const TYPES: SignedDuration = SignedDuration::from_secs(6);
/// The same for looking: desks say it again every 20 seconds.
const LOOKS: SignedDuration = SignedDuration::from_secs(45);

/// Who does something just now; customers have no id here.
pub type Somebody = Option<Id<StaffMember>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    Typing,
    Looking,
}

/// Somebody who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present {
    /// A member of staff, or else the customer.
    pub staff: Somebody,
    pub doing: Doing,
    pub until: Timestamp,
}

/// How far each side has got, as far as it was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    pub customer_delivered: i64,
    pub customer_read: i64,
    pub staff_read: i64,
}

/// One such word between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(crate) enum Momentary {
    Does { staff: Somebody, doing: Doing },
    Ceases { staff: Somebody, doing: Doing },
    Delivered { to: i64 },
    CustomerRead { to: i64 },
    StaffRead { to: i64, staff: Id<StaffMember> },
}

/// What was heard about one conversation.
#[derive(Debug, Default)]
pub(crate) struct Moment {
    present: BTreeMap<(Somebody, Doing), Timestamp>,
    reached: Reached,
}

impl Moment {
    /// Takes a word in; `false` when it says nothing new.
    pub fn hear(&mut self, what: &Momentary, now: Timestamp) -> bool {
        let raise = |mark: &mut i64, to: i64| {
            let is_news = to > *mark;
            *mark = to.max(*mark);
            is_news
        };
        match what {
            Momentary::Does { staff, doing } => {
                let lasting = if *doing == Doing::Typing { TYPES } else { LOOKS };
                let until = now.checked_add(lasting).unwrap_or(now);
                let before = self.present.insert((*staff, *doing), until);
                self.present.retain(|_, until| *until > now);
                before.is_none_or(|until| until <= now)
            }
            Momentary::Ceases { staff, doing } => self.present.remove(&(*staff, *doing)).is_some(),
            Momentary::Delivered { to } => raise(&mut self.reached.customer_delivered, *to),
            Momentary::CustomerRead { to } => raise(&mut self.reached.customer_read, *to),
            Momentary::StaffRead { to, .. } => raise(&mut self.reached.staff_read, *to),
        }
    }

    pub fn present(&self, now: Timestamp) -> Vec<Present> {
        let still = self.present.iter().filter(|(_, until)| **until > now);
        still.map(|((staff, doing), until)| Present { staff: *staff, doing: *doing, until: *until }).collect()
    }

    pub fn reached(&self) -> Reached {
        self.reached
    }
}

impl Conversations {
    /// Tells everybody who watches that somebody types or looks. To be said again while it lasts.
    pub async fn says_doing(&self, id: Id<Kind>, staff: Somebody, doing: Doing) -> Result<()> {
        self.signal(id, &Momentary::Does { staff, doing }).await
    }

    pub async fn says_ceasing(&self, id: Id<Kind>, staff: Somebody, doing: Doing) -> Result<()> {
        self.signal(id, &Momentary::Ceases { staff, doing }).await
    }

    pub(crate) async fn signal(&self, id: Id<Kind>, what: &Momentary) -> Result<()> {
        let data = serde_json::to_string(what)?;
        self.store().signal(Signal { topic: format!("{TOPIC}{id}"), data }).await
    }

    /// Takes in a signal of the store; those about other things are passed over.
    pub fn hear_signal(&self, signal: &Signal) {
        let Some(id) = signal.topic.strip_prefix(TOPIC).and_then(|id| id.parse().ok()) else { return };
        if let Ok(what) = serde_json::from_str::<Momentary>(&signal.data) {
            self.live().momentary(id, &what, self.now());
        }
    }
}
