//! Everything that belongs to a conversation, in the order of time: its own entries and those of what was
//! merged into it.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Fault, Reference, Result};
use store::{Tx, params};

use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::entry::Entry;
use crate::entry_rows;
use crate::reads::PAGE;
use crate::rows;
use crate::state::State;

/// Conversations made one, one after the other; more would be a circle.
const LONGEST_CHAIN: usize = 32;
/// Conversations that one story may consist of.
const MOST_MEMBERS: usize = 64;

/// An entry and which conversation it was said in.
#[derive(Debug, Clone)]
pub struct Told {
    pub conversation: Id<Kind>,
    pub reference: Reference,
    pub entry: Entry,
}

/// A place in a story: before this entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub at: Timestamp,
    pub conversation: Id<Kind>,
    pub number: i64,
}

impl Told {
    pub fn place(&self) -> Place {
        Place { at: self.entry.at, conversation: self.conversation, number: self.entry.number }
    }
}

impl Conversations {
    /// The newest entries of the whole story before a place, oldest first.
    pub async fn story(&self, id: Id<Kind>, before: Option<Place>, limit: u16) -> Result<Vec<Told>> {
        self.read(move |conversations, tx| {
            let limit = limit.clamp(1, PAGE);
            let members = members(tx, id)?;
            let mut told = Vec::new();
            for (member, reference) in &members {
                let key = conversations.key_of(tx, *member)?;
                let entries = entry_rows::told_before(tx, &key, *member, before, limit)?;
                told.extend(entries.into_iter().map(|entry| Told {
                    conversation: *member,
                    reference: reference.clone(),
                    entry,
                }));
            }
            // What was copied from a conversation that is here itself is told once.
            told.retain(|one| {
                one.entry.origin.is_none_or(|origin| members.iter().all(|(id, _)| *id != origin.conversation))
            });
            told.sort_by_key(Told::place);
            let surplus = told.len().saturating_sub(usize::from(limit));
            told.drain(..surplus);
            Ok(told)
        })
        .await
    }
}

/// Where a conversation goes on: itself, or what it was merged into.
pub(crate) fn goes_on_in(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Conversation> {
    let mut head = rows::find(tx, id)?;
    for _ in 0..LONGEST_CHAIN {
        let State::Merged { into } = head.state else { return Ok(head) };
        head = rows::find(tx, into)?;
    }
    Err(Fault::new(format!("{id} was merged in a circle")).into())
}

/// A conversation and all that was merged into it, directly or through another.
fn members(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Vec<(Id<Kind>, Reference)>> {
    let mut members = vec![(id, rows::find(tx, id)?.reference)];
    let mut at = 0;
    while let Some((member, _)) = members.get(at) {
        let absorbed: Vec<(Id<Kind>, Reference)> = tx.query(
            "SELECT id, reference FROM conversation WHERE merged_into = ?1 AND state = 'merged' ORDER BY id",
            params![*member],
            |row| Ok((row.take(0)?, row.take::<String>(1)?.parse()?)),
        )?;
        members.extend(absorbed);
        members.truncate(MOST_MEMBERS);
        at += 1;
    }
    Ok(members)
}
