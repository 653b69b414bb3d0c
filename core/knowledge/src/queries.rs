//! What the people who keep the articles look at.

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Article as ArticleId, Id};
use similar::{ChangeTag, TextDiff};

use crate::knowledge::Knowledge;
use crate::model::{Listed, Revision};
use crate::store;

/// Most rows of one page.
const PAGE: u16 = 200;

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    pub change: LineChange,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineChange {
    Same,
    Added,
    Removed,
}

impl Knowledge {
    /// Articles by slug and language, after the last one of the page before; translations of texts that
    /// have changed since are marked.
    pub async fn list(&self, after: Option<&Listed>) -> Result<Vec<Listed>> {
        let after = after.map_or_else(Default::default, |last| {
            let all = crate::document::ALL_LANGUAGES.to_owned();
            (last.slug.clone(), last.language.as_ref().map_or(all, ToString::to_string))
        });
        let Some(original) = self.inner.languages.first().cloned() else { return Ok(Vec::new()) };
        let read = self.inner.store.read(move |tx| store::list(tx, (&after.0, &after.1), PAGE, &original));
        read.await
    }

    pub async fn article(&self, id: &Id<ArticleId>) -> Result<Listed> {
        let id = *id;
        self.inner.store.read(move |tx| Ok(store::by_id(tx, &id)?.listed)).await
    }

    /// Published articles to be looked at again by a moment.
    pub async fn due_for_review(&self, by: Timestamp) -> Result<Vec<Listed>> {
        self.inner.store.read(move |tx| store::due(tx, by, PAGE)).await
    }

    /// The newest revisions of an article, the last first.
    pub async fn revisions(&self, id: &Id<ArticleId>) -> Result<Vec<Revision>> {
        let id = *id;
        self.inner.store.read(move |tx| store::revisions(tx, &id, PAGE)).await
    }

    /// The whole text of a revision.
    pub async fn source(&self, id: &Id<ArticleId>, revision: i64) -> Result<String> {
        let id = *id;
        self.inner.store.read(move |tx| store::source(tx, &id, revision)).await
    }

    /// What changed from one revision to another, line by line.
    pub async fn diff(&self, id: &Id<ArticleId>, from: i64, to: i64) -> Result<Vec<DiffLine>> {
        let (old, new) = (self.source(id, from).await?, self.source(id, to).await?);
        let compared = tokio::task::spawn_blocking(move || {
            let diff = TextDiff::from_lines(&old, &new);
            let lines = diff.iter_all_changes().map(|change| DiffLine {
                change: match change.tag() {
                    ChangeTag::Equal => LineChange::Same,
                    ChangeTag::Insert => LineChange::Added,
                    ChangeTag::Delete => LineChange::Removed,
                },
                text: change.value().trim_end_matches('\n').to_owned(),
            });
            lines.collect()
        });
        Ok(compared.await?)
    }
}
