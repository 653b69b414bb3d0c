//! A change of one conversation within a transaction: entries and head together, told as events at the end.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{NewEvent, Refusal, Result};
use serde_json::json;
use store::Tx;
use vault::{DataKey, Subject, Vault};

use crate::author::{Author, Side};
use crate::conversation::Conversation;
use crate::entry::{ClientKey, Happening, Origin};
use crate::entry_rows::{self, Content, EntryKind, EntryRow};
use crate::rows;
use crate::state::{Command, State, StateKind};
use crate::tags;
use routing::QueueId;

/// An entry to be written at the end of a conversation.
pub(crate) struct NewRow<'a> {
    pub author: &'a Author,
    pub kind: EntryKind,
    pub content: Content,
    pub fact: Option<String>,
    pub masked: bool,
    pub key: Option<&'a ClientKey>,
    pub origin: Option<Origin>,
    /// When it was said, if not now.
    pub at: Option<Timestamp>,
}

impl<'a> NewRow<'a> {
    pub fn new(author: &'a Author, kind: EntryKind, content: Content) -> Self {
        Self { author, kind, content, fact: None, masked: false, key: None, origin: None, at: None }
    }
}

/// Where it stood before.
struct Before {
    state: StateKind,
    queue: QueueId,
    assignee: Option<Id<StaffMember>>,
}

pub(crate) struct Edit {
    pub head: Conversation,
    pub now: Timestamp,
    /// The event that a rule answered with this change.
    pub cause: Option<String>,
    data_key: DataKey,
    before: Before,
    /// What was done to the head, by the names that events carry.
    done: Vec<&'static str>,
    spoken: Vec<(i64, Side, EntryKind)>,
}

impl Edit {
    pub fn begin(tx: &mut Tx<'_>, vault: &Vault, id: Id<Kind>, now: Timestamp) -> Result<Self> {
        let head = rows::find(tx, id)?;
        Self::of(tx, vault, head, now)
    }

    /// Refuses when somebody changed it since the caller saw it.
    pub fn begin_at(
        tx: &mut Tx<'_>,
        vault: &Vault,
        id: Id<Kind>,
        version: i64,
        now: Timestamp,
    ) -> Result<Self> {
        let edit = Self::begin(tx, vault, id, now)?;
        if edit.head.version != version {
            return Err(Refusal::new("conversations.changed_meanwhile")
                .with("version", edit.head.version)
                .into());
        }
        Ok(edit)
    }

    pub fn of(tx: &mut Tx<'_>, vault: &Vault, head: Conversation, now: Timestamp) -> Result<Self> {
        let data_key = vault.key(tx, &Subject::of(&head.customer))?;
        let before = Before { state: head.state.kind(), queue: head.queue.clone(), assignee: head.assignee };
        Ok(Self { head, now, cause: None, data_key, before, done: Vec::new(), spoken: Vec::new() })
    }

    pub fn data_key(&self) -> &DataKey {
        &self.data_key
    }

    /// Moves the state, or refuses.
    pub fn apply(&mut self, command: Command) -> Result<()> {
        let next = self.head.state.clone().after(command)?;
        if next != self.head.state {
            self.head.since = self.now;
            if matches!(self.head.state, State::Closed { .. }) && next == State::Open {
                self.head.reopened += 1;
            }
            self.head.state = next;
            self.note_done("state");
        }
        Ok(())
    }

    /// Something but entries changed.
    pub fn note_done(&mut self, what: &'static str) {
        if !self.done.contains(&what) {
            self.done.push(what);
        }
    }

    /// Writes an entry and returns its number; nothing when its key was used before.
    pub fn write(&mut self, tx: &mut Tx<'_>, row: &NewRow<'_>) -> Result<Option<i64>> {
        let (number, at) = (self.head.last_number + 1, row.at.unwrap_or(self.now));
        let inserted = entry_rows::insert(
            tx,
            &self.data_key,
            &EntryRow {
                conversation: self.head.id,
                number,
                at,
                author: row.author,
                kind: row.kind,
                content: &row.content,
                fact: row.fact.clone(),
                masked: row.masked,
                key: row.key,
                origin: row.origin,
            },
        )?;
        if !inserted {
            return Ok(None);
        }
        self.head.last_number = number;
        self.head.last_at = self.now;
        let side = row.author.side();
        if row.kind.is_spoken() {
            self.head.last_message = number;
            if side == Side::Customer {
                self.head.customer_count += 1;
                self.head.waiting_since = self.head.waiting_since.or(Some(at));
            } else {
                self.head.reply_count += 1;
                // A machine's words are no answer.
                if side != Side::System {
                    self.head.waiting_since = None;
                }
            }
        }
        // What is only copied is not said anew.
        if row.kind != EntryKind::Happening && row.origin.is_none() {
            self.spoken.push((number, side, row.kind));
        }
        Ok(Some(number))
    }

    /// Writes down what happened, and that something did.
    pub fn happen(
        &mut self,
        tx: &mut Tx<'_>,
        author: &Author,
        what: &Happening,
        done: &'static str,
    ) -> Result<()> {
        let fact = Some(serde_json::to_string(what)?);
        self.write(tx, &NewRow { fact, ..NewRow::new(author, EntryKind::Happening, Content::None) })?;
        self.note_done(done);
        Ok(())
    }

    pub fn has_changed(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether it was in this state before, and whether it has left it.
    pub fn left(&self, state: StateKind) -> bool {
        self.before.state == state && self.head.state.kind() != state
    }

    pub fn was(&self, state: StateKind) -> bool {
        self.before.state == state
    }

    pub fn was_live(&self) -> bool {
        self.before.state.is_live()
    }

    pub fn entered(&self, state: StateKind) -> bool {
        self.before.state != state && self.head.state.kind() == state
    }

    pub fn has_new_queue(&self) -> bool {
        self.before.queue != self.head.queue
    }

    pub fn had_assignee(&self) -> Option<Id<StaffMember>> {
        self.before.assignee
    }

    /// Writes the head and tells what happened.
    pub fn save(mut self, tx: &mut Tx<'_>) -> Result<Conversation> {
        if self.has_changed() {
            self.head.version += 1;
            rows::update(tx, &self.head)?;
            let is_moved = self.done.contains(&"state") && !self.head.tags.is_empty();
            if is_moved || self.done.contains(&"tags") {
                tags::place(tx, &self.head)?;
            }
        } else {
            rows::update_entries(tx, &self.head)?;
        }
        for (number, side, kind) in &self.spoken {
            let data = json!({
                "number": number,
                "side": side.as_str(),
                "kind": kind.as_str(),
                "queue": self.head.queue,
                "assignee": self.head.assignee,
            });
            self.emit(tx, "conversations.entry", data)?;
        }
        if self.has_changed() {
            let kind = if self.entered(StateKind::Closed) {
                "conversations.closed"
            } else if self.entered(StateKind::Merged) {
                "conversations.merged"
            } else {
                "conversations.changed"
            };
            self.emit(tx, kind, self.facts())?;
        }
        Ok(self.head)
    }

    fn facts(&self) -> serde_json::Value {
        let disposition = match &self.head.state {
            State::Closed { disposition } => Some(disposition),
            _ => None,
        };
        json!({
            "what": self.done,
            "number": self.head.last_number,
            "version": self.head.version,
            "state": self.head.state.kind().as_str(),
            "queue": self.head.queue,
            "assignee": self.head.assignee,
            "from_state": self.before.state.as_str(),
            "from_queue": self.before.queue,
            "from_assignee": self.before.assignee,
            "disposition": disposition,
        })
    }

    fn emit(&self, tx: &mut Tx<'_>, kind: &'static str, mut data: serde_json::Value) -> Result<()> {
        if let (Some(cause), Some(data)) = (&self.cause, data.as_object_mut()) {
            data.insert("cause".to_owned(), json!(cause));
        }
        tx.emit(self.now, &NewEvent { kind, subject: self.head.id.to_string(), data })?;
        Ok(())
    }
}
