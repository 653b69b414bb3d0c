//! Durable consumers and signals, on both engines.

use std::sync::Mutex;
use std::time::Duration;

use kernel::Refusal;
use store::{Signal, Store, params};
use testkit::{TestStore, on_both_engines};

use super::{emit, subjects};

const CREATE: &str = "CREATE TABLE heard (tx BIGINT NOT NULL, number BIGINT NOT NULL, subject TEXT NOT NULL)";

/// Writes down the subject of every event; one called "poison" is refused.
fn begin(store: &Store, holder: &'static str) -> tokio::task::JoinHandle<kernel::Result<()>> {
    let store = store.clone();
    tokio::spawn(async move {
        store
            .consume("diary", holder, |tx, event| {
                let at = event.position;
                tx.execute(
                    "INSERT INTO heard (tx, number, subject) VALUES (?1, ?2, ?3)",
                    params![at.transaction, at.number, event.subject],
                )?;
                if event.subject == "poison" {
                    return Err(Refusal::new("test.poison").into());
                }
                Ok(())
            })
            .await
    })
}

async fn heard(store: &Store) -> Vec<String> {
    store
        .read(|tx| tx.query("SELECT subject FROM heard ORDER BY tx, number", params![], |row| row.take(0)))
        .await
        .unwrap()
}

async fn until_heard(store: &Store, count: usize) -> Vec<String> {
    let found = async {
        loop {
            let heard = heard(store).await;
            if heard.len() >= count {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), found).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_durable_consumer_takes_each_event_once_although_it_is_killed_and_others_compete() {
    on_both_engines(async |store: &TestStore| {
        store.write(|tx| tx.execute(CREATE, params![])).await.unwrap();
        let other = store.second_handle().await;
        for turn in 0..5 {
            let (first, second) = (begin(store, "first"), begin(&other, "second"));
            for n in 0..40 {
                emit(store, &format!("{turn}-{n}")).await;
            }
            until_heard(store, turn * 40 + 20).await;
            // Killed in the midst of its work; the next turn goes on where it was.
            first.abort();
            second.abort();
        }
        let (last, competing) = (begin(store, "first"), begin(&other, "second"));
        until_heard(store, 200).await;
        let told = store.read(subjects).await.unwrap();
        assert_eq!(heard(store).await, told, "each once, in order");
        last.abort();
        competing.abort();
        other.close().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_taken_is_left_behind_with_the_reason_and_holds_nobody_up() {
    on_both_engines(async |store: &TestStore| {
        store.write(|tx| tx.execute(CREATE, params![])).await.unwrap();
        for subject in ["one", "poison", "two"] {
            emit(store, subject).await;
        }
        let consumer = begin(store, "only");
        assert_eq!(until_heard(store, 2).await, ["one", "two"], "the effect of the failed one is taken back");
        consumer.abort();
        let left = store
            .read(|tx| {
                tx.query("SELECT consumer, reason FROM consumer_failure", params![], |row| {
                    Ok((row.take::<String>(0)?, row.take::<String>(1)?))
                })
            })
            .await
            .unwrap();
        let [(name, reason)] = left.as_slice() else { panic!("one is left behind: {left:?}") };
        assert_eq!(name, "diary");
        assert!(reason.contains("test.poison"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_reaches_who_listens_on_this_node_and_is_refused_when_too_long() {
    let engines = Mutex::new(0);
    on_both_engines(async |store: &TestStore| {
        let mut here = store.signals();
        let signal = Signal { topic: "cnv_1".into(), data: "typing".into() };
        // On PostgreSQL the listener may still be on its way; a signal sent before is lost by contract.
        let arrived = async {
            loop {
                store.signal(signal.clone()).await.unwrap();
                if let Ok(got) = tokio::time::timeout(Duration::from_millis(100), here.recv()).await {
                    return got.unwrap();
                }
            }
        };
        let arrived = tokio::time::timeout(Duration::from_secs(30), arrived).await.unwrap();
        assert_eq!(arrived, signal);
        let long = Signal { topic: "cnv_1".into(), data: "x".repeat(5_000) };
        assert!(store.signal(long).await.is_err());
        *engines.lock().unwrap() += 1;
    })
    .await;
    assert_eq!(*engines.lock().unwrap(), 2);
}
