//! Durable single-row writes with and without group commit: same disk, same run, turn about.
//!
//! Each caller writes one small row, waits until it is on disk, and writes the next.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use kernel::{Clock, NewEvent, SystemClock};
use store::{Options, Store};

const CALLERS: [usize; 3] = [1, 8, 32];
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() {
    // Not in /tmp, which may be memory: a flush has to reach a disk.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let grouped = open(&folder.path().join("grouped.db"), true).await;
    let single = open(&folder.path().join("single.db"), false).await;
    println!("callers   one transaction a write          group commit       ratio");
    for callers in CALLERS {
        let (mut with, mut without) = (Tally::default(), Tally::default());
        for _ in 0..ROUNDS {
            without.add(measure(&single, callers).await);
            with.add(measure(&grouped, callers).await);
        }
        println!(
            "{callers:>7}   {:>9.0}/s  p99 {:>7.2} ms   {:>9.0}/s  p99 {:>7.2} ms   {:>5.2} x",
            without.rate(),
            without.p99(),
            with.rate(),
            with.p99(),
            with.rate() / without.rate()
        );
    }
    grouped.close().await.unwrap();
    single.close().await.unwrap();
}

async fn open(path: &std::path::Path, group_commit: bool) -> Store {
    let mut options = Options::from_url(&format!("sqlite:{}", path.display())).unwrap();
    options.group_commit = group_commit;
    let store = Store::open(options, Arc::new(SystemClock)).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn measure(store: &Store, callers: usize) -> (Vec<Duration>, Duration) {
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                while began.elapsed() < ROUND {
                    let (now, asked) = (SystemClock.now(), Instant::now());
                    let subject = format!("subject {caller}");
                    store
                        .write(move |tx| {
                            let data = serde_json::json!({ "n": 1 });
                            tx.emit(now, &NewEvent { kind: "bench.wrote", subject: subject.clone(), data })
                        })
                        .await
                        .unwrap();
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    (times, began.elapsed())
}

#[derive(Default)]
struct Tally {
    times: Vec<Duration>,
    elapsed: Duration,
}

impl Tally {
    fn add(&mut self, (times, elapsed): (Vec<Duration>, Duration)) {
        self.times.extend(times);
        self.elapsed += elapsed;
    }

    fn rate(&self) -> f64 {
        self.times.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Milliseconds under which 99 of 100 writes were done.
    fn p99(&mut self) -> f64 {
        self.times.sort_unstable();
        self.times.get(self.times.len() * 99 / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}
