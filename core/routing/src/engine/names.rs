//! Skills, languages and certificates as small numbers, so that comparing them costs nothing.

use std::collections::HashMap;

use kernel::Language;

use crate::agent::Profile;
use crate::model::Needs;

pub(super) type Name = u32;
pub(super) type NeedsNumber = u32;

/// Needs as sorted numbers.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    skills: Vec<(Name, u8)>,
    certificates: Vec<Name>,
}

/// What somebody can do, as sorted numbers.
#[derive(Debug, Default)]
pub(super) struct Abilities {
    skills: Vec<(Name, u8)>,
    certificates: Vec<Name>,
    languages: Vec<Name>,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<String, Name>,
    known_needs: HashMap<Needs, NeedsNumber>,
    asked: Vec<Asked>,
}

impl Names {
    fn number(&mut self, name: &str) -> Name {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = Name::try_from(self.numbers.len()).unwrap_or(Name::MAX);
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Regions make no difference: who speaks Spanish speaks to a Mexican.
    pub fn language(&mut self, language: &Language) -> Name {
        self.number(language.identifier().language.as_str())
    }

    pub fn needs(&mut self, needs: &Needs) -> NeedsNumber {
        if let Some(number) = self.known_needs.get(needs) {
            return *number;
        }
        let mut asked = Asked::default();
        for (skill, level) in &needs.skills {
            asked.skills.push((self.number(skill), *level));
        }
        for certificate in &needs.certificates {
            asked.certificates.push(self.number(certificate));
        }
        let number = NeedsNumber::try_from(self.asked.len()).unwrap_or(NeedsNumber::MAX);
        self.asked.push(asked);
        self.known_needs.insert(needs.clone(), number);
        number
    }

    pub fn abilities(&mut self, profile: &Profile) -> Abilities {
        let mut own = Abilities::default();
        for (skill, level) in &profile.skills {
            own.skills.push((self.number(skill), *level));
        }
        own.certificates = profile.certificates.iter().map(|name| self.number(name)).collect();
        own.languages = profile.languages.iter().map(|language| self.language(language)).collect();
        own.skills.sort_unstable();
        own.certificates.sort_unstable();
        own
    }

    /// Whether somebody is fit for work in this language with these needs.
    pub fn fit(&self, own: &Abilities, language: Option<Name>, needs: NeedsNumber) -> bool {
        let Some(asked) = self.asked.get(needs as usize) else { return false };
        language.is_none_or(|language| own.languages.contains(&language))
            && asked.skills.iter().all(|(skill, level)| own.level(*skill) >= *level)
            && asked.certificates.iter().all(|name| own.certificates.binary_search(name).is_ok())
    }
}

impl Abilities {
    fn level(&self, skill: Name) -> u8 {
        let found = self.skills.binary_search_by_key(&skill, |(name, _)| *name);
        found.ok().and_then(|place| self.skills.get(place)).map_or(0, |(_, level)| *level)
    }
}
