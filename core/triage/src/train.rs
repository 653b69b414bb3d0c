//! Learning: weights from all examples, and confidence from parts of them that were held out in turn. The
//! same examples in the same order make the same model.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread;

use kernel::{Refusal, Result};
use sha2::{Digest, Sha256};

use crate::calibrate::{Trial, calibrate, measured};
use crate::example::TaggedText;
use crate::grams::grams;
use crate::measure::Measure;
use crate::model::{Compact, MOST_LABELS, Message, Model};
use crate::model_file::FORM;
use crate::reading::Words;
use crate::row::{Row, find};
use crate::solver::{Problem, Random, solve};
use crate::vocabulary::{Vocabulary, narrow};

/// More examples would take minutes and gigabytes, and teach little.
pub const MOST_EXAMPLES: usize = 50_000;
/// Grams that a model keeps at most: 250 labels of so many are 200 MB while it learns.
const MOST_GRAMS: usize = 200_000;

/// How a model is made. The default is what did best on held-out examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recipe {
    /// Parts that are held out in turn.
    pub folds: usize,
    /// How often the solver goes through all examples.
    pub passes: usize,
    /// What a violated margin costs.
    pub cost: f32,
    /// Messages that a gram must be in to count.
    pub least_seen: u32,
    /// The share of messages with a label that may be met with silence.
    pub lost: f32,
    pub seed: u64,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { folds: 5, passes: 10, cost: 0.5, least_seen: 2, lost: 0.02, seed: 7 }
    }
}

impl Recipe {
    /// The same for the same recipe and the same examples in the same order.
    pub fn digest(&self, examples: &[TaggedText]) -> String {
        let mut digest = Sha256::new();
        digest.update([FORM]);
        digest.update(format!("{self:?}"));
        for example in examples {
            for part in [Some(&example.text), example.label.as_ref()] {
                let length = part.map_or(u64::MAX, |part| u64::from(narrow(part.len())));
                digest.update(length.to_le_bytes());
                digest.update(part.map(String::as_bytes).unwrap_or_default());
            }
        }
        hex::encode(digest.finalize())
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Trained {
    pub model: Model,
    /// Over all examples, each judged by a model that had not learnt from it.
    pub measure: Measure,
    /// Labels with too few examples to learn and to hold out; they were left out.
    pub too_few: BTreeMap<String, usize>,
}

/// The examples, sorted out.
struct Lesson<'e> {
    texts: Vec<&'e str>,
    /// The number of each text's label; the last one is "none of them".
    truths: Vec<usize>,
    labels: Vec<String>,
}

impl Lesson<'_> {
    /// Labels and "none of them".
    fn classes(&self) -> usize {
        self.labels.len() + 1
    }
}

pub fn train(examples: &[TaggedText], recipe: &Recipe) -> Result<Trained> {
    if examples.len() > MOST_EXAMPLES {
        let refusal = Refusal::new("triage.too_many_examples").with("count", examples.len());
        return Err(refusal.with("most", MOST_EXAMPLES).into());
    }
    let (lesson, too_few) = sort_out(examples, recipe)?;
    let trials = hold_out_in_turn(&lesson, recipe);
    let calibration = calibrate(&trials, recipe.lost);
    let everything: Vec<usize> = (0..lesson.texts.len()).collect();
    let (vocabulary, weights) = learn(&lesson, &everything, recipe);
    let model = Model {
        vocabulary,
        weights,
        calibration,
        examples: narrow(lesson.texts.len()),
        made_from: recipe.digest(examples),
        labels: lesson.labels,
    };
    Ok(Trained { model, measure: measured(&trials, &calibration), too_few })
}

fn sort_out<'e>(
    examples: &'e [TaggedText],
    recipe: &Recipe,
) -> Result<(Lesson<'e>, BTreeMap<String, usize>), Refusal> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in examples.iter().filter_map(|example| example.label.as_deref()) {
        *counts.entry(label).or_default() += 1;
    }
    let enough = |count: usize| count >= recipe.folds.max(2);
    let labels: BTreeSet<&str> =
        counts.iter().filter(|(_, count)| enough(**count)).map(|(label, _)| *label).collect();
    if labels.len() < 2 {
        return Err(Refusal::new("triage.too_few_examples").with("labels", labels.len()));
    }
    if labels.len() > MOST_LABELS {
        let refusal = Refusal::new("triage.too_many_labels").with("count", labels.len());
        return Err(refusal.with("most", MOST_LABELS));
    }
    let numbers: BTreeMap<&str, usize> =
        labels.iter().enumerate().map(|(number, label)| (*label, number)).collect();
    let mut lesson = Lesson {
        texts: Vec::new(),
        truths: Vec::new(),
        labels: labels.iter().map(ToString::to_string).collect(),
    };
    for example in examples {
        let truth = match &example.label {
            None => Some(labels.len()),
            Some(label) => numbers.get(label.as_str()).copied(),
        };
        if let Some(truth) = truth {
            lesson.texts.push(&example.text);
            lesson.truths.push(truth);
        }
    }
    counts.retain(|_, count| !enough(*count));
    let too_few = counts.into_iter().map(|(label, count)| (label.to_owned(), count)).collect();
    Ok((lesson, too_few))
}

/// Judges each example by a model that learnt from the others. Cores share the folds.
fn hold_out_in_turn(lesson: &Lesson<'_>, recipe: &Recipe) -> Vec<Trial> {
    let folds = deal(lesson, recipe);
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(recipe.folds.max(1));
    let turns = |thread: usize| {
        let own = (0..recipe.folds).skip(thread).step_by(threads);
        own.map(|fold| (fold, hold_out(lesson, &folds, fold, recipe))).collect::<Vec<_>>()
    };
    let mut done: Vec<(usize, Vec<Trial>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || turns(thread))).collect();
        let mut done = turns(0);
        for (other, thread) in others.into_iter().zip(1..) {
            // A thread that fell over is done again here, where its panic is ours.
            done.extend(other.join().unwrap_or_else(|_| turns(thread)));
        }
        done
    });
    done.sort_by_key(|(fold, _)| *fold);
    done.into_iter().flat_map(|(_, trials)| trials).collect()
}

/// The fold of each example, so that every label has its share in each.
fn deal(lesson: &Lesson<'_>, recipe: &Recipe) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lesson.texts.len()).collect();
    Random(recipe.seed).shuffle(&mut order);
    let mut dealt = vec![0; lesson.classes()];
    let mut folds = vec![0; lesson.texts.len()];
    for example in order {
        let turn = lesson.truths.get(example).and_then(|truth| dealt.get_mut(*truth));
        if let (Some(turn), Some(fold)) = (turn, folds.get_mut(example)) {
            *fold = *turn % recipe.folds.max(1);
            *turn += 1;
        }
    }
    folds
}

fn hold_out(lesson: &Lesson<'_>, folds: &[usize], fold: usize, recipe: &Recipe) -> Vec<Trial> {
    let all = folds.iter().copied().enumerate();
    let (held, learnt): (Vec<_>, Vec<_>) = all.partition(|(_, own)| *own == fold);
    let learnt: Vec<usize> = learnt.into_iter().map(|(example, _)| example).collect();
    let (vocabulary, weights) = learn(lesson, &learnt, recipe);
    let trial = |(example, _): (usize, usize)| {
        let message = Message::read(lesson.texts.get(example)?, &vocabulary);
        let truth = *lesson.truths.get(example)?;
        Some(Trial { truth, margins: weights.margins(&message.found.row), known: message.known })
    };
    held.into_iter().filter_map(trial).collect()
}

/// Weights from some of the examples.
fn learn(lesson: &Lesson<'_>, chosen: &[usize], recipe: &Recipe) -> (Vocabulary, Compact) {
    let texts = || chosen.iter().filter_map(|example| lesson.texts.get(*example));
    let messages = || texts().map(|text| grams(&Words::read(text)));
    let vocabulary = Vocabulary::of(messages, recipe.least_seen, MOST_GRAMS);
    let rows: Vec<Row> = texts().map(|text| find(&grams(&Words::read(text)), &vocabulary).row).collect();
    let rows: Vec<&Row> = rows.iter().collect();
    let truths: Vec<usize> =
        chosen.iter().filter_map(|example| lesson.truths.get(*example).copied()).collect();
    let weights = solve(&Problem {
        rows: &rows,
        truths: &truths,
        labels: lesson.classes(),
        grams: vocabulary.len(),
        cost: recipe.cost,
        passes: recipe.passes,
        seed: recipe.seed,
    });
    (vocabulary, Compact::of(&weights))
}
