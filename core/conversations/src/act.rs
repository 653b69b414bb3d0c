//! Several steps as one change: what macros and rules do.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{Refusal, Result};
use store::Tx;

use crate::append::{self, Prepared};
use crate::author::Author;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::{Happening, NewEntry};
use crate::reads::customer_wrote_since;
use crate::state::Command;
use crate::tags;
use routing::{QueueId, Urgency};

/// One step of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Reply(String),
    Note(String),
    Tag { add: Vec<String>, remove: Vec<String> },
    Assign(Option<Id<StaffMember>>),
    Move(QueueId),
    Urgency(Urgency),
    Snooze { until: Timestamp },
    AwaitCustomer,
    Close { disposition: String },
}

/// Steps, who takes them, and what they were decided on.
#[derive(Debug, Clone)]
pub struct Act {
    pub steps: Vec<Step>,
    pub by: Author,
    /// What the caller saw: refused when the conversation changed since, or the customer wrote something
    /// that it does not know before it is closed. Nothing for a rule, which looked within the transaction.
    pub seen: Option<Seen>,
    /// The event that set a rule off: its effects tell it, so that a rule is not set off by itself.
    pub cause: Option<String>,
}

/// How a conversation was when somebody decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub version: i64,
    pub number: i64,
}

impl Conversations {
    /// Takes all steps or none.
    pub async fn act(&self, id: Id<Kind>, act: Act) -> Result<Conversation> {
        self.change(move |conversations, tx| conversations.act_in(tx, id, &act)).await
    }

    /// The same in the caller's transaction, which must not be kept when this refuses.
    pub fn act_in(&self, tx: &mut Tx<'_>, id: Id<Kind>, act: &Act) -> Result<Conversation> {
        let mut edit = match act.seen {
            Some(seen) => self.edit_at(tx, id, seen.version)?,
            None => self.edit(tx, id)?,
        };
        edit.cause.clone_from(&act.cause);
        for step in &act.steps {
            self.step(tx, &mut edit, step, act)?;
        }
        self.settle(tx, &mut edit, &act.by)?;
        edit.save(tx)
    }

    fn step(&self, tx: &mut Tx<'_>, edit: &mut Edit, step: &Step, act: &Act) -> Result<()> {
        let by = &act.by;
        match step {
            Step::Reply(text) => {
                append::write(tx, edit, &Prepared::new(&NewEntry::words(by.clone(), text.as_str()))?)?;
                self.adopt(tx, edit, by)
            }
            Step::Note(text) => {
                append::write(tx, edit, &Prepared::new(&NewEntry::note(by.clone(), text.as_str()))?)?;
                Ok(())
            }
            Step::Tag { add, remove } => {
                edit.apply(Command::Work)?;
                tags::change(tx, edit, &tags::normal(add)?, &tags::normal(remove)?, by).map(drop)
            }
            Step::Assign(to) => {
                edit.apply(Command::Direct)?;
                if edit.head.assignee == *to {
                    return Ok(());
                }
                edit.head.assignee = *to;
                edit.happen(tx, by, &Happening::Assigned { to: *to }, "assigned")
            }
            Step::Move(queue) => {
                edit.apply(Command::Direct)?;
                if edit.head.queue == *queue {
                    return Ok(());
                }
                let from = std::mem::replace(&mut edit.head.queue, queue.clone());
                // Whoever had it there need not have it here.
                edit.head.assignee = None;
                let what = Happening::Transferred { from, queue: queue.clone(), to: None };
                edit.happen(tx, by, &what, "transferred")
            }
            Step::Urgency(to) => {
                edit.apply(Command::Direct)?;
                if edit.head.urgency == *to {
                    return Ok(());
                }
                edit.head.urgency = *to;
                edit.happen(tx, by, &Happening::UrgencyChanged { to: *to }, "described")
            }
            Step::Snooze { until } => {
                edit.apply(Command::Snooze { until: *until })?;
                edit.happen(tx, by, &Happening::Snoozed { until: *until }, "snoozed")
            }
            Step::AwaitCustomer => {
                edit.apply(Command::AwaitCustomer)?;
                edit.happen(tx, by, &Happening::AwaitingCustomer, "awaiting")
            }
            Step::Close { disposition } => self.close_step(tx, edit, disposition, act),
        }
    }

    fn close_step(&self, tx: &mut Tx<'_>, edit: &mut Edit, disposition: &str, act: &Act) -> Result<()> {
        let chosen = self.dispositions().chosen(disposition)?;
        if chosen.needs_note && !act.steps.iter().any(|step| matches!(step, Step::Note(_))) {
            return Err(Refusal::new("conversations.note_needed").into());
        }
        if let Some(seen) = act.seen
            && customer_wrote_since(tx, &edit.head, seen.number)?
        {
            return Err(Refusal::new("conversations.unseen_words").into());
        }
        let disposition = disposition.to_owned();
        edit.apply(Command::Close { disposition: disposition.clone() })?;
        edit.head.waiting_since = None;
        edit.happen(tx, &act.by, &Happening::Closed { disposition }, "closed")
    }
}
