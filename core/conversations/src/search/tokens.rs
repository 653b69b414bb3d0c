//! Words of a text in the form they are found by: small letters, no accents, stemmed, without those that
//! say nothing. Pure; English and Spanish.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use kernel::Language;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use vault::Lookups;

/// Keeps this index's hashes apart from those of others.
const SCOPE: &str = "conversation";
/// Longest word that is told from another; what follows does not count.
const LONGEST: usize = 32;
/// Words of a search that count.
const WORDS: usize = 8;

/// Said in most conversations, so that they find nothing.
const EMPTY: &str = "the and for you your with this that are was were has have had not but can could would \
    will what when where who how why from they them his her its our my me we us he she it is am be been do \
    does did an or of to in on at by as if so no yes please thanks thank hello hi hey ok okay \
    el la los las un una unos unas de del al en con por para que y o u no si su sus mi mis tu tus me te se \
    lo le les es son fue ser esta estan este esto esa ese eso como cuando donde quien cual porque muy mas \
    pero hay he ha han gracias hola buenas buenos dias tardes favor";

/// The hash of one word, as the index holds it.
pub(super) type Token = [u8; 8];

/// How words of a language are brought to their stem.
pub(super) struct Stemming(Option<Stemmer>);

impl Stemming {
    pub fn of(language: &Language) -> Self {
        let base = language.identifier().language;
        let algorithm = match base.as_str() {
            "en" => Some(Algorithm::English),
            "es" => Some(Algorithm::Spanish),
            _ => None,
        };
        Self(algorithm.map(Stemmer::create))
    }

    fn stem(&self, word: &str) -> String {
        match &self.0 {
            Some(stemmer) => stemmer.stem(word).into_owned(),
            None => word.to_owned(),
        }
    }
}

/// A word as it was written, in small letters, and the same without accents.
struct Word {
    written: String,
    plain: String,
}

impl Word {
    /// Its stem, and the word itself in the singular: stemmers miss plurals that look like verbs, and
    /// words written without their accents.
    fn forms<'a>(&'a self, stemmings: &'a [Stemming]) -> impl Iterator<Item = String> + 'a {
        let singular = match self.plain.strip_suffix('s') {
            Some(stem) if stem.len() > 2 => stem,
            _ => &self.plain,
        };
        stemmings
            .iter()
            .map(|stemming| plain(&stemming.stem(&self.written)))
            .chain(std::iter::once(singular.to_owned()))
    }
}

/// The hashes of all words of a text in a language.
pub(super) fn of_text(lookups: &Lookups, stemming: &Stemming, text: &str, into: &mut BTreeSet<Token>) {
    let stemming = std::slice::from_ref(stemming);
    let forms: HashSet<String> =
        words(text).flat_map(|word| word.forms(stemming).collect::<Vec<_>>()).collect();
    into.extend(forms.iter().map(|form| lookups.token(SCOPE, form)));
}

/// What a search looks for: for each of its words every form under which the index may have it.
pub(super) fn of_search(lookups: &Lookups, text: &str) -> Vec<Vec<Token>> {
    let stemmings = [Algorithm::English, Algorithm::Spanish].map(|one| Stemming(Some(Stemmer::create(one))));
    let mut wanted: Vec<Vec<Token>> = Vec::new();
    for word in words(text).take(WORDS) {
        let forms: BTreeSet<Token> = word.forms(&stemmings).map(|form| lookups.token(SCOPE, &form)).collect();
        let forms: Vec<Token> = forms.into_iter().collect();
        if !wanted.contains(&forms) {
            wanted.push(forms);
        }
    }
    wanted
}

fn words(text: &str) -> impl Iterator<Item = Word> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c))
        .map(|word| {
            let written: String = word.nfkc().flat_map(char::to_lowercase).take(LONGEST).collect();
            Word { plain: plain(&written), written }
        })
        .filter(|word| word.plain.chars().nth(1).is_some() && !says_nothing(&word.plain))
}

/// Without accents.
fn plain(word: &str) -> String {
    word.nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

fn says_nothing(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| EMPTY.split_whitespace().collect());
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        words(text).map(|word| word.plain).collect()
    }

    fn meet(language: &str, one: &str, other: &str) -> bool {
        let stemming = [Stemming::of(&language.parse().unwrap())];
        let forms = |text: &str| -> BTreeSet<String> {
            words(text).flat_map(|word| word.forms(&stemming).collect::<Vec<_>>()).collect()
        };
        !forms(one).is_disjoint(&forms(other))
    }

    #[test]
    fn words_are_plain_and_those_that_say_nothing_are_left_out() {
        assert_eq!(all("The PAYOFF, please: ¿Liquidación?"), ["payoff", "liquidacion"]);
        assert_eq!(all("Jose\u{301} José JOSÉ"), ["jose", "jose", "jose"]);
        assert_eq!(all("a 7 42 •••• ••••"), ["42"]);
        assert_eq!(all("ﬁnance １２３"), ["finance", "123"]);
        assert!(all("").is_empty());
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (one, other) in [("payments", "payment"), ("charged", "charges"), ("fees", "fee")] {
            assert!(meet("en-US", one, other), "{one} {other}");
        }
        let spanish = [
            ("pagos", "pago"),
            ("préstamos", "prestamo"),
            ("liquidación", "liquidacion"),
            ("tarjetas", "Tarjeta"),
        ];
        for (one, other) in spanish {
            assert!(meet("es", one, other), "{one} {other}");
        }
        assert!(meet("fr", "paiements", "paiement"));
        assert!(!meet("en", "payment", "payoff"));
    }
}
