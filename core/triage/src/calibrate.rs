//! Confidence that can be believed, and where silence begins: found on messages that the weights had not seen.

use crate::measure::Measure;
use crate::model::Calibration;

/// One message as a model judged it that had not learnt from it.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// The right label; the last one is "none of them".
    pub truth: usize,
    /// Of all labels, the last one being "none of them".
    pub margins: Vec<f32>,
    pub known: f32,
}

impl Trial {
    fn in_scope(&self) -> bool {
        self.truth + 1 < self.margins.len()
    }
}

/// Steepness is looked for between these; margins that tell nothing apart end at the lower one.
const STEEPNESS: (f32, f32) = (0.1, 50.0);
const STEPS_OF_SEARCH: u32 = 40;
/// Strange words may silence this part of what may be lost at all; the rest is for low confidence.
const LOST_TO_STRANGE_WORDS: f32 = 0.1;
/// Of three words one may always be strange: a name, a slip.
const MOST_KNOWN: f32 = 0.6;

/// `lost` is the share of messages with a label that may be met with silence.
pub(crate) fn calibrate(trials: &[Trial], lost: f32) -> Calibration {
    let mut found = Calibration { steepness: steepness(trials), threshold: 0.0, known: 0.0 };
    let in_scope: Vec<&Trial> = trials.iter().filter(|trial| trial.in_scope()).collect();
    let known = in_scope.iter().map(|trial| trial.known);
    found.known = quantile(known, lost * LOST_TO_STRANGE_WORDS).min(MOST_KNOWN);
    // Those that strange words silence already are the least sure, so that each is lost once.
    let sure = in_scope.iter().filter_map(|trial| found.judge(&trial.margins, trial.known));
    found.threshold = quantile(sure.map(|judged| if judged.silent { 0.0 } else { judged.confidence }), lost);
    found
}

/// What the trials measure under a calibration.
pub(crate) fn measured(trials: &[Trial], calibration: &Calibration) -> Measure {
    let mut measure = Measure::default();
    for trial in trials {
        let truth = trial.in_scope().then_some(trial.truth);
        measure.add(truth, calibration.judge(&trial.margins, trial.known));
    }
    measure
}

/// The steepness that makes the right labels likeliest, by golden section over its logarithm.
fn steepness(trials: &[Trial]) -> f32 {
    const GOLDEN: f32 = 0.618_034;
    let (mut low, mut high) = (STEEPNESS.0.ln(), STEEPNESS.1.ln());
    for _ in 0..STEPS_OF_SEARCH {
        let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if surprise(trials, left.exp()) < surprise(trials, right.exp()) {
            high = right;
        } else {
            low = left;
        }
    }
    f32::midpoint(low, high).exp()
}

/// Minus the logarithm of how likely all the right labels are together.
fn surprise(trials: &[Trial], steepness: f32) -> f64 {
    let of_one = |trial: &Trial| {
        let right = trial.margins.get(trial.truth).copied().unwrap_or_default();
        let sum: f32 = trial.margins.iter().map(|margin| ((margin - right) * steepness).exp()).sum();
        f64::from(sum.ln())
    };
    trials.iter().map(of_one).sum()
}

/// The value below which this share of the values is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn quantile(values: impl Iterator<Item = f32>, share: f32) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get((values.len() as f32 * share) as usize).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred messages of label 0 with growing margins, and some of none.
    fn trials() -> Vec<Trial> {
        let of = |truth, margin: f32| Trial { truth, margins: vec![margin, -1.0, 0.0], known: 1.0 };
        let in_scope = (0_u8..100).map(|n| of(0, f32::from(n) / 25.0 - 1.0));
        in_scope.chain((0..20).map(|_| of(2, -0.95))).collect()
    }

    #[test]
    fn no_more_is_lost_than_allowed_and_all_that_is_less_sure_is_silenced() {
        let trials = trials();
        let calibration = calibrate(&trials, 0.05);
        let measure = measured(&trials, &calibration);
        assert_eq!((measure.in_scope, measure.lost), (100, 5));
        assert_eq!((measure.out_of_scope, measure.silent), (20, 20));
    }

    #[test]
    fn strange_words_and_low_confidence_share_what_may_be_lost() {
        let mut trials = trials();
        for trial in trials.iter_mut().skip(50).take(30) {
            trial.known = 0.1;
        }
        let calibration = calibrate(&trials, 0.05);
        assert!(calibration.known <= 0.1, "thirty messages of strange words may not all be lost");
        assert!(measured(&trials, &calibration).lost <= 5);
    }

    #[test]
    fn margins_that_are_always_right_become_steep_and_those_that_tell_nothing_flat() {
        let always: Vec<Trial> = (0..50)
            .map(|n| Trial { truth: n % 2, margins: vec![[0.1, 0.0][n % 2], [0.0, 0.1][n % 2]], known: 1.0 })
            .collect();
        let never: Vec<Trial> = (0..50)
            .map(|n| Trial {
                truth: n % 2,
                margins: vec![[1.0, -1.0][n / 2 % 2], [-1.0, 1.0][n / 2 % 2]],
                known: 1.0,
            })
            .collect();
        assert!(steepness(&always) > 40.0, "{}", steepness(&always));
        assert!(steepness(&never) < 0.3, "{}", steepness(&never));
    }

    #[test]
    fn without_trials_nothing_is_silenced() {
        let calibration = calibrate(&[], 0.02);
        assert_eq!((calibration.threshold, calibration.known), (0.0, 0.0));
    }
}
