//! From what somebody typed to the stems that are searched: slips mended, what is being typed completed,
//! and other ways to say it added.

use std::collections::HashMap;

use super::analysis::{Analyzer, words};
use super::synonyms::Synonyms;
use super::vocabulary::{Meant, Vocabulary};

/// Longer questions are cut, in bytes: a letter, not a question.
const LONGEST: usize = 8_000;
/// Different words that are searched; the least telling ones give way.
const MOST_TERMS: usize = 128;
/// Unknown words that are guessed at.
const MOST_GUESSES: usize = 8;
const GUESSES_PER_WORD: usize = 3;
const COMPLETIONS: usize = 6;
/// What another way to say it is worth, beside what was said.
const SYNONYM: f32 = 0.5;
const COMPLETED: f32 = 0.8;
/// A word said again counts again, but not without end.
const MOST_SAID: u8 = 8;
/// A guess this much rarer than the best one is not made.
const RARER: u32 = 8;

/// What is searched for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    pub terms: Vec<Asked>,
    /// The question with its slips mended, when there were any.
    pub mended: Option<String>,
    /// Words that say something, as they were typed.
    pub said: usize,
    /// Of these, the ones that stand in no text, not even mended.
    pub unknown: usize,
    /// The last word may not be finished: what fits all words comes first.
    pub typing: bool,
    /// How many texts there are.
    pub texts: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub stem: String,
    pub weight: f32,
    /// Which of the typed words it stands for; `None` for another way to say it.
    pub word: Option<usize>,
    /// In how many texts it stands.
    pub texts: u64,
}

impl Asked {
    /// Rare words tell more: the usual inverse document frequency.
    #[allow(clippy::cast_precision_loss)] // exact far beyond any library's size
    pub(crate) fn rarity(&self, texts: u64) -> f32 {
        let (all, with) = (texts as f32, self.texts as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

pub(crate) fn plan(
    query: &str,
    typing: bool,
    analyzer: &Analyzer,
    vocabulary: &Vocabulary,
    synonyms: &Synonyms,
    texts: u64,
    in_texts: impl Fn(&str) -> u64,
) -> Plan {
    let query = query.get(..query.floor_char_boundary(LONGEST)).unwrap_or(query);
    let typed = words(query);
    let all_empty = typed.iter().all(|word| analyzer.says_nothing(&word.folded));
    let mut asking = Asking { weights: HashMap::new(), order: Vec::new() };
    let mut plan = Plan { typing, texts, ..Plan::default() };
    let mut said = Vec::new();
    let mut mended = String::new();
    let (mut copied, mut guesses) = (0, 0);
    let last = typed.len().saturating_sub(1);
    let still_typing = typing && query.ends_with(|c: char| c.is_alphanumeric());
    for (at, word) in typed.iter().enumerate() {
        let unfinished = still_typing && at == last;
        // A question of nothing but small words is still a question.
        if analyzer.says_nothing(&word.folded) && !all_empty && !unfinished {
            continue;
        }
        plan.said += 1;
        let stem = analyzer.stem(&word.folded);
        let is_known = in_texts(&stem) > 0;
        said.push(stem.clone());
        if is_known {
            asking.add(stem, 1.0, Some(at));
        }
        if unfinished {
            let completed = vocabulary.beginning(&word.folded, COMPLETIONS);
            for meant in &completed {
                asking.add(analyzer.stem(&meant.folded), COMPLETED, Some(at));
            }
            if !completed.is_empty() {
                continue;
            }
        }
        if is_known {
            continue;
        }
        let near =
            if guesses < MOST_GUESSES { vocabulary.near(&word.folded, GUESSES_PER_WORD) } else { Vec::new() };
        guesses += 1;
        let near = worth_trying(near);
        let Some(best) = near.first() else {
            plan.unknown += 1;
            continue;
        };
        for (place, meant) in near.iter().enumerate() {
            asking.add(analyzer.stem(&meant.folded), guess_weight(place, meant.distance), Some(at));
        }
        said.pop();
        said.push(analyzer.stem(&best.folded));
        mended.push_str(query.get(copied..word.from).unwrap_or_default());
        mended.push_str(&best.shown);
        copied = word.to;
    }
    for phrase in synonyms.of(&said) {
        let length = u8::try_from(phrase.len()).map_or(f32::MAX, f32::from);
        for stem in phrase {
            asking.add(stem.clone(), SYNONYM / length, None);
        }
    }
    if copied > 0 {
        mended.push_str(query.get(copied..).unwrap_or_default());
        plan.mended = Some(mended.trim().to_owned());
    }
    plan.terms = asking.most_telling(texts, in_texts);
    plan
}

/// Guesses as near as the best and nearly as usual.
fn worth_trying(mut near: Vec<Meant>) -> Vec<Meant> {
    if let Some(best) = near.first().cloned() {
        near.retain(|meant| {
            meant.distance == best.distance && meant.texts.saturating_mul(RARER) >= best.texts
        });
    }
    near
}

fn guess_weight(place: usize, distance: u8) -> f32 {
    let nearness = if distance <= 1 { 0.9 } else { 0.7 };
    if place == 0 { nearness } else { nearness * 0.5 }
}

/// Stems with their weights, in the order in which they were asked.
struct Asking {
    weights: HashMap<String, (f32, Option<usize>)>,
    order: Vec<String>,
}

impl Asking {
    fn add(&mut self, stem: String, weight: f32, word: Option<usize>) {
        if let Some((known, _)) = self.weights.get_mut(&stem) {
            *known = (*known + weight).min(f32::from(MOST_SAID));
        } else {
            self.order.push(stem.clone());
            self.weights.insert(stem, (weight, word));
        }
    }

    /// Rare words tell more; when there are too many words, the usual ones give way.
    fn most_telling(self, texts: u64, in_texts: impl Fn(&str) -> u64) -> Vec<Asked> {
        let known = |stem: &str| self.weights.get(stem).copied().unwrap_or_default();
        let asked = self.order.iter().map(|stem| {
            let (weight, word) = known(stem);
            Asked { stem: stem.clone(), weight, word, texts: in_texts(stem) }
        });
        let mut asked: Vec<Asked> = asked.collect();
        if asked.len() > MOST_TERMS {
            asked.sort_by(|a, b| b.rarity(texts).total_cmp(&a.rarity(texts)));
            asked.truncate(MOST_TERMS);
        }
        asked
    }
}
