//! One index: the texts of one language that one ring of readers may see. What a reader may not see is not
//! on their shelf at all, so that no filter can be forgotten.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use kernel::{Context, Language, Result};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, TantivyDocument, Term};

use super::analysis::{Analyzer, words};
use super::plan::{self, Plan};
use super::synonyms::{SynonymFile, Synonyms};
use super::vocabulary::Vocabulary;
use crate::library::Entry;

/// How often a word counts where it stands, beside once in the body.
const IN_TITLE: usize = 2;
const IN_WORDS: usize = 2;
/// What the fit of the title alone adds, for those that are put in order.
const TITLE_WEIGHS: f32 = 1.5;
/// Found texts that are put in order by their titles and signals too.
const CANDIDATES: usize = 40;
/// The usual constants of BM25.
const SATURATION: f32 = 1.2;
const LENGTH: f32 = 0.75;
/// The least memory that the index's writer accepts.
const WRITER_BYTES: usize = 15_000_000;
/// What it is given for many texts at once, and how many those are.
const BULK_BYTES: usize = 120_000_000;
const BULK: usize = 2_000;
/// A part of a query.
type Clause = (Occur, Box<dyn Query>);

/// The audience of what is for anybody.
const ANYBODY: &str = "*";

pub(crate) struct Shelf {
    pub(crate) analyzer: Analyzer,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    state: RwLock<State>,
    /// The index takes one writer at a time.
    writing: Mutex<()>,
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    slot: Field,
    audience: Field,
    text: Field,
}

#[derive(Default)]
struct State {
    /// By the number that the index knows a text by. A number is never used again.
    slots: Vec<Option<Slot>>,
    /// The stems of all titles, for their usual length.
    title_stems: usize,
    by_key: HashMap<String, u64>,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
}

#[derive(Clone)]
struct Slot {
    entry: Arc<Entry>,
    /// The stems of its title, as [`hash_of`] has them.
    title: Arc<[u64]>,
}

/// A text that was found.
pub(crate) struct Found {
    pub entry: Arc<Entry>,
    pub score: f32,
}

impl Shelf {
    pub(crate) fn new(language: &Language) -> Result<Self> {
        let mut schema = Schema::builder();
        let text = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::WithFreqs),
        );
        let fields = Fields {
            key: schema.add_text_field("key", STRING),
            slot: schema.add_u64_field("slot", FAST),
            audience: schema.add_text_field("audience", STRING),
            text: schema.add_text_field("text", text),
        };
        let index = Index::create_in_ram(schema.build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let (analyzer, state) = (Analyzer::new(language), RwLock::default());
        Ok(Self { analyzer, index, reader, fields, state, writing: Mutex::default() })
    }

    /// Puts texts on the shelf, in place of those with the same key, and takes others from it.
    pub(crate) fn change(&self, put: &[Arc<Entry>], taken: &[String]) -> Result<()> {
        if put.is_empty() && taken.is_empty() {
            return Ok(());
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_bulk = put.len() >= BULK;
        let bytes = if is_bulk { BULK_BYTES } else { WRITER_BYTES };
        let mut writer = self.index.writer_with_num_threads(1, bytes)?;
        let mut gone: Vec<u64> = Vec::new();
        for key in taken {
            writer.delete_term(Term::from_field_text(self.fields.key, key));
            gone.extend(self.write().by_key.remove(key));
        }
        for entry in put {
            let key = entry.key();
            let tokens = self.tokens(entry);
            let (slot, before) = {
                let mut state = self.write();
                let slot = u64::try_from(state.slots.len())?;
                state.title_stems += tokens.title.len();
                state.slots.push(Some(Slot { entry: Arc::clone(entry), title: tokens.title.into() }));
                let words = tokens.seen.iter().map(|(folded, written)| (folded.as_str(), written.as_str()));
                state.vocabulary.add(words);
                (slot, state.by_key.insert(key.clone(), slot))
            };
            if before.is_some() {
                writer.delete_term(Term::from_field_text(self.fields.key, &key));
                gone.extend(before);
            }
            writer.add_document(self.document(&key, slot, entry, tokens.all))?;
        }
        writer.commit()?;
        if is_bulk {
            // One segment is searched faster than many.
            let segments = self.index.searchable_segment_ids()?;
            if segments.len() > 1 {
                writer.merge(&segments).wait()?;
            }
        }
        writer.wait_merging_threads()?;
        self.reader.reload()?;
        let mut state = self.write();
        for slot in gone {
            let place = usize::try_from(slot).ok().and_then(|slot| state.slots.get_mut(slot));
            if let Some(left) = place.and_then(Option::take) {
                state.title_stems = state.title_stems.saturating_sub(left.title.len());
            }
        }
        state.vocabulary.settle()
    }

    fn document(&self, key: &str, slot: u64, entry: &Entry, all: Vec<Token>) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.fields.key, key);
        document.add_u64(self.fields.slot, slot);
        if entry.audience.is_empty() {
            document.add_text(self.fields.audience, ANYBODY);
        }
        for audience in &entry.audience {
            document.add_text(self.fields.audience, audience);
        }
        let text = PreTokenizedString { text: String::new(), tokens: all };
        document.add_pre_tokenized_text(self.fields.text, text);
        document
    }

    /// The stems of an entry, as often as they count, and its words as they are written.
    fn tokens(&self, entry: &Entry) -> Tokens {
        let mut tokens = Tokens::default();
        let beside = format!("{}\n{}\n{}", entry.summary, entry.keywords.join("\n"), entry.headings);
        for (text, times, is_title) in
            [(&*entry.title, IN_TITLE, true), (&*beside, IN_WORDS, false), (&*entry.text, 1, false)]
        {
            for word in words(text) {
                if self.analyzer.says_nothing(&word.folded) {
                    continue;
                }
                let stem = self.analyzer.stem(&word.folded);
                if is_title {
                    tokens.title.push(hash_of(&stem));
                }
                let written = text.get(word.from..word.to).unwrap_or_default();
                let known = tokens.seen.get(&word.folded);
                if known.is_none_or(|known| known.is_ascii() && !written.is_ascii()) {
                    tokens.seen.insert(word.folded, written.to_owned());
                }
                for _ in 0..times {
                    let position = tokens.all.len();
                    let text = stem.clone();
                    tokens.all.push(Token { position, text, position_length: 1, ..Token::default() });
                }
            }
        }
        tokens
    }

    pub(crate) fn set_synonyms(&self, file: &SynonymFile, language: &Language) {
        let synonyms = Synonyms::new(file, language, &self.analyzer);
        self.write().synonyms = synonyms;
    }

    /// What was probably meant by a query; see [`plan`].
    pub(crate) fn plan(&self, query: &str, typing: bool) -> Plan {
        let searcher = self.reader.searcher();
        let texts = searcher.num_docs();
        let state = self.read();
        let in_texts = |stem: &str| {
            searcher.doc_freq(&Term::from_field_text(self.fields.text, stem)).unwrap_or_default()
        };
        plan::plan(query, typing, &self.analyzer, &state.vocabulary, &state.synonyms, texts, in_texts)
    }

    /// The texts that fit a plan best, best first; with an audience, those for it and those for anybody.
    /// While somebody types, texts that fit all words come before those that fit some.
    pub(crate) fn search(&self, plan: &Plan, audience: Option<&str>, most: usize) -> Result<Vec<Found>> {
        let searcher = self.reader.searcher();
        let mut found = Vec::new();
        if plan.typing {
            found = self.run(&searcher, plan, self.query(plan, true), audience, most)?;
        }
        if found.len() < most {
            let some = self.run(&searcher, plan, self.query(plan, false), audience, most)?;
            let known: HashSet<String> = found.iter().map(|one: &Found| one.entry.key()).collect();
            found.extend(some.into_iter().filter(|one| !known.contains(&one.entry.key())));
        }
        found.truncate(most);
        Ok(found)
    }

    fn run(
        &self,
        searcher: &Searcher,
        plan: &Plan,
        query: Option<Box<dyn Query>>,
        audience: Option<&str>,
        most: usize,
    ) -> Result<Vec<Found>> {
        let Some(query) = query.map(|query| self.for_audience(query, audience)) else {
            return Ok(Vec::new());
        };
        let wanted = TopDocs::with_limit(most.max(CANDIDATES)).order_by_score();
        let top = searcher.search(&query, &wanted)?;
        let columns = searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().u64("slot"))
            .collect::<tantivy::Result<Vec<_>>>()?;
        let state = self.read();
        let titles = Titles::new(plan, state.title_stems, state.by_key.len());
        let mut found: Vec<Found> = top
            .into_iter()
            .filter_map(|(score, place)| {
                let slot = columns.get(usize::try_from(place.segment_ord).ok()?)?.first(place.doc_id)?;
                let Slot { entry, title } = state.slots.get(usize::try_from(slot).ok()?)?.clone()?;
                let score = (score + TITLE_WEIGHS * titles.score(&title)) * entry.lift();
                Some(Found { entry, score })
            })
            .collect();
        drop(state);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.entry.slug.cmp(&b.entry.slug)));
        Ok(found)
    }

    /// The query of a plan: texts that fit any of it, or only those that fit every word.
    fn query(&self, plan: &Plan, every_word: bool) -> Option<Box<dyn Query>> {
        let mut by_word: BTreeMap<Option<usize>, Vec<Clause>> = BTreeMap::new();
        // A clause that nothing fits would keep the index from skipping ahead.
        for asked in plan.terms.iter().filter(|asked| asked.texts > 0) {
            let clauses = by_word.entry(asked.word.filter(|_| every_word)).or_default();
            let term = Term::from_field_text(self.fields.text, &asked.stem);
            let exact = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            clauses.push((Occur::Should, Box::new(BoostQuery::new(exact, asked.weight))));
        }
        let mut all: Vec<Clause> = Vec::new();
        for (word, clauses) in by_word {
            match word {
                None => all.extend(clauses),
                Some(_) => all.push((Occur::Must, Box::new(BooleanQuery::new(clauses)))),
            }
        }
        if all.is_empty() { None } else { Some(Box::new(BooleanQuery::new(all))) }
    }

    fn for_audience(&self, asked: Box<dyn Query>, audience: Option<&str>) -> Box<dyn Query> {
        let Some(audience) = audience else { return asked };
        let for_them = [ANYBODY, audience].map(|one| {
            let term = Term::from_field_text(self.fields.audience, one);
            // It decides what is found, not how well it fits.
            let exact = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
            (Occur::Should, Box::new(BoostQuery::new(exact, 0.0)) as Box<dyn Query>)
        });
        let for_them: Box<dyn Query> = Box::new(BooleanQuery::new(for_them.into()));
        Box::new(BooleanQuery::new(vec![(Occur::Must, asked), (Occur::Must, for_them)]))
    }

    /// What it takes in memory, in bytes: the index and the vocabulary.
    pub(crate) fn weight(&self) -> Result<usize> {
        let index = self.reader.searcher().space_usage().context("weighing an index")?;
        Ok(usize::try_from(index.total().get_bytes())? + self.read().vocabulary.weight())
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The stems that are to be marked in what was found.
pub(crate) fn marks(plan: &Plan) -> HashSet<String> {
    plan.terms.iter().map(|term| term.stem.clone()).collect()
}

/// What a text gives to the index.
#[derive(Default)]
struct Tokens {
    all: Vec<Token>,
    title: Vec<u64>,
    /// Words as they are written, by their folded form.
    seen: HashMap<String, String>,
}

/// How well titles fit a plan, by the usual measure (BM25), with the rarity that words have in all texts.
struct Titles {
    /// What each stem is worth.
    worth: HashMap<u64, f32>,
    usual_length: f32,
}

impl Titles {
    fn new(plan: &Plan, stems: usize, titles: usize) -> Self {
        let worth =
            plan.terms.iter().map(|asked| (hash_of(&asked.stem), asked.weight * asked.rarity(plan.texts)));
        let usual_length = count(stems) / count(titles).max(1.0);
        Self { worth: worth.collect(), usual_length: usual_length.max(1.0) }
    }

    fn score(&self, title: &[u64]) -> f32 {
        let penalty = SATURATION * (1.0 - LENGTH + LENGTH * count(title.len()) / self.usual_length);
        let mut score = 0.0;
        for (at, stem) in title.iter().enumerate() {
            let Some(worth) = self.worth.get(stem) else { continue };
            let is_first = title.get(..at).is_none_or(|before| !before.contains(stem));
            if is_first {
                let times = count(title.iter().filter(|other| *other == stem).count());
                score += worth * times * (SATURATION + 1.0) / (times + penalty);
            }
        }
        score
    }
}

fn hash_of(stem: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    stem.hash(&mut hasher);
    hasher.finish()
}

/// A count to calculate with; exact far beyond any library's size.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f32 {
    number as f32
}
