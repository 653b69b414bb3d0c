//! A trained model: weights in one byte each, and how sure it has to be before it speaks.

use serde::{Deserialize, Serialize};

use crate::grams::grams;
use crate::reading::Words;
use crate::row::{Found, Row, find};
use crate::solver::Weights;
use crate::vocabulary::{Vocabulary, wide};

/// Labels are numbered in one byte, and one number is for "none of them".
pub(crate) const MOST_LABELS: usize = 250;

/// How margins become confidence, and where silence begins. Found on examples that the weights had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Calibration {
    /// Margins are multiplied by it before they are turned into probabilities.
    pub steepness: f32,
    /// Below this confidence the model is silent.
    pub threshold: f32,
    /// Where it knows a smaller share of the words, it is silent as well: another language, or nonsense.
    pub known: f32,
}

/// A label and how likely it is the right one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked<'m> {
    pub label: &'m str,
    pub confidence: f32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(crate) labels: Vec<String>,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) weights: Compact,
    pub(crate) calibration: Calibration,
    /// How many messages it learnt from.
    pub(crate) examples: u32,
    /// A digest of the recipe and of all that it learnt from.
    pub(crate) made_from: String,
}

/// The weights in one byte each. Most are nothing and are left out of the file; in memory all of a gram's
/// weights stand in a row, which is read faster than looking for those that are something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Compact {
    /// What one step of a weight is worth.
    pub scale: f32,
    /// One for each label, and the last for none of them.
    pub bias: Vec<f32>,
    /// For each gram one for each of the same.
    pub steps: Vec<i8>,
}

impl Compact {
    pub(crate) fn of(weights: &Weights) -> Self {
        let largest = weights.grams.iter().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
        let scale = if largest > 0.0 { largest / f32::from(i8::MAX) } else { 1.0 };
        let steps = weights.grams.iter().map(|weight| round(weight / scale)).collect();
        Self { scale, bias: weights.bias.clone(), steps }
    }

    pub(crate) fn of_gram(&self, gram: u32) -> &[i8] {
        let width = self.bias.len();
        let start = wide(gram) * width;
        self.steps.get(start..start + width).unwrap_or_default()
    }

    pub(crate) fn margins(&self, row: &Row) -> Vec<f32> {
        let mut sums = vec![0.0; self.bias.len()];
        for (gram, value) in row {
            for (sum, steps) in sums.iter_mut().zip(self.of_gram(*gram)) {
                *sum += value * f32::from(*steps);
            }
        }
        sums.iter().zip(&self.bias).map(|(sum, bias)| sum * self.scale + bias).collect()
    }

    fn weight(&self, gram: u32, label: usize) -> f32 {
        self.of_gram(gram).get(label).map_or(0.0, |steps| f32::from(*steps) * self.scale)
    }
}

/// Whole steps only: what is less than half of one is nothing.
#[allow(clippy::cast_possible_truncation)]
fn round(steps: f32) -> i8 {
    steps.round().clamp(-127.0, 127.0) as i8
}

/// What a model makes of one message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judgement {
    /// The likeliest label, also where the model is silent.
    pub best: usize,
    pub confidence: f32,
    pub silent: bool,
}

impl Calibration {
    /// `margins` are of all labels and, as the last, of none of them.
    pub(crate) fn judge(&self, margins: &[f32], known: f32) -> Option<Judgement> {
        let shares = self.shares(margins);
        let (best, confidence) = best(shares.get(..shares.len().saturating_sub(1))?)?;
        Some(Judgement { best, confidence, silent: confidence < self.threshold || known < self.known })
    }

    /// The margins as probabilities.
    fn shares(&self, margins: &[f32]) -> Vec<f32> {
        let largest = margins.iter().copied().fold(f32::MIN, f32::max);
        let shares: Vec<f32> =
            margins.iter().map(|margin| ((margin - largest) * self.steepness).exp()).collect();
        let sum: f32 = shares.iter().sum();
        shares.iter().map(|share| share / sum).collect()
    }
}

/// The largest and where it is; the first of equals.
fn best(shares: &[f32]) -> Option<(usize, f32)> {
    let all = shares.iter().copied().enumerate();
    all.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// A message in the forms that a model needs it in.
pub(crate) struct Message<'t> {
    pub words: Words<'t>,
    pub found: Found,
    /// The share of its words that the model knows; of no words, none.
    pub known: f32,
}

impl<'t> Message<'t> {
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn read(text: &'t str, vocabulary: &Vocabulary) -> Self {
        let words = Words::read(text);
        let found = find(&grams(&words), vocabulary);
        let known = found.known_words as f32 / words.count().max(1) as f32;
        Self { words, found, known }
    }
}

impl Model {
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    /// How many messages it learnt from.
    pub fn examples(&self) -> u32 {
        self.examples
    }

    /// How sure it has to be to speak.
    pub fn threshold(&self) -> f32 {
        self.calibration.threshold
    }

    /// A digest of the recipe and the examples it was made from: the same for the same.
    pub fn made_from(&self) -> &str {
        &self.made_from
    }

    /// How many different grams it knows.
    pub fn grams(&self) -> usize {
        self.vocabulary.len()
    }

    /// The likeliest labels, best first, also of a message at which it would be silent.
    pub fn rank(&self, text: &str, most: usize) -> Vec<Ranked<'_>> {
        let message = Message::read(text, &self.vocabulary);
        let shares = self.calibration.shares(&self.weights.margins(&message.found.row));
        let mut ranked: Vec<Ranked<'_>> =
            self.labels().zip(shares).map(|(label, confidence)| Ranked { label, confidence }).collect();
        ranked.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        ranked.truncate(most);
        ranked
    }

    pub(crate) fn judge(&self, message: &Message<'_>) -> Option<Judgement> {
        self.calibration.judge(&self.weights.margins(&message.found.row), message.known)
    }

    /// How much each word of the message spoke for a label.
    pub(crate) fn counted(&self, message: &Message<'_>, label: usize) -> Vec<f32> {
        let mut counted = vec![0.0_f32; message.words.count()];
        // Both are ascending, so that one walk through each is enough.
        let mut row = message.found.row.iter();
        let mut at = row.next();
        for (number, words) in &message.found.seen {
            while at.is_some_and(|(own, _)| own < number) {
                at = row.next();
            }
            let Some((_, value)) = at else { break };
            let half = value * self.weights.weight(*number, label) / 2.0;
            for word in [words.0, words.1] {
                if let Some(counted) = counted.get_mut(word) {
                    *counted += half;
                }
            }
        }
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Calibration = Calibration { steepness: 1.0, threshold: 0.5, known: 0.5 };

    #[test]
    fn weights_survive_in_steps_of_the_largest() {
        let weights =
            Weights { labels: 3, grams: vec![1.27, 0.0, -0.63, 0.004, 0.01, 0.0], bias: vec![0.1; 3] };
        let compact = Compact::of(&weights);
        assert_eq!(compact.of_gram(1), [0, 1, 0], "what is less than half a step is nothing");
        assert_eq!(compact.of_gram(2), [0; 0], "a gram that is not there");
        for (gram, label, weight) in [(0, 0, 1.27), (0, 1, 0.0), (0, 2, -0.63), (1, 0, 0.0), (1, 1, 0.01)] {
            assert!((compact.weight(gram, label) - weight).abs() < 1e-6, "{gram} {label}");
        }
        let margins = compact.margins(&vec![(0, 2.0), (1, 1.0)]);
        for (margin, right) in margins.iter().zip([2.64, 0.11, -1.16]) {
            assert!((margin - right).abs() < 1e-5, "{margins:?}");
        }
    }

    #[test]
    fn it_is_silent_when_unsure_when_words_are_strange_and_when_nothing_fits_better() {
        let sure = PLAIN.judge(&[3.0, 0.0, 0.0], 1.0).unwrap();
        assert!(sure.best == 0 && !sure.silent && sure.confidence > 0.9, "{sure:?}");
        assert!(PLAIN.judge(&[1.0, 1.1, 0.0], 1.0).unwrap().silent, "unsure");
        assert!(PLAIN.judge(&[3.0, 0.0, 0.0], 0.4).unwrap().silent, "strange words");
        let none = PLAIN.judge(&[1.0, 0.0, 4.0], 1.0).unwrap();
        assert!(none.silent && none.best == 0, "none of them: {none:?}");
        assert_eq!(PLAIN.judge(&[], 1.0), None);
        assert_eq!(PLAIN.judge(&[1.0], 1.0), None, "no label but none");
    }

    #[test]
    fn probabilities_add_up_to_one_whatever_the_margins() {
        for margins in [vec![0.0; 3], vec![1e30, -1e30, 0.0], vec![-5.0, -5.0]] {
            let sum: f32 = PLAIN.shares(&margins).iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{margins:?}");
        }
    }
}
