//! What the examples that come with the institution teach, measured on messages that were held out.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use triage::{Recipe, TaggedText, measure, read_csv, train};

fn table(name: &str, label: Option<&str>) -> Vec<TaggedText> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/triage").join(name);
    read_csv(File::open(path).unwrap(), name, "text", label).unwrap()
}

fn examples() -> Vec<TaggedText> {
    let mut all = table("banking77-train.csv", Some("category"));
    all.extend(table("clinc150-out-of-scope.csv", None));
    all
}

/// Every tenth example of each label apart from the others.
fn split(examples: Vec<TaggedText>) -> (Vec<TaggedText>, Vec<TaggedText>) {
    let mut seen: HashMap<Option<String>, usize> = HashMap::new();
    examples.into_iter().partition(|example| {
        let turn = seen.entry(example.label.clone()).or_default();
        *turn += 1;
        !turn.is_multiple_of(10)
    })
}

#[test]
fn it_is_right_on_messages_that_neither_weights_nor_threshold_have_seen() {
    let (learnt, held) = split(examples());
    let trained = train(&learnt, &Recipe::default()).unwrap();
    assert!(trained.too_few.is_empty());
    assert_eq!(trained.model.labels().count(), 77);

    let measure = measure(&trained.model, &held);
    assert!(measure.in_scope > 900 && measure.out_of_scope == 20, "{measure:?}");
    assert!(measure.accuracy() >= 0.91, "{measure:?}");
    assert!(measure.lost_share() <= 0.03, "{measure:?}");
    assert!(measure.silent_share() >= 0.8, "{measure:?}");
    assert!(
        measure.precision() > measure.accuracy(),
        "what it leaves unsaid is mostly what it would get wrong"
    );
    assert!(measure.calibration_error() <= 0.03, "{measure:?}");

    // What training says of itself has to be what others then find.
    assert!((trained.measure.accuracy() - measure.accuracy()).abs() < 0.03, "{:?}", trained.measure);
    assert!(trained.measure.lost_share() <= 0.0201, "{:?}", trained.measure);
}

#[test]
fn the_same_examples_make_the_same_model_and_others_another() {
    let few: Vec<TaggedText> = examples().into_iter().step_by(10).collect();
    let recipe = Recipe { passes: 3, folds: 2, ..Recipe::default() };
    let make = |examples: &[TaggedText]| train(examples, &recipe).unwrap().model;
    let (model, again) = (make(&few), make(&few));
    assert_eq!(model.to_bytes().unwrap(), again.to_bytes().unwrap());
    assert_ne!(model.made_from(), make(&few[1..]).made_from());
}

#[test]
fn labels_with_too_few_examples_are_left_out_and_told() {
    let mut few: Vec<TaggedText> = examples().into_iter().step_by(20).collect();
    few.push(TaggedText::of_topic("a matter that came up once", "rare"));
    let trained = train(&few, &Recipe { passes: 1, ..Recipe::default() }).unwrap();
    assert_eq!(trained.too_few.get("topic:rare"), Some(&1));
    assert!(trained.model.labels().all(|label| label != "topic:rare"));
}

#[test]
fn what_cannot_teach_is_refused() {
    let one = |label: usize| TaggedText { text: "a".into(), label: Some(label.to_string()) };
    let recipe = Recipe { passes: 1, ..Recipe::default() };
    let refused = |examples: Vec<TaggedText>| train(&examples, &recipe).unwrap_err().refusal_code();
    assert_eq!(refused(Vec::new()), Some("triage.too_few_examples"));
    assert_eq!(refused(vec![one(1); 10]), Some("triage.too_few_examples"), "one label is no choice");
    assert_eq!(refused((0..2_000).map(|n| one(n % 300)).collect()), Some("triage.too_many_labels"));
    assert_eq!(refused(vec![one(1); triage::MOST_EXAMPLES + 1]), Some("triage.too_many_examples"));
}
