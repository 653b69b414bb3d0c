//! Languages (BCP 47 tags) and short texts that exist in several of them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::error::Refusal;

/// A language such as `en` or `es`, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(LanguageIdentifier);

impl Language {
    pub fn identifier(&self) -> &LanguageIdentifier {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Language {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        text.parse().map(Self).map_err(|_| Refusal::new("language.malformed").with("input", text))
    }
}

impl TryFrom<String> for Language {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|refusal: Refusal| refusal.to_string())
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.to_string()
    }
}

/// A text that data gives in one or more languages: `{ en = "Payoffs", es = "Liquidación" }`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LocalText(BTreeMap<Language, String>);

impl LocalText {
    pub fn new(texts: impl IntoIterator<Item = (Language, String)>) -> Self {
        Self(texts.into_iter().collect())
    }

    /// The text in this language; else in the same language of another region; else in any.
    /// Empty only when there is no text at all.
    pub fn get(&self, language: &Language) -> &str {
        self.exact(language)
            .or_else(|| {
                let base = language.0.language;
                self.0.iter().find(|(other, _)| other.0.language == base).map(|(_, text)| text.as_str())
            })
            .or_else(|| self.0.values().next().map(String::as_str))
            .unwrap_or_default()
    }

    pub fn exact(&self, language: &Language) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0.iter().map(|(language, text)| (language, text.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(tag: &str) -> Language {
        tag.parse().unwrap()
    }

    #[test]
    fn tags_are_canonical() {
        assert_eq!(language("ES-mx").to_string(), "es-MX");
        assert_eq!("e!".parse::<Language>().unwrap_err().code(), "language.malformed");
    }

    #[test]
    fn a_local_text_falls_back_from_region_to_language_to_anything() {
        let text = LocalText::new([(language("en"), "Hello".into()), (language("es"), "Hola".into())]);
        assert_eq!(text.get(&language("es-MX")), "Hola");
        assert_eq!(text.get(&language("fr")), "Hello");
        assert_eq!(text.exact(&language("es-MX")), None);
        assert_eq!(LocalText::default().get(&language("en")), "");
    }
}
