//! The store's front: hands closures to the engine's threads and brings their answers back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use async_channel::{Receiver, Sender, bounded};
use kernel::{Clock, Context, Fault, Result};
use tokio::sync::{broadcast, oneshot, watch};

use crate::options::{Options, Place};
use crate::signal::Signal;
use crate::tx::Tx;
use crate::{postgres, sqlite};

/// A consumer of events looks at least this often.
const LONGEST_NAP: Duration = Duration::from_secs(2);
/// Signals kept for a slow listener.
const SIGNALS_WAITING: usize = 1_024;

/// Which database holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// A handle on the data. Cloning it is cheap.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    clock: Arc<dyn Clock>,
    writes: Sender<Job>,
    reads: Sender<Job>,
    wake: Arc<Wake>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, without touching what is in it; see [`Store::migrate`].
    pub async fn open(options: Options, clock: Arc<dyn Clock>) -> Result<Self> {
        tokio::task::spawn_blocking(move || Self::open_blocking(&options, clock)).await?
    }

    fn open_blocking(options: &Options, clock: Arc<dyn Clock>) -> Result<Self> {
        let (writes, write_jobs) = bounded(options.waiting);
        let (reads, read_jobs) = bounded(options.waiting);
        let wake = Arc::new(Wake::default());
        let (engine, threads) = match &options.place {
            Place::File(path) => {
                (Engine::Sqlite, sqlite::start(path, options, write_jobs, &read_jobs, &wake)?.handles)
            }
            Place::Server(server) => {
                (Engine::Postgres, postgres::start(server, options, &write_jobs, &read_jobs, &wake)?)
            }
        };
        let inner = Inner { engine, clock, writes, reads, wake, threads: Mutex::new(threads) };
        Ok(Self { inner: Arc::new(inner) })
    }

    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// The clock that stamps what is written.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// Runs `work` in a transaction that may write. When this returns `Ok`, what it wrote is on disk.
    ///
    /// `work` may be run several times before it counts, and not at all if the caller stops waiting.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        call(&self.inner.writes, work).await
    }

    /// Runs `work` in a transaction that sees one moment and cannot write.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        call(&self.inner.reads, work).await
    }

    /// Changes its value when there may be new events. It only says "look": a missed change costs delay.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.wake.bell.subscribe()
    }

    /// Waits for a wake-up, though never long: one that was missed costs this delay, and an event that was
    /// still unsettled at its own wake-up is found by the next look. `false` when the store has closed.
    pub async fn changed(&self, changes: &mut watch::Receiver<u64>) -> bool {
        let _ = tokio::time::timeout(LONGEST_NAP, changes.changed()).await;
        !self.inner.wake.is_closing()
    }

    /// Whether it lets go of the database: what fails from now on fails for that.
    pub fn is_closing(&self) -> bool {
        self.inner.wake.is_closing()
    }

    pub(crate) fn wake(&self) -> &Wake {
        &self.inner.wake
    }

    fn take_threads(&self) -> Vec<JoinHandle<()>> {
        std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes no more calls, finishes those under way, and lets go of the database.
    pub async fn close(&self) -> Result<()> {
        self.inner.writes.close();
        self.inner.reads.close();
        self.inner.wake.close();
        let threads = self.take_threads();
        tokio::task::spawn_blocking(move || {
            for thread in threads {
                // A thread that panicked has already said so.
                let _ = thread.join();
            }
        })
        .await
        .context("closing the store")
    }
}

async fn call<T, F>(queue: &Sender<Job>, work: F) -> Result<T>
where
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let job = Job(Box::new(Call { work, reply: Some(reply), result: None }));
    queue.send(job).await.map_err(|_| Fault::new("the store is closed"))?;
    answer.await.context("the store let go of a call")?
}

/// One closure on its way through an engine.
pub(crate) struct Job(Box<dyn Work>);

impl Job {
    /// Whether the caller still waits. A job that has begun is finished in any case.
    pub(crate) fn is_wanted(&self) -> bool {
        self.0.is_wanted()
    }

    /// Runs the closure and keeps its answer. Returns whether its writes are to be kept.
    pub(crate) fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.0.run(tx)
    }

    /// Answers the caller, now that the commit has worked or not.
    pub(crate) fn finish(self, committed: Result<(), String>) {
        self.0.finish(committed);
    }
}

trait Work: Send {
    fn is_wanted(&self) -> bool;
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    fn finish(self: Box<Self>, committed: Result<(), String>);
}

struct Call<F, T> {
    work: F,
    reply: Option<oneshot::Sender<Result<T>>>,
    result: Option<Result<T>>,
}

impl<F, T> Work for Call<F, T>
where
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
    T: Send + 'static,
{
    fn is_wanted(&self) -> bool {
        self.reply.as_ref().is_some_and(|reply| !reply.is_closed())
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let ran = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)))
            .unwrap_or_else(|_| Err(Fault::new("a transaction's closure panicked").into()));
        let result = match ran {
            Ok(_) if tx.failed => {
                Err(Fault::new("a closure went on after one of its statements had failed").into())
            }
            ran => ran,
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn finish(mut self: Box<Self>, committed: Result<(), String>) {
        let answer = match (committed, self.result.take()) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Ok(()), None) => Err(Fault::new("a call was dropped unrun").into()),
            (Err(reason), _) => Err(Fault::new(format!("the transaction did not commit: {reason}")).into()),
        };
        if let Some(reply) = self.reply.take() {
            // A caller that left does not hear the answer; the transaction stands all the same.
            let _ = reply.send(answer);
        }
    }
}

/// The bell that says "there may be something new", and the sign that the store is closing.
pub(crate) struct Wake {
    bell: watch::Sender<u64>,
    signals: broadcast::Sender<Signal>,
    closing: Mutex<bool>,
    closed: Condvar,
}

impl Default for Wake {
    fn default() -> Self {
        let (signals, _) = broadcast::channel(SIGNALS_WAITING);
        Self { bell: watch::Sender::default(), signals, closing: Mutex::default(), closed: Condvar::new() }
    }
}

impl Wake {
    /// Passes a signal on to those of this process who listen.
    pub(crate) fn signal(&self, signal: Signal) {
        // Nobody listening is no failure.
        let _ = self.signals.send(signal);
    }

    pub(crate) fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    pub(crate) fn ring(&self) {
        self.bell.send_modify(|count| *count = count.wrapping_add(1));
    }

    pub(crate) fn is_closing(&self) -> bool {
        *self.closing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a while, or until the store closes.
    pub(crate) fn rest(&self, time: Duration) {
        let closing = self.closing.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = self.closed.wait_timeout_while(closing, time, |closing| !*closing);
    }

    fn close(&self) {
        *self.closing.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.closed.notify_all();
    }
}

/// Takes the next job, or nothing when the store is closed and its queue is empty.
pub(crate) fn next_wanted(jobs: &Receiver<Job>) -> Option<Job> {
    loop {
        let job = jobs.recv_blocking().ok()?;
        if job.is_wanted() {
            return Some(job);
        }
    }
}
