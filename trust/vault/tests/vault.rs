//! The vault over a real database, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::sync::atomic::{AtomicBool, Ordering};

use kernel::id::{EventKind, Id};
use kernel::{Clock, Refusal, Result, SystemClock};
use store::{Store, params};
use testkit::{TestStore, all_events, on_both_engines, on_sqlite};
use vault::{Email, KeyRing, MasterKey, Opened, Secret, Subject, Vault};

vault::field!(Note: String = "diary"."note");
vault::lookup!(ByEmail: Email = "diary"."email");

const FIRST: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const SECOND: &str = "2222222222222222222222222222222222222222222222222222222222222222";
const THIRD: &str = "3333333333333333333333333333333333333333333333333333333333333333";

fn ring(active: &str, retired: &[&str]) -> KeyRing {
    let key = |text: &&str| MasterKey::parse(text).unwrap();
    KeyRing::new(key(&active), retired.iter().map(key).collect())
}

async fn open(store: &Store, active: &str, retired: &[&str]) -> Result<Vault> {
    Vault::open(store, ring(active, retired)).await
}

fn person() -> Subject {
    Subject::of(&kernel::id::new::<EventKind>(SystemClock.now()))
}

async fn diary(store: &TestStore) {
    let made = store.write(|tx| {
        let sql = "CREATE TABLE diary (id TEXT PRIMARY KEY, owner TEXT NOT NULL, note ";
        let kind = if tx.engine() == store::Engine::Sqlite { "BLOB)" } else { "BYTEA)" };
        tx.execute(&format!("{sql}{kind}"), params![])
    });
    made.await.unwrap();
}

async fn write(store: &Store, vault: &Vault, owner: &Subject, row: &'static str, text: &str) -> Result<()> {
    let (vault, owner, text) = (vault.clone(), owner.clone(), Secret::new(text.to_owned()));
    store
        .write(move |tx| {
            let key = vault.key_or_new(tx, &owner, SystemClock.now())?;
            let note = key.seal::<Note>(row, &text)?;
            tx.execute("INSERT INTO diary (id, owner, note) VALUES (?1, ?2, ?3)", params![row, owner, note])?;
            Ok(())
        })
        .await
}

async fn read(store: &Store, vault: &Vault, row: &'static str) -> Result<Opened<String>> {
    let vault = vault.clone();
    store
        .read(move |tx| {
            let (owner, note) =
                tx.query_one("SELECT owner, note FROM diary WHERE id = ?1", params![row], |columns| {
                    Ok((columns.take(0)?, columns.take(1)?))
                })?;
            vault.key(tx, &owner)?.open::<Note>(row, &note)
        })
        .await
}

async fn destroy(store: &Store, vault: &Vault, owner: &Subject) -> Result<bool> {
    let (vault, owner) = (vault.clone(), owner.clone());
    store.write(move |tx| vault.destroy(tx, &owner, SystemClock.now())).await
}

fn text(opened: Result<Opened<String>>) -> String {
    opened.unwrap().plain().expect("a value that was not erased").expose().clone()
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().refusal_code().expect("a refusal")
}

#[tokio::test]
async fn what_was_sealed_is_read_again_after_a_restart_and_on_another_node() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        write(store, &vault, &ana, "a", "The card was stolen").await.unwrap();
        write(store, &vault, &ana, "b", "It was found again").await.unwrap();
        assert_eq!(text(read(store, &vault, "a").await), "The card was stolen");
        let node = store.second_handle().await;
        let again = open(&node, FIRST, &[]).await.unwrap();
        assert_eq!(text(read(&node, &again, "b").await), "It was found again");
        let email = Email::parse("Ana@Example.com").unwrap();
        let (here, there) = (vault.lookups().hash::<ByEmail>(&email), again.lookups().hash(&email));
        assert!(here == there, "every node finds people by the same hash");
        node.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_wrong_or_missing_master_key_is_refused_and_changes_nothing() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        write(store, &vault, &ana, "a", "note").await.unwrap();
        assert_eq!(code(open(store, SECOND, &[]).await.map(drop)), "vault.master_key_wrong");
        assert_eq!(code(open(store, SECOND, &[THIRD]).await.map(drop)), "vault.master_key_wrong");
        assert_eq!(known_masters(store).await, 1, "a refused key was not registered");
        // With a second key in use, leaving one of them out is noticed too.
        let both = open(store, SECOND, &[FIRST]).await.unwrap();
        write(store, &both, &person(), "b", "note").await.unwrap();
        assert_eq!(code(open(store, SECOND, &[]).await.map(drop)), "vault.master_key_missing");
        assert_eq!(code(open(store, FIRST, &[]).await.map(drop)), "vault.master_key_missing");
        // A key whose name matches but whose proof does not.
        store
            .write(|tx| tx.execute("UPDATE vault_master_key SET proof = ?1", params![[0_u8; 32]]))
            .await
            .unwrap();
        assert_eq!(code(open(store, SECOND, &[FIRST]).await.map(drop)), "vault.master_key_wrong");
    })
    .await;
}

async fn known_masters(store: &Store) -> i64 {
    let count = |tx: &mut store::Tx<'_>| {
        tx.query_one("SELECT count(*) FROM vault_master_key", params![], |row| row.take(0))
    };
    store.read(count).await.unwrap()
}

#[tokio::test]
async fn rotation_rewraps_every_key_and_touches_no_data() {
    on_both_engines(async |store| {
        diary(store).await;
        let vault = open(store, FIRST, &[]).await.unwrap();
        let email = Email::parse("ana@example.com").unwrap();
        let hash = vault.lookups().hash::<ByEmail>(&email);
        write(store, &vault, &person(), "a", "kept").await.unwrap();
        let erased = person();
        write(store, &vault, &erased, "b", "gone").await.unwrap();
        destroy(store, &vault, &erased).await.unwrap();
        let many = vault.clone();
        store
            .write(move |tx| {
                (0..1200).try_for_each(|_| many.key_or_new(tx, &person(), SystemClock.now()).map(drop))
            })
            .await
            .unwrap();
        let before = raw_notes(store).await;

        let turned = open(store, SECOND, &[FIRST]).await.unwrap();
        let rotation = turned.rotate(store).await.unwrap();
        // 1200, the one of row a, and the look-up key; not the destroyed one.
        assert_eq!((rotation.rewrapped, rotation.damaged), (1202, 0));
        assert!(rotation.still_needed.is_empty());
        assert_eq!(turned.rotate(store).await.unwrap().rewrapped, 0, "a second run has nothing to do");

        assert_eq!(raw_notes(store).await, before);
        let alone = open(store, SECOND, &[]).await.expect("the old key is not needed any more");
        assert_eq!(text(read(store, &alone, "a").await), "kept");
        assert!(matches!(read(store, &alone, "b").await.unwrap(), Opened::Erased));
        assert!(alone.lookups().hash::<ByEmail>(&email) == hash, "people are still found");
        assert_eq!(code(open(store, FIRST, &[]).await.map(drop)), "vault.master_key_wrong");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_wrapping_is_counted_by_a_rotation_and_keeps_its_old_key_needed() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        write(store, &vault, &ana, "a", "note").await.unwrap();
        let owner = ana.clone();
        store
            .write(move |tx| {
                let damaged = params![vec![1_u8; 61], owner];
                tx.execute("UPDATE vault_data_key SET wrapped = ?1 WHERE subject = ?2", damaged)
            })
            .await
            .unwrap();
        let turned = open(store, SECOND, &[FIRST]).await.unwrap();
        let rotation = turned.rotate(store).await.unwrap();
        assert_eq!((rotation.rewrapped, rotation.damaged), (1, 1));
        assert_eq!(rotation.still_needed, [MasterKey::parse(FIRST).unwrap().id().clone()]);
        assert_eq!(code(read(store, &turned, "a").await), "vault.unreadable");
    })
    .await;
}

async fn raw_notes(store: &Store) -> Vec<Vec<u8>> {
    let notes =
        |tx: &mut store::Tx<'_>| tx.query("SELECT note FROM diary ORDER BY id", params![], |row| row.take(0));
    store.read(notes).await.unwrap()
}

#[tokio::test]
async fn destroying_a_key_erases_on_every_node_at_once_and_for_good() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana, ben) = (open(store, FIRST, &[]).await.unwrap(), person(), person());
        write(store, &vault, &ana, "a", "to be erased").await.unwrap();
        write(store, &vault, &ben, "b", "to be kept").await.unwrap();
        let node = store.second_handle().await;
        let other = open(&node, FIRST, &[]).await.unwrap();
        assert_eq!(text(read(&node, &other, "a").await), "to be erased");

        assert!(destroy(store, &vault, &ana).await.unwrap());
        assert!(!destroy(store, &vault, &ana).await.unwrap(), "there is nothing left to destroy");
        // The other node still has the key in its cache and has not heard the event yet.
        assert!(matches!(read(&node, &other, "a").await.unwrap(), Opened::Erased));
        assert!(matches!(read(store, &vault, "a").await.unwrap(), Opened::Erased));
        assert_eq!(code(write(store, &vault, &ana, "c", "more").await), "vault.erased");
        assert_eq!(text(read(&node, &other, "b").await), "to be kept");

        let events = all_events(&node).await;
        let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.subject.as_str())).collect();
        assert_eq!(told, [("vault.key_destroyed", ana.as_str())]);
        for event in &events {
            other.hear(event);
        }

        let register = vault.clone();
        let list = store.read(move |tx| register.destroyed_after(tx, None, 10)).await.unwrap();
        assert_eq!(list.iter().map(|(_, subject)| subject).collect::<Vec<_>>(), [&ana]);
        let (register, last) = (vault.clone(), list[0].clone());
        let rest = store.read(move |tx| register.destroyed_after(tx, Some(&last), 10)).await.unwrap();
        assert!(rest.is_empty());
        node.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn someone_erased_before_their_first_word_stays_erased() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        assert!(!destroy(store, &vault, &ana).await.unwrap());
        assert_eq!(code(write(store, &vault, &ana, "a", "late").await), "vault.erased");
    })
    .await;
}

#[tokio::test]
async fn the_programs_own_keys_cannot_be_destroyed() {
    on_both_engines(async |store| {
        let vault = open(store, FIRST, &[]).await.unwrap();
        assert_eq!(code(destroy(store, &vault, &Subject::system("lookups")).await), "vault.system_key");
        let vault = vault.clone();
        let stranger = store.read(move |tx| vault.key(tx, &person())).await;
        assert_eq!(code(stranger), "vault.unreadable", "a lost key is not taken for an erasure");
    })
    .await;
}

#[tokio::test]
async fn a_rolled_back_transaction_leaves_no_key_behind_that_later_data_would_depend_on() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        let (doomed, owner) = (vault.clone(), ana.clone());
        let rolled_back: Result<()> = store
            .write(move |tx| {
                doomed.key_or_new(tx, &owner, SystemClock.now())?;
                doomed.key_or_new(tx, &owner, SystemClock.now())?;
                Err(Refusal::new("test.changed_my_mind").into())
            })
            .await;
        assert_eq!(code(rolled_back), "test.changed_my_mind");
        write(store, &vault, &ana, "a", "after").await.unwrap();
        let fresh = open(store, FIRST, &[]).await.unwrap();
        assert_eq!(text(read(store, &fresh, "a").await), "after");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_or_moved_value_is_refused_and_stays_where_it_is() {
    on_both_engines(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        write(store, &vault, &ana, "a", "one").await.unwrap();
        write(store, &vault, &ana, "b", "two").await.unwrap();
        let notes = raw_notes(store).await;
        let mut damaged = notes[0].clone();
        damaged[20] ^= 1;
        for (what, bytes) in [("moved", notes[1].clone()), ("damaged", damaged), ("emptied", Vec::new())] {
            let put = bytes.clone();
            store
                .write(move |tx| tx.execute("UPDATE diary SET note = ?1 WHERE id = 'a'", params![put]))
                .await
                .unwrap();
            assert_eq!(code(read(store, &vault, "a").await), "vault.unreadable", "{what}");
            assert_eq!(raw_notes(store).await[0], bytes, "{what}");
        }
        assert_eq!(text(read(store, &vault, "b").await), "two");
    })
    .await;
}

#[tokio::test]
async fn many_first_words_at_once_agree_on_one_key() {
    on_both_engines(async |store| {
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (vault, ana, store) = (vault.clone(), ana.clone(), (**store).clone());
            tasks.spawn(async move {
                store.write(move |tx| Ok(vault.key_or_new(tx, &ana, SystemClock.now())?.id())).await.unwrap()
            });
        }
        let ids: std::collections::HashSet<Id<_>> = tasks.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_destroyed_key_is_gone_from_the_files_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let options = store::Options::from_url(&format!("sqlite:{}", path.display())).unwrap();
    let store = Store::open(options, std::sync::Arc::new(SystemClock)).await.unwrap();
    store.migrate().await.unwrap();
    let (vault, ana) = (open(&store, FIRST, &[]).await.unwrap(), person());
    let (keys, owner) = (vault.clone(), ana.clone());
    let wrapped: Vec<u8> = store
        .write(move |tx| {
            keys.key_or_new(tx, &owner, SystemClock.now())?;
            for _ in 0..40 {
                keys.key_or_new(tx, &person(), SystemClock.now())?;
            }
            let sql = "SELECT wrapped FROM vault_data_key WHERE subject = ?1";
            tx.query_one(sql, params![owner], |row| row.take(0))
        })
        .await
        .unwrap();
    let on_disk = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let mut contents = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        contents.any(|bytes| bytes.windows(wrapped.len()).any(|part| part == wrapped))
    };
    assert!(on_disk());
    destroy(&store, &vault, &ana).await.unwrap();
    store.close().await.unwrap();
    assert!(!on_disk(), "not even a freed corner of a page holds it");
}

#[tokio::test]
async fn the_files_of_the_database_hold_no_readable_word() {
    static FOUND: AtomicBool = AtomicBool::new(false);
    on_sqlite(async |store| {
        diary(store).await;
        let (vault, ana) = (open(store, FIRST, &[]).await.unwrap(), person());
        write(store, &vault, &ana, "a", "Guadalupe Hernandez").await.unwrap();
        // The counter-proof: a word written in the clear is found by the same search.
        store
            .write(|tx| tx.execute("INSERT INTO diary (id, owner) VALUES ('z', 'Plainword')", params![]))
            .await
            .unwrap();
        let mut plain_word = false;
        for file in std::fs::read_dir(store.folder().unwrap()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let holds = |word: &str| bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!holds("Guadalupe") && !holds("Hernandez"));
            plain_word |= holds("Plainword");
        }
        FOUND.store(plain_word, Ordering::Relaxed);
    })
    .await;
    assert!(FOUND.load(Ordering::Relaxed), "the search itself works");
}

#[tokio::test]
async fn the_keys_of_many_are_read_together_and_an_erased_one_says_so() {
    on_both_engines(async |store| {
        let vault = open(store, FIRST, &[]).await.unwrap();
        let (known, stranger): (Vec<Subject>, Subject) = ((0..70).map(|_| person()).collect(), person());
        let (all, first, handle) = (known.clone(), known[0].clone(), vault.clone());
        store
            .write(move |tx| {
                for subject in &all {
                    handle.key_or_new(tx, subject, SystemClock.now())?;
                }
                handle.destroy(tx, &first, SystemClock.now()).map(drop)
            })
            .await
            .unwrap();
        let asked: Vec<Subject> = known.iter().cloned().chain([stranger.clone()]).collect();
        let handle = vault.clone();
        let keys = store.read(move |tx| handle.keys(tx, &asked)).await.unwrap();
        assert_eq!(keys.len(), 70);
        assert!(!keys.contains_key(&stranger));
        assert!(keys[&known[0]].is_destroyed());
        assert!(known[1..].iter().all(|subject| !keys[subject].is_destroyed()));
        let handle = vault.clone();
        assert!(store.read(move |tx| handle.keys(tx, &[])).await.unwrap().is_empty());
    })
    .await;
}
