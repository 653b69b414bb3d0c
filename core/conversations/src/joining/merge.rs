//! Two conversations of one person become one.

use audit::Entry as AuditEntry;
use jiff::Timestamp;
use kernel::id::{self, Conversation as Kind, ConversationMerge, Id, StaffMember};
use kernel::{Refusal, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;

use super::{Join, JoinKind, story};
use crate::author::Author;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::edit::Edit;
use crate::entry::Happening;
use crate::state::{Command, State, StateKind};

/// What undoing a merge brings back.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    state: String,
    until: Option<Timestamp>,
    disposition: Option<String>,
    assignee: Option<Id<StaffMember>>,
}

impl Before {
    fn of(conversation: &Conversation) -> Self {
        let (until, disposition) = match &conversation.state {
            State::Snoozed { until } => (Some(*until), None),
            State::Closed { disposition } => (None, Some(disposition.clone())),
            State::Open | State::WaitingOnCustomer | State::Merged { .. } => (None, None),
        };
        let state = conversation.state.kind().as_str().to_owned();
        Self { state, until, disposition, assignee: conversation.assignee }
    }

    fn state(&self) -> State {
        match (StateKind::parse(&self.state), self.until, &self.disposition) {
            (Some(StateKind::WaitingOnCustomer), ..) => State::WaitingOnCustomer,
            (Some(StateKind::Snoozed), Some(until), _) => State::Snoozed { until },
            (Some(StateKind::Closed), _, Some(disposition)) => {
                State::Closed { disposition: disposition.clone() }
            }
            _ => State::Open,
        }
    }
}

impl Conversations {
    /// Lets `other` go on in `kept`. Both have to be one person's; what is said to `other` from now on is
    /// written into `kept`.
    pub async fn merge(&self, kept: Id<Kind>, other: Id<Kind>, by: Author) -> Result<Id<ConversationMerge>> {
        let merge = self.write(move |conversations, tx| conversations.merge_in(tx, kept, other, &by)).await?;
        self.look_again(&[kept, other]);
        Ok(merge)
    }

    fn merge_in(
        &self,
        tx: &mut Tx<'_>,
        kept: Id<Kind>,
        other: Id<Kind>,
        by: &Author,
    ) -> Result<Id<ConversationMerge>> {
        if kept == other {
            return Err(Refusal::new("conversations.merge_same").into());
        }
        let (mut into, mut from) = (self.edit(tx, kept)?, self.edit(tx, other)?);
        let people = (into.head.customer, from.head.customer);
        if self.customers().survivor(tx, people.0)? != self.customers().survivor(tx, people.1)? {
            return Err(Refusal::new("conversations.merge_strangers").into());
        }
        let join =
            Join { id: id::new(into.now), kind: JoinKind::Merge, kept, other, at: into.now, undone: None };
        super::insert(tx, &join, &serde_json::to_string(&Before::of(&from.head))?)?;
        into.apply(Command::Direct)?;
        into.head.waiting_since = earlier(into.head.waiting_since, from.head.waiting_since);
        go_into(&mut from, kept)?;
        absorb(tx, &mut into, &mut from, by)?;
        let (now, customer) = (into.now, into.head.customer);
        self.finish(tx, from, by)?;
        self.finish(tx, into, by)?;
        let entry = AuditEntry::new("conversations.merge", kept).by(by.actor(customer));
        let details = json!({ "other": other, "merge": join.id });
        self.trail().append(tx, now, &entry.with(details))?;
        Ok(join.id)
    }

    /// Takes a merge or a split back. What was said since stays where it was said.
    pub async fn undo_join(&self, join: Id<ConversationMerge>, by: Author) -> Result<()> {
        let both = self
            .write(move |conversations, tx| {
                let (found, before) = super::find(tx, join)?;
                if found.undone.is_some() {
                    return Err(Refusal::new("conversations.undone_already").into());
                }
                match found.kind {
                    JoinKind::Merge => conversations.unmerge(tx, &found, &before, &by)?,
                    JoinKind::Split => conversations.unsplit(tx, &found, &by)?,
                }
                let now = conversations.now();
                super::set_undone(tx, join, now)?;
                let entry = AuditEntry::new("conversations.undo_join", found.kept);
                let details = json!({ "other": found.other, "merge": join, "kind": found.kind.as_str() });
                let entry = entry.by(by.actor("customer")).with(details);
                conversations.trail().append(tx, now, &entry)?;
                Ok([found.kept, found.other])
            })
            .await?;
        self.look_again(&both);
        Ok(())
    }

    fn unmerge(&self, tx: &mut Tx<'_>, join: &Join, before: &str, by: &Author) -> Result<()> {
        let before: Before = serde_json::from_str(before)?;
        let (mut into, mut from) = (self.edit(tx, join.kept)?, self.edit(tx, join.other)?);
        from.apply(Command::Unmerge { to: Box::new(before.state()) })?;
        from.head.assignee = before.assignee;
        let there = Happening::Unmerged { other: from.head.id, reference: from.head.reference.clone() };
        let here = Happening::Unmerged { other: into.head.id, reference: into.head.reference.clone() };
        into.happen(tx, by, &there, "unmerged")?;
        from.happen(tx, by, &here, "unmerged")?;
        self.finish(tx, from, by)?;
        into.save(tx)?;
        Ok(())
    }

    pub(super) fn look_again(&self, conversations: &[Id<Kind>]) {
        for id in conversations {
            self.live().head_changed(*id, 0);
        }
    }

    /// Where a conversation goes on: itself, or what it was merged into.
    pub async fn goes_on_in(&self, id: Id<Kind>) -> Result<Conversation> {
        self.read(move |_, tx| story::goes_on_in(tx, id)).await
    }
}

/// Tells both sides of a merge in their timelines.
fn absorb(tx: &mut Tx<'_>, into: &mut Edit, from: &mut Edit, by: &Author) -> Result<()> {
    let there = Happening::Absorbed { other: from.head.id, reference: from.head.reference.clone() };
    let here = Happening::MergedInto { into: into.head.id, reference: into.head.reference.clone() };
    into.happen(tx, by, &there, "merged")?;
    from.happen(tx, by, &here, "merged")
}

pub(super) fn go_into(from: &mut Edit, into: Id<Kind>) -> Result<()> {
    from.apply(Command::Merge { into })?;
    from.head.waiting_since = None;
    Ok(())
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    [one, other].into_iter().flatten().min()
}
