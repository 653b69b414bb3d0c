//! Filling the index. Words are read, opened and hashed in a transaction that only reads; the writer gets
//! nothing but finished rows, a bounded number at a time. Doing a piece again changes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use kernel::id::{Conversation as Kind, Id, Person};
use kernel::{Error, Event, Position, Result};
use store::Tx;
use vault::Subject;

use super::rows::{self, Indexed};
use super::tokens::{self, Stemming, Token};
use crate::conversations::Conversations;
use crate::entry::Words;
use crate::entry_rows;
use crate::rows as heads;
use crate::rows::SubjectLine;

const LEASE: &str = "conversations index";
const LASTING: SignedDuration = SignedDuration::from_secs(10);
/// Events looked at together.
const BATCH: u16 = 256;
/// New words after which a transaction is ended, so that nobody waits long behind it.
const WORDS_AT_ONCE: usize = 400;
/// The least time between two batches, so that what comes in a rush is taken together.
const BREATH: Duration = Duration::from_millis(100);
/// After another node was found at work.
const NOT_MINE: Duration = Duration::from_secs(2);

/// What a batch of events asks for.
#[derive(Default)]
struct Wanted {
    /// Conversations with new words; `true` when all of it has to be read again.
    conversations: BTreeMap<Id<Kind>, bool>,
    /// People whose data is gone.
    gone: Vec<Id<Person>>,
}

/// What one conversation's index becomes.
struct Piece {
    id: Id<Kind>,
    /// New words, by the entry they were found in.
    add: Vec<(i64, Vec<Token>)>,
    remove: Vec<Token>,
    indexed: Indexed,
}

impl Wanted {
    fn of(events: &[Event]) -> Self {
        let mut wanted = Self::default();
        for event in events {
            let again = match event.kind.as_str() {
                "conversations.entry" | "conversations.opened" => false,
                // What was hidden afterwards must not be found either.
                "conversations.masked" => true,
                "conversations.changed" => {
                    let what = event.data.get("what").map(ToString::to_string).unwrap_or_default();
                    if !what.contains("described") && !what.contains("split") {
                        continue;
                    }
                    true
                }
                "vault.key_destroyed" => {
                    wanted.gone.extend(event.subject.parse::<Id<Person>>());
                    continue;
                }
                _ => continue,
            };
            if let Ok(id) = event.subject.parse::<Id<Kind>>() {
                *wanted.conversations.entry(id).or_default() |= again;
            }
        }
        wanted
    }
}

impl Conversations {
    /// Fills the index from the events that come, until the store closes.
    pub(crate) async fn keep_index(&self, holder: &str) {
        let mut changes = self.store().changes();
        loop {
            let rest = match self.index_batch(holder).await {
                Ok(Some(0)) => {
                    if !self.store().changed(&mut changes).await {
                        return;
                    }
                    BREATH
                }
                Ok(Some(_)) => BREATH,
                Ok(None) => NOT_MINE,
                Err(error) if self.store().is_closing() => {
                    tracing::debug!(%error, "the store closed under the search index");
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, "the search index failed and goes on");
                    NOT_MINE
                }
            };
            tokio::time::sleep(rest).await;
        }
    }

    /// Fills the index with everything that happened until now: for tests and tools.
    pub async fn index_now(&self, holder: &str) -> Result<()> {
        while self.index_batch(holder).await?.is_some_and(|count| count > 0) {}
        Ok(())
    }

    /// One batch. Returns how many events were looked at; nothing when another node does it.
    async fn index_batch(&self, holder: &str) -> Result<Option<usize>> {
        let (from, events) = self
            .read(|_, tx| {
                let from = rows::position(tx)?;
                Ok((from, tx.events_after(from, BATCH)?))
            })
            .await?;
        let Some(to) = events.last().map(|event| event.position) else { return Ok(Some(0)) };
        let wanted = Wanted::of(&events);
        let conversations: Vec<(Id<Kind>, bool)> = wanted.conversations.into_iter().collect();
        let pieces = self
            .read(move |area, tx| {
                conversations
                    .iter()
                    .filter_map(|(id, again)| area.readable(tx, *id, *again).transpose())
                    .collect()
            })
            .await?;
        for bundle in bundles(pieces) {
            if !self.put_indexed(holder, from, bundle, None, Vec::new()).await? {
                return Ok(None);
            }
        }
        let done = self.put_indexed(holder, from, Vec::new(), Some(to), wanted.gone).await?;
        Ok(done.then_some(events.len()))
    }

    async fn put_indexed(
        &self,
        holder: &str,
        from: Position,
        pieces: Vec<Piece>,
        to: Option<Position>,
        gone: Vec<Id<Person>>,
    ) -> Result<bool> {
        let holder = holder.to_owned();
        self.write(move |area, tx| {
            let is_mine = tx.take_lease(LEASE, &holder, area.now(), LASTING)?;
            if !is_mine || rows::position(tx)? != from {
                return Ok(false);
            }
            for piece in &pieces {
                rows::remove(tx, piece.id, &piece.remove)?;
                for (number, words) in &piece.add {
                    rows::add(tx, piece.id, *number, words)?;
                }
                rows::set_indexed(tx, piece.id, &piece.indexed)?;
            }
            for person in &gone {
                rows::forget(tx, *person)?;
            }
            if let Some(to) = to {
                rows::advance(tx, to)?;
            }
            Ok(true)
        })
        .await
    }

    /// What one conversation adds. One that is gone or damaged keeps the others from nothing.
    fn readable(&self, tx: &mut Tx<'_>, id: Id<Kind>, again: bool) -> Result<Option<Piece>> {
        match self.piece(tx, id, again) {
            Err(error @ (Error::NotFound | Error::Refusal(_))) => {
                tracing::error!(%error, conversation = %id, "a conversation cannot be indexed");
                Ok(None)
            }
            piece => piece,
        }
    }

    /// Reads and hashes what is new in a conversation; nothing when its customer was erased.
    fn piece(&self, tx: &mut Tx<'_>, id: Id<Kind>, again: bool) -> Result<Option<Piece>> {
        /// Entries read at a time.
        const ENTRIES: u16 = 500;
        let head = heads::find(tx, id)?;
        let key = self.vault().key(tx, &Subject::of(&head.customer))?;
        if key.is_destroyed() {
            return Ok(None);
        }
        let before = rows::indexed(tx, id)?;
        let old = before.words.clone();
        let mut indexed = if again { Indexed::default() } else { before };
        let (lookups, stemming) = (self.vault().lookups(), Stemming::of(&head.language));
        let mut add = Vec::new();
        let mut take = |number: i64, text: &str, indexed: &mut Indexed| {
            let mut found = std::collections::BTreeSet::new();
            tokens::of_text(lookups, &stemming, text, &mut found);
            let new: Vec<Token> =
                found.iter().filter(|word| !indexed.words.contains(*word)).copied().collect();
            indexed.words.extend(&new);
            add.push((number, new));
        };
        if indexed.number == 0
            && let Some(subject) = &head.subject
            && let Some(line) = key.open::<SubjectLine>(id, subject)?.plain()
        {
            take(1, line.expose(), &mut indexed);
        }
        loop {
            let entries = entry_rows::after(tx, &key, id, indexed.number, ENTRIES)?;
            for entry in &entries {
                if let Some(Words::Text(text)) = entry.body.words().filter(|_| entry.moved_to.is_none()) {
                    take(entry.number, text.expose(), &mut indexed);
                }
                indexed.number = entry.number;
            }
            if entries.len() < usize::from(ENTRIES) {
                break;
            }
        }
        let remove: Vec<Token> = old.difference(&indexed.words).copied().collect();
        for (_, words) in &mut add {
            words.retain(|word| !old.contains(word));
        }
        add.retain(|(_, words)| !words.is_empty());
        Ok(Some(Piece { id, add, remove, indexed }))
    }
}

/// Pieces that are written together: about so many words at a time.
fn bundles(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    let mut bundles: Vec<Vec<Piece>> = Vec::new();
    let mut room = 0;
    for piece in pieces {
        let words = piece.add.iter().map(|(_, words)| words.len()).sum::<usize>() + piece.remove.len() + 1;
        if let Some(bundle) = bundles.last_mut().filter(|_| words <= room) {
            bundle.push(piece);
            room -= words;
        } else {
            bundles.push(vec![piece]);
            room = WORDS_AT_ONCE.saturating_sub(words);
        }
    }
    bundles
}
