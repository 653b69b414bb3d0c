//! What the store promises, on both engines.
#![allow(clippy::unwrap_used)]

mod consume;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kernel::{Clock, Error, NewEvent, Position, SystemClock};
use serde_json::json;
use store::{MigrationState, Options, Store, Tx, Value, params};
use testkit::{TestStore, on_both_engines, on_postgres, on_sqlite};

fn event(subject: impl Into<String>) -> NewEvent {
    NewEvent { kind: "test.happened", subject: subject.into(), data: json!({ "n": 1 }) }
}

fn subjects(tx: &mut Tx<'_>) -> kernel::Result<Vec<String>> {
    tx.query("SELECT subject FROM event ORDER BY number", params![], |row| row.take(0))
}

async fn emit(store: &Store, subject: &str) {
    let (now, event) = (store.clock().now(), event(subject));
    store.write(move |tx| tx.emit(now, &event)).await.unwrap();
}

#[tokio::test]
async fn both_engines_end_up_with_the_same_schema() {
    let schemas = std::sync::Mutex::new(Vec::new());
    on_both_engines(async |store: &TestStore| {
        #[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
        let schema = store.read(|tx| tx.schema()).await.unwrap();
        schemas.lock().unwrap().push(schema);
    })
    .await;
    let schemas = schemas.into_inner().unwrap();
    let [sqlite, postgres] = schemas.as_slice() else { panic!("two engines") };
    assert!(sqlite.contains_key("event"), "the schema was read");
    assert_eq!(sqlite, postgres);
}

#[tokio::test]
async fn migrating_again_changes_nothing_and_a_foreign_database_is_refused() {
    on_both_engines(async |store: &TestStore| {
        assert_eq!(store.migrate().await.unwrap().applied, Vec::<String>::new());
        assert_eq!(store.migration_state().await.unwrap(), MigrationState::Current);
        let change = "UPDATE migration SET digest = 'other' WHERE number = 1";
        store.write(move |tx| tx.execute(change, params![])).await.unwrap();
        assert_eq!(store.migrate().await.unwrap_err().refusal_code(), Some("store.migration_differs"));
        let newer = "INSERT INTO migration VALUES (99999, 'later', 'd', 0)";
        store.write(move |tx| tx.execute("DELETE FROM migration WHERE number > 9", params![])).await.unwrap();
        store.write(move |tx| tx.execute(newer, params![])).await.unwrap();
        assert!(store.migration_state().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_value_comes_back_as_it_went_in() {
    on_both_engines(async |store: &TestStore| {
        let create = "CREATE TABLE kinds (i BIGINT, r DOUBLE PRECISION, t TEXT, b BYTEA, n TEXT)";
        store.write(move |tx| tx.execute(&create.replace("BYTEA", blob(tx)), params![])).await.unwrap();
        let values = [
            Value::Int(i64::MIN),
            Value::Real(-0.1),
            Value::Text("ñ'?1 \u{1F4DE}".into()),
            Value::Blob(vec![0, 255]),
            Value::Null,
        ];
        let sent = values.clone();
        store
            .write(move |tx| tx.execute("INSERT INTO kinds VALUES (?1, ?2, ?3, ?4, ?5)", &sent))
            .await
            .unwrap();
        let found = store
            .read(|tx| {
                tx.query_one("SELECT i, r, t, b, n FROM kinds", params![], |row| {
                    (0..5).map(|index| row.take::<Value>(index)).collect::<kernel::Result<Vec<_>>>()
                })
            })
            .await
            .unwrap();
        assert_eq!(found, values);
    })
    .await;
}

fn blob(tx: &Tx<'_>) -> &'static str {
    if tx.engine() == store::Engine::Sqlite { "BLOB" } else { "BYTEA" }
}

#[tokio::test]
async fn text_is_ordered_by_bytes_on_both_engines() {
    on_both_engines(async |store: &TestStore| {
        for subject in ["b", "á", "B", "a", "_"] {
            emit(store, subject).await;
        }
        let found = store
            .read(|tx| {
                tx.query("SELECT subject FROM event ORDER BY subject", params![], |row| row.take::<String>(0))
            })
            .await
            .unwrap();
        assert_eq!(found, ["B", "_", "a", "b", "á"]);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_takes_back_what_the_closure_wrote_and_nothing_else() {
    on_both_engines(async |store: &TestStore| {
        let now = store.clock().now();
        let calls: Vec<_> = (0..40)
            .map(|n| {
                store.write(move |tx| {
                    tx.emit(now, &event(format!("{n:02}")))?;
                    if n % 4 == 0 { Err(Error::NotFound) } else { Ok(()) }
                })
            })
            .collect();
        let mut kept = 0;
        for call in calls {
            kept += i32::from(call.await.is_ok());
        }
        assert_eq!(kept, 30);
        let found = store.read(subjects).await.unwrap();
        assert_eq!(found.len(), 30);
        assert!(!found.contains(&"04".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_panicking_closure_harms_nobody() {
    on_both_engines(async |store: &TestStore| {
        let failed = store.write(|_| -> kernel::Result<()> { panic!("on purpose") }).await;
        assert!(matches!(failed, Err(Error::Fault(_))));
        emit(store, "after").await;
        assert_eq!(store.read(subjects).await.unwrap(), ["after"]);
    })
    .await;
}

#[tokio::test]
async fn a_closure_that_swallows_an_sql_error_does_not_commit() {
    on_both_engines(async |store: &TestStore| {
        let now = store.clock().now();
        let swallowed = store
            .write(move |tx| {
                tx.emit(now, &event("lost"))?;
                let _ = tx.execute("INSERT INTO nowhere VALUES (1)", params![]);
                Ok(())
            })
            .await;
        assert!(matches!(swallowed, Err(Error::Fault(_))));
        assert_eq!(store.read(subjects).await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_reader_cannot_write() {
    on_both_engines(async |store: &TestStore| {
        let now = store.clock().now();
        assert!(store.read(move |tx| tx.emit(now, &event("no"))).await.is_err());
        assert_eq!(store.read(subjects).await.unwrap(), Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_then_writing_is_safe_however_many_do_it() {
    on_both_engines(async |store: &TestStore| {
        let create = "CREATE TABLE counter (n BIGINT NOT NULL)";
        store.write(move |tx| tx.execute(create, params![])).await.unwrap();
        store.write(|tx| tx.execute("INSERT INTO counter VALUES (0)", params![])).await.unwrap();
        let calls: Vec<_> = (0..60)
            .map(|_| {
                let store = Store::clone(store);
                tokio::spawn(async move {
                    store
                        .write(|tx| {
                            let n: i64 =
                                tx.query_one("SELECT n FROM counter", params![], |row| row.take(0))?;
                            tx.execute("UPDATE counter SET n = ?1", params![n + 1])
                        })
                        .await
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        let n: i64 = store
            .read(|tx| tx.query_one("SELECT n FROM counter", params![], |row| row.take(0)))
            .await
            .unwrap();
        assert_eq!(n, 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_reads_every_event_once_while_many_write() {
    on_both_engines(async |store: &TestStore| {
        let writers: Vec<_> = (0..8)
            .map(|writer| {
                let store = Store::clone(store);
                tokio::spawn(async move {
                    for n in 0..20 {
                        emit(&store, &format!("{writer}-{n}")).await;
                    }
                })
            })
            .collect();
        let mut changes = store.changes();
        let (mut at, mut seen) = (Position::default(), Vec::new());
        while seen.len() < 160 {
            let events = store.read(move |tx| tx.events_after(at, 7)).await.unwrap();
            if events.is_empty() {
                // A wake-up may come before the event is settled, so waiting for it is bounded.
                let _ = tokio::time::timeout(Duration::from_millis(200), changes.changed()).await;
            }
            for event in events {
                assert!(event.position > at, "the order is strict");
                at = event.position;
                seen.push(event.subject);
            }
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let unique: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(unique.len(), 160);
        for writer in 0..8 {
            let own: Vec<_> = seen.iter().filter(|s| s.starts_with(&format!("{writer}-"))).cloned().collect();
            let sent: Vec<_> = (0..20).map(|n| format!("{writer}-{n}")).collect();
            assert_eq!(own, sent, "one writer's events keep their order");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lease_has_one_holder_until_it_runs_out_or_is_given_back() {
    on_both_engines(async |store: &TestStore| {
        let lasting = jiff::SignedDuration::from_secs(10);
        let take = async |holder: &'static str, second: i64| {
            let now = jiff::Timestamp::from_second(second).unwrap();
            store.write(move |tx| tx.take_lease("duty", holder, now, lasting)).await.unwrap()
        };
        assert!(take("a", 100).await);
        assert!(!take("b", 105).await, "another holder waits");
        assert!(take("a", 105).await, "its holder renews it");
        assert!(!take("b", 114).await);
        assert!(take("b", 115).await, "what is not renewed goes to another");
        assert!(!take("a", 116).await);
        store.write(|tx| tx.drop_lease("duty", "a")).await.unwrap();
        assert!(!take("a", 117).await, "only its holder gives it back");
        store.write(|tx| tx.drop_lease("duty", "b")).await.unwrap();
        assert!(take("a", 117).await);
    })
    .await;
}

#[tokio::test]
async fn another_process_on_the_same_database_is_woken() {
    on_both_engines(async |store: &TestStore| {
        let other = store.second_handle().await;
        let mut changes = other.changes();
        // The listener rings once when it starts to listen; what counts is a ring after the write.
        let _ = tokio::time::timeout(Duration::from_secs(2), changes.changed()).await;
        changes.mark_unchanged();
        emit(store, "news").await;
        tokio::time::timeout(Duration::from_secs(10), changes.changed()).await.unwrap().unwrap();
        assert_eq!(other.read(subjects).await.unwrap(), ["news"]);
        other.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn closing_finishes_what_was_asked_and_refuses_more() {
    on_both_engines(async |store: &TestStore| {
        let other = store.second_handle().await;
        let pending = emit(&other, "last words");
        pending.await;
        other.close().await.unwrap();
        assert!(other.read(subjects).await.is_err());
        assert_eq!(store.read(subjects).await.unwrap(), ["last words"]);
    })
    .await;
}

#[tokio::test]
#[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
async fn a_healthy_database_says_so() {
    on_both_engines(async |store: &TestStore| {
        let health = store.read(|tx| tx.health()).await.unwrap();
        assert!(health.version.starts_with(|c: char| c.is_ascii_digit()), "{}", health.version);
        assert_eq!(health.damage, None);
        assert_eq!(store.read(|tx| tx.newest_event()).await.unwrap(), None);
        emit(store, "first").await;
        assert!(store.read(|tx| tx.newest_event()).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
#[allow(clippy::redundant_closure_for_method_calls)]
async fn a_damaged_file_is_noticed() {
    on_sqlite(async |store: &TestStore| {
        for n in 0..400 {
            emit(store, &format!("filler {n} {}", "x".repeat(200))).await;
        }
        let copy = tempfile::tempdir().unwrap();
        let path = copy.path().join("copy.db");
        store.second_handle().await.close().await.unwrap();
        std::fs::copy(store.folder().unwrap().join("test.db"), &path).unwrap();
        std::fs::copy(store.folder().unwrap().join("test.db-wal"), copy.path().join("copy.db-wal")).unwrap();
        let open = async || {
            let options = Options::from_url(&format!("sqlite:{}", path.display())).unwrap();
            Store::open(options, Arc::new(SystemClock)).await.unwrap()
        };
        open().await.close().await.unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        // Near the end lie the events; the schema, without which nothing opens, lies before them.
        let place = bytes.len() / 10 * 9;
        bytes[place..place + 8192].fill(0x5a);
        std::fs::write(&path, bytes).unwrap();
        let damaged = open().await;
        let health = damaged.read(|tx| tx.health()).await;
        assert!(health.is_err() || health.unwrap().damage.is_some());
        damaged.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_survives_a_crash_without_a_clean_close() {
    on_sqlite(async |store: &TestStore| {
        emit(store, "kept").await;
        // The file and its log as they lie on the disk now, as a crash would leave them.
        let copy = tempfile::tempdir().unwrap();
        for name in ["test.db", "test.db-wal"] {
            std::fs::copy(store.folder().unwrap().join(name), copy.path().join(name)).unwrap();
        }
        let address = format!("sqlite:{}", copy.path().join("test.db").display());
        let reopened =
            Store::open(Options::from_url(&address).unwrap(), Arc::new(SystemClock)).await.unwrap();
        assert_eq!(reopened.read(subjects).await.unwrap(), ["kept"]);
        reopened.close().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_writes_share_a_commit() {
    on_sqlite(async |store: &TestStore| {
        let (running, most) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        // The first write holds the writer until the others are waiting behind it.
        let gate = Arc::new(std::sync::Barrier::new(2));
        let held = {
            let gate = gate.clone();
            let store = Store::clone(store);
            tokio::spawn(async move {
                store
                    .write(move |_| {
                        gate.wait();
                        gate.wait();
                        Ok(())
                    })
                    .await
            })
        };
        let waiter = gate.clone();
        tokio::task::spawn_blocking(move || waiter.wait()).await.unwrap();
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let (store, running, most) = (Store::clone(store), running.clone(), most.clone());
                tokio::spawn(async move {
                    let inside = running.clone();
                    store
                        .write(move |_| {
                            inside.fetch_add(1, Ordering::SeqCst);
                            Ok(())
                        })
                        .await
                        .unwrap();
                    most.fetch_max(running.load(Ordering::SeqCst), Ordering::SeqCst);
                })
            })
            .collect();
        tokio::task::yield_now().await;
        let waiter = gate.clone();
        tokio::task::spawn_blocking(move || waiter.wait()).await.unwrap();
        held.await.unwrap().unwrap();
        for call in calls {
            call.await.unwrap();
        }
        // Nobody is answered before the whole group has run, so the first answered saw many run.
        assert!(most.load(Ordering::SeqCst) > 1, "closures ran before the first of them was answered");
    })
    .await;
}

#[tokio::test]
async fn a_broken_connection_is_replaced() {
    on_postgres(async |store: &TestStore| {
        emit(store, "before").await;
        let other = store.second_handle().await;
        let cut = "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        other.read(move |tx| tx.query_one(cut, params![], |row| row.take::<i64>(0))).await.unwrap();
        other.close().await.unwrap();
        // Each pooled connection may fail once before its thread opens a new one.
        let mut found = Err(Error::NotFound);
        for _ in 0..8 {
            found = store.read(subjects).await;
            if found.is_ok() {
                break;
            }
        }
        assert_eq!(found.unwrap(), ["before"]);
    })
    .await;
}
