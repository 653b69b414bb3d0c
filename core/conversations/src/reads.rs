//! Reading a conversation: its head, its entries, and how far each side has got.

use jiff::Timestamp;
use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{Reference, Result};
use store::{Tx, params};

use crate::author::Side;
use crate::conversation::Conversation;
use crate::conversations::Conversations;
use crate::entry::{Entry, Words};
use crate::entry_rows;
use crate::lists::Cursor;
use crate::rows;
use crate::state::StateKind;

/// Most entries read at a time.
pub const PAGE: u16 = 200;

/// A conversation and what it is about.
#[derive(Debug, Clone)]
pub struct Shown {
    pub conversation: Conversation,
    pub subject: Option<Words>,
    /// Entries of the customer that the reader has not seen.
    pub unread: i64,
    /// Up to where the reader has read.
    pub read_to: i64,
}

impl Conversations {
    pub async fn get(&self, id: Id<Kind>) -> Result<Conversation> {
        self.read(move |_, tx| rows::find(tx, id)).await
    }

    pub async fn get_by_reference(&self, reference: &Reference) -> Result<Conversation> {
        let reference = reference.clone();
        self.read(move |_, tx| rows::find_by_reference(tx, &reference)).await
    }

    /// The same within a transaction.
    pub fn get_by_reference_in(&self, tx: &mut Tx<'_>, reference: &Reference) -> Result<Conversation> {
        rows::find_by_reference(tx, reference)
    }

    pub fn get_in(&self, tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Conversation> {
        rows::find(tx, id)
    }

    /// A conversation as a member of staff sees it.
    pub async fn show(&self, id: Id<Kind>, reader: Option<Id<StaffMember>>) -> Result<Shown> {
        self.read(move |conversations, tx| {
            let conversation = rows::find(tx, id)?;
            let key = conversations.vault().key(tx, &Self::subject_of(&conversation.customer))?;
            let subject = match &conversation.subject {
                Some(sealed) => Some(entry_rows::text_of(Some(&key), id, sealed)?),
                None => None,
            };
            let (read_to, heard) = read_by(tx, id, reader)?;
            let unread = (conversation.customer_count - heard).max(0);
            Ok(Shown { conversation, subject, unread, read_to })
        })
        .await
    }

    /// Entries after a number, oldest first: all of them from 0, or what a socket missed.
    pub async fn entries(&self, id: Id<Kind>, after: i64, limit: u16) -> Result<Vec<Entry>> {
        self.read(move |conversations, tx| {
            let key = conversations.key_of(tx, id)?;
            entry_rows::after(tx, &key, id, after, limit.min(PAGE))
        })
        .await
    }

    /// The entries just before a number, oldest first: what is above on the page.
    pub async fn page_before(&self, id: Id<Kind>, before: i64, limit: u16) -> Result<Vec<Entry>> {
        self.read(move |conversations, tx| {
            let key = conversations.key_of(tx, id)?;
            entry_rows::before(tx, &key, id, before, limit.min(PAGE))
        })
        .await
    }

    /// The words of one entry, within a transaction.
    pub fn words_in(&self, tx: &mut Tx<'_>, id: Id<Kind>, number: i64) -> Result<Option<Words>> {
        let key = self.key_of(tx, id)?;
        let found = entry_rows::after(tx, &key, id, number - 1, 1)?.pop();
        Ok(found.filter(|entry| entry.number == number).and_then(|entry| entry.body.words().cloned()))
    }

    /// Live conversations in a state that have waited since an instant or longer, for rules about time: open
    /// ones for an answer of ours, others in their state. In the order of lists, after a place in it.
    pub fn waiting_in(
        &self,
        tx: &mut Tx<'_>,
        state: StateKind,
        until: Timestamp,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Vec<Conversation>> {
        let since = if state == StateKind::Open { "c.waiting_since" } else { "c.since" };
        let (from, id) = match after {
            Some(after) => (after.since, after.id.to_string()),
            None => (Timestamp::MIN, String::new()),
        };
        let sql = format!(
            "SELECT {} FROM conversation c WHERE c.live = 1 AND c.state = ?1 AND {since} <= ?2 \
             AND (c.since, c.id) > (?3, ?4) ORDER BY c.since, c.id LIMIT ?5",
            rows::COLUMNS
        );
        tx.query(&sql, params![state.as_str(), until, from, id, i64::from(limit)], rows::decode)
    }

    pub(crate) fn key_of(&self, tx: &mut Tx<'_>, id: Id<Kind>) -> Result<vault::DataKey> {
        let customer =
            tx.query_one("SELECT customer FROM conversation WHERE id = ?1", params![id], |row| row.take(0))?;
        self.vault().key(tx, &Self::subject_of(&customer))
    }
}

/// Whether the customer said something after this entry.
pub(crate) fn customer_wrote_since(tx: &mut Tx<'_>, conversation: &Conversation, seen: i64) -> Result<bool> {
    if seen >= conversation.last_number {
        return Ok(false);
    }
    let found: Option<i64> = tx.query_opt(
        "SELECT number FROM conversation_entry WHERE conversation = ?1 AND number > ?2 \
         AND side = ?3 AND kind IN ('message', 'attachment') ORDER BY number LIMIT 1",
        params![conversation.id, seen, Side::Customer.as_str()],
        |row| row.take(0),
    )?;
    Ok(found.is_some())
}

/// How far a reader has read, and how many of the customer's entries are before that.
pub(crate) fn read_by(tx: &mut Tx<'_>, id: Id<Kind>, reader: Option<Id<StaffMember>>) -> Result<(i64, i64)> {
    let Some(reader) = reader else { return Ok((0, 0)) };
    let found = tx.query_opt(
        "SELECT number, heard FROM conversation_reader WHERE conversation = ?1 AND staff = ?2",
        params![id, reader],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )?;
    Ok(found.unwrap_or_default())
}
