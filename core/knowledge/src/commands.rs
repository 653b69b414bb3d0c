//! What can be done to articles, one function a use case. Whoever may do it is checked by the face.

use ::store::Tx;
use audit::{Actor, Entry as AuditEntry};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::id::{Article as ArticleId, Id};
use kernel::{Language, NewEvent, Refusal, Result};
use serde_json::json;

use crate::document::{self, Document, digest};
use crate::finding::Finding;
use crate::knowledge::{CHANGED, Knowledge};
use crate::model::{Act, Listed};
use crate::store::{self, ArticleRow, Described, NewRevision, Publication};

/// Characters of a note.
const LONGEST_NOTE: usize = 500;

/// A text about to be written.
#[derive(Debug, Clone)]
pub struct Draft {
    pub slug: String,
    /// `None` for a guide.
    pub language: Option<Language>,
    /// The whole file: front matter and text.
    pub source: String,
    /// The version that was being looked at; `None` for a new text.
    pub version: Option<i64>,
    /// Why.
    pub note: String,
}

impl Knowledge {
    /// Writes a new revision. Readers see it only after a review. On failure every mistake is told.
    pub async fn save(&self, draft: Draft, by: &Actor) -> Result<Listed, SaveError> {
        let document = self.examined(&draft).await?;
        let zone = self.zone().await;
        let (now, by) = (self.now(), by.id.clone());
        let original = self.inner.languages.first().cloned();
        let saved = self.inner.store.write(move |tx| {
            let place = (draft.slug.as_str(), draft.language.as_ref());
            match (store::by_place(tx, place.0, place.1)?, draft.version) {
                (Some(row), Some(version)) => store::expect_version(&row, version)?,
                (Some(_), None) => {
                    return Err(Refusal::new("knowledge.slug_taken").with("slug", place.0).into());
                }
                (None, Some(_)) => return Err(kernel::Error::NotFound),
                (None, None) => {}
            }
            let new = NewRevision {
                described: described(tx, &document, original.as_ref(), &zone)?,
                by: by.clone(),
                note: draft.note.chars().take(LONGEST_NOTE).collect(),
                digest: digest(&draft.source),
                source: draft.source.clone(),
            };
            Ok(store::write_revision(tx, place, &new, now)?.listed)
        });
        Ok(saved.await?)
    }

    /// Reads a draft and looks where its links lead.
    async fn examined(&self, draft: &Draft) -> Result<Document, SaveError> {
        let mut found = Vec::new();
        let path = document::path_of(&draft.slug, draft.language.as_ref());
        if draft.language.as_ref().is_some_and(|language| !self.inner.languages.contains(language)) {
            return Err(Refusal::new("knowledge.unknown_language").into());
        }
        let (language, languages) = (draft.language.as_ref(), &self.inner.languages);
        let read = Document::read(&draft.source, &path, &draft.slug, language, languages, &mut found);
        let Some(document) = read else { return Err(SaveError::Unsound(found)) };
        let known = self.known(std::slice::from_ref(&document)).await?;
        if known.check(&document, &mut found) { Ok(document) } else { Err(SaveError::Unsound(found)) }
    }

    /// Asks for a review.
    pub async fn submit(&self, id: &Id<ArticleId>, version: i64, by: &Actor) -> Result<Listed> {
        self.act(id, version, Act::Submit, "knowledge.submit", by).await
    }

    /// Gives it back to its author.
    pub async fn give_back(&self, id: &Id<ArticleId>, version: i64, by: &Actor) -> Result<Listed> {
        self.act(id, version, Act::Return, "knowledge.give_back", by).await
    }

    /// Shows the newest revision to readers. Whoever wrote it cannot be the one who publishes it.
    pub async fn publish(&self, id: &Id<ArticleId>, version: i64, by: &Actor) -> Result<Listed> {
        self.act(id, version, Act::Publish, "knowledge.publish", by).await
    }

    /// Takes it from readers.
    pub async fn retire(&self, id: &Id<ArticleId>, version: i64, by: &Actor) -> Result<Listed> {
        self.act(id, version, Act::Retire, "knowledge.retire", by).await
    }

    async fn act(
        &self,
        id: &Id<ArticleId>,
        version: i64,
        act: Act,
        action: &'static str,
        by: &Actor,
    ) -> Result<Listed> {
        let (id, now, by) = (*id, self.now(), by.clone());
        let (zone, trail, languages) =
            (self.zone().await, self.inner.trail.clone(), self.inner.languages.clone());
        let done = self.inner.store.write(move |tx| {
            let row = store::by_id(tx, &id)?;
            store::expect_version(&row, version)?;
            let next = row.listed.state.after(act)?;
            if act == Act::Publish {
                let written = store::revisions(tx, &id, 1)?;
                if written.first().is_some_and(|newest| newest.by == by.id) {
                    return Err(Refusal::new("knowledge.own_work").into());
                }
                publish(tx, &row, &languages, &zone, now)?;
            } else {
                store::set_state(tx, &id, next, now)?;
            }
            if matches!(act, Act::Publish | Act::Retire) {
                changed(tx, &[id], false, now)?;
            }
            let listed = store::by_id(tx, &id)?.listed;
            let details = json!({ "slug": listed.slug, "revision": listed.revision });
            trail.append(tx, now, &AuditEntry::new(action, id).by(by.clone()).with(details))?;
            Ok(listed)
        });
        let listed = done.await?;
        self.note([listed.id], false);
        Ok(listed)
    }

    /// Makes an earlier revision the newest again, as a draft.
    pub async fn restore(
        &self,
        id: &Id<ArticleId>,
        revision: i64,
        version: i64,
        by: &Actor,
    ) -> Result<Listed, SaveError> {
        let article = *id;
        let (listed, source) = self
            .inner
            .store
            .read(move |tx| Ok((store::by_id(tx, &article)?.listed, store::source(tx, &article, revision)?)))
            .await?;
        let note = format!("↺ {revision}");
        let draft =
            Draft { slug: listed.slug, language: listed.language, source, version: Some(version), note };
        self.save(draft, by).await
    }

    /// Notes that somebody found it out of date.
    pub async fn flag(&self, id: &Id<ArticleId>, note: &str, by: &Actor) -> Result<()> {
        let (id, now, by) = (*id, self.now(), by.id.clone());
        let note: String = vault::masking::mask(note).text.chars().take(LONGEST_NOTE).collect();
        let flagged = self.inner.store.write(move |tx| {
            store::by_id(tx, &id)?;
            crate::flags::insert(tx, &id, now, &by, &note)?;
            tx.emit(now, &NewEvent { kind: "knowledge.flagged", subject: id.to_string(), data: json!({}) })?;
            Ok(())
        });
        flagged.await
    }

    /// Settles all flags of an article.
    pub async fn settle_flags(&self, id: &Id<ArticleId>, by: &Actor) -> Result<()> {
        let (id, now, by) = (*id, self.now(), by.id.clone());
        self.inner.store.write(move |tx| crate::flags::settle(tx, &id, now, &by)).await
    }
}

/// Why a text was not written.
#[derive(Debug)]
pub enum SaveError {
    /// Mistakes in the text, each with its line.
    Unsound(Vec<Finding>),
    Other(kernel::Error),
}

impl<E: Into<kernel::Error>> From<E> for SaveError {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// What the row says of a text. The source is what the text translates, as it reads now.
pub(crate) fn described(
    tx: &mut Tx<'_>,
    document: &Document,
    original: Option<&Language>,
    zone: &TimeZone,
) -> Result<Described> {
    let head = document.head();
    let translates = match (&head.language, original) {
        (Some(language), Some(original)) if language != original => {
            store::by_place(tx, &head.slug, Some(original))?.and_then(|row| row.published_digest)
        }
        _ => None,
    };
    Ok(Described {
        kind: head.kind,
        internal: head.internal,
        title: head.title.clone(),
        topic: head.topic.clone(),
        owner: head.owner.clone(),
        review_at: head.review.map(|day| start_of(day, zone)).transpose()?,
        translates_digest: translates,
    })
}

/// Shows the newest revision of a row to readers, from when it holds until when.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    row: &ArticleRow,
    languages: &[Language],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<()> {
    let listed = &row.listed;
    let source = store::source(tx, &listed.id, listed.revision)?;
    let language = listed.language.as_ref();
    let read = Document::read(&source, &listed.slug, &listed.slug, language, languages, &mut Vec::new());
    let document = read.ok_or_else(|| Refusal::new("knowledge.unreadable").with("slug", &listed.slug))?;
    let head = document.head();
    let publication = Publication {
        revision: listed.revision,
        digest: document.content_digest(),
        from: head.from.map(|day| start_of(day, zone)).transpose()?,
        // The last day is part of it.
        to: head.until.map(|day| start_of(day.tomorrow()?, zone)).transpose()?,
    };
    store::publish(tx, &listed.id, &publication, now)
}

fn start_of(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    Ok(day.to_zoned(zone.clone())?.timestamp())
}

/// Tells every node that readers see something else now.
pub(crate) fn changed(
    tx: &mut Tx<'_>,
    articles: &[Id<ArticleId>],
    synonyms: bool,
    now: Timestamp,
) -> Result<()> {
    /// Ids in one event: its data stays small.
    const TOLD_AT_ONCE: usize = 200;
    let mut chunks: Vec<&[Id<ArticleId>]> = articles.chunks(TOLD_AT_ONCE).collect();
    if chunks.is_empty() && synonyms {
        chunks.push(&[]);
    }
    for chunk in chunks {
        let ids: Vec<String> = chunk.iter().map(ToString::to_string).collect();
        let subject = ids.first().cloned().unwrap_or_else(|| "synonyms".to_owned());
        let data = json!({ "articles": ids, "synonyms": synonyms });
        tx.emit(now, &NewEvent { kind: CHANGED, subject, data })?;
    }
    Ok(())
}
