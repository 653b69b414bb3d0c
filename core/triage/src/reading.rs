//! A message as words: folded so that case, accents, apostrophes and figures do not matter, each word with
//! its place in what was written, so that it can be shown again.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What is read of a message. The matter is said early; a longer text only costs time.
const MOST_CHARACTERS: usize = 1_000;
/// A longer "word" is a line of signs or a language without spaces.
const LONGEST_WORD: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    folded: Range<usize>,
    shown: Range<usize>,
}

/// The words of one message.
#[derive(Debug)]
pub(crate) struct Words<'t> {
    text: &'t str,
    letters: String,
    list: Vec<Word>,
}

impl<'t> Words<'t> {
    pub(crate) fn read(text: &'t str) -> Self {
        let mut read = Self { text, letters: String::with_capacity(text.len().min(256)), list: Vec::new() };
        let mut open: Option<Word> = None;
        let mut length = 0;
        for (at, c) in text.char_indices().take(MOST_CHARACTERS) {
            if matches!(c, '\'' | '’') {
                continue;
            }
            if !c.is_alphanumeric() && !is_combining_mark(c) {
                read.list.extend(open.take());
                continue;
            }
            let start = read.letters.len();
            let word = open.get_or_insert_with(|| {
                length = 0;
                Word { folded: start..start, shown: at..at }
            });
            word.shown.end = at + c.len_utf8();
            if length < LONGEST_WORD && fold(c, word.folded.start, &mut read.letters) {
                length += 1;
            }
            word.folded.end = read.letters.len();
        }
        read.list.extend(open);
        read.list.retain(|word| !word.folded.is_empty());
        read
    }

    pub(crate) fn count(&self) -> usize {
        self.list.len()
    }

    /// The words as they are compared.
    pub(crate) fn folded(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter().map(|word| self.letters.get(word.folded.clone()).unwrap_or_default())
    }

    /// A word as it was written.
    pub(crate) fn shown(&self, word: usize) -> &'t str {
        self.list.get(word).and_then(|word| self.text.get(word.shown.clone())).unwrap_or_default()
    }
}

/// Adds a character's plain form to the word that begins at `start`. A row of figures becomes one `0`: how much or which card says nothing
/// about the matter, and numbers of people's accounts must not become part of a model.
fn fold(c: char, start: usize, letters: &mut String) -> bool {
    let before = letters.len();
    if c.is_ascii_alphabetic() {
        letters.push(c.to_ascii_lowercase());
    } else if c.is_numeric() {
        if !letters.get(start..).is_some_and(|word| word.ends_with('0')) {
            letters.push('0');
        }
    } else {
        letters.extend(c.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase));
    }
    letters.len() > before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        Words::read(text).folded().map(str::to_owned).collect()
    }

    #[test]
    fn case_accents_apostrophes_and_figures_do_not_matter() {
        assert_eq!(folded("I DON’T see my título!"), ["i", "dont", "see", "my", "titulo"]);
        assert_eq!(folded("ti\u{301}tulo"), ["titulo"], "accents that stand apart");
        assert_eq!(
            folded("card 4111-1111, $12.50 on the 10th"),
            ["card", "0", "0", "0", "0", "on", "the", "0th"]
        );
        assert_eq!(folded("٣٤ １２"), ["0", "0"], "figures of other scripts");
    }

    #[test]
    fn figures_of_neighbouring_words_stay_apart() {
        assert_eq!(folded("12 34"), ["0", "0"]);
    }

    #[test]
    fn each_word_is_shown_as_it_was_written() {
        let words = Words::read("¿Dónde está mi TARJETA?");
        let shown: Vec<_> = (0..words.count()).map(|word| words.shown(word)).collect();
        assert_eq!(shown, ["Dónde", "está", "mi", "TARJETA"]);
        assert_eq!(words.shown(99), "");
    }

    #[test]
    fn a_message_without_words_has_none() {
        for text in ["", " \t\n", "\u{0}\u{1}\u{7f}", "… !?", "\u{301}\u{301}", "😀😀", "''"] {
            assert_eq!(folded(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn endless_messages_and_words_are_cut() {
        assert_eq!(Words::read(&"a b ".repeat(250_000)).count(), MOST_CHARACTERS / 2);
        assert_eq!(folded(&"x".repeat(1_000_000)), ["x".repeat(LONGEST_WORD)]);
    }
}
