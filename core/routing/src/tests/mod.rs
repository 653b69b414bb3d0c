//! Routing over a real database, on both engines.

mod configuration;
mod customers;
mod hands;
mod laws;
mod people;
mod queueing;
mod running;
mod states;

use audit::{Actor, Trail};
use directory::{ChannelKind, Directories, Directory, Import};
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Id, Offer, StaffMember, Work as WorkKind};
use kernel::{Clock, Error, Result, SystemClock};
use store::{Store, Tx};
use testkit::TestStore;
use vault::{KeyRing, MasterKey, Vault};

use crate::{NewWork, Placement, Presence, Profile, QueueFile, Routing, State, Work, work_rows};

const MASTER: &str = "1111111111111111111111111111111111111111111111111111111111111111";

const DIRECTORY: &str = r#"
schema = 1
[institution]
id = "example"
name = "Example"
zone = "America/New_York"
languages = ["en", "es"]
effective = 2020-01-01
[holidays]
country = "US"
hours = "closed"
[[channel]]
kind = "phone"
name = { en = "Phone", es = "Teléfono" }
[[channel]]
kind = "chat"
name = { en = "Chat", es = "Chat" }
[[topic]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
[[topic]]
id = "loans"
name = { en = "Loans", es = "Préstamos" }
[[unit]]
id = "desk"
name = { en = "Desk", es = "Mesa" }
topics = ["cards", "loans"]
[[unit.way]]
id = "line"
channel = "phone"
number = "+1 855-720-2559"
hours = "Mo-Fr 09:00-17:00"
[[unit.way]]
id = "chat"
channel = "chat"
site = { en = "our site", es = "nuestro sitio" }
"#;

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards", es = "Tarjetas" }
unit = "desk"
topics = ["cards"]
channels = ["phone", "chat", "email"]
sticky_for = 60
overflow = [{ after = 120, to = "general" }]

[[queue]]
id = "loans"
name = { en = "Loans", es = "Préstamos" }
unit = "desk"
topics = ["loans"]
channels = ["chat"]
wrap_up = 30
needs = { certificates = ["lending"] }

[[queue]]
id = "general"
name = { en = "General", es = "General" }
unit = "desk"
channels = ["phone", "chat", "email"]
fallback = true
hours = "staffed"
strategy = "least_loaded"
"#;

/// Routing over a store, without queues or a directory.
async fn empty(store: &TestStore) -> Routing {
    let store = Store::clone(store);
    let ring = KeyRing::new(MasterKey::parse(MASTER).unwrap(), Vec::new());
    let vault = Vault::open(&store, ring).await.unwrap();
    let trail = Trail::open(&store, &vault).await.unwrap();
    let directories = Directories::open(store.clone()).await.unwrap();
    Routing::open(store, directories, trail).await.unwrap()
}

/// Routing over a store, with the queues above.
async fn routing(store: &TestStore) -> Routing {
    let routing = empty(store).await;
    let directory = Directory::load(DIRECTORY, "test.toml").unwrap_or_else(|found| panic!("{found:#?}"));
    routing.directories.import(&directory, Import::default()).await.unwrap();
    routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
    routing
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// Somebody who serves these queues, and is available.
async fn somebody(routing: &Routing, queues: &[&str]) -> Id<StaffMember> {
    let staff = id::new(now());
    let queues = queues.iter().map(|queue| (queue.parse().unwrap(), crate::Membership::default())).collect();
    let languages = ["en".parse().unwrap()].into();
    let profile = Profile { queues, languages, ..Profile::default() };
    routing.set_profile(staff, 0, profile, Actor::system()).await.unwrap();
    routing.arrive(staff).await.unwrap();
    routing.set_presence(staff, Presence::Available, Actor::system()).await.unwrap();
    staff
}

fn chat(queue: &str, subject: &str) -> NewWork {
    NewWork {
        subject: subject.into(),
        channel: ChannelKind::Chat,
        placement: Placement::new(queue.parse().unwrap()),
        sticky: None,
        not_before: None,
    }
}

/// Does something to routing in a transaction.
async fn in_tx<T: Send + 'static>(
    routing: &Routing,
    act: impl Fn(&Routing, &mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let own = routing.clone();
    routing.store.write(move |tx| act(&own, tx)).await
}

async fn wait(routing: &Routing, new: NewWork) -> Id<WorkKind> {
    in_tx(routing, move |routing, tx| routing.wait(tx, &new, now())).await.unwrap()
}

/// Lays work before somebody, as the runner would.
async fn offer(routing: &Routing, work: Id<WorkKind>, staff: Id<StaffMember>) -> Option<Id<Offer>> {
    let made = in_tx(routing, move |_, tx| Routing::offer(tx, &work, staff, now())).await.unwrap();
    if made { stand(routing, work).await.offer } else { None }
}

async fn stand(routing: &Routing, work: Id<WorkKind>) -> Work {
    routing.store.read(move |tx| work_rows::get(tx, &work)).await.unwrap()
}

async fn state(routing: &Routing, work: Id<WorkKind>) -> State {
    stand(routing, work).await.state
}

/// The kinds of all events of routing so far, without those of setting up.
async fn told(routing: &Routing) -> Vec<String> {
    let all = testkit::all_events(&routing.store).await;
    let of_work = all.into_iter().filter(|event| event.subject.starts_with("wrk_"));
    of_work.map(|event| event.kind.trim_start_matches("routing.").to_owned()).collect()
}

fn code<T>(result: Result<T>) -> &'static str {
    match result {
        Err(Error::Refusal(refusal)) => refusal.code(),
        Err(Error::NotFound) => "not found",
        Err(Error::Fault(fault)) => panic!("{fault}"),
        Ok(_) => "done",
    }
}
