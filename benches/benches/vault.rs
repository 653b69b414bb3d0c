//! What privacy costs: sealing and opening values, and masking a message before it is stored.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kernel::{Clock, SystemClock};
use store::{Options, Store};
use vault::masking::mask;
use vault::{DataKey, KeyRing, MasterKey, Secret, Subject, Vault, field};

field!(Body: String = "bench"."body");

const SIZES: [usize; 3] = [100, 1_000, 16_000];

async fn key(folder: &std::path::Path) -> DataKey {
    let options = Options::from_url(&format!("sqlite:{}", folder.join("v.db").display())).unwrap();
    let store = Store::open(options, Arc::new(SystemClock)).await.unwrap();
    store.migrate().await.unwrap();
    let vault = Vault::open(&store, KeyRing::new(MasterKey::random().unwrap(), Vec::new())).await.unwrap();
    let subject = Subject::system("bench");
    let now = SystemClock.now();
    store.write(move |tx| vault.key_or_new(tx, &subject, now)).await.unwrap()
}

fn sealing(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let key = runtime.block_on(key(folder.path()));
    for size in SIZES {
        let text =
            Secret::new("a customer's words ".repeat(size / 19 + 1).chars().take(size).collect::<String>());
        let sealed = key.seal::<Body>("record", &text).unwrap();
        let mut group = c.benchmark_group(format!("vault, {size} bytes"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("seal", |b| b.iter(|| black_box(key.seal::<Body>("record", &text).unwrap())));
        group.bench_function("open", |b| b.iter(|| black_box(key.open::<Body>("record", &sealed).unwrap())));
        group.finish();
    }
}

/// Five hundred characters each: prose; prose with an order number, a date and an amount; prose with a card.
fn masking(c: &mut Criterion) {
    let prose = "I would like to know when my payment will be posted to the account and what I owe. ";
    let fill = |start: &str| start.chars().chain(prose.chars().cycle()).take(500).collect::<String>();
    let messages = [
        ("without digits", fill("")),
        (
            "with ordinary numbers",
            fill("Order 48213377 of 03/14/2026 came to $1,249.50, call me at 313-555-0142. "),
        ),
        ("with a card", fill("My card 4111 1111 1111 1111, exp 04/29, cvv 123, SSN 219-09-9999. ")),
    ];
    for (name, message) in messages {
        c.bench_function(&format!("mask 500 characters {name}"), |b| {
            b.iter(|| black_box(mask(&message).text.len()));
        });
    }
}

criterion_group!(benches, sealing, masking);
criterion_main!(benches);
