//! How long the directory thinks: open or closed at a moment, and "who handles it".
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use directory::{About, Directory, Question};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

const EXAMPLE: &str = include_str!("../../institutions/ally/directory.toml");

/// Moments of a whole year, 37 hours apart: every weekday, hour, season, both changes of the clocks.
fn moments() -> Vec<Timestamp> {
    let first: Timestamp = "2026-01-01T03:17:00Z".parse().unwrap();
    (0..237).map(|n| first + (n * 37).hours()).collect()
}

fn hours(c: &mut Criterion) {
    let directory = Directory::load(EXAMPLE, "directory.toml").unwrap();
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let ways: Vec<_> =
        directory.units.iter().flat_map(|unit| &unit.ways).filter(|way| way.schedule.is_some()).collect();
    let moments = moments();
    let mut turn = 0_usize;
    c.bench_function("hours: state of one way at a moment", |b| {
        b.iter(|| {
            turn += 1;
            let way = ways[turn % ways.len()];
            black_box(way.state_at(moments[turn % moments.len()], &zone))
        });
    });
}

fn who(c: &mut Criterion) {
    let directory = Directory::load(EXAMPLE, "directory.toml").unwrap();
    let zone = TimeZone::get("America/Los_Angeles").unwrap();
    let language = "en".parse().unwrap();
    let moments = moments();
    let ask = |about, turn: usize| {
        let moment = moments[turn % moments.len()];
        let (audience, region) = (None, None);
        directory.who(&Question { about, audience, region, moment, caller_zone: &zone, language: &language })
    };
    let mut turn = 0_usize;
    let topics: Vec<&str> = directory.topics.iter().map(|topic| topic.id.as_str()).collect();
    c.bench_function("who: by topic", |b| {
        b.iter(|| {
            turn += 1;
            black_box(ask(About::Topic(topics[turn % topics.len()]), turn))
        });
    });
    let words =
        ["payoff", "title release", "reset my dealer password", "where do i mail my payment", "titel relese"];
    c.bench_function("who: by free words, one in five misspelt", |b| {
        b.iter(|| {
            turn += 1;
            black_box(ask(About::Words(words[turn % words.len()]), turn))
        });
    });
    c.bench_function("who: by words that match nothing", |b| {
        b.iter(|| {
            turn += 1;
            black_box(ask(About::Words("pineapple pizza for the office party"), turn))
        });
    });
}

fn load(c: &mut Criterion) {
    c.bench_function("load: read and check the whole file", |b| {
        b.iter(|| black_box(Directory::load(EXAMPLE, "directory.toml")));
    });
}

criterion_group!(benches, hours, who, load);
criterion_main!(benches);
