//! Conversations made one, and one made two; both can be undone.
//!
//! No entry ever leaves its conversation or changes its number. Merging points one conversation at another,
//! which is where it goes on. Splitting copies entries into a new conversation and marks where they went.
//! Undoing takes the pointer or the marks away. [`story`] reads everything that belongs together.

mod merge;
mod split;
mod story;

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Conversation as Kind, ConversationMerge, Id};
use store::{Row, Tx, params};

use crate::conversations::Conversations;

pub use split::Splitting;
pub(crate) use story::goes_on_in;
pub use story::{Place, Told};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoinKind {
    Merge,
    Split,
}

impl JoinKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }
}

/// A merge or split that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    pub id: Id<ConversationMerge>,
    pub kind: JoinKind,
    /// The one that goes on, or that was split.
    pub kept: Id<Kind>,
    /// The one that was absorbed, or made.
    pub other: Id<Kind>,
    pub at: Timestamp,
    pub undone: Option<Timestamp>,
}

impl Conversations {
    /// Merges and splits that a conversation took part in, the newest first.
    pub async fn joins(&self, id: Id<Kind>) -> Result<Vec<Join>> {
        self.read(move |_, tx| {
            tx.query(
                "SELECT id, kind, kept, other, at, undone FROM conversation_merge WHERE kept = ?1 \
                 UNION ALL SELECT id, kind, kept, other, at, undone FROM conversation_merge WHERE other = ?1 \
                 ORDER BY 1 DESC LIMIT 100",
                params![id],
                decode,
            )
        })
        .await
    }
}

fn decode(row: &mut Row) -> Result<Join> {
    let kind: String = row.take(1)?;
    Ok(Join {
        id: row.take(0)?,
        kind: if kind == "split" { JoinKind::Split } else { JoinKind::Merge },
        kept: row.take(2)?,
        other: row.take(3)?,
        at: row.take(4)?,
        undone: row.take(5)?,
    })
}

fn find(tx: &mut Tx<'_>, id: Id<ConversationMerge>) -> Result<(Join, String)> {
    tx.query_one(
        "SELECT id, kind, kept, other, at, undone, before FROM conversation_merge WHERE id = ?1",
        params![id],
        |row| {
            let before = row.take(6)?;
            Ok((decode(row)?, before))
        },
    )
}

fn insert(tx: &mut Tx<'_>, join: &Join, before: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO conversation_merge (id, kind, kept, other, at, before) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![join.id, join.kind.as_str(), join.kept, join.other, join.at, before],
    )?;
    Ok(())
}

fn set_undone(tx: &mut Tx<'_>, id: Id<ConversationMerge>, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE conversation_merge SET undone = ?2 WHERE id = ?1", params![id, now])?;
    Ok(())
}
