//! Commands that change a conversation but not what was said. Each names the version its caller saw.

use audit::Entry as AuditEntry;
use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{Language, Refusal, Result};
use serde_json::json;
use store::Tx;

use crate::append::{self, Prepared};
use crate::author::Author;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::{Happening, NewEntry};
use crate::open::subject_line;
use crate::reads::customer_wrote_since;
use crate::rows::SubjectLine;
use crate::state::Command;
use routing::{QueueId, Urgency};

/// Where a conversation is handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    Queue(QueueId),
    Staff(Id<StaffMember>),
    /// Somebody in another queue.
    StaffIn(QueueId, Id<StaffMember>),
}

/// What can be said about a conversation, each changed by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    Subject(Option<String>),
    Topic(Option<String>),
    Urgency(Urgency),
    Language(Language),
}

/// How a conversation is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub disposition: String,
    /// The last entry that was seen: closing is refused if the customer has written since.
    pub seen: i64,
    /// For staff only.
    pub note: Option<String>,
}

impl Conversations {
    /// Gives it to somebody, or to nobody. Whoever decides is in the audit trail, but for taking it oneself.
    pub async fn assign(
        &self,
        id: Id<Kind>,
        version: i64,
        to: Option<Id<StaffMember>>,
        by: Author,
    ) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            edit.apply(Command::Direct)?;
            if edit.head.assignee == to {
                return Ok(edit.head);
            }
            edit.head.assignee = to;
            edit.happen(tx, &by, &Happening::Assigned { to }, "assigned")?;
            conversations.finish_directed(tx, edit, &by, "conversations.assign")
        })
        .await
    }

    /// Hands it over, with what the next one has to know.
    pub async fn transfer(
        &self,
        id: Id<Kind>,
        version: i64,
        to: To,
        note: Option<String>,
        by: Author,
    ) -> Result<Conversation> {
        let note = note.map(|text| Prepared::new(&NewEntry::note(by.clone(), text))).transpose()?;
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            edit.apply(Command::Direct)?;
            let from = edit.head.queue.clone();
            (edit.head.queue, edit.head.assignee) = match to.clone() {
                To::Queue(queue) => (queue, None),
                To::Staff(staff) => (from.clone(), Some(staff)),
                To::StaffIn(queue, staff) => (queue, Some(staff)),
            };
            if let Some(note) = &note {
                append::write(tx, &mut edit, note)?;
            }
            let (queue, to) = (edit.head.queue.clone(), edit.head.assignee);
            edit.happen(tx, &by, &Happening::Transferred { from, queue, to }, "transferred")?;
            conversations.finish_directed(tx, edit, &by, "conversations.transfer")
        })
        .await
    }

    /// Puts it aside until then. It comes back sooner if the customer writes.
    pub async fn snooze(
        &self,
        id: Id<Kind>,
        version: i64,
        until: Timestamp,
        by: Author,
    ) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            if until <= edit.now {
                return Err(Refusal::new("conversations.snooze_past").into());
            }
            edit.apply(Command::Snooze { until })?;
            edit.happen(tx, &by, &Happening::Snoozed { until }, "snoozed")?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    pub async fn wake(&self, id: Id<Kind>, version: i64, by: Author) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            wake_up(tx, &mut edit, &by)?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    /// Says that the customer's answer is needed first.
    pub async fn await_customer(&self, id: Id<Kind>, version: i64, by: Author) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            edit.apply(Command::AwaitCustomer)?;
            edit.happen(tx, &by, &Happening::AwaitingCustomer, "awaiting")?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    /// Ends it. Refused when the customer wrote something that whoever closes has not seen.
    pub async fn close(
        &self,
        id: Id<Kind>,
        version: i64,
        closing: Closing,
        by: Author,
    ) -> Result<Conversation> {
        let disposition = self.dispositions().chosen(&closing.disposition)?;
        if disposition.needs_note && closing.note.as_ref().is_none_or(|note| note.trim().is_empty()) {
            return Err(Refusal::new("conversations.note_needed").into());
        }
        let note =
            closing.note.as_ref().map(|text| Prepared::new(&NewEntry::note(by.clone(), text.as_str())));
        let note = note.transpose()?;
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            if customer_wrote_since(tx, &edit.head, closing.seen)? {
                return Err(Refusal::new("conversations.unseen_words").into());
            }
            if let Some(note) = &note {
                append::write(tx, &mut edit, note)?;
            }
            let disposition = closing.disposition.clone();
            edit.apply(Command::Close { disposition: disposition.clone() })?;
            edit.head.waiting_since = None;
            edit.happen(tx, &by, &Happening::Closed { disposition }, "closed")?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    pub async fn reopen(&self, id: Id<Kind>, version: i64, by: Author) -> Result<Conversation> {
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            edit.apply(Command::Reopen)?;
            edit.happen(tx, &by, &Happening::Reopened, "reopened")?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    /// Changes what is said about it.
    pub async fn describe(
        &self,
        id: Id<Kind>,
        version: i64,
        detail: Detail,
        by: Author,
    ) -> Result<Conversation> {
        let line = match &detail {
            Detail::Subject(Some(text)) => Some(subject_line(text)?),
            _ => None,
        };
        self.change(move |conversations, tx| {
            let mut edit = conversations.edit_at(tx, id, version)?;
            edit.apply(Command::Direct)?;
            let what = match detail.clone() {
                Detail::Subject(_) => {
                    let place = edit.head.id;
                    edit.head.subject = match &line {
                        Some(line) => Some(edit.data_key().seal::<SubjectLine>(place, line)?),
                        None => None,
                    };
                    Happening::SubjectChanged
                }
                Detail::Topic(to) => {
                    edit.head.topic.clone_from(&to);
                    Happening::TopicChanged { to }
                }
                Detail::Urgency(to) => {
                    edit.head.urgency = to;
                    Happening::UrgencyChanged { to }
                }
                Detail::Language(to) => {
                    edit.head.language = to.clone();
                    Happening::LanguageChanged { to }
                }
            };
            edit.happen(tx, &by, &what, "described")?;
            conversations.finish(tx, edit, &by)
        })
        .await
    }

    /// Settles what the change means for the queue's work, and saves.
    pub(crate) fn finish(&self, tx: &mut Tx<'_>, mut edit: Edit, by: &Author) -> Result<Conversation> {
        self.settle(tx, &mut edit, by)?;
        edit.save(tx)
    }

    /// The same, and tells the audit trail who decided it for somebody else.
    fn finish_directed(
        &self,
        tx: &mut Tx<'_>,
        edit: Edit,
        by: &Author,
        action: &'static str,
    ) -> Result<Conversation> {
        let (now, is_own) = (edit.now, by.staff().is_some() && by.staff() == edit.head.assignee);
        let saved = self.finish(tx, edit, by)?;
        if !is_own {
            let details = json!({
                "queue": saved.queue,
                "assignee": saved.assignee,
            });
            let entry = AuditEntry::new(action, saved.id).by(by.actor(saved.customer)).with(details);
            self.trail().append(tx, now, &entry)?;
        }
        Ok(saved)
    }
}

pub(crate) fn wake_up(tx: &mut Tx<'_>, edit: &mut Edit, by: &Author) -> Result<()> {
    edit.apply(Command::Wake)?;
    edit.happen(tx, by, &Happening::Woke, "woke")
}
