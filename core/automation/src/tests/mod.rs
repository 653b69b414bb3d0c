//! Automation over a real database, on both engines.

mod institution;
mod prepared;
mod ruling;
mod time;

use std::sync::Arc;

use audit::{Actor, ActorKind, Trail};
use conversations::{Author, Body, Conversation, Conversations, Dispositions, NewConversation, NewEntry};
use customers::{Contact, Customers, PersonId};
use directory::{ChannelKind, Directories, Directory, Import};
use jiff::Timestamp;
use kernel::id::{self, Id, StaffMember};
use kernel::{Clock, Language, LocalText, Position, Result, TestClock};
use routing::{Capacity, Membership, Presence, Profile, QueueFile, Routing};
use store::{Options, Store};
use testkit::TestStore;
use vault::{KeyRing, MasterKey, Secret, Vault};

use crate::{Agent, Automation, Reader};

const DIRECTORY: &str = r#"
schema = 1
[institution]
id = "example"
name = "Example"
zone = "America/New_York"
languages = ["en", "es"]
effective = 2020-01-01
[[channel]]
kind = "chat"
name = { en = "Chat", es = "Chat" }
[[channel]]
kind = "email"
name = { en = "Email", es = "Correo" }
[[topic]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
[[unit]]
id = "desk"
name = { en = "Desk", es = "Mesa" }
topics = ["cards"]
[[unit.way]]
id = "chat"
channel = "chat"
site = { en = "our site", es = "nuestro sitio" }
hours = "Mo-Fr 09:00-17:00"
[[unit.way]]
id = "mail"
channel = "email"
email = "help@example.com"
"#;

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
unit = "desk"
topics = ["cards"]
channels = ["chat", "email"]
hours = { own = "Mo-Fr 09:00-17:00" }

[[queue]]
id = "general"
name = { en = "General", es = "General" }
unit = "desk"
channels = ["chat", "email"]
fallback = true
"#;

const DISPOSITIONS: &str = r#"
[[disposition]]
id = "answered"
name = { en = "Answered" }
resolved = true
"#;

/// A centre without faces, with a clock that is moved by hand.
struct House {
    store: Store,
    clock: TestClock,
    trail: Trail,
    customers: Customers,
    routing: Routing,
    conversations: Conversations,
    automation: Automation,
}

impl House {
    async fn open(test: &TestStore) -> Self {
        // A Monday at ten in New York.
        let clock = TestClock::at("2024-03-11T14:00:00Z".parse().unwrap());
        let options = Options::from_url(test.address()).unwrap();
        let store = Store::open(options, Arc::new(clock.clone())).await.unwrap();
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let vault = Vault::open(&store, KeyRing::new(key, Vec::new())).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let directories = Directories::open(store.clone()).await.unwrap();
        let directory = Directory::load(DIRECTORY, "test.toml").unwrap_or_else(|found| panic!("{found:#?}"));
        directories.import(&directory, Import::default()).await.unwrap();
        let routing = Routing::open(store.clone(), directories, trail.clone()).await.unwrap();
        routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
        let dispositions = Dispositions::load(DISPOSITIONS).unwrap();
        let conversations = Conversations::new(
            store.clone(),
            vault,
            trail.clone(),
            customers.clone(),
            routing.clone(),
            dispositions,
        );
        let automation = Automation::new(
            store.clone(),
            trail.clone(),
            conversations.clone(),
            customers.clone(),
            routing.clone(),
        );
        Self { store, clock, trail, customers, routing, conversations, automation }
    }

    async fn close(self) {
        self.store.close().await.unwrap();
    }

    async fn customer(&self, name: Option<&str>) -> PersonId {
        let (customers, now) = (self.customers.clone(), self.clock.now());
        let contact = Contact { name: name.map(secret), ..Contact::default() };
        self.store.write(move |tx| customers.find_or_create(tx, &contact, now)).await.unwrap()
    }

    /// A conversation that a customer begins with these words.
    async fn begin(&self, channel: ChannelKind, words: &str) -> Conversation {
        let customer = self.customer(Some("Ana Ruiz")).await;
        let first = Some(NewEntry::words(Author::Customer, words));
        let new = NewConversation {
            first,
            ..NewConversation::new(customer, channel, "cards".parse().unwrap(), language("en"))
        };
        self.conversations.open(new).await.unwrap().conversation
    }

    async fn says(&self, conversation: &Conversation, author: Author, words: &str) {
        self.conversations.append(conversation.id, NewEntry::words(author, words)).await.unwrap();
    }

    async fn now(&self, conversation: &Conversation) -> Conversation {
        self.conversations.get(conversation.id).await.unwrap()
    }

    /// The texts of replies, oldest first.
    async fn replies(&self, conversation: &Conversation) -> Vec<String> {
        let entries = self.conversations.entries(conversation.id, 0, 100).await.unwrap();
        let reply = |body: &Body| match body {
            Body::Reply(words) => words.text().map(str::to_owned),
            _ => None,
        };
        entries.iter().filter_map(|entry| reply(&entry.body)).collect()
    }

    /// Hears all events and carries out what they set off, until nothing is left. Returns how many events
    /// there were.
    async fn settle(&self, from: Position) -> usize {
        let (mut at, mut heard) = (from, 0);
        loop {
            let events = self.store.read(move |tx| tx.events_after(at, 100)).await.unwrap();
            let Some(last) = events.last() else {
                // On PostgreSQL events are shown when nothing can appear before them any more.
                if self.end().await <= at {
                    return heard;
                }
                continue;
            };
            at = last.position;
            heard += events.len();
            let automation = self.automation.clone();
            let hear =
                move |tx: &mut store::Tx<'_>| events.iter().try_for_each(|event| automation.hear(tx, event));
            self.store.write(hear).await.unwrap();
            self.automation.run_pending("test").await.unwrap();
        }
    }

    /// Where the stream of events ends, once every event that was written is shown.
    async fn end(&self) -> Position {
        let newest = "SELECT COALESCE(MAX(number), 0) FROM event";
        loop {
            let look = move |tx: &mut store::Tx<'_>| {
                let written: i64 = tx.query_one(newest, store::params![], |row| row.take(0))?;
                Ok((tx.events_end()?, written))
            };
            let (end, written) = self.store.read(look).await.unwrap();
            if end.number == written {
                return end;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Somebody of staff who may take everything.
    async fn agent(&self, name: &str) -> Agent {
        let staff: Id<StaffMember> = id::new(self.clock.now());
        let profile = Profile {
            queues: [("cards".parse().unwrap(), Membership::default())].into(),
            languages: [language("en")].into(),
            capacity: Capacity([(ChannelKind::Chat, 9), (ChannelKind::Email, 9)].into()),
            ..Profile::default()
        };
        self.routing.set_profile(staff, 0, profile, Actor::system()).await.unwrap();
        self.routing.arrive(staff).await.unwrap();
        self.routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
        Agent { reader: Reader { staff, queues: vec!["cards".parse().unwrap()] }, name: secret(name) }
    }

    async fn actions(&self) -> Vec<String> {
        let trail = self.trail.clone();
        let filter = audit::Filter { action: Some("automation.".into()), ..audit::Filter::default() };
        let entries = self.store.read(move |tx| trail.entries(tx, &filter, None, 1000)).await.unwrap();
        entries.into_iter().rev().map(|entry| entry.action).collect()
    }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

fn name(text: &str) -> LocalText {
    LocalText::new([(language("en"), text.to_owned())])
}

fn administrator() -> Actor {
    Actor::new(ActorKind::Staff, "stf_administrator")
}

fn staff_actor(staff: Id<StaffMember>) -> Actor {
    Actor::new(ActorKind::Staff, staff)
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().refusal_code().expect("a refusal")
}

fn minutes_after(clock: &TestClock, minutes: i64) -> Timestamp {
    clock.advance(jiff::SignedDuration::from_mins(minutes));
    clock.now()
}
