//! The desk's lists and a conversation, on a database with few closed conversations and on one with many.
//!
//! What is closed must cost nothing: each figure of the second is to be at most 1.3 times the first.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::Instant;

use audit::{Actor, Trail};
use conversations::{
    Author, Conversations, Dispositions, NewConversation, NewEntry, Order, Query, QueueId, Scope, StateKind,
    Who,
};
use customers::{Contact, Customers};
use directory::{ChannelKind, Directories};
use hdrhistogram::Histogram;
use kernel::id::{self, Conversation as Kind, Id, Person, StaffMember};
use kernel::{Clock, Reference, SystemClock};
use routing::{QueueFile, Routing};
use store::{Options, Store, params};
use vault::{KeyRing, MasterKey, Vault};

const OPEN: usize = 10_000;
const QUEUES: usize = 20;
const STAFF: usize = 100;
const FEW: usize = 5_000;
const MANY: usize = 500_000;
const ASKED: usize = 500;

struct Centre {
    store: Store,
    conversations: Conversations,
    customers: Customers,
    staff: Vec<Id<StaffMember>>,
    ids: Vec<Id<Kind>>,
    people: Vec<Id<Person>>,
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let url = std::env::var("SWITCHBOARD_BENCH_DATABASE")
        .unwrap_or_else(|_| format!("sqlite:{}", folder.path().join("lists.db").display()));
    let mut centre = open(&url).await;
    begin(&mut centre).await;
    println!("{OPEN} open in {QUEUES} queues; {}", centre.store.engine());
    close_some(&centre, FEW).await;
    let few = measure(&centre).await;
    close_some(&centre, MANY - FEW).await;
    let many = measure(&centre).await;
    println!("{:<34} {FEW:>9} closed   {MANY:>9} closed   ratio of medians", "p50 / p99, ms");
    for ((name, few), (_, many)) in few.iter().zip(&many) {
        let at = |times: &Histogram<u64>, quantile| times.value_at_quantile(quantile) as f64 / 1000.0;
        println!(
            "{name:<34} {:>6.2} {:>6.2}      {:>6.2} {:>6.2}      {:>5.2}",
            at(few, 0.5),
            at(few, 0.99),
            at(many, 0.5),
            at(many, 0.99),
            at(many, 0.5) / at(few, 0.5)
        );
    }
    centre.store.close().await.unwrap();
}

async fn open(url: &str) -> Centre {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store = Store::open(Options::from_url(url).unwrap(), clock).await.unwrap();
    store.migrate().await.unwrap();
    let ring = KeyRing::new(MasterKey::parse(&"11".repeat(32)).unwrap(), Vec::new());
    let vault = Vault::open(&store, ring).await.unwrap();
    let trail = Trail::open(&store, &vault).await.unwrap();
    let directories = Directories::open(store.clone()).await.unwrap();
    let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
    let routing = Routing::open(store.clone(), directories, trail.clone()).await.unwrap();
    let queues: Vec<String> = (0..QUEUES)
        .map(|number| {
            format!("[[queue]]\nid = \"q{number}\"\nname = {{ en = \"Q\" }}\nunit = \"desk\"\nchannels = [\"chat\"]")
        })
        .collect();
    routing.load(QueueFile::parse(&queues.join("\n")).unwrap(), Actor::system()).await.unwrap();
    let dispositions = Dispositions::default();
    let conversations =
        Conversations::new(store.clone(), vault, trail, customers.clone(), routing, dispositions);
    let staff = (0..STAFF).map(|_| id::new(SystemClock.now())).collect();
    Centre { store, conversations, customers, staff, ids: Vec::new(), people: Vec::new() }
}

fn queue(number: usize) -> QueueId {
    format!("q{}", number % QUEUES).parse().unwrap()
}

/// Open conversations of 20 entries each; half of them are in somebody's hands.
async fn begin(centre: &mut Centre) {
    for number in 0..OPEN {
        let (area, customers) = (centre.conversations.clone(), centre.customers.clone());
        let (opened, customer) = centre
            .store
            .write(move |tx| {
                let customer: Id<Person> =
                    customers.find_or_create(tx, &Contact::default(), SystemClock.now())?;
                let new = NewConversation {
                    subject: Some("A late fee on my statement".into()),
                    first: Some(NewEntry::words(Author::Customer, "I was charged a late fee; why?")),
                    ..NewConversation::new(customer, ChannelKind::Chat, queue(number), "en".parse()?)
                };
                let opened = area.open_in(tx, &new)?.conversation.id;
                for line in 0..18 {
                    let author = if line % 2 == 0 { Author::System } else { Author::Customer };
                    area.append_in(
                        tx,
                        opened,
                        &NewEntry::words(author, "Let us see what can be done about it."),
                    )?;
                }
                Ok((opened, customer))
            })
            .await
            .unwrap();
        centre.ids.push(opened);
        centre.people.push(customer);
    }
    let (staff, ids) = (centre.staff.clone(), centre.ids.clone());
    centre
        .store
        .write(move |tx| {
            for (number, id) in ids.iter().enumerate().filter(|(number, _)| number % 2 == 0) {
                tx.execute(
                    "UPDATE conversation SET assignee = ?2 WHERE id = ?1",
                    params![id, staff[number % staff.len()]],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
}

/// Closed conversations as they lie in the tables, with four entries each that nobody will read.
async fn close_some(centre: &Centre, count: usize) {
    const AT_ONCE: usize = 2_000;
    for begin in (0..count).step_by(AT_ONCE) {
        let (staff, people, many) = (centre.staff.clone(), centre.people.clone(), AT_ONCE.min(count - begin));
        centre
            .store
            .write(move |tx| {
                for number in 0..many {
                    let now = SystemClock.now();
                    let (id, customer): (Id<Kind>, _) = (id::new(now), people[(begin + number) % people.len()]);
                    tx.execute(
                        "INSERT INTO conversation (id, reference, customer, channel, queue, language, urgency, \
                         state, live, since, disposition, reopened, assignee, tags, opened_at, version, \
                         last_number, last_at, last_message, customer_count, reply_count, customer_delivered, \
                         customer_read, customer_read_count, staff_read) VALUES (?1, ?2, ?3, 'chat', ?4, 'en', \
                         'normal', 'closed', 0, ?5, 'answered', 0, ?6, '', ?5, 3, 4, ?5, 0, 2, 2, 0, 0, 0, 0)",
                        params![
                            id,
                            Reference::random('M').as_str(),
                            customer,
                            queue(number).as_str(),
                            now,
                            staff[number % staff.len()]
                        ],
                    )?;
                    for entry in 1..=4_i64 {
                        tx.execute(
                            "INSERT INTO conversation_entry (conversation, number, at, side, kind, form, fact, \
                             masked) VALUES (?1, ?2, ?3, 'system', 'happening', 'none', ?4, 0)",
                            params![id, entry, now, "x".repeat(160)],
                        )?;
                    }
                }
                Ok(())
            })
            .await
            .unwrap();
    }
    centre.store.write(|tx| tx.execute("ANALYZE", params![]).map(|_| ())).await.unwrap();
}

async fn measure(centre: &Centre) -> Vec<(&'static str, Histogram<u64>)> {
    let me = centre.staff[0];
    let some = || Scope::Queues((0..8).map(queue).collect());
    let mine = Query { who: Who::Staff(me), reader: Some(me), ..Query::open(Scope::All) };
    let all = Query { reader: Some(me), ..Query::open(Scope::All) };
    let queues = Query { reader: Some(me), ..Query::open(some()) };
    let nobodys = Query { who: Who::Nobody, ..queues.clone() };
    let newest = Order::NewestFirst;
    let closed = Query { states: vec![StateKind::Closed], order: newest, ..queues.clone() };
    let area = &centre.conversations;
    vec![
        ("mine", times(async |_| area.list(mine.clone()).await.unwrap().rows.len()).await),
        ("all open", times(async |_| area.list(all.clone()).await.unwrap().rows.len()).await),
        ("open in eight queues", times(async |_| area.list(queues.clone()).await.unwrap().rows.len()).await),
        (
            "nobody's in eight queues",
            times(async |_| area.list(nobodys.clone()).await.unwrap().rows.len()).await,
        ),
        (
            "closed in eight queues",
            times(async |_| area.list(closed.clone()).await.unwrap().rows.len()).await,
        ),
        ("counts", times(async |_| area.counts(some(), Some(me)).await.unwrap().queues.len()).await),
        (
            "a conversation with its entries",
            times(async |turn| {
                let id = centre.ids[turn * 7 % centre.ids.len()];
                area.show(id, Some(me)).await.unwrap();
                area.page_before(id, i64::MAX, 50).await.unwrap().len()
            })
            .await,
        ),
    ]
}

async fn times(ask: impl AsyncFn(usize) -> usize) -> Histogram<u64> {
    let mut times = Histogram::new(3).unwrap();
    for turn in 0..ASKED {
        let asked = Instant::now();
        assert!(ask(turn).await > 0);
        times.record(u64::try_from(asked.elapsed().as_micros()).unwrap()).unwrap();
    }
    times
}
