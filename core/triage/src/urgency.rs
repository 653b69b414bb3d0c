//! How urgent a message is: by what it is about, and by cue words, which also count where the model is
//! silent and in languages that it does not know.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::reading::Words;

/// The same steps as of work in a queue.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl Urgency {
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// Phrases that tell how urgent a matter is, found by their first word.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cues(HashMap<String, Vec<Cue>>);

#[derive(Debug, Clone)]
struct Cue {
    /// Folded words, at least one.
    phrase: Vec<String>,
    urgency: Urgency,
}

/// What the cues of a message say: where they stand, and how urgent it is by them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The highest of the cues that raise it.
    raised: Option<Urgency>,
    /// Something says that it can wait.
    calmed: bool,
    /// The first and the number of the words of each cue.
    pub places: Vec<(usize, usize)>,
}

impl Cues {
    /// Whether the phrase has a word at all.
    pub(crate) fn add(&mut self, phrase: &str, urgency: Urgency) -> bool {
        let phrase: Vec<String> = Words::read(phrase).folded().map(str::to_owned).collect();
        let Some(first) = phrase.first().cloned() else { return false };
        let same = self.0.entry(first).or_default();
        same.push(Cue { phrase, urgency });
        // The longest comes first: "not urgent" is heard before "urgent" could be.
        same.sort_by_key(|cue| std::cmp::Reverse(cue.phrase.len()));
        true
    }

    pub(crate) fn hear(&self, words: &Words<'_>) -> Heard {
        let folded: Vec<&str> = words.folded().collect();
        let mut heard = Heard::default();
        let mut at = 0;
        while let Some(rest) = folded.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(cue) = self.at_start_of(rest) else {
                at += 1;
                continue;
            };
            match cue.urgency {
                Urgency::Low => heard.calmed = true,
                Urgency::Normal => {}
                raised => heard.raised = heard.raised.max(Some(raised)),
            }
            heard.places.push((at, cue.phrase.len()));
            at += cue.phrase.len();
        }
        heard
    }

    fn at_start_of(&self, words: &[&str]) -> Option<&Cue> {
        let candidates = self.0.get(*words.first()?)?;
        candidates
            .iter()
            .find(|cue| words.get(..cue.phrase.len()).is_some_and(|start| start.iter().eq(cue.phrase.iter())))
    }
}

impl Heard {
    /// Cues raise what the topic says. What can wait is low, unless the topic or another cue says otherwise.
    pub(crate) fn with(&self, topic: Urgency) -> Urgency {
        match self.raised {
            Some(raised) => raised.max(topic),
            None if self.calmed && topic == Urgency::Normal => Urgency::Low,
            None => topic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Heard {
        let mut cues = Cues::default();
        for (phrase, urgency) in [
            ("urgent", Urgency::High),
            ("not urgent", Urgency::Low),
            ("no es urgente", Urgency::Low),
            ("urgente", Urgency::High),
            ("me robaron", Urgency::Urgent),
            ("right now", Urgency::High),
        ] {
            assert!(cues.add(phrase, urgency));
        }
        assert!(!cues.add(" … ", Urgency::High), "a phrase without words");
        cues.hear(&Words::read(text))
    }

    #[test]
    fn cues_raise_what_the_topic_says_and_never_lower_it() {
        assert_eq!(heard("I need it right now").with(Urgency::Normal), Urgency::High);
        assert_eq!(heard("I need it RIGHT, now!").with(Urgency::Urgent), Urgency::Urgent);
        assert_eq!(heard("¡Me robaron! Es urgente").with(Urgency::Normal), Urgency::Urgent);
        assert_eq!(heard("right, and now").with(Urgency::Normal), Urgency::Normal);
        assert_eq!(heard("").with(Urgency::High), Urgency::High);
    }

    #[test]
    fn the_longer_phrase_is_heard_so_that_not_urgent_is_not_urgent() {
        assert_eq!(heard("it is not urgent").with(Urgency::Normal), Urgency::Low);
        assert_eq!(heard("No es urgente").with(Urgency::Normal), Urgency::Low);
        assert_eq!(heard("it is not urgent").with(Urgency::High), Urgency::High, "what was stolen stays so");
        assert_eq!(heard("not urgent, but right now").with(Urgency::Normal), Urgency::High);
    }

    #[test]
    fn it_is_told_where_cues_stand() {
        assert_eq!(heard("please, right now, me robaron").places, [(1, 2), (3, 2)]);
    }
}
