//! What a model's labels mean in one institution: the file `triage.toml`.

use std::collections::BTreeMap;

use kernel::{LocalText, Refusal};
use serde::Deserialize;

use crate::urgency::{Cues, Urgency};

/// What customers want, under one label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// The label that examples have for it.
    pub id: String,
    pub name: LocalText,
    /// The topic of the directory that it belongs to.
    pub topic: String,
    #[serde(default)]
    pub urgency: Urgency,
}

/// A table of examples to learn from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// Beside `triage.toml`.
    pub file: String,
    /// The column of messages.
    pub text: String,
    /// The column of labels; without one, all of it is out of scope.
    pub label: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCue {
    urgency: Urgency,
    /// By language; all of them are listened for.
    phrases: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    schema: u32,
    model: String,
    #[serde(default)]
    examples: Vec<ExampleFile>,
    #[serde(default)]
    intent: Vec<Intent>,
    #[serde(default)]
    cue: Vec<RawCue>,
}

const SCHEMA: u32 = 1;

/// The intents, cues and examples of an institution.
#[derive(Debug, Clone)]
pub struct Intents {
    /// The trained model that came with the file, beside it.
    pub model: String,
    pub examples: Vec<ExampleFile>,
    by_label: BTreeMap<String, Intent>,
    pub(crate) cues: Cues,
}

impl Intents {
    /// Reads `triage.toml`; `file` is its name for refusals.
    pub fn load(text: &str, file: &str) -> Result<Self, Refusal> {
        let refused = |reason: String| {
            Refusal::new("triage.intents_malformed").with("file", file).with("reason", reason)
        };
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            refused(format!("line {line}: {}", error.message()))
        })?;
        if raw.schema != SCHEMA {
            return Err(refused(format!("schema {} is not known, only {SCHEMA}", raw.schema)));
        }
        let mut by_label = BTreeMap::new();
        for intent in raw.intent {
            if intent.name.is_empty() {
                return Err(refused(format!("intent {} has no name", intent.id)));
            }
            if let Some(double) = by_label.insert(intent.id.clone(), intent) {
                return Err(refused(format!("intent {} stands there twice", double.id)));
            }
        }
        let mut cues = Cues::default();
        for cue in &raw.cue {
            for phrase in cue.phrases.values().flatten() {
                if !cues.add(phrase, cue.urgency) {
                    return Err(refused(format!("the cue “{phrase}” has no words")));
                }
            }
        }
        Ok(Self { model: raw.model, examples: raw.examples, by_label, cues })
    }

    pub fn get(&self, label: &str) -> Option<&Intent> {
        self.by_label.get(label)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Intent> {
        self.by_label.values()
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema = 1\nmodel = 'a.model'\n";
    const INTENT: &str = "[[intent]]\nid = 'a'\nname = { en = 'A' }\ntopic = 't'\n";

    fn reason(text: &str) -> String {
        Intents::load(text, "triage.toml").unwrap_err().to_string()
    }

    #[test]
    fn an_intent_is_of_normal_urgency_unless_it_says_more() {
        let intents = Intents::load(&format!("{HEAD}{INTENT}"), "triage.toml").unwrap();
        assert_eq!(intents.get("a").unwrap().urgency, Urgency::Normal);
        assert!(intents.get("b").is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_the_file_and_the_line() {
        assert!(reason("schema = 2\nmodel = 'x'").contains("schema 2 is not known"));
        assert!(reason(&format!("{HEAD}{INTENT}{INTENT}")).contains("intent a stands there twice"));
        assert!(reason(&format!("{HEAD}{INTENT}colour = 'red'")).contains("line 7: unknown field"));
        assert!(reason(&format!("{HEAD}{INTENT}urgency = 'huge'")).contains("line 7: unknown variant"));
        assert!(reason(&INTENT.replace("{ en = 'A' }", "{}")).contains("missing field"), "no schema");
        let nameless = format!("{HEAD}{}", INTENT.replace("{ en = 'A' }", "{}"));
        assert!(reason(&nameless).contains("intent a has no name"));
        let wordless = format!("{HEAD}[[cue]]\nurgency = 'high'\nphrases.en = ['now', '!']\n");
        assert!(reason(&wordless).contains("the cue “!” has no words"));
        assert!(reason("schema = ").starts_with("triage.intents_malformed file=triage.toml reason=line 1:"));
    }
}
