//! `/contact` under load: the real program, five thousand requests a second on the cores it shares with
//! whoever asks.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::path::Path;
use std::time::Duration;

use benches::load::{Plan, run};
use benches::program::Program;

const RATES: [u32; 3] = [1_000, 5_000, 8_000];
const CONNECTIONS: usize = 64;
const TIME: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let program = Program::start(target).await.unwrap();
    let pages: [(&str, &[&str]); 3] = [
        ("/contact", &["/contact"]),
        (
            "four questions",
            &[
                "/contact?q=payoff",
                "/contact?q=title+release",
                "/contact?q=reset+my+password",
                "/contact?q=floorplan&lang=es",
            ],
        ),
        ("/contact/directory", &["/contact/directory"]),
    ];
    println!("page                 asked/s   answered/s    p50 ms    p99 ms   p99.9 ms   failed   KiB each");
    for (name, paths) in pages {
        for rate in RATES {
            let plan = Plan {
                address: program.address,
                paths: paths.iter().map(ToString::to_string).collect(),
                connections: CONNECTIONS,
                rate,
                time: TIME,
            };
            // The first second warms caches up and does not count.
            run(&Plan { time: Duration::from_secs(1), ..plan.clone() }).await.unwrap();
            let outcome = run(&plan).await.unwrap();
            println!(
                "{name:<20} {rate:>7}   {:>10.0}   {:>7.2}   {:>7.2}   {:>8.2}   {:>6}   {:>8}",
                outcome.per_second(),
                outcome.millis_at(0.5),
                outcome.millis_at(0.99),
                outcome.millis_at(0.999),
                outcome.failed,
                outcome.bytes / outcome.answered.max(1) / 1024,
            );
        }
    }
}
