//! People over a real database, on both engines.

mod contacts;
mod forgetting;
mod merging;
mod searching;

use audit::{Actor, ActorKind, Trail};
use kernel::{Clock, Result, SystemClock};
use store::Store;
use testkit::TestStore;
use vault::{KeyRing, MasterKey, Secret, Vault};

use crate::{Contact, Customers, NewPoint, PersonId};

/// People, with the handles that a test looks behind them with.
struct House {
    customers: Customers,
    store: Store,
    vault: Vault,
    trail: Trail,
}

impl House {
    async fn open(store: &TestStore) -> Self {
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let store = Store::clone(store);
        let vault = Vault::open(&store, KeyRing::new(key, Vec::new())).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        Self { customers, store, vault, trail }
    }

    async fn contact(&self, contact: Contact) -> Result<PersonId> {
        let customers = self.customers.clone();
        self.store.write(move |tx| customers.find_or_create(tx, &contact, SystemClock.now())).await
    }

    /// A person who comes with a name and points.
    async fn person(&self, name: &str, points: Vec<NewPoint>) -> PersonId {
        let contact = Contact { name: Some(secret(name)), points, ..Contact::default() };
        self.contact(contact).await.unwrap()
    }

    async fn actions(&self) -> Vec<String> {
        let trail = self.trail.clone();
        let filter = audit::Filter { action: Some("customers.".into()), ..audit::Filter::default() };
        let entries = self.store.read(move |tx| trail.entries(tx, &filter, None, 1000)).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.action).collect()
    }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn email(text: &str) -> NewPoint {
    NewPoint::email(text).unwrap()
}

fn phone(text: &str) -> NewPoint {
    NewPoint::phone(text, "US").unwrap()
}

fn staff() -> Actor {
    Actor::new(ActorKind::Staff, "stf_test")
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().refusal_code().expect("a refusal")
}
