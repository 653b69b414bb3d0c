//! What the database holds, and what is left when somebody is erased.

use store::{Value, params};
use testkit::on_both_engines;

use super::*;
use crate::{Change, Need, Needs};

/// Every value of every table, as text and as bytes.
async fn everything(store: &Store) -> Vec<Vec<u8>> {
    #[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
    let schema = store.read(|tx| tx.schema()).await.unwrap();
    let mut all = Vec::new();
    for (table, shape) in schema {
        let columns: Vec<String> =
            shape.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        let (count, sql) = (columns.len(), format!("SELECT {} FROM {table}", columns.join(", ")));
        let rows = store
            .read(move |tx| {
                tx.query(&sql, params![], |row| {
                    (0..count).map(|at| row.take(at)).collect::<Result<Vec<Value>>>()
                })
            })
            .await
            .unwrap();
        all.extend(rows.into_iter().flatten().filter_map(|value| match value {
            Value::Text(text) => Some(text.into_bytes()),
            Value::Blob(bytes) => Some(bytes),
            _ => None,
        }));
    }
    all
}

fn holds(all: &[Vec<u8>], text: &str) -> bool {
    let wanted = text.to_lowercase().into_bytes();
    all.iter().any(|value| value.to_ascii_lowercase().windows(wanted.len()).any(|part| part == wanted))
}

/// Somebody about whom everything is known that can be known.
async fn known(house: &House) -> PersonId {
    let points = vec![
        email("zenobia@example.com").verified(),
        phone("212 555 0123"),
        NewPoint::handle("instagram", "zenobiaq").unwrap(),
        NewPoint::account("bank.example", "ACC-9917").unwrap().verified(),
    ];
    let id = house.person("Zenobia Quill", points).await;
    let needs = Needs { kinds: [Need::SignLanguage].into(), words: Some(secret("interpreter on Fridays")) };
    let changes = vec![
        Change::Called(Some(secret("Zen"))),
        Change::Also(vec![secret("Quillworks Motors")]),
        Change::Needs(needs),
    ];
    house.customers.change(id, 1, changes, &staff()).await.unwrap();
    house.customers.note(id, secret("Keeps parrots"), &staff()).await.unwrap();
    id
}

const PERSONAL: [&str; 10] = [
    "zenobia",
    "quill",
    "motors",
    "2125550123",
    "zenobiaq",
    "ACC-9917",
    "interpreter",
    "sign_language",
    "parrots",
    "example.com",
];

#[tokio::test]
async fn the_database_holds_nothing_readable_of_a_person() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        known(&house).await;
        let all = everything(&house.store).await;
        assert!(holds(&all, "customers.created") && holds(&all, "bank.example"), "the search itself works");
        for text in PERSONAL {
            assert!(!holds(&all, text), "{text} lies open in the database");
        }
    })
    .await;
}

#[tokio::test]
async fn an_erased_person_and_whoever_they_were_leave_ids_and_nothing_else() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let people = &house.customers;
        let id = known(&house).await;
        let twin = house.person("Zenobia Q", vec![email("z@example.com")]).await;
        people.merge(id, twin, &staff()).await.unwrap();
        people.forget(twin, &staff()).await.unwrap();
        for one in [id, twin] {
            let person = people.person(one).await.unwrap();
            assert!(
                person.erased && person.name.is_none() && person.points.is_empty() && person.notes.is_empty()
            );
            assert!(people.people(&[one]).await.unwrap()[&one].erased);
        }
        for text in ["zenobia", "zenobia@example.com", "212 555 0123", "@zenobiaq", "ACC-9917", "quillworks"]
        {
            assert!(people.search(text, "US", 5).await.unwrap().is_empty(), "{text} still finds them");
        }
        let version = people.person(id).await.unwrap().version;
        assert_eq!(code(people.change(id, version, Vec::new(), &staff()).await), "customers.erased");
        assert_eq!(code(people.note(id, secret("x"), &staff()).await), "customers.erased");
        let new = house.person("Zenobia", vec![email("zenobia@example.com").verified()]).await;
        assert!(new != id && new != twin, "whoever comes back is somebody new");
        assert_eq!(code(people.merge(new, id, &staff()).await), "customers.erased");
    })
    .await;
}

#[tokio::test]
async fn when_only_the_key_was_destroyed_the_traces_go_at_the_next_contact() {
    on_both_engines(async |store| {
        let house = House::open(store).await;
        let id = known(&house).await;
        let vault = house.vault.clone();
        let subject = vault::Subject::of(&id);
        let now = SystemClock.now();
        assert!(house.store.write(move |tx| vault.destroy(tx, &subject, now)).await.unwrap());
        assert!(house.customers.person(id).await.unwrap().erased);
        let new = house.person("Zenobia", vec![email("zenobia@example.com").verified()]).await;
        assert_ne!(new, id);
        let found = house.customers.search("zenobia@example.com", "US", 5).await.unwrap();
        assert_eq!(found.iter().map(|found| found.person.id).collect::<Vec<_>>(), [new]);
    })
    .await;
}
