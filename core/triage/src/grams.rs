//! What a message consists of for the model: words, neighbouring words, pairs of words, pieces of words.
//! Each is known by a key of 32 bits, so that a model holds no text.

use crate::reading::Words;

/// Shortest and longest piece of a word, its borders included.
const PIECE: (usize, usize) = (2, 5);
/// How far apart the two words of a pair may be.
const REACH: usize = 20;
/// Letters of a word that count in a pair: "charged" and "charges" are alike there.
const STEM: usize = 5;

/// Kinds of grams; each has the same say in a message, however many of them it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Block {
    Words,
    Pieces,
    Pairs,
}

pub(crate) const BLOCKS: usize = 3;

/// Keeps a word, a piece and a pair of the same letters apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word = 1,
    Sequence = 2,
    Pair = 3,
    Piece = 4,
    Strange = 5,
}

impl Kind {
    pub(crate) const fn block(self) -> Block {
        match self {
            Self::Word | Self::Sequence | Self::Strange => Block::Words,
            Self::Piece => Block::Pieces,
            Self::Pair => Block::Pairs,
        }
    }
}

/// One occurrence: its key, and the two words (perhaps the same) that it was seen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gram {
    pub key: u32,
    pub kind: Kind,
    pub words: (usize, usize),
}

/// All grams of a message, in no order that matters.
pub(crate) fn grams(words: &Words<'_>) -> Vec<Gram> {
    let mut grams = Vec::with_capacity(words.count() * 32);
    let hashes: Vec<(u64, u64)> = words.folded().map(|word| (hash(word.chars()), stem(word))).collect();
    sequences(&hashes, &mut grams);
    pairs(&hashes, &mut grams);
    let mut padded = Vec::with_capacity(42);
    for (at, word) in words.folded().enumerate() {
        padded.clear();
        padded.push(' ');
        padded.extend(word.chars());
        padded.push(' ');
        pieces(&padded, at, &mut grams);
    }
    grams
}

/// The key that stands for every word that a vocabulary does not know. That there are such words tells a
/// lot: people who ask what the examples ask use the words of the examples.
pub(crate) fn strange_key() -> u32 {
    key(Kind::Strange, START)
}

/// The key of a single word.
#[cfg(test)]
pub(crate) fn word_key(word: &str) -> u32 {
    key(Kind::Word, hash(word.chars()))
}

/// Words alone, and each with the next; the message's border counts as a word.
fn sequences(hashes: &[(u64, u64)], grams: &mut Vec<Gram>) {
    let border = hash("^".chars());
    let mut before = (border, 0);
    for (at, (word, _)) in hashes.iter().enumerate() {
        grams.push(Gram { key: key(Kind::Word, *word), kind: Kind::Word, words: (at, at) });
        let key = key(Kind::Sequence, join(before.0, *word));
        grams.push(Gram { key, kind: Kind::Sequence, words: (before.1, at) });
        before = (*word, at);
    }
    if !hashes.is_empty() {
        let key = key(Kind::Sequence, join(before.0, border));
        grams.push(Gram { key, kind: Kind::Sequence, words: (before.1, before.1) });
    }
}

/// Words that stand in the same message, in whichever order: "refund" with "charged" says more than each.
fn pairs(hashes: &[(u64, u64)], grams: &mut Vec<Gram>) {
    for (at, (_, one)) in hashes.iter().enumerate() {
        let others = hashes.iter().enumerate().skip(at + 1).take(REACH);
        grams.extend(others.map(|(there, (_, other))| Gram {
            key: key(Kind::Pair, join(*one.min(other), *one.max(other))),
            kind: Kind::Pair,
            words: (at, there),
        }));
    }
}

/// Pieces of a word, so that "cancelled" and "cancelation" have something in common, and slips matter less.
fn pieces(padded: &[char], at: usize, grams: &mut Vec<Gram>) {
    let (shortest, longest) = PIECE;
    for start in 0..padded.len() {
        let mut so_far = START;
        for (length, c) in padded.iter().skip(start).take(longest).enumerate() {
            so_far = step(so_far, *c);
            if length + 1 >= shortest {
                let key = key(Kind::Piece, so_far);
                grams.push(Gram { key, kind: Kind::Piece, words: (at, at) });
            }
        }
    }
}

fn stem(word: &str) -> u64 {
    hash(word.chars().take(STEM))
}

// FNV-1a over characters, with the finish of SplitMix64 so that all bits of the key are good.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, c: char) -> u64 {
    (hash ^ u64::from(c)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn hash(characters: impl Iterator<Item = char>) -> u64 {
    characters.fold(START, step)
}

fn join(one: u64, other: u64) -> u64 {
    mix(one) ^ other.rotate_left(17)
}

fn key(kind: Kind, hash: u64) -> u32 {
    let mixed = mix(hash ^ (kind as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    u32::try_from(mixed >> 32).unwrap_or_default()
}

pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn keys(text: &str, block: Block) -> HashSet<u32> {
        let all = grams(&Words::read(text));
        all.iter().filter(|gram| gram.kind.block() == block).map(|gram| gram.key).collect()
    }

    #[test]
    fn order_matters_to_neighbours_and_not_to_pairs() {
        assert_ne!(keys("refund charged", Block::Words), keys("charged refund", Block::Words));
        assert_eq!(keys("refund charged", Block::Pairs), keys("charged refund", Block::Pairs));
    }

    #[test]
    fn endings_matter_to_words_and_not_to_pairs() {
        assert_eq!(keys("cards charged", Block::Pairs), keys("cards charges", Block::Pairs));
        assert_ne!(keys("cards charged", Block::Words), keys("cards charges", Block::Words));
        let common = &keys("charged", Block::Pieces) & &keys("charges", Block::Pieces);
        assert!(common.len() > 10, "{}", common.len());
    }

    #[test]
    fn a_word_a_piece_and_a_pair_of_the_same_letters_differ() {
        let all = grams(&Words::read("ab"));
        let different: HashSet<u32> = all.iter().map(|gram| gram.key).collect();
        // One word, two neighbourhoods with the borders, and six pieces of " ab ".
        assert_eq!((all.len(), different.len()), (9, 9));
        assert!(different.contains(&word_key("ab")));
    }

    #[test]
    fn every_gram_names_words_that_are_there() {
        let words = Words::read("why was my card declined at the shop");
        for gram in grams(&words) {
            assert!(gram.words.0 <= gram.words.1 && gram.words.1 < words.count());
        }
        assert_eq!(grams(&Words::read("")), []);
    }
}
