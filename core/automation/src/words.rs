//! Words of a text, so that a rule finds them however they are written. Pure.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text as its words: lower case, without accents and punctuation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(Vec<String>);

/// Words in a row. The last letters of a word may be left open: `refund*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase(Vec<Wanted>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Word(String),
    Beginning(String),
}

fn plain(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, '\'' | '’')
}

impl Text {
    pub fn new(text: &str) -> Self {
        let plain = plain(text);
        let plain: String = plain.chars().filter(|c| !is_mark(*c)).collect();
        let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self(words.map(str::to_owned).collect())
    }

    pub(crate) fn says(&self, phrase: &Phrase) -> bool {
        !phrase.0.is_empty()
            && self.0.windows(phrase.0.len()).any(|run| {
                run.iter().zip(&phrase.0).all(|(word, wanted)| match wanted {
                    Wanted::Word(wanted) => word == wanted,
                    Wanted::Beginning(start) => word.starts_with(start.as_str()),
                })
            })
    }
}

impl Phrase {
    /// Nothing when there are no words in it.
    pub fn new(text: &str) -> Option<Self> {
        let mut wanted = Vec::new();
        for piece in text.split_whitespace() {
            let mut words = Text::new(piece).0;
            let is_open = piece.ends_with('*');
            let last = words.pop();
            wanted.extend(words.into_iter().map(Wanted::Word));
            wanted
                .extend(last.map(|last| if is_open { Wanted::Beginning(last) } else { Wanted::Word(last) }));
        }
        (!wanted.is_empty()).then_some(Self(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str, phrase: &str) -> bool {
        Text::new(text).says(&Phrase::new(phrase).unwrap())
    }

    #[test]
    fn phrases_are_found_whatever_case_accents_and_punctuation() {
        assert!(says("My CARD was—stolen!", "card was stolen"));
        assert!(says("¿Dónde está mi dinero?", "donde esta"));
        assert!(says("I don’t recognize it", "don't recognize"));
        assert!(says("refunds please", "refund*") && says("Refund?", "refund*"));
        assert!(says("pay-off quote", "pay off"));
    }

    #[test]
    fn parts_of_words_and_words_apart_are_not_found() {
        assert!(!says("discard it", "card"));
        assert!(!says("card that was stolen", "card stolen"));
        assert!(!says("", "card") && !says("refun", "refund*"));
        assert_eq!(Phrase::new(" … * "), None);
    }
}
