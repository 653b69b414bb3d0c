//! The area's front: opened once, shared by faces and commands, kept true by events.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::store::Store;
use audit::Trail;
use directory::Directories;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::id::{Article as ArticleId, Id};
use kernel::{Context, Event, Language, Refusal, Result};
use tokio::sync::Notify;

use crate::document::Document;
use crate::guide::Guide;
use crate::library::{Entry, Library, Weight, key_of};
use crate::markdown;
use crate::measures::{AllVotes, Tally};
use crate::model::Reader;
use crate::search::{Found, Search, SynonymFile};
use crate::store::{self, PublishedRow};

/// The event of what readers see having changed; its data names the articles.
pub(crate) const CHANGED: &str = "knowledge.changed";
pub(crate) const SYNONYMS: &str = "synonyms";
/// Texts read from the database at a time.
const BATCH: u16 = 500;
/// How often texts that come into force are looked for.
const TURN: Duration = Duration::from_secs(20);
/// Changes that come together are taken in together.
const GATHER: Duration = Duration::from_millis(30);
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Articles, guides and their search. Cloning shares it.
#[derive(Clone)]
pub struct Knowledge {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub trail: Trail,
    pub directories: Directories,
    /// The first is the original, which the others translate.
    pub languages: Vec<Language>,
    pub tally: Tally,
    library: Library,
    news: Mutex<News>,
    wake: Notify,
}

/// What has changed and is not on the shelves yet.
#[derive(Default)]
struct News {
    articles: BTreeSet<Id<ArticleId>>,
    synonyms: bool,
    /// Until when texts that come into force were looked for.
    turned: Timestamp,
}

impl Knowledge {
    /// Opens it and puts all that is published on the shelves. `languages` begins with the one in which
    /// texts are written first.
    pub async fn open(
        store: Store,
        trail: Trail,
        directories: Directories,
        languages: Vec<Language>,
    ) -> Result<Self> {
        let library = Library::new(&languages)?;
        let news = Mutex::new(News::default());
        let inner = Inner {
            store,
            trail,
            directories,
            languages,
            tally: Tally::default(),
            library,
            news,
            wake: Notify::new(),
        };
        let knowledge = Self { inner: Arc::new(inner) };
        knowledge.rebuild().await?;
        Ok(knowledge)
    }

    /// Puts everything on the shelves again, from the database.
    pub async fn rebuild(&self) -> Result<usize> {
        let now = self.now();
        self.news().turned = now;
        self.read_synonyms().await?;
        let known: BTreeSet<(String, Language)> = self
            .inner
            .library
            .entries(|_| true)
            .iter()
            .map(|entry| (entry.key(), entry.language.clone()))
            .collect();
        let votes = crate::measures::votes(&self.inner.store, now).await?;
        let mut entries = Vec::new();
        let mut after = String::new();
        loop {
            let from = after.clone();
            let rows = self.inner.store.read(move |tx| store::published_after(tx, &from, BATCH, now)).await?;
            let Some(last) = rows.last() else { break };
            after = last.article.to_string();
            entries.extend(self.entries_of(rows, &votes, now));
        }
        let texts = entries.len();
        let seen = entries.iter().map(|entry| (entry.key(), entry.language.clone())).collect();
        let gone: Vec<_> = known.difference(&seen).cloned().collect();
        self.shelve(entries, gone).await?;
        Ok(texts)
    }

    /// Hears of what other nodes and commands change. It only notes it; [`Knowledge::keep_up`] does it.
    pub fn hear(&self, event: &Event) {
        if event.kind != CHANGED {
            return;
        }
        let named = event.data.get("articles").and_then(|articles| articles.as_array());
        let ids = named.into_iter().flatten().filter_map(|id| id.as_str()?.parse::<Id<ArticleId>>().ok());
        let synonyms = event.data.get("synonyms").is_some_and(|changed| changed.as_bool() == Some(true));
        self.note(ids, synonyms);
    }

    /// Notes what has changed. The node that changes it does not wait to hear of itself.
    pub(crate) fn note(&self, articles: impl IntoIterator<Item = Id<ArticleId>>, synonyms: bool) {
        let mut news = self.news();
        news.articles.extend(articles);
        news.synonyms |= synonyms;
        drop(news);
        self.inner.wake.notify_one();
    }

    /// Keeps the shelves true for as long as the centre runs. Spawn it, and abort it at the end.
    pub async fn keep_up(&self) {
        loop {
            let _ = tokio::time::timeout(TURN, self.inner.wake.notified()).await;
            tokio::time::sleep(GATHER).await;
            if let Err(error) = self.catch_up().await {
                tracing::error!(%error, "bringing the search up to date failed");
                tokio::time::sleep(TRY_AGAIN).await;
                self.inner.wake.notify_one();
            }
        }
    }

    /// Takes in everything heard of, and what has come into force or gone out of it.
    pub async fn catch_up(&self) -> Result<()> {
        let now = self.now();
        let heard = std::mem::replace(&mut *self.news(), News { turned: now, ..News::default() });
        let since = heard.turned;
        let done = self.take_in(&heard, since, now).await;
        if done.is_err() {
            let mut news = self.news();
            news.articles.extend(heard.articles);
            news.synonyms |= heard.synonyms;
            news.turned = news.turned.min(since);
        }
        done
    }

    async fn take_in(&self, heard: &News, since: Timestamp, now: Timestamp) -> Result<()> {
        if heard.synonyms {
            self.read_synonyms().await?;
        }
        let turned = self.inner.store.read(move |tx| store::turned(tx, since, now)).await?;
        let mut ids: BTreeSet<Id<ArticleId>> = heard.articles.clone();
        ids.extend(turned);
        if ids.is_empty() {
            return Ok(());
        }
        let wanted: Vec<Id<ArticleId>> = ids.iter().copied().collect();
        let rows = self
            .inner
            .store
            .read(move |tx| {
                let rows = wanted.iter().map(|id| store::published_one(tx, id, now));
                rows.filter_map(Result::transpose).collect::<Result<Vec<_>>>()
            })
            .await?;
        let votes = crate::measures::votes(&self.inner.store, now).await?;
        let entries = self.entries_of(rows, &votes, now);
        let shown: BTreeSet<(String, Language)> =
            entries.iter().map(|entry| (entry.key(), entry.language.clone())).collect();
        let before = self.inner.library.entries(|entry| ids.contains(&entry.article));
        let gone = before.iter().map(|entry| (entry.key(), entry.language.clone()));
        let gone: Vec<_> = gone.filter(|place| !shown.contains(place)).collect();
        self.shelve(entries, gone).await
    }

    /// The index is changed on a thread that may take its time.
    async fn shelve(&self, put: Vec<Entry>, gone: Vec<(String, Language)>) -> Result<()> {
        let inner = Arc::clone(&self.inner);
        tokio::task::spawn_blocking(move || inner.library.change(put, &gone)).await.context("shelving")?
    }

    fn entries_of(&self, rows: Vec<PublishedRow>, votes: &AllVotes, now: Timestamp) -> Vec<Entry> {
        let mut entries = Vec::new();
        for row in rows {
            let mut found = Vec::new();
            let (slug, languages) = (row.slug.as_str(), &self.inner.languages);
            let read = Document::read(&row.source, slug, slug, row.language.as_ref(), languages, &mut found);
            let Some(document) = read else {
                // It was sound when it was written; a stricter program must not take the rest down with it.
                let reason = found.first().map(ToString::to_string).unwrap_or_default();
                tracing::error!(article = %row.article, reason, "a published text cannot be read any more");
                continue;
            };
            entries.extend(made(document, &row, languages, now));
        }
        for entry in &mut entries {
            let key = (entry.slug.clone(), entry.language.to_string());
            entry.votes = votes.get(&key).copied().unwrap_or_default();
        }
        entries
    }

    async fn read_synonyms(&self) -> Result<()> {
        let source = self.inner.store.read(|tx| store::get_list(tx, SYNONYMS)).await?;
        let file = source.and_then(|source| SynonymFile::read(&source, SYNONYMS, &mut Vec::new()));
        self.inner.library.set_synonyms(&file.unwrap_or_default());
        Ok(())
    }

    fn news(&self) -> std::sync::MutexGuard<'_, News> {
        self.inner.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.store.clock().now()
    }

    /// The zone in which days begin: that of the institution.
    pub(crate) async fn zone(&self) -> TimeZone {
        let directory = self.inner.directories.at(self.now(), None).await;
        directory.map_or(TimeZone::UTC, |published| published.directory.institution.zone.clone())
    }

    /// The languages it speaks, the original first.
    pub fn languages(&self) -> &[Language] {
        &self.inner.languages
    }

    /// Rises whenever readers may see something else than before.
    pub fn generation(&self) -> u64 {
        self.inner.library.generation()
    }

    /// What the shelves take in memory.
    pub fn weight(&self) -> Result<Weight> {
        self.inner.library.weight()
    }

    /// Searches. What the reader may not see is not searched.
    pub fn search(&self, search: &Search<'_>) -> Result<Found> {
        self.inner.library.search(search)
    }

    /// The best few texts for what somebody is writing: titles only, and nothing when little of it was
    /// understood.
    pub fn suggest(
        &self,
        text: &str,
        reader: Reader<'_>,
        language: &Language,
        limit: usize,
    ) -> Result<Vec<Arc<Entry>>> {
        const UNDERSTOOD: f32 = 0.5;
        const AS_GOOD: f32 = 0.4;
        let found = self.search(&Search { text, language, reader, typing: true, limit })?;
        let best = found.hits.first().map_or(0.0, |hit| hit.score);
        if found.understood < UNDERSTOOD {
            return Ok(Vec::new());
        }
        let good = found.hits.into_iter().filter(|hit| hit.score >= best * AS_GOOD);
        Ok(good.map(|hit| hit.entry).collect())
    }

    /// A published article for a reader: in their language, else in another one.
    pub fn entry(&self, slug: &str, language: &Language, reader: Reader<'_>) -> Option<Arc<Entry>> {
        self.find(&key_of(slug, false), language, reader)
    }

    /// A published guide for a reader.
    pub fn guide(
        &self,
        slug: &str,
        language: &Language,
        reader: Reader<'_>,
    ) -> Option<(Arc<Entry>, Arc<Guide>)> {
        let entry = self.find(&key_of(slug, true), language, reader)?;
        let guide = entry.guide.clone()?;
        Some((entry, guide))
    }

    fn find(&self, key: &str, language: &Language, reader: Reader<'_>) -> Option<Arc<Entry>> {
        let others = self.inner.languages.iter();
        let mut tried =
            std::iter::once(language).chain(others).filter_map(|one| self.inner.library.entry(key, one));
        tried.find(|entry| reader.is_staff() || !entry.internal)
    }

    /// The languages in which a reader finds a text, besides those in which it is missing.
    pub fn translations(&self, entry: &Entry) -> Vec<Arc<Entry>> {
        let key = entry.key();
        self.inner.languages.iter().filter_map(|language| self.inner.library.entry(&key, language)).collect()
    }

    /// All that a reader may see in a language, by slug.
    pub fn entries(
        &self,
        language: &Language,
        reader: Reader<'_>,
        wanted: impl Fn(&Entry) -> bool,
    ) -> Vec<Arc<Entry>> {
        self.inner
            .library
            .entries(|entry| entry.language == *language && entry.is_for(reader) && wanted(entry))
    }

    /// The Markdown of a published text.
    pub async fn body(&self, entry: &Entry) -> Result<String> {
        let (id, revision) = (entry.article, entry.revision);
        let source = self.inner.store.read(move |tx| store::source(tx, &id, revision)).await?;
        let language = &entry.language;
        let read = crate::Article::read(&source, &entry.slug, &entry.slug, language, &mut Vec::new());
        let unreadable = || Refusal::new("knowledge.unreadable").with("slug", &entry.slug);
        Ok(read.ok_or_else(unreadable)?.body)
    }
}

/// The entries of a text: one for an article, one in each language for a guide.
fn made(document: Document, row: &PublishedRow, languages: &[Language], now: Timestamp) -> Vec<Entry> {
    let head = document.head().clone();
    let entry = |language: &Language, title: String, summary: String| Entry {
        article: row.article,
        revision: row.revision,
        slug: head.slug.clone(),
        language: language.clone(),
        kind: head.kind,
        title,
        summary,
        audience: head.audience.clone(),
        internal: head.internal,
        topic: head.topic.clone(),
        keywords: head.keywords.clone(),
        related: head.related.clone(),
        owner: head.owner.clone(),
        published_at: row.published_at,
        headings: String::new(),
        text: String::new(),
        guide: None,
        votes: crate::library::Votes::default(),
        weighed_at: now,
    };
    match document {
        Document::Article(article) => {
            let plain = markdown::plain(&article.body);
            let language = head.language.clone().or_else(|| languages.first().cloned());
            let made = language.map(|language| Entry {
                headings: plain.headings,
                text: plain.text,
                ..entry(&language, head.title.clone(), head.summary.clone())
            });
            made.into_iter().collect()
        }
        Document::Guide(guide) => {
            let guide = Arc::new(*guide);
            let made = languages.iter().map(|language| Entry {
                keywords: guide.keywords.get(language).cloned().unwrap_or_default(),
                headings: questions(&guide, language),
                text: ends(&guide, language),
                guide: Some(Arc::clone(&guide)),
                ..entry(
                    language,
                    guide.title.get(language).to_owned(),
                    guide.summary.get(language).to_owned(),
                )
            });
            made.collect()
        }
    }
}

fn questions(guide: &Guide, language: &Language) -> String {
    let asked = guide.steps.iter().map(|step| step.question.get(language));
    asked.collect::<Vec<_>>().join("\n")
}

fn ends(guide: &Guide, language: &Language) -> String {
    let told = guide
        .ends
        .iter()
        .map(|end| format!("{}\n{}", end.title.get(language), markdown::plain(end.text.get(language)).text));
    told.collect::<Vec<_>>().join("\n")
}
