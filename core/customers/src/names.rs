//! Names: what may stand in one, and the words it is found by.

use kernel::Refusal;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use vault::{Secret, Vault, masking};

/// Longest name, in characters: a dealership's can be long.
const LONGEST: usize = 200;
/// Words of a name that are searched; whoever has more is found by these.
const WORDS: usize = 12;
/// Letters of a word that are searched.
const LETTERS: usize = 32;
/// A search for the beginning of a word needs so many letters. Each word is indexed whole and by its
/// beginning of this length; longer beginnings are compared after opening, so that the index tells little.
pub(crate) const BEGINNING: usize = 3;
/// Keeps these tokens apart from those of other indexes.
const SCOPE: &str = "customer_person.name";

/// The keyed hash of a word, as the index holds it.
pub(crate) type Token = [u8; 8];

/// A name that can be shown on one line, masked like any text that people type.
pub(crate) fn checked(name: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let name = name.expose().split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST || name.contains(is_unfit) {
        return Err(Refusal::new("customers.name_malformed").with("longest", LONGEST));
    }
    Ok(Secret::new(masking::mask(&name).text.into_owned()))
}

/// Control characters, and those that turn the direction of writing and could make a name read as another.
fn is_unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The words of a name or of a search: lower case, without accents.
pub(crate) fn words(text: &str) -> Vec<String> {
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let mut words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LETTERS).collect())
        .collect();
    words.sort();
    words.dedup();
    words.truncate(WORDS);
    words
}

/// What a whole word is indexed by.
pub(crate) fn whole(vault: &Vault, word: &str) -> Token {
    vault.lookups().token(SCOPE, &format!("={word}"))
}

/// What the beginning of a word is indexed by; a shorter word has none.
pub(crate) fn beginning(vault: &Vault, word: &str) -> Option<Token> {
    let start: String = word.chars().take(BEGINNING).collect();
    (start.chars().count() == BEGINNING).then(|| vault.lookups().token(SCOPE, &format!("^{start}")))
}

/// Everything the names of one person are found by.
pub(crate) fn tokens<'a>(vault: &Vault, names: impl Iterator<Item = &'a Secret<String>>) -> Vec<Token> {
    let words: Vec<String> = names.flat_map(|name| words(name.expose())).collect();
    let mut tokens: Vec<Token> =
        words.iter().flat_map(|word| [Some(whole(vault, word)), beginning(vault, word)]).flatten().collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

/// Whether each of the words sought begins some word of these names.
pub(crate) fn matches<'a>(sought: &[String], names: impl Iterator<Item = &'a Secret<String>>) -> bool {
    let words: Vec<String> = names.flat_map(|name| words(name.expose())).collect();
    sought.iter().all(|start| words.iter().any(|word| word.starts_with(start.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn names_are_words_without_case_or_accents() {
        assert_eq!(words("José  O’Brien-Núñez"), ["brien", "jose", "nunez", "o"]);
        assert_eq!(words("Ｍüller GmbH & Co."), ["co", "gmbh", "muller"]);
        assert!(words(" -- ").is_empty());
    }

    #[test]
    fn a_name_fits_on_one_line_and_reads_as_it_is_written() {
        assert_eq!(checked(&secret(" Ana \n María ")).unwrap().expose(), "Ana María");
        for bad in ["", "   ", "a\u{0}b", "a\u{202E}b", &"x".repeat(201)] {
            assert_eq!(checked(&secret(bad)).unwrap_err().code(), "customers.name_malformed", "{bad:?}");
        }
        let card = checked(&secret("Ana 4111 1111 1111 1111")).unwrap();
        assert_eq!(card.expose(), "Ana •••• •••• •••• 1111");
    }

    #[test]
    fn every_word_sought_must_begin_a_word_of_the_name() {
        let names = [secret("Ana María López"), secret("Lopez Motors")];
        let found = |text: &str| matches(&words(text), names.iter());
        assert!(found("lop mar") && found("MOTORS ana") && found("María"));
        assert!(!found("ana perez") && !found("aria"));
    }
}
