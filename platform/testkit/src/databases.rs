//! A database for one test, gone when the test is over.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use kernel::{Clock, Event, Position, SystemClock};
use store::{Engine, Options, Store, params};
use tempfile::TempDir;
use uuid::Uuid;

/// The variable by which the test runner says where the private server is.
pub const POSTGRES: &str = "SWITCHBOARD_TEST_POSTGRES";

/// A migrated store of its own. Derefs to [`Store`].
pub struct TestStore {
    store: Store,
    address: String,
    folder: Option<TempDir>,
}

impl TestStore {
    /// The address it was opened with, to open it a second time as another node would.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Opens the same database again, as another process or node does.
    pub async fn second_handle(&self) -> Store {
        open(&self.address, Arc::new(SystemClock)).await
    }

    /// The folder that holds the database, on SQLite.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(TempDir::path)
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Runs a test on SQLite and then on PostgreSQL, with the machine's clock.
pub async fn on_both_engines(test: impl AsyncFn(&TestStore)) {
    on_sqlite(&test).await;
    on_postgres(&test).await;
}

/// Runs a test on SQLite alone, for what only a file can show.
pub async fn on_sqlite(test: impl AsyncFn(&TestStore)) {
    run(Engine::Sqlite, test).await;
}

/// Runs a test on PostgreSQL alone, for what only a server can show.
pub async fn on_postgres(test: impl AsyncFn(&TestStore)) {
    run(Engine::Postgres, test).await;
}

/// Every event that was written, in order. On PostgreSQL an event is shown once nothing can appear before
/// it any more, and that may take as long as any other test's transaction on the same server.
pub async fn all_events(store: &Store) -> Vec<Event> {
    const COUNT: &str = "SELECT COUNT(*) FROM event";
    loop {
        let (mut at, mut events) = (Position::default(), Vec::new());
        loop {
            let page = store.read(move |tx| tx.events_after(at, 1000)).await.expect("events are read");
            let Some(last) = page.last() else { break };
            at = last.position;
            events.extend(page);
        }
        let count = store.read(|tx| tx.query_one(COUNT, params![], |row| row.take::<i64>(0))).await;
        if i64::try_from(events.len()).ok() == count.ok() {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn run(engine: Engine, test: impl AsyncFn(&TestStore)) {
    let place = Announce(engine);
    let store = fresh(engine).await;
    test(&store).await;
    store.close().await.expect("the store closes");
    if engine == Engine::Postgres {
        let name = store.address.rsplit('/').next().unwrap_or_default().to_owned();
        admin(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    }
    std::mem::forget(place);
}

/// Says on which engine a test failed, when it panics.
struct Announce(Engine);

impl Drop for Announce {
    #[allow(clippy::print_stderr)]
    fn drop(&mut self) {
        eprintln!("the test failed on {}", self.0);
    }
}

async fn fresh(engine: Engine) -> TestStore {
    let (address, folder) = match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            (format!("sqlite:{}", folder.path().join("test.db").display()), Some(folder))
        }
        Engine::Postgres => {
            let name = format!("t_{}", Uuid::new_v4().simple());
            admin(format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
            let server = server();
            let (base, _) = server.rsplit_once('/').expect("an address that ends in a database name");
            (format!("{base}/{name}"), None)
        }
    };
    let store = open(&address, Arc::new(SystemClock)).await;
    store.migrate().await.unwrap_or_else(|error| panic!("the schema is made: {error}"));
    TestStore { store, address, folder }
}

async fn open(address: &str, clock: Arc<dyn Clock>) -> Store {
    let mut options = Options::from_url(address).unwrap_or_else(|refusal| panic!("{refusal}"));
    options.readers = 2;
    options.writers = 3;
    Store::open(options, clock).await.unwrap_or_else(|error| panic!("the store opens: {error}"))
}

fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| {
        std::env::var(POSTGRES).unwrap_or_else(|_| {
            panic!("{POSTGRES} is not set: run the tests with `cargo xtask test`, which starts a private PostgreSQL")
        })
    })
}

/// Runs one statement as the server's administrator.
async fn admin(sql: String) {
    tokio::task::spawn_blocking(move || {
        let mut client =
            postgres::Client::connect(server(), postgres::NoTls).expect("the private PostgreSQL answers");
        client.batch_execute(&sql).expect("an administrator's statement works");
    })
    .await
    .expect("the administrator's thread ends");
}
