//! The chat behind a real listener, over a real database, with a queue and somebody who serves it.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use audit::{Actor, Trail};
use chat::start::{Asking, Form};
use chat::{Begun, Chat, Limits, Parts, Settings, Token};
use conversations::{Author, Body, Conversations, Dispositions, Entry, NewEntry};
use customers::Customers;
use directory::{ChannelKind, Directories, Directory, Import};
use kernel::id::{self, Conversation, Id, StaffMember};
use kernel::{Clock as _, SystemClock};
use routing::{Capacity, Membership, Presence, Profile, QueueFile, Routing};
use store::Store;
use testkit::{TestStore, on_both_engines};
use vault::{KeyRing, MasterKey, Vault};
use web::{Draining, Operations, Readiness, Web};
use words::Catalogue;

use crate::browser::Browser;

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
unit = "card-service"
channels = ["chat"]
hours = "staffed"
when_closed = ["message", "callback"]
fallback = true
"#;

const DISPOSITIONS: &str = r#"
[[disposition]]
id = "answered"
name = { en = "Answered" }
resolved = true

[[disposition]]
id = "customer-left"
name = { en = "Customer left" }
resolved = false
"#;

/// One node.
pub struct House {
    pub chat: Chat,
    pub conversations: Conversations,
    pub customers: Customers,
    pub routing: Routing,
    pub store: Store,
    pub address: SocketAddr,
}

/// Runs a test on a node of its own, on each engine.
pub async fn with_house(limits: Limits, test: impl AsyncFn(House)) {
    on_both_engines(async |store: &TestStore| {
        test(House::open((**store).clone(), limits.clone()).await).await;
    })
    .await;
}

impl House {
    pub async fn open(store: Store, limits: Limits) -> Self {
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let vault = Vault::open(&store, KeyRing::new(key, Vec::new())).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let directories = Directories::open(store.clone()).await.unwrap();
        directories.import(&example(), Import::default()).await.unwrap();
        let routing = Routing::open(store.clone(), directories.clone(), trail.clone()).await.unwrap();
        routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
        let conversations = Conversations::new(
            store.clone(),
            vault.clone(),
            trail,
            customers.clone(),
            routing.clone(),
            Dispositions::load(DISPOSITIONS).unwrap(),
        );
        let catalogue = Catalogue::load().unwrap();
        let parts = Parts {
            store: store.clone(),
            vault,
            customers: customers.clone(),
            conversations: conversations.clone(),
            routing: routing.clone(),
            directories,
            names: Arc::new(|_| Box::pin(async { Ok("Sam".to_owned()) })),
            words: catalogue.words(&"en".parse().unwrap()),
        };
        let settings = Settings { limits, region: "US".into(), ..Settings::default() };
        let chat = Chat::new(parts, settings);
        follow(&store, &conversations).await;
        let address = serve(&chat, catalogue);
        Self { chat, conversations, customers, routing, store, address }
    }

    /// Somebody begins a chat with these words, and their page is not connected yet.
    pub async fn browser(&self, words: &str) -> Browser {
        let form = Form { name: "Ana Ruiz".into(), text: words.into(), ..Form::default() };
        let asking = Asking { vouched: false, away: false };
        let language = "en".parse().unwrap();
        let beginning = form.check(asking, &language, "US").unwrap();
        let token = Token::random().unwrap();
        let begun = self.chat.begin(&token, beginning, &language, false).await.unwrap();
        let Begun::Opened(conversation) = begun else { panic!("{begun:?}") };
        Browser::new(self.address, &token, conversation)
    }

    /// Somebody who is there and serves the queue.
    pub async fn staff(&self) -> Id<StaffMember> {
        let staff = id::new(SystemClock.now());
        let profile = Profile {
            queues: [("cards".parse().unwrap(), Membership::default())].into(),
            languages: ["en".parse().unwrap()].into(),
            capacity: Capacity([(ChannelKind::Chat, 50)].into()),
            ..Profile::default()
        };
        self.routing.set_profile(staff, 0, profile, Actor::system()).await.unwrap();
        self.routing.arrive(staff).await.unwrap();
        self.routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
        staff
    }

    pub async fn reply(&self, conversation: Id<Conversation>, staff: Id<StaffMember>, words: &str) -> i64 {
        let entry = NewEntry::words(Author::Staff(staff), words);
        self.conversations.append(conversation, entry).await.unwrap().number
    }

    pub async fn entries(&self, conversation: Id<Conversation>) -> Vec<Entry> {
        self.conversations.entries(conversation, 0, 200).await.unwrap()
    }

    /// What the customer said, as it is kept.
    pub async fn said(&self, conversation: Id<Conversation>) -> Vec<String> {
        let entries = self.entries(conversation).await;
        let words = entries.iter().filter_map(|entry| match &entry.body {
            Body::Message(words) => words.text().map(str::to_owned),
            _ => None,
        });
        words.collect()
    }
}

/// What the server does for every node: wakes watchers by events and signals.
async fn follow(store: &Store, conversations: &Conversations) {
    let (from, following) = (store.events_end().await.unwrap(), store.clone());
    let hearing = conversations.clone();
    tokio::spawn(async move {
        let hear = |event| {
            hearing.live().hear(&event);
            async { Ok(()) }
        };
        following.follow(from, hear).await
    });
    let (mut signals, hearing) = (store.signals(), conversations.clone());
    tokio::spawn(async move {
        while let Ok(signal) = signals.recv().await {
            hearing.hear_signal(&signal);
        }
    });
}

fn serve(chat: &Chat, catalogue: Catalogue) -> SocketAddr {
    let web = Web::new(web::Settings::default(), catalogue, Arc::new(SystemClock)).unwrap();
    let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
    let draining = Draining::default();
    let app = web.shell(chat.routes(), Operations::new(readiness, draining.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let for_ever = std::future::pending();
        web::serve(listener, None, app, &web::Limits::default(), draining, for_ever).await
    });
    address
}

fn example() -> Directory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../institutions/ally/directory.toml");
    Directory::load(&std::fs::read_to_string(path).unwrap(), "directory.toml").expect("a sound directory")
}
