//! Holds the texts against each other and against the code: a text that is missing, unused, or mentions
//! something that nobody gives, fails here and not in front of a reader.
// What tests call may fail just as loudly, and Clippy does not count it as a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod source;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use source::Source;
use texts::{Text, languages};

/// Keys that code makes up at run time: a prefix, and the rest from a code. `Refusal::new("directory.no_topic")`
/// is spoken by `refusal-directory-no-topic`.
struct Family {
    prefix: &'static str,
    /// Calls whose first argument is such a code, and the folder in which they are.
    calls: &'static [&'static str],
    within: &'static str,
    /// Whether each says what to do, too.
    remedies: bool,
}

const FAMILIES: [Family; 4] = [
    Family { prefix: "refusal-", calls: &["Refusal::new("], within: "", remedies: true },
    Family {
        prefix: "directory-finding-",
        calls: &["Finding::error(", "Finding::warning(", "self.error(", "self.warning("],
        within: "core/directory",
        remedies: true,
    },
    Family {
        prefix: "knowledge-finding-",
        calls: &["Finding::error(", "Finding::warning(", "findings.error(", "findings.warn("],
        within: "core/knowledge",
        remedies: true,
    },
    Family { prefix: "directory-holiday-", calls: &[], within: "core/directory", remedies: false },
];

#[test]
fn every_language_says_the_same_things() {
    let languages = languages();
    assert!(languages.len() >= 2, "English and Spanish at least");
    let (first, reference) = languages.first_key_value().unwrap();
    for (language, texts) in &languages {
        let missing: Vec<_> = reference.keys().filter(|key| !texts.contains_key(*key)).collect();
        let extra: Vec<_> = texts.keys().filter(|key| !reference.contains_key(*key)).collect();
        assert!(missing.is_empty(), "in {first} but not in {language}: {missing:#?}");
        assert!(extra.is_empty(), "in {language} but not in {first}: {extra:#?}");
        for (key, text) in texts {
            assert_eq!(
                text.variables, reference[key].variables,
                "variables of {key} in {first} and {language}"
            );
            assert_eq!(text.attributes, reference[key].attributes, "attributes of {key}");
            assert!(text.said, "{key} in {language} is empty");
        }
    }
}

#[test]
fn every_text_is_used() {
    let source = Source::read();
    let unused: Vec<_> =
        english().into_keys().filter(|key| family_of(key).is_none() && !source.mentions(key)).collect();
    assert!(unused.is_empty(), "no code says these; delete them or use them: {unused:#?}");
}

#[test]
fn every_text_that_code_asks_for_exists() {
    let (source, english) = (Source::read(), english());
    let asked: BTreeSet<_> = [".text(", ".message("].iter().flat_map(|call| source.arguments(call)).collect();
    assert!(asked.contains("time-range"), "the search finds what is there");
    let missing: Vec<_> = asked.iter().filter(|key| !english.contains_key(*key)).collect();
    assert!(missing.is_empty(), "asked for but not in locales/: {missing:#?}");
}

#[test]
fn every_variable_and_attribute_is_known_to_the_code() {
    let source = Source::read();
    let literals = source.literals();
    for (key, text) in english() {
        let unknown: Vec<_> = text.variables.iter().filter(|name| !literals.contains(*name)).collect();
        assert!(unknown.is_empty(), "{key} mentions what nobody gives: {unknown:?}");
        let in_family = family_of(&key).is_some_and(|family| family.remedies);
        assert!(
            text.attributes.iter().all(|name| literals.contains(name) || (in_family && name == "remedy")),
            "{key} has an attribute that nobody says: {:?}",
            text.attributes
        );
    }
}

#[test]
fn every_code_has_words_and_a_remedy_and_none_is_left_over() {
    let (source, english) = (Source::read(), english());
    for Family { prefix, calls, within, remedies } in &FAMILIES {
        let key_of = |code: &str| format!("{prefix}{}", code.replace(['.', '_'], "-"));
        for code in calls.iter().flat_map(|call| source.arguments_within(within, call)) {
            let key = key_of(&code);
            let Some(text) = english.get(&key) else { panic!("{code} has no words: add {key}") };
            assert!(
                !remedies || text.attributes.contains("remedy"),
                "{key} does not say what to do (.remedy)"
            );
        }
        // A code may also be a constant that a call refers to, so that any literal counts as a use.
        let used: BTreeSet<_> = source.literals().iter().map(|literal| key_of(literal)).collect();
        let unused: Vec<_> =
            english.keys().filter(|key| key.starts_with(prefix) && !used.contains(*key)).collect();
        assert!(unused.is_empty(), "no code has these words: {unused:#?}");
    }
}

fn english() -> BTreeMap<String, Text> {
    languages().remove("en").unwrap()
}

fn family_of(key: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| key.starts_with(family.prefix))
}
