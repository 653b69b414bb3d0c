//! From the words people type to topics.
//!
//! Each topic has phrases: its name, its synonyms, its heading, the names of its units. A query is scored
//! against each phrase by how much of the phrase it says and how much of the query the phrase explains,
//! rare words counting more. Only a phrase that is said nearly whole makes a match; anything less is at
//! most a suggestion, so that a guess is never presented as an answer.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use kernel::Language;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that say nothing about the matter.
const STOP_WORDS: &str = "a about am an and are as at be by call can contact could de del do does el en for from get \
    had has have hello help how i in is it know la las lo los me mi my need of on or para please por que \
    regarding si sobre some speak su talk tengo that the this to un una want we what when where who whom with \
    would y yo you your al con como cual donde cuando necesito quiero hablar llamar quien hola ayuda favor es esta";

/// The same in the form that words of phrases and queries have.
static STOPS: LazyLock<HashSet<String>> =
    LazyLock::new(|| STOP_WORDS.split_ascii_whitespace().map(stem).collect());

/// How much of a phrase must be said for a match, and of the query explained by it.
const SAID: f32 = 0.8;
const EXPLAINED: f32 = 0.34;
/// Topics this close to the best one are as good as it.
const AS_GOOD: f32 = 0.95;
/// What a phrase of another language than the asked one is worth.
const OTHER_LANGUAGE: f32 = 0.9;
/// Below this a partial hit is not even worth suggesting.
const WORTH_SUGGESTING: f32 = 0.2;
const LOOKS_LIKE: f64 = 0.84;
const MOST_SUGGESTIONS: usize = 5;
/// Longer queries are cut: nobody types more than this to find a telephone number.
const MOST_CHARACTERS: usize = 300;

/// One phrase that leads to topics.
#[derive(Debug, Clone)]
pub(crate) struct Phrase<'t> {
    pub text: &'t str,
    /// `None`: the phrase is a name in any language.
    pub language: Option<&'t Language>,
    pub topics: Vec<usize>,
}

/// What a search found, as indexes of topics, best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub sure: Vec<usize>,
    pub near: Vec<usize>,
}

/// The phrases of one directory, ready to be searched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    vocabulary: HashMap<String, u32>,
    /// By word: how much it tells, and in which phrases it stands.
    words: Vec<Word>,
    phrases: Vec<Known>,
}

#[derive(Debug, Clone, Default)]
struct Word {
    text: String,
    weight: f32,
    phrases: Vec<u32>,
}

/// A topic that words lead to, how well, and whether that is enough for an answer.
#[derive(Debug, Clone, Copy)]
struct Hit {
    topic: usize,
    score: f32,
    sure: bool,
    /// A phrase of it is said nearly whole, however little of the query that explains.
    named: bool,
}

#[derive(Debug, Clone)]
struct Known {
    weight: f32,
    language: Option<Language>,
    topics: Vec<usize>,
}

impl Index {
    pub(crate) fn new<'t>(phrases: impl IntoIterator<Item = Phrase<'t>>) -> Self {
        let mut index = Self::default();
        for phrase in phrases {
            let mut said = words(phrase.text);
            said.sort_unstable();
            said.dedup();
            if said.is_empty() {
                continue;
            }
            let number = narrow(index.phrases.len());
            for word in said {
                let next = narrow(index.words.len());
                let id = *index.vocabulary.entry(word.clone()).or_insert(next);
                if id == next {
                    index.words.push(Word { text: word, ..Word::default() });
                }
                if let Some(word) = index.words.get_mut(wide(id)) {
                    word.phrases.push(number);
                }
            }
            index.phrases.push(Known {
                weight: 0.0,
                language: phrase.language.cloned(),
                topics: phrase.topics,
            });
        }
        index.weigh();
        index
    }

    /// Rare words tell more: the usual inverse document frequency.
    fn weigh(&mut self) {
        let total = count(self.phrases.len());
        for word in &mut self.words {
            word.weight = (1.0 + total / count(word.phrases.len())).ln();
            for phrase in &word.phrases {
                if let Some(phrase) = self.phrases.get_mut(wide(*phrase)) {
                    phrase.weight += word.weight;
                }
            }
        }
    }

    /// Searches among the topics that `allowed` lets through.
    pub(crate) fn find(&self, query: &str, language: &Language, allowed: impl Fn(usize) -> bool) -> Found {
        let asked = asked(query);
        let ranked = self.ranked(&asked, language, &allowed);
        let sure = as_good_as_best(&ranked);
        if !sure.is_empty() {
            return Found { sure, near: Vec::new() };
        }
        let worth = ranked.iter().filter(|hit| hit.score >= WORTH_SUGGESTING);
        let mut near: Vec<usize> = worth.map(|hit| hit.topic).collect();
        if near.is_empty() {
            near = self.looking_like(&asked, allowed);
        }
        near.truncate(MOST_SUGGESTIONS);
        Found { sure, near }
    }

    /// Only the topics that the words surely mean, whoever may ask for them.
    pub(crate) fn sure(&self, query: &str, language: &Language) -> Vec<usize> {
        as_good_as_best(&self.ranked(&asked(query), language, &|_| true))
    }

    /// What is called by its whole name somewhere in the words, whatever else they say, best first.
    pub(crate) fn named(&self, query: &str, language: &Language) -> Option<usize> {
        self.ranked(&asked(query), language, &|_| true).iter().find(|hit| hit.named).map(|hit| hit.topic)
    }

    /// The topics that any of the words lead to, sure ones first, then by score.
    fn ranked(&self, asked: &[String], language: &Language, allowed: &impl Fn(usize) -> bool) -> Vec<Hit> {
        let unknown = (1.0 + count(self.phrases.len())).ln();
        let mut said = vec![0.0_f32; self.phrases.len()];
        let mut query_weight = 0.0;
        for word in asked {
            let hits = self.like(word);
            query_weight += hits.iter().map(|(id, _)| self.weight(*id)).reduce(f32::max).unwrap_or(unknown);
            for (id, likeness) in hits {
                let Some(word) = self.words.get(wide(id)) else { continue };
                for phrase in &word.phrases {
                    if let Some(said) = said.get_mut(wide(*phrase)) {
                        *said += word.weight * likeness;
                    }
                }
            }
        }
        let mut best: HashMap<usize, Hit> = HashMap::new();
        for (phrase, said) in self.phrases.iter().zip(&said).filter(|(_, said)| **said > 0.0) {
            let recall = (said / phrase.weight).min(1.0);
            let explained = (said / query_weight).min(1.0);
            let foreign = phrase.language.as_ref().is_some_and(|own| !same_language(own, language));
            let factor = if foreign { OTHER_LANGUAGE } else { 1.0 };
            let score = factor * 2.0 * recall * explained / (recall + explained);
            let named = recall >= SAID;
            let sure = named && explained >= EXPLAINED;
            for topic in phrase.topics.iter().copied().filter(|topic| allowed(*topic)) {
                let hit = Hit { topic, score, sure, named };
                let best = best.entry(topic).or_insert(hit);
                if (sure, named, score) > (best.sure, best.named, best.score) {
                    *best = hit;
                }
            }
        }
        let mut ranked: Vec<Hit> = best.into_values().collect();
        ranked.sort_by(|a, b| {
            b.sure.cmp(&a.sure).then(b.score.total_cmp(&a.score)).then(a.topic.cmp(&b.topic))
        });
        ranked
    }

    /// Topics with a word that at least looks like one that was typed.
    fn looking_like(&self, asked: &[String], allowed: impl Fn(usize) -> bool) -> Vec<usize> {
        let mut ranked: Vec<(f64, usize)> = Vec::new();
        for word in &self.words {
            let likeness = asked
                .iter()
                .filter(|typed| typed.len() > 2 && typed.chars().next() == word.text.chars().next())
                .map(|typed| strsim::jaro_winkler(typed, &word.text))
                .fold(0.0, f64::max);
            if likeness < LOOKS_LIKE {
                continue;
            }
            let phrases = word.phrases.iter().filter_map(|phrase| self.phrases.get(wide(*phrase)));
            ranked
                .extend(phrases.flat_map(|phrase| phrase.topics.iter().map(move |topic| (likeness, *topic))));
        }
        ranked.retain(|(_, topic)| allowed(*topic));
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut topics: Vec<usize> = Vec::new();
        for (_, topic) in ranked {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics
    }

    fn weight(&self, word: u32) -> f32 {
        self.words.get(wide(word)).map_or(0.0, |word| word.weight)
    }

    /// The known words that a typed one is or may be meant as, with how alike they are.
    fn like(&self, typed: &str) -> Vec<(u32, f32)> {
        if let Some(id) = self.vocabulary.get(typed) {
            return vec![(*id, 1.0)];
        }
        let length = typed.chars().count();
        let allowed = match length {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        // A slip may add or drop a letter, and the first letter is rarely the wrong one.
        let near = self.words.iter().enumerate().filter(|(_, word)| {
            word.text.len().abs_diff(typed.len()) <= allowed
                && word.text.chars().next() == typed.chars().next()
                && word.text.len() > 3
        });
        near.map(|(id, word)| (id, strsim::osa_distance(typed, &word.text)))
            .filter(|(_, distance)| *distance <= allowed)
            .map(|(id, distance)| (narrow(id), 1.0 - 0.1 * count(distance)))
            .collect()
    }
}

/// The words of a query, each once.
fn asked(query: &str) -> Vec<String> {
    let cut: String = query.chars().take(MOST_CHARACTERS).collect();
    let mut asked = words(&cut);
    asked.sort_unstable();
    asked.dedup();
    asked
}

/// Those of a ranking that are as good as the best, if that is sure.
fn as_good_as_best(ranked: &[Hit]) -> Vec<usize> {
    let best = ranked.first().map_or(0.0, |hit| hit.score);
    let good = ranked.iter().filter(|hit| hit.sure && hit.score >= best * AS_GOOD);
    good.map(|hit| hit.topic).collect()
}

fn same_language(one: &Language, other: &Language) -> bool {
    one.identifier().language == other.identifier().language
}

/// The words of a text in a form in which spelling, accents, case and plural do not matter.
/// Words that say nothing are left out, unless there are no others.
pub(crate) fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // F&I, DP&S and don't are one word each.
        .filter(|c| !matches!(c, '&' | '\'' | '’' | '.'))
        .collect();
    let all: Vec<String> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(stem).collect();
    let telling: Vec<String> = all.iter().filter(|word| !STOPS.contains(*word)).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// Takes off what plurals add in English and Spanish: titles and title, inquiries and inquiry,
/// liberaciones and liberación come out alike.
fn stem(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() {
        return word.to_owned();
    }
    let singular = word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).unwrap_or(word);
    let bare = singular.strip_suffix('e').unwrap_or(singular);
    match bare.strip_suffix('y') {
        Some(rest) => format!("{rest}i"),
        None => bare.to_owned(),
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A count as a number to calculate with; exact far beyond any directory's size.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let phrase = |text, topics| Phrase { text, language: None, topics };
        Index::new([
            phrase("Title/Lien Releases", vec![0]),
            phrase("title release", vec![0]),
            phrase("Title Assistance", vec![1]),
            phrase("Payoffs", vec![2]),
            phrase("payoff", vec![3]),
            phrase("Customer payoffs", vec![3]),
            phrase("password reset", vec![4]),
            phrase("Liberación de título", vec![0]),
            phrase("F&I Rewards Inquiries", vec![5]),
        ])
    }

    fn find(query: &str) -> Found {
        index().find(query, &"en".parse().unwrap(), |_| true)
    }

    #[test]
    fn case_accents_plurals_and_small_words_do_not_matter() {
        assert_eq!(words("Liberaciones de TÍTULOS"), words("liberacion titulo"));
        assert_eq!(words("the inquiries"), words("inquiry"));
        assert_eq!(words("where does this have a title, please, sobre"), ["titl"]);
        assert_eq!(words("a card question"), ["card", "question"], "a card is not yet a question about one");
        assert_eq!(words("F&I"), ["fi"]);
        assert_eq!(words("who"), ["who"], "a query of stop words only is still a query");
        assert_eq!(words("… !?"), Vec::<String>::new());
    }

    #[test]
    fn a_phrase_said_whole_is_a_match() {
        assert_eq!(find("title release").sure, [0]);
        assert_eq!(find("I need to reset my dealer password").sure, [4]);
        assert_eq!(find("LIBERACION TITULO").sure, [0]);
        assert_eq!(find("f&i rewards inquiry").sure, [5]);
    }

    #[test]
    fn what_fits_several_topics_alike_finds_them_all_and_more_words_decide() {
        assert_eq!(find("payoff").sure, [2, 3]);
        assert_eq!(find("customer payoff").sure, [3]);
    }

    #[test]
    fn slips_of_the_finger_are_forgiven() {
        assert_eq!(find("pasword reset").sure, [4]);
        assert_eq!(find("titel assistance").sure, [1]);
    }

    #[test]
    fn half_a_phrase_is_a_suggestion_and_never_a_match() {
        let found = find("title");
        assert_eq!(found.sure, Vec::<usize>::new());
        assert!(found.near.contains(&0) && found.near.contains(&1), "{found:?}");
        assert_eq!(find("pizza"), Found::default());
        assert_eq!(find("passwort").near, [4]);
    }

    #[test]
    fn topics_that_are_not_allowed_are_not_found() {
        let found = index().find("payoff", &"en".parse().unwrap(), |topic| topic != 2);
        assert_eq!(found.sure, [3]);
    }

    #[test]
    fn a_name_said_whole_is_heard_among_words_that_nobody_knows() {
        let named = |query| index().named(query, &"en".parse().unwrap());
        assert_eq!(find("payoff quickly and cheaply tomorrow").sure, Vec::<usize>::new());
        assert_eq!(named("password reset quickly and cheaply tomorrow"), Some(4));
        assert_eq!(named("password quickly"), None);
    }

    #[test]
    fn an_endless_query_is_cut_short() {
        let long = (0..100_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        assert!(find(&long).sure.is_empty());
        assert_eq!(find(""), Found::default());
    }
}
