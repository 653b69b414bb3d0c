//! The languages there are, and which of them a reader gets.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fluent_bundle::FluentResource;
use fluent_langneg::{LanguageIdentifier, NegotiationStrategy, negotiate_languages};
use kernel::{Context, Fault, Language, Result};
use rust_embed::RustEmbed;

use crate::message::Words;

/// What a reader gets whose languages are all unknown here.
const DEFAULT: &str = "en";

/// More languages than anyone lists in earnest; a longer header is cut.
const MOST_REQUESTED: usize = 32;

#[derive(RustEmbed)]
#[folder = "../../locales"]
#[include = "*.ftl"]
struct Files;

/// All languages, loaded. Cloning shares them.
#[derive(Clone)]
pub struct Catalogue(Arc<Loaded>);

struct Loaded {
    languages: BTreeMap<Language, Words>,
    /// The same tags in the type that negotiation wants.
    tags: Vec<LanguageIdentifier>,
    default: Words,
}

impl Catalogue {
    /// Reads the embedded texts. It fails only on texts that the crate's own tests refuse.
    pub fn load() -> Result<Self> {
        let mut languages = BTreeMap::new();
        for folder in folders() {
            let language: Language = folder.parse()?;
            let words = Words::load(language.clone(), resources(&folder)?)?;
            languages.insert(language, words);
        }
        let default: Language = DEFAULT.parse()?;
        let default =
            languages.get(&default).cloned().ok_or_else(|| Fault::new("finding the default language"))?;
        let tags = languages.keys().filter_map(|language| language.to_string().parse().ok()).collect();
        Ok(Self(Arc::new(Loaded { languages, tags, default })))
    }

    pub fn languages(&self) -> impl Iterator<Item = &Language> {
        self.0.languages.keys()
    }

    /// The texts of a language; of the default language if there are none.
    pub fn words(&self, language: &Language) -> Words {
        self.0.languages.get(language).unwrap_or(&self.0.default).clone()
    }

    /// The language here that serves a tag such as `es-MX`, if any.
    pub fn find(&self, tag: &str) -> Option<Language> {
        self.best(&[tag.parse().ok()?])
    }

    /// The language for an `Accept-Language` header; the default when it names none of ours.
    pub fn negotiate(&self, accept_language: &str) -> Language {
        self.best(&preferences(accept_language)).unwrap_or_else(|| self.0.default.language().clone())
    }

    fn best(&self, requested: &[LanguageIdentifier]) -> Option<Language> {
        let found = negotiate_languages(requested, &self.0.tags, None, NegotiationStrategy::Filtering);
        found.first().and_then(|tag| tag.to_string().parse().ok())
    }
}

fn folders() -> BTreeSet<String> {
    Files::iter().filter_map(|path| path.split_once('/').map(|(folder, _)| folder.to_owned())).collect()
}

fn resources(folder: &str) -> Result<Vec<FluentResource>> {
    let mut resources = Vec::new();
    for path in Files::iter().filter(|path| path.split_once('/').is_some_and(|(first, _)| first == folder)) {
        let file = Files::get(&path).ok_or_else(|| Fault::new(format!("opening {path}")))?;
        let text = String::from_utf8(file.data.into_owned()).context(path.as_ref())?;
        let resource = FluentResource::try_new(text).map_err(|(_, errors)| {
            let reasons: Vec<String> = errors.iter().map(ToString::to_string).collect();
            Fault::new(format!("reading {path}: {}", reasons.join("; ")))
        })?;
        resources.push(resource);
    }
    Ok(resources)
}

/// The tags of the header, the most wanted first. What is malformed or refused (`q=0`) is left out.
fn preferences(accept_language: &str) -> Vec<LanguageIdentifier> {
    let mut weighted: Vec<(u16, LanguageIdentifier)> = accept_language
        .split(',')
        .take(MOST_REQUESTED)
        .filter_map(|part| {
            let (tag, weight) = match part.split_once(';') {
                Some((tag, parameter)) => (tag, thousandths(parameter)?),
                None => (part, 1000),
            };
            Some((weight, tag.trim().parse().ok()?))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    weighted.sort_by_key(|(weight, _)| Reverse(*weight));
    weighted.into_iter().map(|(_, tag)| tag).collect()
}

/// `q=0.8` is 800.
fn thousandths(parameter: &str) -> Option<u16> {
    let number = parameter.trim().strip_prefix("q=")?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = format!("{fraction:0<3}").get(..3)?.parse::<u16>().ok()?;
    whole.parse::<u16>().ok()?.checked_mul(1000)?.checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_gets_the_language_they_like_best() {
        let catalogue = Catalogue::load().unwrap();
        for (header, expected) in [
            ("es-MX,es;q=0.9,en;q=0.5", "es"),
            ("en;q=0.3, es;q=0.8", "es"),
            ("fr-CA, fr;q=0.9, es-419;q=0.4", "es"),
            ("es;q=0, en-GB;q=0.1", "en"),
            ("de", "en"),
            ("*", "en"),
            ("", "en"),
            ("es;q=nonsense, en", "en"),
            (";;;,,,q=", "en"),
        ] {
            assert_eq!(catalogue.negotiate(header).to_string(), expected, "{header}");
        }
    }

    #[test]
    fn a_tag_is_found_by_its_language() {
        let catalogue = Catalogue::load().unwrap();
        assert_eq!(catalogue.find("es-MX").unwrap().to_string(), "es");
        assert_eq!(catalogue.find("fr"), None);
        assert_eq!(catalogue.find("<script>"), None);
    }
}
