//! The grams that a model knows, found by their key in one or two steps.

use std::collections::HashMap;

use crate::grams::{Gram, Kind, strange_key};

/// Keys are grouped by their first bits.
const GROUP_BITS: u32 = 16;
const REST_BITS: u32 = 32 - GROUP_BITS;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vocabulary {
    /// Messages that it was made from.
    pub messages: u32,
    /// Ascending.
    pub keys: Vec<u32>,
    /// In how many of the messages each was.
    pub seen: Vec<u32>,
    rarity: Vec<f32>,
    /// Where the keys of each group begin.
    groups: Vec<u32>,
}

impl Vocabulary {
    /// Those that at least `least` messages have; of too many, those in most messages.
    pub(crate) fn of<I: Iterator<Item = Vec<Gram>>>(
        messages: impl Fn() -> I,
        least: u32,
        most: usize,
    ) -> Self {
        let mut seen: HashMap<u32, u32> = HashMap::new();
        let mut count = 0;
        let mut keys: Vec<u32> = Vec::new();
        for grams in messages() {
            keys.clear();
            keys.extend(grams.iter().map(|gram| gram.key));
            keys.sort_unstable();
            keys.dedup();
            for key in &keys {
                *seen.entry(*key).or_default() += 1;
            }
            count += 1;
        }
        seen.retain(|_, seen| *seen >= least);
        let strange = |gram: &Gram| gram.kind == Kind::Word && !seen.contains_key(&gram.key);
        let with_strange = messages().filter(|grams| grams.iter().any(strange)).count();
        let mut all: Vec<(u32, u32)> = seen.into_iter().collect();
        // Ordered by key as well, so that the same examples make the same vocabulary.
        all.sort_unstable_by_key(|(key, seen)| (std::cmp::Reverse(*seen), *key));
        all.truncate(most);
        all.retain(|(key, _)| *key != strange_key());
        all.push((strange_key(), narrow(with_strange)));
        all.sort_unstable();
        let (keys, seen) = all.into_iter().unzip();
        Self::new(count, keys, seen)
    }

    /// `keys` are ascending and as many as `seen`.
    pub(crate) fn new(messages: u32, keys: Vec<u32>, seen: Vec<u32>) -> Self {
        let rarity = seen.iter().map(|seen| rarity(messages, *seen)).collect();
        let mut groups = vec![0_u32; (1 << GROUP_BITS) + 1];
        for key in &keys {
            if let Some(count) = groups.get_mut(group(*key) + 1) {
                *count += 1;
            }
        }
        let mut before = 0;
        for start in &mut groups {
            before += *start;
            *start = before;
        }
        Self { messages, keys, seen, rarity, groups }
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of a key.
    pub(crate) fn find(&self, key: u32) -> Option<u32> {
        let group = group(key);
        let (start, end) = (*self.groups.get(group)?, *self.groups.get(group + 1)?);
        let keys = self.keys.get(wide(start)..wide(end))?;
        Some(start + narrow(keys.iter().position(|known| *known == key)?))
    }

    /// The number under which words count that it does not know.
    pub(crate) fn strange(&self) -> Option<u32> {
        self.find(strange_key())
    }

    /// How telling a gram is: rare ones more.
    pub(crate) fn rarity(&self, number: u32) -> f32 {
        self.rarity.get(wide(number)).copied().unwrap_or_default()
    }
}

fn group(key: u32) -> usize {
    wide(key >> REST_BITS)
}

/// Smoothed inverse document frequency.
#[allow(clippy::cast_precision_loss)]
fn rarity(messages: u32, seen: u32) -> f32 {
    ((1.0 + messages as f32) / (1.0 + seen as f32)).ln() + 1.0
}

pub(crate) fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::grams::{grams, word_key};
    use crate::reading::Words;

    #[test]
    fn words_of_enough_messages_are_known_and_rare_ones_tell_more() {
        let messages = || ["my card", "my pin", "my card fee"].iter().map(|text| grams(&Words::read(text)));
        let vocabulary = Vocabulary::of(messages, 2, 1_000);
        let rarity = |word| vocabulary.rarity(vocabulary.find(word_key(word)).unwrap());
        assert!(rarity("card") > rarity("my"));
        assert_eq!(vocabulary.find(word_key("pin")), None, "one message only");
        let strange = vocabulary.rarity(vocabulary.strange().unwrap());
        assert!((strange - rarity("card")).abs() < 1e-6, "two of the three messages have a strange word");
        let small = Vocabulary::of(messages, 2, 1);
        assert_eq!(small.seen.iter().max(), Some(&3), "the most frequent is kept");
        assert_eq!(small.len(), 2, "and what stands for all others");
    }

    proptest! {
        #[test]
        fn every_key_is_found_and_no_other(mut keys in prop::collection::vec(any::<u32>(), 0..200), other: u32) {
            keys.sort_unstable();
            keys.dedup();
            let vocabulary = Vocabulary::new(10, keys.clone(), vec![1; keys.len()]);
            for (at, key) in keys.iter().enumerate() {
                prop_assert_eq!(vocabulary.find(*key), Some(narrow(at)));
            }
            prop_assert_eq!(vocabulary.find(other).is_some(), keys.contains(&other));
        }
    }
}
