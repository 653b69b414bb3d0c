//! Entries are taken out into a conversation of their own.

use audit::Entry as AuditEntry;
use kernel::id::{self, Attachment, Conversation as Kind, ConversationMerge, Id};
use kernel::{NewEvent, Refusal, Result};
use routing::{Needs, QueueId};
use serde_json::json;
use store::{Tx, params};

use super::merge::go_into;
use super::{Join, JoinKind};
use crate::author::Author;
use crate::conversation::{Conversation, NewConversation};
use crate::conversations::Conversations;
use crate::edit::{Edit, NewRow};
use crate::entry::{Body, Entry, Happening, Origin, Words};
use crate::entry_rows::{self, Content, EntryKind};
use crate::state::{Command, StateKind};

/// Most entries taken out at once.
const MOST: usize = 200;

/// What is taken out, and where the new conversation begins.
#[derive(Debug, Clone)]
pub struct Splitting {
    pub numbers: Vec<i64>,
    /// The same queue, if nothing is said.
    pub queue: Option<QueueId>,
    pub subject: Option<String>,
}

impl Conversations {
    /// Copies entries into a new conversation of the same customer. In the old one they are marked as moved.
    pub async fn split(
        &self,
        id: Id<Kind>,
        splitting: Splitting,
        by: Author,
    ) -> Result<(Conversation, Id<ConversationMerge>)> {
        if splitting.numbers.is_empty() || splitting.numbers.len() > MOST {
            return Err(Refusal::new("conversations.split_count").with("most", MOST).into());
        }
        let split =
            self.write(move |conversations, tx| conversations.split_in(tx, id, &splitting, &by)).await?;
        self.look_again(&[id]);
        Ok(split)
    }

    fn split_in(
        &self,
        tx: &mut Tx<'_>,
        id: Id<Kind>,
        splitting: &Splitting,
        by: &Author,
    ) -> Result<(Conversation, Id<ConversationMerge>)> {
        let mut old = self.edit(tx, id)?;
        old.apply(Command::Work)?;
        let entries = chosen(tx, &old, &splitting.numbers)?;
        let new = NewConversation {
            topic: old.head.topic.clone(),
            urgency: old.head.urgency,
            subject: splitting.subject.clone(),
            by: by.clone(),
            needs: Needs::default(),
            ..NewConversation::new(
                old.head.customer,
                old.head.channel,
                splitting.queue.clone().unwrap_or_else(|| old.head.queue.clone()),
                old.head.language.clone(),
            )
        };
        let mut made = self.begin(tx, &new)?;
        let (other, reference) = (old.head.id, old.head.reference.clone());
        made.happen(tx, by, &Happening::SplitFrom { other, reference }, "opened")?;
        for entry in &entries {
            copy(tx, &mut made, entry, id)?;
            mark_moved(tx, id, entry.number, Some(made.head.id))?;
            move_file(tx, entry, made.head.id)?;
        }
        self.begin_work(tx, &mut made, &new)?;
        let data = json!({
            "channel": new.channel.as_str(), "queue": new.queue, "topic": new.topic,
            "language": new.language, "urgency": new.urgency, "number": made.head.last_number,
        });
        let subject = made.head.id.to_string();
        tx.emit(made.now, &NewEvent { kind: "conversations.opened", subject, data })?;
        let count = i64::try_from(entries.len())?;
        let (into, reference) = (made.head.id, made.head.reference.clone());
        old.happen(tx, by, &Happening::SplitOff { into, reference, count }, "split")?;
        let (now, customer) = (old.now, old.head.customer);
        let join =
            Join { id: id::new(now), kind: JoinKind::Split, kept: id, other: into, at: now, undone: None };
        super::insert(tx, &join, "{}")?;
        old.save(tx)?;
        let made = made.save(tx)?;
        let entry = AuditEntry::new("conversations.split", id).by(by.actor(customer));
        self.trail().append(tx, now, &entry.with(json!({ "into": into, "merge": join.id })))?;
        Ok((made, join.id))
    }

    /// The new conversation goes on in the old one, where the entries count again.
    pub(super) fn unsplit(&self, tx: &mut Tx<'_>, join: &Join, by: &Author) -> Result<()> {
        let (mut old, mut made) = (self.edit(tx, join.kept)?, self.edit(tx, join.other)?);
        if made.head.state.is_live() || old.head.state.kind() == StateKind::Merged {
            old.apply(Command::Direct)?;
        }
        tx.execute(
            "UPDATE conversation_entry SET moved_to = NULL WHERE conversation = ?1 AND moved_to = ?2",
            params![join.kept, join.other],
        )?;
        tx.execute(
            "UPDATE conversation_attachment SET conversation = ?1 WHERE conversation = ?2 AND sealed_for = ?1",
            params![join.kept, join.other],
        )?;
        let waits = made.head.waiting_since;
        go_into(&mut made, join.kept)?;
        old.head.waiting_since = [old.head.waiting_since, waits].into_iter().flatten().min();
        let there = Happening::SplitUndone { other: made.head.id, reference: made.head.reference.clone() };
        let here = Happening::MergedInto { into: old.head.id, reference: old.head.reference.clone() };
        old.happen(tx, by, &there, "unsplit")?;
        made.happen(tx, by, &here, "merged")?;
        self.finish(tx, made, by)?;
        old.save(tx)?;
        Ok(())
    }
}

/// The entries of these numbers, if all of them can be taken out.
fn chosen(tx: &mut Tx<'_>, edit: &Edit, numbers: &[i64]) -> Result<Vec<Entry>> {
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let mut entries = Vec::with_capacity(numbers.len());
    for number in numbers {
        let found = entry_rows::after(tx, edit.data_key(), edit.head.id, number - 1, 1)?.pop();
        let fits = |entry: &Entry| {
            entry.number == number
                && entry.moved_to.is_none()
                && !matches!(entry.body, Body::Happening { .. })
        };
        let entry = found
            .filter(fits)
            .ok_or_else(|| Refusal::new("conversations.split_entry").with("number", number))?;
        entries.push(entry);
    }
    Ok(entries)
}

fn copy(tx: &mut Tx<'_>, made: &mut Edit, entry: &Entry, from: Id<Kind>) -> Result<()> {
    let (kind, fact) = match &entry.body {
        Body::Message(_) => (EntryKind::Message, None),
        Body::Reply(_) => (EntryKind::Reply, None),
        Body::Note { mentions, .. } => (EntryKind::Note, Some(serde_json::to_string(mentions)?)),
        Body::Attachment { file, .. } => (EntryKind::Attachment, Some(file.to_string())),
        Body::Happening { .. } => return Ok(()),
    };
    let content = match entry.body.words() {
        Some(Words::Text(text)) => Content::Text(text.clone()),
        Some(Words::EndToEnd(envelope)) => Content::EndToEnd(envelope.clone()),
        Some(Words::Erased) => return Err(Refusal::new("vault.erased").into()),
        None => Content::None,
    };
    let origin = Some(Origin { conversation: from, number: entry.number });
    let row = NewRow {
        fact,
        masked: entry.masked,
        origin,
        at: Some(entry.at),
        ..NewRow::new(&entry.author, kind, content)
    };
    made.write(tx, &row)?;
    Ok(())
}

fn mark_moved(tx: &mut Tx<'_>, id: Id<Kind>, number: i64, to: Option<Id<Kind>>) -> Result<()> {
    tx.execute(
        "UPDATE conversation_entry SET moved_to = ?3 WHERE conversation = ?1 AND number = ?2",
        params![id, number, to],
    )?;
    Ok(())
}

/// A file goes where the entry goes that shows it.
fn move_file(tx: &mut Tx<'_>, entry: &Entry, to: Id<Kind>) -> Result<()> {
    if let Body::Attachment { file, .. } = &entry.body {
        let file: Id<Attachment> = *file;
        tx.execute("UPDATE conversation_attachment SET conversation = ?2 WHERE id = ?1", params![file, to])?;
    }
    Ok(())
}
