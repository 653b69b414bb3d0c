//! Words that mean the same, as data: `synonyms.toml` of the institution's knowledge.

use std::collections::{BTreeMap, HashMap};

use kernel::Language;
use serde::Deserialize;
use toml::Spanned;

use super::analysis::{Analyzer, words};
use crate::finding::{Finding, Findings};

const MOST_GROUPS: usize = 2_000;
const MOST_PHRASES: usize = 30;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    group: Vec<Spanned<BTreeMap<Language, Vec<String>>>>,
}

/// Groups of phrases that mean the same, by language.
#[derive(Debug, Clone, Default)]
pub(crate) struct SynonymFile(Vec<BTreeMap<Language, Vec<String>>>);

impl SynonymFile {
    pub(crate) fn read(text: &str, file: &str, found: &mut Vec<Finding>) -> Option<Self> {
        let mut findings = Findings::new(file, text);
        let read = toml::from_str::<File>(text).map_err(|error| {
            let line = findings.line_of(error.span().map_or(0, |span| span.start));
            findings.error("synonyms_unreadable", line).with("reason", error.message());
        });
        let groups = read.map(|read| read.group).unwrap_or_default();
        if groups.len() > MOST_GROUPS {
            findings.error("too_many", 1).with("field", "group").with("most", MOST_GROUPS);
        }
        for group in &groups {
            let line = findings.line_of(group.span().start);
            for phrases in group.get_ref().values() {
                if phrases.len() < 2 {
                    findings.error("lonely_synonym", line);
                } else if phrases.len() > MOST_PHRASES {
                    findings.error("too_many", line).with("field", "group").with("most", MOST_PHRASES);
                }
            }
        }
        let sound = findings.list.is_empty();
        found.append(&mut findings.list);
        sound.then(|| Self(groups.into_iter().map(Spanned::into_inner).collect()))
    }
}

/// The groups of one language, ready to be looked up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Synonyms {
    /// By the first stem of a phrase: the whole phrase and its group.
    phrases: HashMap<String, Vec<(Vec<String>, usize)>>,
    groups: Vec<Vec<Vec<String>>>,
}

impl Synonyms {
    pub(crate) fn new(file: &SynonymFile, language: &Language, analyzer: &Analyzer) -> Self {
        let mut synonyms = Self::default();
        for group in &file.0 {
            let Some(phrases) = group.get(language) else { continue };
            // What is left of "pay off" without its small word is "pay", which says something else.
            let whole = |phrase: &&String| words(phrase).len() == 1 || analyzer.terms(phrase).len() > 1;
            let stems: Vec<Vec<String>> = phrases
                .iter()
                .filter(whole)
                .map(|phrase| analyzer.terms(phrase))
                .filter(|stems| !stems.is_empty())
                .collect();
            let number = synonyms.groups.len();
            for phrase in &stems {
                if let Some(first) = phrase.first() {
                    synonyms.phrases.entry(first.clone()).or_default().push((phrase.clone(), number));
                }
            }
            synonyms.groups.push(stems);
        }
        synonyms
    }

    /// Other ways to say what these stems say, each with its group's phrases that were not said.
    pub(crate) fn of(&self, said: &[String]) -> Vec<&[String]> {
        let mut others: Vec<&[String]> = Vec::new();
        for at in 0..said.len() {
            let Some(rest) = said.get(at..) else { continue };
            let Some(phrases) = rest.first().and_then(|first| self.phrases.get(first)) else { continue };
            for (_, group) in phrases.iter().filter(|(phrase, _)| rest.starts_with(phrase)) {
                let group = self.groups.get(*group).into_iter().flatten();
                for phrase in group.filter(|phrase| !phrase.iter().all(|stem| said.contains(stem))) {
                    if !others.contains(&phrase.as_slice()) {
                        others.push(phrase);
                    }
                }
            }
        }
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[[group]]\nen = [\"payoff\", \"pay off\", \"settle\", \"end early\"]\nes = [\"liquidar\", \"terminar de pagar\"]\n";

    fn others(said: &str) -> Vec<String> {
        let english = "en".parse().unwrap();
        let analyzer = Analyzer::new(&english);
        let file = SynonymFile::read(FILE, "s.toml", &mut Vec::new()).unwrap();
        let synonyms = Synonyms::new(&file, &english, &analyzer);
        synonyms.of(&analyzer.terms(said)).into_iter().map(|phrase| phrase.join(" ")).collect()
    }

    #[test]
    fn one_way_to_say_it_leads_to_the_others() {
        assert_eq!(others("my payoffs"), ["settl", "end earli"]);
        assert_eq!(others("settling soon"), ["payoff", "end earli"]);
        assert!(others("pay").is_empty(), "a small word makes a difference");
        assert!(others("title").is_empty());
    }

    #[test]
    fn a_file_that_says_nothing_is_refused_with_its_line() {
        let mut found = Vec::new();
        let read = SynonymFile::read("\n[[group]]\nen = [\"alone\"]\n", "s.toml", &mut found);
        assert!(read.is_none());
        assert_eq!(found.first().map(|finding| (finding.code, finding.line)), Some(("lonely_synonym", 2)));
        assert!(SynonymFile::read("[group", "s.toml", &mut found).is_none());
        assert!(SynonymFile::read("[[group]]\n\"e!\" = [\"a\", \"b\"]\n", "s.toml", &mut found).is_none());
    }
}
