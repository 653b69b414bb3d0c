//! One index: the texts of one language that one ring of readers may see. What a reader may not see is not
//! on their shelf at all, so that no filter can be forgotten.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

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

/// What a word is worth where it stands.
const IN_TITLE: f32 = 2.0;
const IN_WORDS: f32 = 1.2;
const IN_BODY: f32 = 1.0;
/// Found texts that are put in order by their signals too.
const CANDIDATES: usize = 40;
/// The least memory that the index's writer accepts.
const WRITER_BYTES: usize = 15_000_000;
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
}

#[derive(Clone, Copy)]
struct Fields {
    key: Field,
    slot: Field,
    audience: Field,
    title: Field,
    words: Field,
    body: Field,
}

#[derive(Default)]
struct State {
    /// By the number that the index knows a text by. A number is never used again.
    slots: Vec<Option<Arc<Entry>>>,
    by_key: HashMap<String, u64>,
    vocabulary: Vocabulary,
    synonyms: Synonyms,
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
            title: schema.add_text_field("title", text.clone()),
            words: schema.add_text_field("words", text.clone()),
            body: schema.add_text_field("body", text),
        };
        let index = Index::create_in_ram(schema.build());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { analyzer: Analyzer::new(language), index, reader, fields, state: RwLock::default() })
    }

    /// Puts texts on the shelf, in place of those with the same key, and takes others from it.
    pub(crate) fn change(&self, put: &[Arc<Entry>], taken: &[String]) -> Result<()> {
        if put.is_empty() && taken.is_empty() {
            return Ok(());
        }
        let mut writer = self.index.writer_with_num_threads(1, WRITER_BYTES)?;
        let mut gone: Vec<u64> = Vec::new();
        for key in taken {
            writer.delete_term(Term::from_field_text(self.fields.key, key));
            gone.extend(self.write().by_key.remove(key));
        }
        for entry in put {
            let key = entry.key();
            writer.delete_term(Term::from_field_text(self.fields.key, &key));
            let slot = {
                let mut state = self.write();
                let slot = u64::try_from(state.slots.len())?;
                state.slots.push(Some(Arc::clone(entry)));
                gone.extend(state.by_key.insert(key.clone(), slot));
                slot
            };
            writer.add_document(self.document(&key, slot, entry))?;
        }
        writer.commit()?;
        self.reader.reload()?;
        let mut state = self.write();
        for slot in gone {
            if let Some(place) = usize::try_from(slot).ok().and_then(|slot| state.slots.get_mut(slot)) {
                *place = None;
            }
        }
        state.vocabulary.settle()
    }

    fn document(&self, key: &str, slot: u64, entry: &Entry) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.fields.key, key);
        document.add_u64(self.fields.slot, slot);
        if entry.audience.is_empty() {
            document.add_text(self.fields.audience, ANYBODY);
        }
        for audience in &entry.audience {
            document.add_text(self.fields.audience, audience);
        }
        let beside = format!("{}\n{}\n{}", entry.summary, entry.keywords.join("\n"), entry.headings);
        let mut seen: HashMap<String, String> = HashMap::new();
        for (field, text) in [
            (self.fields.title, &*entry.title),
            (self.fields.words, &*beside),
            (self.fields.body, &*entry.text),
        ] {
            document.add_pre_tokenized_text(field, self.tokens(text, &mut seen));
        }
        let pairs = seen.iter().map(|(folded, written)| (folded.as_str(), written.as_str()));
        self.write().vocabulary.add(pairs);
        document
    }

    /// The stems of a text, as the index takes them; its words are noted.
    fn tokens(&self, text: &str, seen: &mut HashMap<String, String>) -> PreTokenizedString {
        let mut tokens = Vec::new();
        for word in words(text) {
            if self.analyzer.says_nothing(&word.folded) {
                continue;
            }
            let stem = self.analyzer.stem(&word.folded);
            let written = text.get(word.from..word.to).unwrap_or_default();
            let better = seen.get(&word.folded).is_none_or(|known| known.is_ascii() && !written.is_ascii());
            if better {
                seen.insert(word.folded, written.to_owned());
            }
            tokens.push(Token { position: tokens.len(), text: stem, position_length: 1, ..Token::default() });
        }
        PreTokenizedString { text: String::new(), tokens }
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
            let fields = [self.fields.body, self.fields.title, self.fields.words];
            let counts = fields
                .map(|field| searcher.doc_freq(&Term::from_field_text(field, stem)).unwrap_or_default());
            counts.into_iter().max().unwrap_or_default()
        };
        plan::plan(query, typing, &self.analyzer, &state.vocabulary, &state.synonyms, texts, in_texts)
    }

    /// The texts that fit a plan best, best first; with an audience, those for it and those for anybody.
    /// While somebody types, texts that fit all words come before those that fit some.
    pub(crate) fn search(&self, plan: &Plan, audience: Option<&str>, most: usize) -> Result<Vec<Found>> {
        let searcher = self.reader.searcher();
        let mut found = Vec::new();
        if plan.typing {
            found = self.run(&searcher, self.query(&searcher, plan, true)?, audience, most)?;
        }
        if found.len() < most {
            let some = self.run(&searcher, self.query(&searcher, plan, false)?, audience, most)?;
            let known: HashSet<String> = found.iter().map(|one: &Found| one.entry.key()).collect();
            found.extend(some.into_iter().filter(|one| !known.contains(&one.entry.key())));
        }
        found.truncate(most);
        Ok(found)
    }

    fn run(
        &self,
        searcher: &Searcher,
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
        let mut found: Vec<Found> = top
            .into_iter()
            .filter_map(|(score, place)| {
                let slot = columns.get(usize::try_from(place.segment_ord).ok()?)?.first(place.doc_id)?;
                let entry = state.slots.get(usize::try_from(slot).ok()?)?.clone()?;
                let score = score * entry.lift();
                Some(Found { entry, score })
            })
            .collect();
        drop(state);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.entry.slug.cmp(&b.entry.slug)));
        Ok(found)
    }

    /// The query of a plan: texts that fit any of it, or only those that fit every word.
    fn query(&self, searcher: &Searcher, plan: &Plan, every_word: bool) -> Result<Option<Box<dyn Query>>> {
        let mut by_word: BTreeMap<Option<usize>, Vec<Clause>> = BTreeMap::new();
        for asked in &plan.terms {
            let clauses = by_word.entry(asked.word.filter(|_| every_word)).or_default();
            self.add_clauses(searcher, &asked.stem, asked.weight, clauses)?;
        }
        let mut all: Vec<Clause> = Vec::new();
        for (word, clauses) in by_word {
            match word {
                None => all.extend(clauses),
                Some(_) => all.push((Occur::Must, Box::new(BooleanQuery::new(clauses)))),
            }
        }
        Ok(if all.is_empty() { None } else { Some(Box::new(BooleanQuery::new(all))) })
    }

    /// A stem in each field in which it stands at all: a clause that nothing fits would keep the index from
    /// skipping ahead.
    fn add_clauses(
        &self,
        searcher: &Searcher,
        stem: &str,
        weight: f32,
        clauses: &mut Vec<Clause>,
    ) -> Result<()> {
        let fields =
            [(self.fields.title, IN_TITLE), (self.fields.words, IN_WORDS), (self.fields.body, IN_BODY)];
        for (field, worth) in fields {
            let term = Term::from_field_text(field, stem);
            if searcher.doc_freq(&term)? > 0 {
                let exact = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                clauses.push((Occur::Should, Box::new(BoostQuery::new(exact, worth * weight))));
            }
        }
        Ok(())
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
