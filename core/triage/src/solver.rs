//! One linear support vector machine for each label against all others, by dual coordinate descent
//! (Hsieh, Chang, Lin, Keerthi, Sundararajan: "A Dual Coordinate Descent Method for Large-scale Linear
//! SVM", ICML 2008), with squared hinge loss.
//!
//! All labels are solved in step: an example's row is read once and all labels' weights for a gram lie side
//! by side, so that the inner loops run over neighbouring memory.

use crate::grams::mix;
use crate::row::Row;
use crate::vocabulary::{narrow, wide};

/// Weights while they are learnt: for each gram, one for each label.
#[derive(Debug)]
pub(crate) struct Weights {
    pub labels: usize,
    pub grams: Vec<f32>,
    /// What each label has before any gram is seen.
    pub bias: Vec<f32>,
}

impl Weights {
    fn of(&self, gram: u32) -> &[f32] {
        let start = wide(gram) * self.labels;
        self.grams.get(start..start + self.labels).unwrap_or_default()
    }

    fn of_mut(&mut self, gram: u32) -> &mut [f32] {
        let start = wide(gram) * self.labels;
        self.grams.get_mut(start..start + self.labels).unwrap_or_default()
    }
}

/// What the solver is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Problem<'p> {
    pub rows: &'p [&'p Row],
    /// The label of each row.
    pub truths: &'p [usize],
    pub labels: usize,
    /// How many grams there are.
    pub grams: usize,
    /// What a violated margin costs.
    pub cost: f32,
    pub passes: usize,
    pub seed: u64,
}

pub(crate) fn solve(problem: &Problem<'_>) -> Weights {
    let labels = problem.labels;
    let mut weights = Weights { labels, grams: vec![0.0; problem.grams * labels], bias: vec![0.0; labels] };
    let mut alphas = vec![0.0_f32; problem.rows.len() * labels];
    let mut order: Vec<u32> = (0..narrow(problem.rows.len())).collect();
    let mut random = Random(problem.seed);
    let mut steps = vec![0.0; labels];
    for _ in 0..problem.passes {
        random.shuffle(&mut order);
        for example in order.iter().map(|example| wide(*example)) {
            let (Some(row), Some(truth)) = (problem.rows.get(example), problem.truths.get(example)) else {
                continue;
            };
            let own = example * labels..(example + 1) * labels;
            let alphas = alphas.get_mut(own).unwrap_or_default();
            visit(row, *truth, problem.cost, &mut weights, alphas, &mut steps);
        }
    }
    weights
}

/// The best step of one example's dual variables, one for each label, and what follows for the weights.
fn visit(row: &Row, truth: usize, cost: f32, weights: &mut Weights, alphas: &mut [f32], steps: &mut [f32]) {
    steps.copy_from_slice(&weights.bias);
    let mut square = 1.0;
    for (gram, value) in row {
        square += value * value;
        add(steps, weights.of(*gram), *value);
    }
    let softness = 0.5 / cost;
    let scale = 1.0 / (square + softness);
    // `steps` holds the margins up to here and becomes the steps.
    for (label, (step, alpha)) in steps.iter_mut().zip(alphas).enumerate() {
        let sign = if label == truth { 1.0 } else { -1.0 };
        let slope = sign * *step - 1.0 + *alpha * softness;
        let next = (*alpha - slope * scale).max(0.0);
        *step = sign * (next - *alpha);
        *alpha = next;
    }
    if steps.iter().all(|step| *step == 0.0) {
        return;
    }
    for (gram, value) in row {
        add(weights.of_mut(*gram), steps, *value);
    }
    add(&mut weights.bias, steps, 1.0);
}

/// `to += from * value`
fn add(to: &mut [f32], from: &[f32], value: f32) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from * value;
    }
}

/// Small, seeded and the same everywhere (`SplitMix64`).
pub(crate) struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Fisher and Yates.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let bound = u64::from(narrow(last)) + 1;
            let other = usize::try_from(self.next() % bound).unwrap_or(last);
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn margins(weights: &Weights, row: &Row) -> Vec<f32> {
        let mut margins = weights.bias.clone();
        for (gram, value) in row {
            add(&mut margins, weights.of(*gram), *value);
        }
        margins
    }

    #[test]
    fn what_can_be_told_apart_is_told_apart() {
        let rows: Vec<Row> = vec![
            vec![(0, 1.0), (3, 0.5)],
            vec![(1, 1.0), (3, 0.5)],
            vec![(2, 1.0), (3, 0.5)],
            vec![(0, 0.9), (3, 0.6)],
        ];
        let truths = [0, 1, 2, 0];
        let rows: Vec<&Row> = rows.iter().collect();
        let problem =
            Problem { rows: &rows, truths: &truths, labels: 3, grams: 4, cost: 10.0, passes: 50, seed: 1 };
        let weights = solve(&problem);
        for (row, truth) in rows.iter().zip(truths) {
            for (label, margin) in margins(&weights, row).into_iter().enumerate() {
                assert_eq!(margin > 0.0, label == truth, "{margin}");
            }
        }
    }

    /// One example with one gram: minimise w²/2 + b²/2 + cost·(1 − w − b)², so w = b = 2c/(1 + 4c).
    #[test]
    fn the_solution_is_the_one_that_can_be_worked_out_by_hand() {
        let row: Row = vec![(0, 1.0)];
        let problem =
            Problem { rows: &[&row], truths: &[0], labels: 1, grams: 1, cost: 0.5, passes: 100, seed: 1 };
        let weights = solve(&problem);
        let right = 1.0 / 3.0;
        assert!((weights.grams[0] - right).abs() < 1e-5, "{:?}", weights.grams);
        assert!((weights.bias[0] - right).abs() < 1e-5, "{:?}", weights.bias);
    }

    #[test]
    fn a_shuffle_keeps_everything_and_is_the_same_for_the_same_seed() {
        let shuffled = |seed| {
            let mut list: Vec<u32> = (0..100).collect();
            Random(seed).shuffle(&mut list);
            list
        };
        assert_eq!(shuffled(7), shuffled(7));
        assert_ne!(shuffled(7), shuffled(8));
        let mut sorted = shuffled(7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
    }
}
