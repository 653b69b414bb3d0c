//! How long triage takes to say what a message is about, to load its model, and to learn it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use criterion::{Criterion, criterion_group, criterion_main};
use triage::{Intents, Model, Recipe, TaggedText, Triage, read_csv, train};

fn institution() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../institutions/ally")
}

fn intents() -> Intents {
    Intents::load(&std::fs::read_to_string(institution().join("triage.toml")).unwrap(), "triage.toml")
        .unwrap()
}

fn examples() -> Vec<TaggedText> {
    let tables = intents().examples;
    let read = |table: &triage::ExampleFile| {
        let file = File::open(institution().join(&table.file)).unwrap();
        read_csv(file, &table.file, &table.text, table.label.as_deref()).unwrap()
    };
    tables.iter().flat_map(read).collect()
}

fn messages(c: &mut Criterion) {
    let bytes = std::fs::read(institution().join("triage/triage.model")).unwrap();
    let triage = Triage::new(Model::from_bytes(&bytes).unwrap(), intents()).unwrap();
    let examples = examples();
    let mut turn = 0_usize;
    c.bench_function("triage: a question, with the words that counted", |b| {
        b.iter(|| {
            // A prime apart, so that neighbours of one intent do not follow each other.
            turn = (turn + 7_919) % examples.len();
            black_box(triage.read(&examples[turn].text))
        });
    });
    let letter: String = examples.iter().take(40).flat_map(|example| [&example.text, " "]).collect();
    c.bench_function("triage: a letter of which 1,000 characters are read", |b| {
        b.iter(|| black_box(triage.read(&letter)));
    });
    c.bench_function("triage: load the model", |b| b.iter(|| black_box(Model::from_bytes(&bytes).unwrap())));
}

/// Once is enough: it takes seconds, and a run says more about its quality than another about its time.
fn learning(_: &mut Criterion) {
    let examples = examples();
    let began = Instant::now();
    let trained = train(&examples, &Recipe::default()).unwrap();
    let (took, measure) = (began.elapsed(), &trained.measure);
    println!("triage: learnt from {} examples in {:.1} s", examples.len(), took.as_secs_f32());
    println!(
        "triage: right {:.4}, when it speaks {:.4}, lost {:.4}, out of scope silent {:.4}, confidence off by {:.4}",
        measure.accuracy(),
        measure.precision(),
        measure.lost_share(),
        measure.silent_share(),
        measure.calibration_error()
    );
}

criterion_group!(benches, messages, learning);
criterion_main!(benches);
