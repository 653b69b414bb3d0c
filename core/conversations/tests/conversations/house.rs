//! Conversations over a real database, with two queues and people to talk.

use std::sync::Arc;

use audit::{Actor, Trail};
use conversations::{
    Author, Body, ClientKey, Conversation, Conversations, Dispositions, Entry, NewConversation, NewEntry,
    QueueId,
};
use customers::{Contact, Customers};
use directory::{ChannelKind, Directories};
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Conversation as Kind, Id, Person, StaffMember};
use kernel::{Clock, Result, SystemClock, TestClock};
use routing::{Capacity, Membership, Presence, Profile, QueueFile, Routing};
use store::{Options, Store};
use testkit::TestStore;
use vault::{KeyRing, MasterKey, Vault};

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards" }
unit = "desk"
channels = ["phone", "chat", "email"]

[[queue]]
id = "loans"
name = { en = "Loans" }
unit = "desk"
channels = ["phone", "chat", "email"]
wrap_up = 30
"#;

const DISPOSITIONS: &str = r#"
[[disposition]]
id = "answered"
name = { en = "Answered" }
resolved = true

[[disposition]]
id = "complaint"
name = { en = "Complaint" }
resolved = false
needs_note = true
"#;

pub struct House {
    pub conversations: Conversations,
    pub customers: Customers,
    pub routing: Routing,
    pub store: Store,
    pub vault: Vault,
    pub trail: Trail,
}

impl House {
    pub async fn open(store: &TestStore) -> Self {
        Self::over(Store::clone(store)).await
    }

    /// Over the same database by a clock that stands still.
    pub async fn with_clock(store: &TestStore) -> (Self, TestClock) {
        let clock = TestClock::at(SystemClock.now());
        let options = Options::from_url(store.address()).unwrap();
        let store = Store::open(options, Arc::new(clock.clone())).await.unwrap();
        (Self::over(store).await, clock)
    }

    pub async fn over(store: Store) -> Self {
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let vault = Vault::open(&store, KeyRing::new(key, Vec::new())).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let directories = Directories::open(store.clone()).await.unwrap();
        let routing = Routing::open(store.clone(), directories, trail.clone()).await.unwrap();
        routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
        let conversations = Conversations::new(
            store.clone(),
            vault.clone(),
            trail.clone(),
            customers.clone(),
            routing.clone(),
            Dispositions::load(DISPOSITIONS).unwrap(),
        );
        Self { conversations, customers, routing, store, vault, trail }
    }

    pub async fn customer(&self) -> Id<Person> {
        let (customers, clock) = (self.customers.clone(), self.store.clock().clone());
        let work =
            move |tx: &mut store::Tx<'_>| customers.find_or_create(tx, &Contact::default(), clock.now());
        self.store.write(work).await.unwrap()
    }

    /// Somebody who is there and serves both queues.
    pub async fn staff(&self) -> Id<StaffMember> {
        let staff = id::new(SystemClock.now());
        let queues = ["cards", "loans"].map(|queue| (queue.parse().unwrap(), Membership::default()));
        let capacity = Capacity([(ChannelKind::Chat, 50), (ChannelKind::Email, 50)].into());
        let profile = Profile {
            queues: queues.into(),
            languages: ["en".parse().unwrap()].into(),
            capacity,
            ..Profile::default()
        };
        self.routing.set_profile(staff, 0, profile, Actor::system()).await.unwrap();
        self.routing.arrive(staff).await.unwrap();
        self.routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
        staff
    }

    /// A chat in the queue for cards that begins with these words.
    pub async fn chat(&self, words: &str) -> Conversation {
        let customer = self.customer().await;
        self.begin(NewConversation { first: Some(said(words)), ..chat_of(customer) }).await
    }

    pub async fn begin(&self, new: NewConversation) -> Conversation {
        self.conversations.open(new).await.unwrap_or_else(|error| panic!("{error}")).conversation
    }

    pub async fn say(&self, id: Id<Kind>, author: &Author, words: &str) -> i64 {
        let entry = NewEntry::words(author.clone(), words);
        self.conversations.append(id, entry).await.unwrap_or_else(|error| panic!("{error}")).number
    }

    pub async fn get(&self, id: Id<Kind>) -> Conversation {
        self.conversations.get(id).await.unwrap()
    }

    pub async fn entries(&self, id: Id<Kind>) -> Vec<Entry> {
        self.conversations.entries(id, 0, 200).await.unwrap()
    }

    /// What customer and staff said, in order.
    pub async fn texts(&self, id: Id<Kind>) -> Vec<String> {
        let entries = self.entries(id).await;
        let spoken = entries.iter().filter(|entry| !matches!(entry.body, Body::Happening { .. }));
        spoken.filter_map(|entry| entry.body.words()?.text().map(str::to_owned)).collect()
    }

    /// The kinds of events told so far about conversations.
    pub async fn told(&self) -> Vec<String> {
        let events = testkit::all_events(&self.store).await;
        let of_ours = events.into_iter().map(|event| event.kind);
        of_ours.filter_map(|kind| kind.strip_prefix("conversations.").map(str::to_owned)).collect()
    }

    pub async fn audited(&self) -> Vec<String> {
        let trail = self.trail.clone();
        let filter = audit::Filter::default();
        let entries = self.store.read(move |tx| trail.entries(tx, &filter, None, 1000)).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.action).collect()
    }
}

pub fn chat_of(customer: Id<Person>) -> NewConversation {
    NewConversation::new(customer, ChannelKind::Chat, queue("cards"), "en".parse().unwrap())
}

pub fn mail_of(customer: Id<Person>) -> NewConversation {
    NewConversation { channel: ChannelKind::Email, ..chat_of(customer) }
}

pub fn queue(name: &str) -> QueueId {
    name.parse().unwrap()
}

pub fn said(words: &str) -> NewEntry {
    NewEntry::words(Author::Customer, words)
}

pub fn key(text: &str) -> ClientKey {
    text.parse().unwrap()
}

pub fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(error) => error.refusal_code().map_or_else(|| error.to_string(), str::to_owned),
        Ok(value) => panic!("a refusal was expected, not {value:?}"),
    }
}

pub fn soon(minutes: i64) -> Timestamp {
    SystemClock.now() + SignedDuration::from_mins(minutes)
}
