//! Durable messages at a fixed rate, with everything that goes on beside them in a running program: events
//! are followed, sockets are woken, and the search index is filled. Then as fast as it goes.
//!
//! Open loop: each message has its own due time and its latency counts from then, so a stall is charged to
//! every message it kept waiting.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use audit::{Actor, Trail};
use conversations::{Author, Conversations, Dispositions, NewConversation, NewEntry, Watch};
use customers::{Contact, Customers};
use directory::{ChannelKind, Directories};
use hdrhistogram::Histogram;
use kernel::id::{Conversation as Kind, Id};
use kernel::{Clock, SystemClock};
use routing::{QueueFile, Routing};
use store::{Options, Store};
use vault::{KeyRing, MasterKey, Vault};

const CONVERSATIONS: usize = 1_000;
const RATE: u32 = 2_000;
const TIME: Duration = Duration::from_secs(15);
const WORDS: &str =
    "Hello, I was charged a late fee on my last statement although I paid on time; can you check";

#[tokio::main]
async fn main() {
    // Not in /tmp, which may be memory: a flush has to reach a disk.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let url = std::env::var("SWITCHBOARD_BENCH_DATABASE")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("talk.db").display()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::open(Options::from_url(&url).unwrap(), clock).await.unwrap();
    store.migrate().await.unwrap();
    let (conversations, customers) = area(&store).await;
    let beside = beside(&store, &conversations);
    let ids = begin(&store, &conversations, &customers).await;
    println!("{CONVERSATIONS} conversations; {}", store.engine());
    steady(&conversations, &ids).await;
    flat_out(&conversations, &ids, 64).await;
    let behind = Instant::now();
    conversations.index_now("bench").await.unwrap();
    println!("the index was behind by {:.1} s of work", behind.elapsed().as_secs_f64());
    store.close().await.unwrap();
    for task in beside {
        task.await.unwrap();
    }
}

async fn area(store: &Store) -> (Conversations, Customers) {
    let ring = KeyRing::new(MasterKey::parse(&"11".repeat(32)).unwrap(), Vec::new());
    let vault = Vault::open(store, ring).await.unwrap();
    let trail = Trail::open(store, &vault).await.unwrap();
    let directories = Directories::open(store.clone()).await.unwrap();
    let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
    let routing = Routing::open(store.clone(), directories, trail.clone()).await.unwrap();
    let queue =
        "[[queue]]\nid = \"talk\"\nname = { en = \"Talk\" }\nunit = \"desk\"\nchannels = [\"chat\"]\n";
    routing.load(QueueFile::parse(queue).unwrap(), Actor::system()).await.unwrap();
    let people = customers.clone();
    (Conversations::new(store.clone(), vault, trail, customers, routing, Dispositions::default()), people)
}

/// What a node does beside answering.
fn beside(store: &Store, conversations: &Conversations) -> Vec<tokio::task::JoinHandle<()>> {
    let (own, area) = (store.clone(), conversations.clone());
    let follow = tokio::spawn(async move {
        let from = own.events_end().await.unwrap();
        let hear = |event| {
            area.live().hear(&event);
            async { Ok(()) }
        };
        own.follow(from, hear).await.unwrap();
    });
    let area = conversations.clone();
    vec![follow, tokio::spawn(async move { area.run("bench").await.unwrap() })]
}

async fn begin(store: &Store, conversations: &Conversations, customers: &Customers) -> Vec<Id<Kind>> {
    let mut ids = Vec::with_capacity(CONVERSATIONS);
    for _ in 0..CONVERSATIONS {
        let (area, customers) = (conversations.clone(), customers.clone());
        let opened = store
            .write(move |tx| {
                let customer = customers.find_or_create(tx, &Contact::default(), SystemClock.now())?;
                let (queue, language) = ("talk".parse()?, "en".parse()?);
                area.open_in(tx, &NewConversation::new(customer, ChannelKind::Chat, queue, language))
            })
            .await
            .unwrap();
        ids.push(opened.conversation.id);
    }
    ids
}

/// A message at each due time, until the time is over; somebody watches each conversation.
async fn steady(conversations: &Conversations, ids: &[Id<Kind>]) {
    let began = Instant::now();
    let every = Duration::from_secs(1) / RATE;
    let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
    let heard = Arc::new(AtomicU64::new(0));
    let watchers: Vec<_> = ids
        .iter()
        .map(|id| tokio::spawn(listen(conversations.live().watch(*id), Arc::clone(&heard))))
        .collect();
    let mut sent = 0_u32;
    while began.elapsed() < TIME {
        while began + every * sent <= Instant::now() {
            let (area, id) = (conversations.clone(), ids[sent as usize % ids.len()]);
            let (due, answer) = (began + every * sent, sender.clone());
            tokio::spawn(async move {
                let entry = NewEntry::words(Author::Customer, WORDS).keyed(key());
                area.append(id, entry).await.unwrap();
                let _ = answer.send(due.elapsed());
            });
            sent += 1;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(sender);
    let mut latency = Histogram::<u64>::new(3).unwrap();
    while let Some(took) = done.recv().await {
        latency.record(u64::try_from(took.as_micros()).unwrap()).unwrap();
    }
    let at = |quantile| latency.value_at_quantile(quantile) as f64 / 1000.0;
    println!(
        "{RATE}/s for {} s: stored {} p50 {:.1} ms  p99 {:.1} ms  p99.9 {:.1} ms  worst {:.1} ms; watchers woken {}",
        TIME.as_secs(),
        latency.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        latency.max() as f64 / 1000.0,
        heard.load(Ordering::Relaxed),
    );
    for watcher in watchers {
        watcher.abort();
    }
}

async fn listen(mut watch: Watch, heard: Arc<AtomicU64>) {
    loop {
        let change = watch.changed().await;
        if watch.recent(change.last - 1).is_some() {
            heard.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Many who send the next message as soon as the last is stored.
async fn flat_out(conversations: &Conversations, ids: &[Id<Kind>], callers: usize) {
    let began = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (area, own) = (conversations.clone(), ids[caller]);
            tokio::spawn(async move {
                let mut count = 0_u64;
                while began.elapsed() < Duration::from_secs(5) {
                    let entry = NewEntry::words(Author::Customer, WORDS).keyed(key());
                    area.append(own, entry).await.unwrap();
                    count += 1;
                }
                count
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.unwrap();
    }
    println!("{callers} callers flat out: {:.0}/s", count as f64 / began.elapsed().as_secs_f64());
}

fn key() -> conversations::ClientKey {
    uuid::Uuid::new_v4().to_string().parse().unwrap()
}
