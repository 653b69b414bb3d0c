//! From text to the words that are searched: without case, accents and endings, by the rules of a language.

use std::collections::HashSet;
use std::sync::LazyLock;

use kernel::Language;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer words are nobody's words: keys, addresses, noise.
const LONGEST_WORD: usize = 40;

/// Words that say nothing about what is asked, without accents.
const ENGLISH: &str = "a about above after again against all am an and any are arent as at be because been \
    before being below between both but by can cant cannot could couldnt did didnt do does doesnt doing dont \
    down during each few for from further had has have having he her here hers herself him himself his how i \
    id if ill im in into is isnt it its itself ive just me more most my myself no nor not now of off on once \
    only or other our ours ourselves out over own please same she should so some such than that thats the \
    their theirs them themselves then there these they this those through to too under until up very was \
    wasnt we were werent what whats when where which while who whom why will with wont would you your youre \
    yours yourself yourselves";
const SPANISH: &str = "a al algo algun alguna algunas alguno algunos ante antes aqui asi aun bajo cada casi \
    como con contra cual cuales cuando cuanto cuanta cuantos cuantas de del desde donde dos durante e el ella \
    ellas ellos en entre era eran es esa esas ese eso esos esta estan estas estar este esto estos estoy fue \
    fueron ha haber habia hace hacer hacia han hasta hay he hola incluso la las le les lo los mas me mi mia \
    mias mientras mio mios mis mucho muchos muy nada ni no nos nosotros nuestra nuestras nuestro nuestros o \
    os otra otras otro otros para pero poco por porque pues que quien quienes se sea segun ser si sido sin \
    sobre son soy su sus suya suyo tal tambien tan tanto te tener tengo ti tiene tienen todo todos toda todas \
    tras tu tus un una unas uno unos usted ustedes va vamos van y ya yo favor puedo puede debo";

static ENGLISH_STOPS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| ENGLISH.split_ascii_whitespace().collect());
static SPANISH_STOPS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| SPANISH.split_ascii_whitespace().collect());

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower case, without accents.
    pub folded: String,
    /// Where it stands, in bytes.
    pub from: usize,
    pub to: usize,
}

/// How one language's words are cut.
pub(crate) struct Analyzer {
    stemmer: Option<Stemmer>,
    stops: Option<&'static LazyLock<HashSet<&'static str>>>,
    is_spanish: bool,
}

impl Analyzer {
    /// A language without rules of its own is searched word by word.
    pub(crate) fn new(language: &Language) -> Self {
        match language.identifier().language.as_str() {
            "en" => Self {
                stemmer: Some(Stemmer::create(Algorithm::English)),
                stops: Some(&ENGLISH_STOPS),
                is_spanish: false,
            },
            "es" => Self {
                stemmer: Some(Stemmer::create(Algorithm::Spanish)),
                stops: Some(&SPANISH_STOPS),
                is_spanish: true,
            },
            _ => Self { stemmer: None, stops: None, is_spanish: false },
        }
    }

    pub(crate) fn says_nothing(&self, folded: &str) -> bool {
        self.stops.is_some_and(|stops| stops.contains(folded))
    }

    /// The form under which all forms of a word are found.
    pub(crate) fn stem(&self, folded: &str) -> String {
        let Some(stemmer) = &self.stemmer else { return folded.to_owned() };
        // The Spanish rules know endings with their accents, which people leave out and folding took away.
        if self.is_spanish
            && let Some(root) = folded.strip_suffix("cion").or_else(|| folded.strip_suffix("sion"))
        {
            let letter = folded.get(root.len()..=root.len()).unwrap_or_default();
            return fold(&stemmer.stem(&format!("{root}{letter}ión")));
        }
        match stemmer.stem(folded) {
            std::borrow::Cow::Borrowed(stem) => stem.to_owned(),
            std::borrow::Cow::Owned(stem) => stem,
        }
    }

    /// The stems of all words that say something, in order.
    pub(crate) fn terms(&self, text: &str) -> Vec<String> {
        let telling = words(text).into_iter().filter(|word| !self.says_nothing(&word.folded));
        telling.map(|word| self.stem(&word.folded)).collect()
    }
}

/// Where the words of a text stand, in bytes. An apostrophe inside a word is no end of it.
pub(crate) fn spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut letters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        let (from, first) = letters.find(|(_, c)| inside(*c))?;
        let mut to = from + first.len_utf8();
        while let Some((at, c)) = letters.next_if(|(_, c)| inside(*c) || matches!(c, '\'' | '’')) {
            if inside(c) {
                to = at + c.len_utf8();
            }
        }
        Some((from, to))
    })
}

/// The words of a text.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let found = spans(text).filter_map(|(from, to)| {
        let mut folded = String::new();
        let letters = text.get(from..to)?.chars().filter(|c| !matches!(c, '\'' | '’'));
        letters.for_each(|c| push_folded(c, &mut folded));
        (folded.len() <= LONGEST_WORD && !folded.is_empty()).then_some(Word { folded, from, to })
    });
    found.collect()
}

fn push_folded(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
    } else {
        let bare = std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c));
        folded.extend(bare.flat_map(char::to_lowercase));
    }
}

/// Lower case, without accents.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| push_folded(c, &mut folded));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(language: &str, text: &str) -> Vec<String> {
        Analyzer::new(&language.parse().unwrap()).terms(text)
    }

    #[test]
    fn forms_of_a_word_are_one_in_english_and_in_spanish() {
        assert_eq!(
            terms("en", "Disputing the charges, I've disputed a charge’s"),
            ["disput", "charg", "disput", "charg"]
        );
        let es = |text| terms("es", text);
        assert_eq!(es("liquidación"), es("LIQUIDACIONES"));
        assert_eq!(es("liquidacion"), es("liquidaciones"), "accents are left out by those in a hurry");
        assert_eq!(es("¿Cómo puedo disputar los cargos?"), es("disputar cargo"));
        assert_eq!(es("contraseña"), es("contrasenas"));
    }

    #[test]
    fn a_language_without_rules_is_searched_word_by_word() {
        assert_eq!(terms("pt", "Os cartões"), ["os", "cartoes"]);
    }

    #[test]
    fn places_of_words_are_those_in_the_text() {
        let text = "Año «nuevo», don't";
        let places: Vec<_> = words(text).iter().map(|word| &text[word.from..word.to]).collect();
        assert_eq!(places, ["Año", "nuevo", "don't"]);
    }

    #[test]
    fn an_endless_word_is_none() {
        assert!(words(&"x".repeat(100_000)).is_empty());
        assert_eq!(words("").len(), 0);
    }
}
