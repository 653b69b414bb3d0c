//! A message as numbers: each gram that is known, weighted by how often it is in the message and how rare
//! it is elsewhere; each block of length one.

use crate::grams::{BLOCKS, Block, Gram};
use crate::vocabulary::Vocabulary;

/// A gram's number in the vocabulary and its weight in the message.
pub(crate) type Row = Vec<(u32, f32)>;

struct Entry {
    number: u32,
    block: Block,
    times: f32,
    rarity: f32,
}

/// The known grams, ascending by number.
pub(crate) fn row(grams: &[Gram], vocabulary: &Vocabulary) -> Row {
    let mut entries: Vec<Entry> = Vec::with_capacity(grams.len());
    entries.extend(grams.iter().filter_map(|gram| {
        let (number, rarity) = vocabulary.number(gram)?;
        Some(Entry { number, block: gram.kind.block(), times: 1.0, rarity })
    }));
    entries.sort_unstable_by_key(|entry| entry.number);
    entries.dedup_by(|next, kept| {
        let same = next.number == kept.number;
        if same {
            kept.times += 1.0;
        }
        same
    });
    let mut squares = [0.0_f32; BLOCKS];
    for entry in &mut entries {
        entry.times = (1.0 + entry.times.ln()) * entry.rarity;
        if let Some(square) = squares.get_mut(entry.block as usize) {
            *square += entry.times * entry.times;
        }
    }
    let lengths = squares.map(f32::sqrt);
    let length = |block: Block| lengths.get(block as usize).copied().unwrap_or(1.0);
    entries.iter().map(|entry| (entry.number, entry.times / length(entry.block))).collect()
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
        let row = row(&grams(&Words::read("my card my card is lost or stolen")), &vocabulary);
        let square: f32 = row.iter().map(|(_, weight)| weight * weight).sum();
        assert!((square - 3.0).abs() < 1e-4, "{square}");
        assert!(row.is_sorted_by(|one, next| one.0 < next.0));
    }

    #[test]
    fn of_unknown_words_only_their_strangeness_is_left() {
        let vocabulary = Vocabulary::of(std::iter::empty::<Vec<Gram>>, 1, 10);
        let row = row(&grams(&Words::read("my card")), &vocabulary);
        assert!(row.len() == 1 && (row[0].1 - 1.0).abs() < 1e-6, "{row:?}");
    }
}
