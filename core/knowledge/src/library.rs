//! Everything that is published and in force, in memory: to be listed, and to be searched.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use kernel::id::{Article as ArticleId, Id};
use kernel::{Language, Result};

use crate::guide::Guide;
use crate::model::{Kind, Reader};
use crate::search::{self, Found, Search, Shelf, SynonymFile};

/// How much readers' votes and youth can lift a text, at most.
const VOTES_WEIGH: f32 = 0.15;
const YOUTH_WEIGHS: f32 = 0.05;
/// Votes that stand for not knowing yet.
const PRIOR: f32 = 10.0;
const YEAR_IN_SECONDS: f32 = 31_557_600.0;

/// A published text in one language. A guide has an entry in each of its languages.
#[derive(Debug)]
pub struct Entry {
    pub article: Id<ArticleId>,
    pub revision: i64,
    pub slug: String,
    pub language: Language,
    pub kind: Kind,
    pub title: String,
    pub summary: String,
    pub audience: Vec<String>,
    pub internal: bool,
    pub topic: Option<String>,
    pub keywords: Vec<String>,
    pub related: Vec<String>,
    pub owner: Option<String>,
    pub published_at: Timestamp,
    pub(crate) headings: String,
    pub(crate) text: String,
    pub guide: Option<Arc<Guide>>,
    pub votes: Votes,
    /// When its signals were weighed.
    pub(crate) weighed_at: Timestamp,
}

/// What readers said of it lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Votes {
    pub helped: u32,
    pub not_helped: u32,
}

impl Entry {
    /// What it is known by on a shelf: articles and guides may share a slug.
    pub(crate) fn key(&self) -> String {
        key_of(&self.slug, self.guide.is_some())
    }

    pub fn is_for(&self, reader: Reader<'_>) -> bool {
        match reader {
            Reader::Staff => true,
            _ if self.internal => false,
            Reader::Anybody => true,
            Reader::Audience(audience) => {
                self.audience.is_empty() || self.audience.iter().any(|one| one == audience)
            }
        }
    }

    /// What its signals make of its score: what helped others and what is new come a little sooner.
    pub(crate) fn lift(&self) -> f32 {
        let votes = |count: u32| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        let (helped, not) = (votes(self.votes.helped), votes(self.votes.not_helped));
        let liked = (helped - not) / (helped + not + PRIOR);
        let age = self.weighed_at.duration_since(self.published_at).as_secs_f32().max(0.0);
        1.0 + VOTES_WEIGH * liked + YOUTH_WEIGHS * (-age / YEAR_IN_SECONDS).exp()
    }
}

pub(crate) fn key_of(slug: &str, is_guide: bool) -> String {
    if is_guide { format!("guide:{slug}") } else { slug.to_owned() }
}

/// What a library takes in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    pub texts: usize,
    /// The indexes and vocabularies, in bytes.
    pub index: usize,
    /// The words of the texts themselves, in bytes.
    pub words: usize,
}

pub(crate) struct Library {
    shelves: HashMap<Language, Rings>,
    entries: RwLock<BTreeMap<(String, Language), Arc<Entry>>>,
    /// Rises with every change, so that pages made before are not shown after.
    generation: AtomicU64,
}

struct Rings {
    /// What anybody may see.
    open: Shelf,
    /// What those who work here may see: everything.
    house: Shelf,
}

impl Library {
    pub(crate) fn new(languages: &[Language]) -> Result<Self> {
        let rings = |language: &Language| -> Result<_> {
            Ok((language.clone(), Rings { open: Shelf::new(language)?, house: Shelf::new(language)? }))
        };
        let shelves = languages.iter().map(rings).collect::<Result<_>>()?;
        Ok(Self { shelves, entries: RwLock::default(), generation: AtomicU64::new(0) })
    }

    /// Puts entries in place of those they follow and takes out those that are gone.
    pub(crate) fn change(&self, put: Vec<Entry>, gone: &[(String, Language)]) -> Result<()> {
        let put: Vec<Arc<Entry>> = put.into_iter().map(Arc::new).collect();
        for (language, rings) in &self.shelves {
            let mine: Vec<Arc<Entry>> =
                put.iter().filter(|entry| entry.language == *language).cloned().collect();
            let open: Vec<Arc<Entry>> = mine.iter().filter(|entry| !entry.internal).cloned().collect();
            let leaving = gone.iter().filter(|(_, other)| other == language).map(|(key, _)| key.clone());
            let leaving: Vec<String> = leaving.collect();
            // What has become internal leaves the open shelf.
            let closed = mine.iter().filter(|entry| entry.internal).map(|entry| entry.key());
            let leaving_open: Vec<String> = leaving.iter().cloned().chain(closed).collect();
            rings.open.change(&open, &leaving_open)?;
            rings.house.change(&mine, &leaving)?;
        }
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        for place in gone {
            entries.remove(place);
        }
        for entry in put {
            entries.insert((entry.key(), entry.language.clone()), entry);
        }
        drop(entries);
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    pub(crate) fn set_synonyms(&self, file: &SynonymFile) {
        for (language, rings) in &self.shelves {
            rings.open.set_synonyms(file, language);
            rings.house.set_synonyms(file, language);
        }
        self.generation.fetch_add(1, Ordering::Release);
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    pub(crate) fn search(&self, search: &Search<'_>) -> Result<Found> {
        match self.rings(search.language) {
            None => Ok(Found::default()),
            Some(rings) => {
                let shelf = if search.reader.is_staff() { &rings.house } else { &rings.open };
                search::search(shelf, search)
            }
        }
    }

    /// The shelves of this language, in whatever region it is spoken.
    fn rings(&self, language: &Language) -> Option<&Rings> {
        self.shelves.get(language).or_else(|| {
            let base = language.identifier().language;
            self.shelves.iter().find(|(other, _)| other.identifier().language == base).map(|(_, rings)| rings)
        })
    }

    pub(crate) fn entry(&self, key: &str, language: &Language) -> Option<Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(&(key.to_owned(), language.clone())).cloned()
    }

    /// The entries for which `wanted` says yes, by slug.
    pub(crate) fn entries(&self, wanted: impl Fn(&Entry) -> bool) -> Vec<Arc<Entry>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.values().filter(|entry| wanted(entry)).cloned().collect()
    }

    pub(crate) fn weight(&self) -> Result<Weight> {
        let mut index = 0;
        for rings in self.shelves.values() {
            index += rings.open.weight()? + rings.house.weight()?;
        }
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let words = entries.values().map(|entry| entry.text.len() + entry.headings.len()).sum();
        Ok(Weight { texts: entries.len(), index, words })
    }
}
