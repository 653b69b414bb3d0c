//! All words that stand in a shelf, to find the one that was meant or is being typed.

use std::collections::HashMap;
use std::sync::LazyLock;

use kernel::{Context, Result};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy_fst::{Automaton, IntoStreamer, Map, Streamer};

/// Letters below which a word is not guessed: too many others are near.
const SHORTEST_GUESSED: usize = 4;
/// From so many letters on two slips are forgiven.
const TWO_SLIPS: usize = 8;
/// Words looked at that begin as typed, before the most usual of them are taken.
const MOST_COMPLETIONS: usize = 400;

/// Swapped letters are one slip.
static ONE: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO: LazyLock<LevenshteinAutomatonBuilder> =
    LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    /// As it is written, with accents.
    shown: Box<str>,
    /// In how many texts.
    texts: u32,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meant {
    pub folded: String,
    pub shown: String,
    pub texts: u32,
    pub distance: u8,
}

#[derive(Default)]
pub(crate) struct Vocabulary {
    words: HashMap<Box<str>, Known>,
    /// From a folded word to its texts, in the order of the alphabet; `None` before the first.
    sorted: Option<Map<Vec<u8>>>,
    grown: bool,
}

impl Vocabulary {
    /// Takes in the words of one text, each once: as folded, and as written there.
    pub(crate) fn add<'w>(&mut self, words: impl IntoIterator<Item = (&'w str, &'w str)>) {
        for (folded, written) in words {
            self.grown = true;
            if let Some(known) = self.words.get_mut(folded) {
                known.texts = known.texts.saturating_add(1);
                // One writer left the accents out, another did not.
                if &*known.shown == folded && written.to_lowercase() != *known.shown {
                    known.shown = written.to_lowercase().into();
                }
            } else {
                self.words.insert(folded.into(), Known { shown: written.to_lowercase().into(), texts: 1 });
            }
        }
    }

    /// Makes what was added findable.
    pub(crate) fn settle(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.grown) {
            return Ok(());
        }
        let mut pairs: Vec<(&str, u64)> =
            self.words.iter().map(|(folded, known)| (&**folded, u64::from(known.texts))).collect();
        pairs.sort_unstable();
        self.sorted = Some(Map::from_iter(pairs).context("sorting the vocabulary")?);
        Ok(())
    }

    /// The words nearest to one that nobody wrote, nearest and most usual first.
    pub(crate) fn near(&self, folded: &str, most: usize) -> Vec<Meant> {
        let letters = folded.chars().count();
        if letters < SHORTEST_GUESSED || folded.chars().any(|c| c.is_ascii_digit()) {
            return Vec::new();
        }
        let one = self.within(&ONE, folded);
        let mut near = if one.is_empty() && letters >= TWO_SLIPS { self.within(&TWO, folded) } else { one };
        near.sort_by(|a, b| {
            a.distance.cmp(&b.distance).then(b.texts.cmp(&a.texts)).then(a.folded.cmp(&b.folded))
        });
        near.truncate(most);
        near
    }

    fn within(&self, slips: &LevenshteinAutomatonBuilder, folded: &str) -> Vec<Meant> {
        let near = Near(slips.build_dfa(folded));
        let mut found = Vec::new();
        let Some(sorted) = &self.sorted else { return found };
        let mut stream = sorted.search(&near).into_stream();
        while let Some((key, _)) = stream.next() {
            let Ok(folded) = std::str::from_utf8(key) else { continue };
            let Distance::Exact(distance) = near.0.eval(folded) else { continue };
            found.extend(self.meant(folded, distance));
        }
        found
    }

    /// The most usual words that begin like this.
    pub(crate) fn beginning(&self, folded: &str, most: usize) -> Vec<Meant> {
        let mut found = Vec::new();
        let Some(sorted) = &self.sorted else { return found };
        let mut stream = sorted.range().ge(folded).into_stream();
        while let Some((key, _)) = stream.next() {
            let Ok(word) = std::str::from_utf8(key) else { continue };
            if !word.starts_with(folded) || found.len() >= MOST_COMPLETIONS {
                break;
            }
            found.extend(self.meant(word, 0));
        }
        found.sort_by(|a, b| b.texts.cmp(&a.texts).then(a.folded.cmp(&b.folded)));
        found.truncate(most);
        found
    }

    fn meant(&self, folded: &str, distance: u8) -> Option<Meant> {
        let known = self.words.get(folded)?;
        Some(Meant {
            folded: folded.to_owned(),
            shown: known.shown.to_string(),
            texts: known.texts,
            distance,
        })
    }

    /// About what it takes in memory, in bytes.
    pub(crate) fn weight(&self) -> usize {
        let words: usize =
            self.words.iter().map(|(folded, known)| folded.len() + known.shown.len() + 48).sum();
        words + self.sorted.as_ref().map_or(0, |sorted| sorted.as_fst().size())
    }
}

/// Accepts every word within some slips of one.
struct Near(DFA);

impl Automaton for Near {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut vocabulary = Vocabulary::default();
        for text in [&["dispute", "charge", "título"][..], &["charge", "change", "liquidación"], &["charge"]]
        {
            let folded: Vec<_> = text.iter().map(|word| super::super::analysis::fold(word)).collect();
            vocabulary.add(folded.iter().map(String::as_str).zip(text.iter().copied()));
        }
        vocabulary.settle().unwrap();
        vocabulary
    }

    fn near(typed: &str) -> Vec<String> {
        vocabulary().near(typed, 3).into_iter().map(|meant| meant.shown).collect()
    }

    #[test]
    fn slips_of_the_finger_lead_to_the_word_that_was_meant() {
        assert_eq!(near("chagre"), ["charge"], "swapped letters are one slip");
        assert_eq!(near("dispote"), ["dispute"]);
        assert_eq!(near("titlo"), ["título"], "words are shown with their accents");
        assert_eq!(near("liquidasyon"), ["liquidación"], "a long word may have two");
        assert_eq!(near("charte"), ["charge"]);
        assert_eq!(near("zebra"), [""; 0]);
    }

    #[test]
    fn short_words_and_numbers_are_not_guessed() {
        assert_eq!(near("ch"), [""; 0]);
        assert_eq!(near("charg3"), [""; 0]);
    }

    #[test]
    fn what_is_being_typed_is_completed_by_the_most_usual_words() {
        let completed: Vec<_> =
            vocabulary().beginning("ch", 5).into_iter().map(|meant| meant.folded).collect();
        assert_eq!(completed, ["charge", "change"]);
        assert!(vocabulary().beginning("q", 5).is_empty());
    }
}
