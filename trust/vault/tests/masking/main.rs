//! How well masking tells sensitive numbers from others, on thousands of generated messages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod numbers;
mod samples;

use std::collections::BTreeMap;

use samples::Sample;
use vault::masking::{Kind, mask};

const SEED: u64 = 20_261_121;
const ROUNDS: usize = 100;

#[derive(Default)]
struct Score {
    expected: usize,
    found: usize,
    wrong: usize,
    messages: usize,
}

/// Compares what was found in a message with what is in it.
fn score(sample: &Sample, scores: &mut BTreeMap<Option<Kind>, Score>, misses: &mut Vec<String>) {
    let masked = mask(&sample.text);
    let overlaps = |found: &vault::masking::Finding, wanted: &samples::Wanted| {
        found.kind == wanted.kind
            && found.range.start < wanted.range.end
            && wanted.range.start < found.range.end
    };
    for wanted in &sample.wanted {
        let score = scores.entry(Some(wanted.kind)).or_default();
        score.expected += 1;
        let is_hidden = masked.findings.iter().any(|found| {
            found.kind == wanted.kind
                && found.range.start <= wanted.range.start
                && found.range.end >= wanted.range.end
        });
        if is_hidden {
            score.found += 1;
        } else {
            misses.push(format!("missed {:?}: {:?} -> {:?}", wanted.kind, sample.text, masked.text));
        }
    }
    for found in &masked.findings {
        if !sample.wanted.iter().any(|wanted| overlaps(found, wanted)) {
            scores.entry(Some(found.kind)).or_default().wrong += 1;
            misses.push(format!("wrongly {:?}: {:?} -> {:?}", found.kind, sample.text, masked.text));
        }
    }
    scores.entry(None).or_default().messages += 1;
}

#[test]
fn nearly_every_sensitive_number_is_hidden_and_hardly_any_other() {
    let mut random = numbers::Random(SEED);
    let (mut scores, mut misses) = (BTreeMap::new(), Vec::new());
    for _ in 0..ROUNDS {
        for sample in samples::sensitive(&mut random).iter().chain(&samples::harmless(&mut random)) {
            score(sample, &mut scores, &mut misses);
        }
    }
    println!(
        "{:<16} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "kind", "expected", "found", "wrong", "recall", "precision"
    );
    for miss in misses.iter().rev().take(90) {
        println!("{miss}");
    }
    #[allow(clippy::cast_precision_loss)]
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    for (kind, least_recall, least_precision) in [
        (Kind::Card, 0.99, 0.98),
        (Kind::SocialSecurity, 0.99, 0.98),
        (Kind::CardCode, 0.97, 0.97),
        (Kind::BankAccount, 0.97, 0.97),
    ] {
        let Score { expected, found, wrong, .. } = scores[&Some(kind)];
        let (recall, precision) = (share(found, expected), share(found, found + wrong));
        println!("{:<16} {expected:>8} {found:>8} {wrong:>8} {recall:>9.4} {precision:>9.4}", kind.as_str());
        assert!(expected >= 1000, "too few examples of {}", kind.as_str());
        assert!(recall >= least_recall, "{}: recall {recall}", kind.as_str());
        assert!(precision >= least_precision, "{}: precision {precision}", kind.as_str());
    }
    println!("{} messages", scores[&None].messages);
}

#[test]
fn what_was_masked_once_stays_as_it_is() {
    let mut random = numbers::Random(SEED + 1);
    for _ in 0..10 {
        for sample in samples::sensitive(&mut random) {
            let once = mask(&sample.text).text.into_owned();
            let twice = mask(&once);
            assert_eq!(twice.text, once, "{:?}", sample.text);
        }
    }
}
