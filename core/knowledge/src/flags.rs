//! Flags: "this is out of date", said by whoever works with an article.

use ::store::{Tx, params};
use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Article as ArticleId, Id};

use crate::knowledge::Knowledge;

/// Somebody found an article to be out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    pub article: Id<ArticleId>,
    pub slug: String,
    pub title: String,
    pub at: Timestamp,
    pub by: String,
    pub note: String,
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    id: &Id<ArticleId>,
    now: Timestamp,
    by: &str,
    note: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_flag (article, at, by, note) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (article, at, by) DO NOTHING",
        params![id, now, by, note],
    )?;
    Ok(())
}

pub(crate) fn settle(tx: &mut Tx<'_>, id: &Id<ArticleId>, now: Timestamp, by: &str) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_flag SET settled_at = ?2, settled_by = ?3 WHERE article = ?1 AND settled_at IS NULL",
        params![id, now, by],
    )?;
    Ok(())
}

impl Knowledge {
    /// The flags nobody has settled, oldest first.
    pub async fn flags(&self, limit: u16) -> Result<Vec<Flag>> {
        let read = self.inner.store.read(move |tx| {
            tx.query(
                "SELECT f.article, a.slug, a.title, f.at, f.by, f.note FROM knowledge_flag f \
                 JOIN knowledge_article a ON a.id = f.article WHERE f.settled_at IS NULL \
                 ORDER BY f.at LIMIT ?1",
                params![i64::from(limit)],
                |row| {
                    Ok(Flag {
                        article: row.take(0)?,
                        slug: row.take(1)?,
                        title: row.take(2)?,
                        at: row.take(3)?,
                        by: row.take(4)?,
                        note: row.take(5)?,
                    })
                },
            )
        });
        read.await
    }
}
