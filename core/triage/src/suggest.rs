//! The question that others ask: what is this message about, how urgent is it, and by which words?

use kernel::{LocalText, Refusal};

use crate::example::TOPIC;
use crate::intents::Intents;
use crate::model::{Message, Model};
use crate::reading::Words;
use crate::urgency::Urgency;

/// Words that are told at most: the ones that counted most.
const MOST_WORDS: usize = 5;
/// A word counts when it did at least this part of what the strongest one did.
const WORTH_TELLING: f32 = 0.15;

/// A word of the message, and its part in what all told words did.
#[derive(Debug, Clone, PartialEq)]
pub struct CountedWord<'t> {
    /// As it was written.
    pub word: &'t str,
    /// Those of one suggestion add up to one.
    pub share: f32,
}

/// What a message is about, as the model would guess.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<'t> {
    /// The intent, or the topic again where the centre's own conversations taught it.
    pub intent: &'t str,
    /// What the intent is called; the topic's name is the directory's.
    pub name: Option<&'t LocalText>,
    /// A topic of the directory.
    pub topic: &'t str,
    pub urgency: Urgency,
    /// How often such a suggestion is right, between 0 and 1.
    pub confidence: f32,
    /// The words that counted, the strongest first.
    pub words: Vec<CountedWord<'t>>,
}

/// All that can be said about a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<'t> {
    /// Nothing where the model is not sure enough.
    pub suggestion: Option<Suggestion<'t>>,
    /// By the suggestion and by cue words; by cue words alone where the model is silent.
    pub urgency: Urgency,
    /// The cue words that were heard, as they were written.
    pub cues: Vec<String>,
}

/// A model and what its labels mean here.
#[derive(Debug)]
pub struct Triage {
    model: Model,
    intents: Intents,
}

impl Triage {
    /// Refuses a model with labels that mean nothing here.
    pub fn new(model: Model, intents: Intents) -> Result<Self, Refusal> {
        let meaningless =
            model.labels().find(|label| !label.starts_with(TOPIC) && intents.get(label).is_none());
        match meaningless.map(str::to_owned) {
            Some(label) => Err(Refusal::new("triage.intent_unknown").with("intent", label)),
            None => Ok(Self { model, intents }),
        }
    }

    /// Reads a model's bytes and the text of `triage.toml`.
    pub fn load(model: &[u8], intents: &str, file: &str) -> Result<Self, Refusal> {
        Self::new(Model::from_bytes(model)?, Intents::load(intents, file)?)
    }

    pub fn model(&self) -> &Model {
        &self.model
    }

    pub fn intents(&self) -> &Intents {
        &self.intents
    }

    /// What the message is about; nothing where the model is not sure enough.
    pub fn suggest<'t>(&'t self, text: &'t str) -> Option<Suggestion<'t>> {
        self.read(text).suggestion
    }

    /// What the message is about and how urgent it is.
    pub fn read<'t>(&'t self, text: &'t str) -> Reading<'t> {
        let message = Message::read(text, &self.model.vocabulary);
        let heard = self.intents.cues.hear(&message.words);
        let mut suggestion = self.judge(&message);
        let urgency = heard.with(suggestion.as_ref().map_or(Urgency::Normal, |found| found.urgency));
        if let Some(suggestion) = &mut suggestion {
            suggestion.urgency = urgency;
        }
        let spoken = |(first, count): &(usize, usize)| {
            let words: Vec<&str> = (*first..first + count).map(|word| message.words.shown(word)).collect();
            words.join(" ")
        };
        Reading { suggestion, urgency, cues: heard.places.iter().map(spoken).collect() }
    }

    fn judge<'t>(&'t self, message: &Message<'t>) -> Option<Suggestion<'t>> {
        let judged = self.model.judge(message).filter(|judged| !judged.silent)?;
        let label = self.model.labels.get(judged.best)?;
        let words = tell(&message.words, &self.model.counted(message, judged.best));
        let confidence = judged.confidence;
        if let Some(topic) = label.strip_prefix(TOPIC) {
            let urgency = Urgency::Normal;
            return Some(Suggestion { intent: topic, name: None, topic, urgency, confidence, words });
        }
        let intent = self.intents.get(label)?;
        Some(Suggestion {
            intent: &intent.id,
            name: Some(&intent.name),
            topic: &intent.topic,
            urgency: intent.urgency,
            confidence,
            words,
        })
    }
}

/// The strongest words, each once, with their shares.
fn tell<'t>(words: &Words<'t>, counted: &[f32]) -> Vec<CountedWord<'t>> {
    let mut told: Vec<(&str, CountedWord<'t>)> = Vec::new();
    for (at, (folded, counted)) in words.folded().zip(counted).enumerate() {
        match told.iter_mut().find(|(same, _)| *same == folded) {
            Some((_, word)) => word.share += counted,
            None => told.push((folded, CountedWord { word: words.shown(at), share: *counted })),
        }
    }
    let mut told: Vec<CountedWord<'t>> = told.into_iter().map(|(_, word)| word).collect();
    told.sort_by(|one, other| other.share.total_cmp(&one.share));
    let least = told.first().map_or(0.0, |strongest| strongest.share * WORTH_TELLING);
    told.retain(|word| word.share > 0.0 && word.share >= least);
    told.truncate(MOST_WORDS);
    let sum: f32 = told.iter().map(|word| word.share).sum();
    for word in &mut told {
        word.share /= sum;
    }
    told
}
