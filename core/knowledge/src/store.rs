//! All SQL of articles and their revisions.

use ::store::{Row, Tx, params};
use jiff::Timestamp;
use kernel::id::{self, Article as ArticleId, Id};
use kernel::{Language, Refusal, Result};

use crate::document::ALL_LANGUAGES;
use crate::model::{Kind, Listed, Revision, State};

const COLUMNS: &str = "a.id, a.slug, a.language, a.kind, a.internal, a.title, a.topic, a.owner, a.review_at, \
    a.state, a.revision, a.published, a.version, a.changed_at, a.published_digest, a.translates_digest";

/// A row of articles, with what is only compared.
#[derive(Debug, Clone)]
pub(crate) struct ArticleRow {
    pub listed: Listed,
    pub published_digest: Option<String>,
    pub translates_digest: Option<String>,
}

/// What a row says of its newest revision.
#[derive(Debug, Clone)]
pub(crate) struct Described {
    pub kind: Kind,
    pub internal: bool,
    pub title: String,
    pub topic: Option<String>,
    pub owner: Option<String>,
    pub review_at: Option<Timestamp>,
    pub translates_digest: Option<String>,
}

/// A revision about to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewRevision {
    pub described: Described,
    pub by: String,
    pub note: String,
    pub digest: String,
    pub source: String,
}

/// What readers see from now on.
#[derive(Debug, Clone)]
pub(crate) struct Publication {
    pub revision: i64,
    pub digest: String,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// A published text, as the library reads it.
pub(crate) struct PublishedRow {
    pub article: Id<ArticleId>,
    pub slug: String,
    pub language: Option<Language>,
    pub revision: i64,
    pub published_at: Timestamp,
    pub source: String,
}

fn decode(row: &mut Row) -> Result<ArticleRow> {
    let published_digest: Option<String> = row.take(14)?;
    let listed = Listed {
        id: row.take(0)?,
        slug: row.take(1)?,
        language: language(row.take(2)?)?,
        kind: row.take::<String>(3)?.parse()?,
        internal: row.take(4)?,
        title: row.take(5)?,
        topic: row.take(6)?,
        owner: row.take(7)?,
        review_at: row.take(8)?,
        state: row.take::<String>(9)?.parse()?,
        revision: row.take(10)?,
        published: row.take(11)?,
        version: row.take(12)?,
        changed_at: row.take(13)?,
        stale: false,
    };
    Ok(ArticleRow { listed, published_digest, translates_digest: row.take(15)? })
}

/// `None` for all languages.
fn language(text: String) -> Result<Option<Language>> {
    Ok(if text == ALL_LANGUAGES { None } else { Some(text.parse()?) })
}

fn language_text(language: Option<&Language>) -> String {
    language.map_or_else(|| ALL_LANGUAGES.to_owned(), ToString::to_string)
}

pub(crate) fn by_id(tx: &mut Tx<'_>, id: &Id<ArticleId>) -> Result<ArticleRow> {
    tx.query_one(&format!("SELECT {COLUMNS} FROM knowledge_article a WHERE a.id = ?1"), params![id], decode)
}

pub(crate) fn by_place(
    tx: &mut Tx<'_>,
    slug: &str,
    language: Option<&Language>,
) -> Result<Option<ArticleRow>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM knowledge_article a WHERE a.slug = ?1 AND a.language = ?2"),
        params![slug, language_text(language)],
        decode,
    )
}

/// Articles by slug and language, after a place; `original` is the language that others translate.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    after: (&str, &str),
    limit: u16,
    original: &Language,
) -> Result<Vec<Listed>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS}, o.published_digest FROM knowledge_article a \
             LEFT JOIN knowledge_article o ON o.slug = a.slug AND o.language = ?4 AND a.language NOT IN (?4, ?5) \
             WHERE (a.slug, a.language) > (?1, ?2) ORDER BY a.slug, a.language LIMIT ?3"
        ),
        params![after.0, after.1, i64::from(limit), original, ALL_LANGUAGES],
        |row| {
            let original: Option<String> = row.take(16)?;
            let mut article = decode(row)?;
            article.listed.stale = original.is_some() && original != article.translates_digest;
            Ok(article.listed)
        },
    )
}

/// Articles to be looked at again by a moment, the longest due first.
pub(crate) fn due(tx: &mut Tx<'_>, by: Timestamp, limit: u16) -> Result<Vec<Listed>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM knowledge_article a WHERE a.review_at <= ?1 AND a.published IS NOT NULL \
             ORDER BY a.review_at, a.slug LIMIT ?2"
        ),
        params![by, i64::from(limit)],
        |row| Ok(decode(row)?.listed),
    )
}

/// Every slug, and whether it is a guide's.
pub(crate) fn slugs(tx: &mut Tx<'_>) -> Result<Vec<(String, bool)>> {
    tx.query(
        "SELECT slug, MAX(CASE WHEN kind = 'guide' THEN 1 ELSE 0 END) FROM knowledge_article \
         WHERE state <> 'retired' GROUP BY slug, kind",
        params![],
        |row| Ok((row.take(0)?, row.take::<i64>(1)? == 1)),
    )
}

/// Writes a revision, the first or the next; the row then stands at `state`.
pub(crate) fn write_revision(
    tx: &mut Tx<'_>,
    place: (&str, Option<&Language>),
    new: &NewRevision,
    now: Timestamp,
) -> Result<ArticleRow> {
    let Described { kind, internal, title, topic, owner, review_at, translates_digest } = &new.described;
    let known = by_place(tx, place.0, place.1)?;
    let article =
        match &known {
            None => {
                let article: Id<ArticleId> = id::new(now);
                tx.execute(
                    "INSERT INTO knowledge_article (id, slug, language, kind, internal, title, topic, owner, \
                 review_at, state, revision, translates_digest, version, changed_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'draft', 1, ?10, 1, ?11)",
                    params![
                        article,
                        place.0,
                        language_text(place.1),
                        kind.as_str(),
                        internal,
                        title,
                        topic,
                        owner,
                        review_at,
                        translates_digest,
                        now
                    ],
                )?;
                article
            }
            Some(row) => {
                tx.execute(
                "UPDATE knowledge_article SET kind = ?2, internal = ?3, title = ?4, topic = ?5, owner = ?6, \
                 review_at = ?7, state = 'draft', revision = revision + 1, translates_digest = ?8, \
                 version = version + 1, changed_at = ?9 WHERE id = ?1",
                params![
                    row.listed.id, kind.as_str(), internal, title, topic, owner, review_at,
                    translates_digest, now
                ],
            )?;
                row.listed.id
            }
        };
    let number = known.map_or(1, |row| row.listed.revision + 1);
    tx.execute(
        "INSERT INTO knowledge_revision (article, number, at, by, note, digest, source) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![article, number, now, new.by, new.note, new.digest, new.source],
    )?;
    by_id(tx, &article)
}

pub(crate) fn set_state(tx: &mut Tx<'_>, id: &Id<ArticleId>, state: State, now: Timestamp) -> Result<()> {
    let gone = state == State::Retired;
    tx.execute(
        "UPDATE knowledge_article SET state = ?2, version = version + 1, changed_at = ?3, \
         published = CASE WHEN ?4 = 1 THEN NULL ELSE published END WHERE id = ?1",
        params![id, state.as_str(), now, gone],
    )?;
    Ok(())
}

pub(crate) fn publish(
    tx: &mut Tx<'_>,
    id: &Id<ArticleId>,
    publication: &Publication,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE knowledge_article SET state = 'published', published = ?2, published_at = ?3, \
         published_digest = ?4, effective_from = ?5, effective_to = ?6, version = version + 1, \
         changed_at = ?3 WHERE id = ?1",
        params![id, publication.revision, now, publication.digest, publication.from, publication.to],
    )?;
    Ok(())
}

pub(crate) fn revisions(tx: &mut Tx<'_>, id: &Id<ArticleId>, limit: u16) -> Result<Vec<Revision>> {
    tx.query(
        "SELECT number, at, by, note, digest FROM knowledge_revision WHERE article = ?1 \
         ORDER BY number DESC LIMIT ?2",
        params![id, i64::from(limit)],
        |row| {
            Ok(Revision {
                number: row.take(0)?,
                at: row.take(1)?,
                by: row.take(2)?,
                note: row.take(3)?,
                digest: row.take(4)?,
            })
        },
    )
}

pub(crate) fn source(tx: &mut Tx<'_>, id: &Id<ArticleId>, number: i64) -> Result<String> {
    tx.query_one(
        "SELECT source FROM knowledge_revision WHERE article = ?1 AND number = ?2",
        params![id, number],
        |row| row.take(0),
    )
}

pub(crate) fn digest(tx: &mut Tx<'_>, id: &Id<ArticleId>, number: i64) -> Result<String> {
    tx.query_one(
        "SELECT digest FROM knowledge_revision WHERE article = ?1 AND number = ?2",
        params![id, number],
        |row| row.take(0),
    )
}

/// What readers may see at a moment, by id after `after`.
pub(crate) fn published_after(
    tx: &mut Tx<'_>,
    after: &str,
    limit: u16,
    now: Timestamp,
) -> Result<Vec<PublishedRow>> {
    tx.query(
        &format!("{PUBLISHED} AND a.id > ?1 ORDER BY a.id LIMIT ?3"),
        params![after, now, i64::from(limit)],
        decode_published,
    )
}

/// The same of one article; `None` when readers may not see it now.
pub(crate) fn published_one(
    tx: &mut Tx<'_>,
    id: &Id<ArticleId>,
    now: Timestamp,
) -> Result<Option<PublishedRow>> {
    tx.query_opt(&format!("{PUBLISHED} AND a.id = ?1"), params![id, now], decode_published)
}

const PUBLISHED: &str = "SELECT a.id, a.slug, a.language, a.published, a.published_at, r.source \
    FROM knowledge_article a JOIN knowledge_revision r ON r.article = a.id AND r.number = a.published \
    WHERE (a.effective_from IS NULL OR a.effective_from <= ?2) \
    AND (a.effective_to IS NULL OR a.effective_to > ?2)";

fn decode_published(row: &mut Row) -> Result<PublishedRow> {
    Ok(PublishedRow {
        article: row.take(0)?,
        slug: row.take(1)?,
        language: language(row.take(2)?)?,
        revision: row.take(3)?,
        published_at: row.take(4)?,
        source: row.take(5)?,
    })
}

/// Articles that came into force or went out of it between two moments.
pub(crate) fn turned(tx: &mut Tx<'_>, after: Timestamp, until: Timestamp) -> Result<Vec<Id<ArticleId>>> {
    tx.query(
        "SELECT id FROM knowledge_article WHERE published IS NOT NULL AND \
         ((effective_from > ?1 AND effective_from <= ?2) OR (effective_to > ?1 AND effective_to <= ?2))",
        params![after, until],
        |row| row.take(0),
    )
}

/// Newest revisions, by slug and language after a place, with their text.
pub(crate) fn sources_after(
    tx: &mut Tx<'_>,
    after: (&str, &str),
    limit: u16,
) -> Result<Vec<(String, Option<Language>, String)>> {
    tx.query(
        "SELECT a.slug, a.language, r.source FROM knowledge_article a \
         JOIN knowledge_revision r ON r.article = a.id AND r.number = a.revision \
         WHERE (a.slug, a.language) > (?1, ?2) AND a.state <> 'retired' ORDER BY a.slug, a.language LIMIT ?3",
        params![after.0, after.1, i64::from(limit)],
        |row| Ok((row.take(0)?, language(row.take(1)?)?, row.take(2)?)),
    )
}

pub(crate) fn set_list(tx: &mut Tx<'_>, name: &str, source: &str, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_list (name, source, changed_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (name) DO UPDATE SET source = excluded.source, changed_at = excluded.changed_at",
        params![name, source, now],
    )?;
    Ok(())
}

pub(crate) fn get_list(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.query_opt("SELECT source FROM knowledge_list WHERE name = ?1", params![name], |row| row.take(0))
}

/// Refuses to change what somebody else changed meanwhile.
pub(crate) fn expect_version(row: &ArticleRow, version: i64) -> Result<()> {
    if row.listed.version == version {
        Ok(())
    } else {
        Err(Refusal::new("knowledge.changed_meanwhile").with("title", &row.listed.title).into())
    }
}
