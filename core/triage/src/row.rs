//! A message as numbers: each gram that is known, weighted by how often it is in the message and how rare
//! it is elsewhere; each block of length one.

use crate::grams::{BLOCKS, Block, Gram, Kind};
use crate::vocabulary::{Vocabulary, wide};

/// A gram's number in the vocabulary and its weight in the message.
pub(crate) type Row = Vec<(u32, f32)>;

/// The known grams of a message.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Each once, ascending by number.
    pub row: Row,
    /// Each occurrence: its number, ascending, and the two words that it was seen in.
    pub seen: Vec<(u32, (usize, usize))>,
    /// How many words the vocabulary knows.
    pub known_words: usize,
}

/// Looks the grams up and weighs them.
pub(crate) fn find(grams: &[Gram], vocabulary: &Vocabulary) -> Found {
    let mut found = Found { row: Vec::with_capacity(grams.len()), ..Found::default() };
    // The number in the upper half, and which gram it was in the lower one: plain numbers are sorted quickest.
    let mut numbers: Vec<u64> = Vec::with_capacity(grams.len());
    for (at, gram) in (0_u64..).zip(grams) {
        let own = vocabulary.find(gram.key);
        found.known_words += usize::from(gram.kind == Kind::Word && own.is_some());
        let number = if own.is_none() && gram.kind == Kind::Word { vocabulary.strange() } else { own };
        numbers.extend(number.map(|number| u64::from(number) << 32 | at));
    }
    numbers.sort_unstable();
    let mut squares = [0.0_f32; BLOCKS];
    let mut blocks: Vec<Block> = Vec::with_capacity(numbers.len());
    let number_of = |both: &u64| u32::try_from(both >> 32).unwrap_or(u32::MAX);
    for same in numbers.chunk_by(|one, next| number_of(one) == number_of(next)) {
        let occurrences =
            same.iter().filter_map(|both| grams.get(wide(u32::try_from(both & 0xffff_ffff).ok()?)));
        let (Some(number), Some(first)) = (same.first().map(number_of), occurrences.clone().next()) else {
            continue;
        };
        found.seen.extend(occurrences.map(|gram| (number, gram.words)));
        let weight = often(same.len()) * vocabulary.rarity(number);
        let block = first.kind.block();
        if let Some(square) = squares.get_mut(block as usize) {
            *square += weight * weight;
        }
        found.row.push((number, weight));
        blocks.push(block);
    }
    let lengths = squares.map(f32::sqrt);
    for ((_, weight), block) in found.row.iter_mut().zip(blocks) {
        *weight /= lengths.get(block as usize).copied().unwrap_or(1.0);
    }
    found
}

/// The second time says less than the first.
#[allow(clippy::cast_precision_loss)]
fn often(times: usize) -> f32 {
    if times == 1 { 1.0 } else { 1.0 + (times as f32).ln() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grams::grams;
    use crate::reading::Words;

    #[test]
    fn each_block_has_length_one_and_what_is_unknown_is_left_out() {
        let messages = ["my card is late", "my card is lost"];
        let messages = || messages.iter().map(|text| grams(&Words::read(text)));
        let vocabulary = Vocabulary::of(messages, 1, 1_000);
        let found = find(&grams(&Words::read("my card my card is lost or stolen")), &vocabulary);
        let row = &found.row;
        let square: f32 = row.iter().map(|(_, weight)| weight * weight).sum();
        assert!((square - 3.0).abs() < 1e-4, "{square}");
        assert!(row.is_sorted_by(|one, next| one.0 < next.0));
        assert!(found.seen.len() > row.len() && found.seen.is_sorted_by_key(|seen| seen.0));
        assert_eq!(found.known_words, 6);
    }

    #[test]
    fn of_unknown_words_only_their_strangeness_is_left() {
        let vocabulary = Vocabulary::of(std::iter::empty::<Vec<Gram>>, 1, 10);
        let row = find(&grams(&Words::read("my card")), &vocabulary).row;
        assert!(row.len() == 1 && (row[0].1 - 1.0).abs() < 1e-6, "{row:?}");
    }
}
