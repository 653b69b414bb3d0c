//! A centre with webhooks, by the real clock and in a hurry.

use audit::{Actor, Trail};
use jiff::SignedDuration;
use kernel::NewEvent;
use kernel::id::{Id, Webhook as Kind};
use serde_json::json;
use store::Store;
use testkit::TestStore;
use tokio::task::JoinHandle;
use vault::{KeyRing, MasterKey, Vault};
use webhooks::{
    CONSUMER, Delivery, DeliveryState, NewWebhook, Schedule, Settings, SigningSecret, Webhook, Webhooks,
};

pub struct House {
    pub webhooks: Webhooks,
    pub store: Store,
    working: Vec<JoinHandle<()>>,
}

/// Waits as short as a test's patience.
pub fn hurried() -> Settings {
    let ms = SignedDuration::from_millis;
    let schedule = Schedule {
        waits: vec![ms(50), ms(100), ms(200)],
        gives_up_after: SignedDuration::from_hours(1),
        patience: ms(500),
    };
    Settings { private_receivers: true, schedule, node: "test".into() }
}

/// Runs a test over each engine.
pub async fn at_both_houses(settings: impl Fn() -> Settings, test: impl AsyncFn(&House)) {
    testkit::on_both_engines(async |store: &TestStore| {
        let house = House::open(Store::clone(store), settings()).await;
        test(&house).await;
        house.close().await;
    })
    .await;
}

impl House {
    pub async fn open(store: Store, settings: Settings) -> Self {
        let ring = KeyRing::new(MasterKey::parse(&"11".repeat(32)).unwrap(), Vec::new());
        let vault = Vault::open(&store, ring).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let webhooks = Webhooks::new(store.clone(), vault, trail, settings).unwrap();
        let hearing = {
            let (store, webhooks) = (store.clone(), webhooks.clone());
            tokio::spawn(async move {
                let heard = store.consume(CONSUMER, "test", move |tx, event| webhooks.hear(tx, event)).await;
                assert!(heard.is_ok() || store.is_closing(), "{heard:?}");
            })
        };
        let sending = {
            let webhooks = webhooks.clone();
            tokio::spawn(async move { webhooks.run("test".into()).await.unwrap() })
        };
        Self { webhooks, store, working: vec![hearing, sending] }
    }

    pub async fn add(&self, url: &str, events: &[&str]) -> (Webhook, SigningSecret) {
        let events = events.iter().map(|kind| (*kind).to_owned()).collect();
        let new = NewWebhook { name: "Ledger".into(), url: url.to_owned(), events };
        self.webhooks.add(new, &Actor::system()).await.unwrap()
    }

    pub async fn happen(&self, kind: &'static str, subject: &str) {
        let (subject, clock) = (subject.to_owned(), self.store.clock().clone());
        let event = move |tx: &mut store::Tx<'_>| {
            let data = json!({ "number": 7 });
            tx.emit(clock.now(), &NewEvent { kind, subject: subject.clone(), data })
        };
        self.store.write(event).await.unwrap();
    }

    /// Waits until the newest delivery is in this state.
    pub async fn until(&self, webhook: Id<Kind>, state: DeliveryState) -> Delivery {
        for _ in 0..500 {
            let newest = self.webhooks.deliveries(webhook, None, None, 1).await.unwrap();
            if let Some(delivery) = newest.into_iter().find(|delivery| delivery.state == state) {
                return delivery;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no delivery is {}", state.as_str());
    }

    pub async fn audited(&self, action: &'static str) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit_entry WHERE action = ?1";
        self.store.read(move |tx| tx.query_one(sql, store::params![action], |row| row.take(0))).await.unwrap()
    }

    /// As if the node were killed: whoever works is cut off in the middle.
    pub fn stop_working(&self) -> impl Iterator<Item = &JoinHandle<()>> {
        self.working.iter()
    }

    /// Another node over the same database.
    pub async fn again_with(self, settings: Settings) -> Self {
        Self::open(self.store, settings).await
    }

    pub async fn close(self) {
        self.store.close().await.unwrap();
        for work in self.working {
            work.await.unwrap();
        }
    }
}
