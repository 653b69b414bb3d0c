//! How good a model is, counted over messages that it has not learnt from.

use crate::example::TaggedText;
use crate::model::{Judgement, Message, Model};

/// Steps of confidence in which it is compared with how often it was right.
const STEPS: usize = 10;

/// Counts over a set of messages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure {
    /// Messages with a label.
    pub in_scope: usize,
    /// Of them: the likeliest label was the right one, spoken or not.
    pub right: usize,
    /// Of them: met with silence.
    pub lost: usize,
    /// Of them: the label was spoken and right.
    pub right_spoken: usize,
    /// Messages that nobody here is asked about.
    pub out_of_scope: usize,
    /// Of them: met with silence.
    pub silent: usize,
    /// For each step of confidence: messages with a label, their confidence added up, and how many were right.
    steps: [(usize, f64, usize); STEPS],
}

impl Measure {
    /// `truth` is the number of the right label, if there is one that is right.
    pub(crate) fn add(&mut self, truth: Option<usize>, judged: Option<Judgement>) {
        let silent = judged.is_none_or(|judged| judged.silent);
        let Some(truth) = truth else {
            self.out_of_scope += 1;
            self.silent += usize::from(silent);
            return;
        };
        let right = judged.is_some_and(|judged| judged.best == truth);
        self.in_scope += 1;
        self.right += usize::from(right);
        self.lost += usize::from(silent);
        self.right_spoken += usize::from(right && !silent);
        let confidence = judged.map_or(0.0, |judged| judged.confidence);
        if let Some(step) = self.steps.get_mut(step(confidence)) {
            step.0 += 1;
            step.1 += f64::from(confidence);
            step.2 += usize::from(right);
        }
    }

    /// How many of the messages with a label it got right when it had to name one.
    pub fn accuracy(&self) -> f64 {
        share(self.right, self.in_scope)
    }

    /// How often it was right when it spoke.
    pub fn precision(&self) -> f64 {
        share(self.right_spoken, self.in_scope - self.lost)
    }

    /// How many of the messages with a label it left without a word.
    pub fn lost_share(&self) -> f64 {
        share(self.lost, self.in_scope)
    }

    /// How many of those that are nobody's matter it left without a word.
    pub fn silent_share(&self) -> f64 {
        share(self.silent, self.out_of_scope)
    }

    /// How far confidence is from how often it is right, on average (expected calibration error).
    #[allow(clippy::cast_precision_loss)]
    pub fn calibration_error(&self) -> f64 {
        let gaps = self.steps.iter().map(|(_, sure, right)| (sure - *right as f64).abs());
        gaps.sum::<f64>() / (self.in_scope.max(1) as f64)
    }
}

/// Measures a model on messages. A label that the model does not have counts as wrong.
pub fn measure<'e>(model: &Model, examples: impl IntoIterator<Item = &'e TaggedText>) -> Measure {
    let mut measure = Measure::default();
    for example in examples {
        let message = Message::read(&example.text, &model.vocabulary);
        let known = |label: &String| model.labels.iter().position(|own| own == label);
        let truth = example.label.as_ref().map(|label| known(label).unwrap_or(usize::MAX));
        measure.add(truth, model.judge(&message));
    }
    measure
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn step(confidence: f32) -> usize {
    ((confidence * STEPS as f32) as usize).min(STEPS - 1)
}

#[allow(clippy::cast_precision_loss)]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(best: usize, confidence: f32, silent: bool) -> Judgement {
        Judgement { best, confidence, silent }
    }

    #[test]
    fn every_share_is_of_the_right_whole() {
        let mut measure = Measure::default();
        measure.add(Some(1), Some(judged(1, 0.9, false)));
        measure.add(Some(1), Some(judged(2, 0.7, false)));
        measure.add(Some(1), Some(judged(1, 0.2, true)));
        measure.add(Some(1), None);
        measure.add(None, Some(judged(1, 0.1, true)));
        measure.add(None, Some(judged(1, 0.9, false)));
        let shares = [measure.accuracy(), measure.precision(), measure.lost_share(), measure.silent_share()];
        assert!(shares.iter().all(|share| (share - 0.5).abs() < 1e-9), "{shares:?}");
        assert!((measure.calibration_error() - (0.1 + 0.7 + 0.8) / 4.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_measured_is_nothing_and_not_a_division_by_nothing() {
        let nothing = Measure::default();
        let shares = [nothing.accuracy(), nothing.precision(), nothing.calibration_error()];
        assert!(shares.iter().all(|share| share.abs() < 1e-9), "{shares:?}");
    }
}
