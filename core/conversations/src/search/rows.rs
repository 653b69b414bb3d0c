//! The SQL of the search index.

use std::collections::BTreeSet;

use kernel::id::{Conversation as Kind, Id, Person};
use kernel::{Position, Result};
use store::{ToValue, Tx, params};

use super::tokens::Token;

/// What a conversation has put into the index, and up to which entry.
#[derive(Debug, Default)]
pub(super) struct Indexed {
    pub words: BTreeSet<Token>,
    pub number: i64,
}

pub(super) fn indexed(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Indexed> {
    let found = tx.query_opt(
        "SELECT words, number FROM conversation_words WHERE conversation = ?1",
        params![id],
        |row| {
            let bytes: Vec<u8> = row.take(0)?;
            let words = bytes.as_chunks::<8>().0.iter().copied().collect();
            Ok(Indexed { words, number: row.take(1)? })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// Puts words into the index; they were found in this entry.
pub(super) fn add(tx: &mut Tx<'_>, id: Id<Kind>, number: i64, words: &[Token]) -> Result<()> {
    /// Words put in by one statement.
    const AT_ONCE: usize = 8;
    let mut rest = words;
    while !rest.is_empty() {
        let count = if rest.len() >= AT_ONCE { AT_ONCE } else { 1 };
        let (now, later) = rest.split_at(count);
        rest = later;
        let rows: Vec<String> = (0..count).map(|row| format!("(?{}, ?1, ?2)", row + 3)).collect();
        let mut values = vec![id.to_value(), number.to_value()];
        values.extend(now.iter().map(ToValue::to_value));
        tx.execute(
            &format!(
                "INSERT INTO conversation_word (word, conversation, number) VALUES {} ON CONFLICT DO NOTHING",
                rows.join(", ")
            ),
            &values,
        )?;
    }
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, id: Id<Kind>, words: &[Token]) -> Result<()> {
    for word in words {
        tx.execute("DELETE FROM conversation_word WHERE word = ?1 AND conversation = ?2", params![word, id])?;
    }
    Ok(())
}

pub(super) fn set_indexed(tx: &mut Tx<'_>, id: Id<Kind>, indexed: &Indexed) -> Result<()> {
    let bytes: Vec<u8> = indexed.words.iter().flatten().copied().collect();
    tx.execute(
        "INSERT INTO conversation_words (conversation, words, number) VALUES (?1, ?2, ?3) \
         ON CONFLICT (conversation) DO UPDATE SET words = excluded.words, number = excluded.number",
        params![id, bytes, indexed.number],
    )?;
    Ok(())
}

/// Takes everything of a person's conversations out of the index.
pub(super) fn forget(tx: &mut Tx<'_>, person: Id<Person>) -> Result<()> {
    let ids: Vec<Id<Kind>> =
        tx.query("SELECT id FROM conversation WHERE customer = ?1", params![person], |row| row.take(0))?;
    for id in ids {
        let words: Vec<Token> = indexed(tx, id)?.words.into_iter().collect();
        remove(tx, id, &words)?;
        tx.execute("DELETE FROM conversation_words WHERE conversation = ?1", params![id])?;
    }
    Ok(())
}

/// Where the index stands in the stream of events.
pub(super) fn position(tx: &mut Tx<'_>) -> Result<Position> {
    let found = tx.query_opt("SELECT tx, number FROM conversation_indexer", params![], |row| {
        Ok(Position { transaction: row.take(0)?, number: row.take(1)? })
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn advance(tx: &mut Tx<'_>, to: Position) -> Result<()> {
    tx.execute(
        "INSERT INTO conversation_indexer (one, tx, number) VALUES (1, ?1, ?2) \
         ON CONFLICT (one) DO UPDATE SET tx = excluded.tx, number = excluded.number",
        params![to.transaction, to.number],
    )?;
    Ok(())
}

/// How many conversations have one of these words, counted up to a bound.
pub(super) fn frequency(tx: &mut Tx<'_>, words: &[Token], bound: i64) -> Result<i64> {
    let mut count = 0;
    for word in words {
        count += tx.query_one::<i64>(
            "SELECT COUNT(*) FROM (SELECT 1 FROM conversation_word WHERE word = ?1 LIMIT ?2) AS counted",
            params![word, bound],
            |row| row.take(0),
        )?;
    }
    Ok(count)
}
