//! The SQLite engine: one thread that writes, a few that read, and one that watches other processes.
//!
//! The writer commits together whatever is waiting (group commit): one flush to disk serves many callers,
//! and each closure has its own savepoint, so one that fails takes nobody with it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use async_channel::Receiver;
use kernel::{Context, Result};
use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, config::DbConfig};

use crate::engine::{Job, Wake};
use crate::options::Options;
use crate::tx::{On, Tx};
use crate::value::Value;

/// The most closures that share one commit.
const GROUP: usize = 256;
/// Prepared statements kept by each connection.
const STATEMENTS: usize = 256;
/// How soon a change by another process on the same file is noticed.
const WATCH: Duration = Duration::from_millis(250);

pub(crate) struct Threads {
    pub(crate) handles: Vec<JoinHandle<()>>,
}

pub(crate) fn start(
    path: &Path,
    options: &Options,
    writes: Receiver<Job>,
    reads: &Receiver<Job>,
    wake: &Arc<Wake>,
) -> Result<Threads> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).context("making the data folder")?;
    }
    let writer = open(path, options, false).context("opening the database")?;
    // Write-ahead log: readers never wait for the writer. FULL: what was answered "stored" survives a power cut.
    let mode: String = writer.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(
            kernel::Fault::new(format!("the database would not use a write-ahead log ({mode})")).into()
        );
    }
    // What is deleted is overwritten: a destroyed key must not live on in a freed corner of a page.
    writer.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = ON;",
    )?;
    let mut handles = Vec::new();
    let (group, waker) = (if options.group_commit { GROUP } else { 1 }, wake.clone());
    handles.push(spawn("store-writer", move || write_loop(&writer, &writes, group, &waker))?);
    for _ in 0..options.readers.max(1) {
        let (reader, reads) = (open(path, options, true)?, reads.clone());
        handles.push(spawn("store-reader", move || read_loop(&reader, &reads))?);
    }
    let (watcher, waker) = (open(path, options, true)?, Arc::downgrade(wake));
    handles.push(spawn("store-watcher", move || {
        let mut seen = 0_i64;
        while let Some(wake) = waker.upgrade().filter(|wake| !wake.is_closing()) {
            let now = watcher.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap_or(seen);
            if now != seen {
                seen = now;
                wake.ring();
            }
            wake.rest(WATCH);
        }
    })?);
    Ok(Threads { handles })
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(body).context("starting a store thread")
}

pub(crate) fn open(path: &Path, options: &Options, reading: bool) -> Result<Connection> {
    let path: PathBuf = path.into();
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(options.patience)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32000; PRAGMA trusted_schema = OFF;",
    )?;
    if reading {
        connection.execute_batch("PRAGMA query_only = ON;")?;
    }
    Ok(connection)
}

fn read_loop(connection: &Connection, reads: &Receiver<Job>) {
    while let Ok(mut job) = reads.recv_blocking() {
        if !job.is_wanted() {
            continue;
        }
        let ran = run_plain(connection, "BEGIN").map(|()| {
            job.run(&mut Tx::new(On::Sqlite(connection)));
            // Nothing was written, so there is nothing a failed end could lose.
            let _ = run_plain(connection, "COMMIT");
        });
        job.finish(ran.map_err(|error| error.to_string()));
    }
}

fn write_loop(connection: &Connection, writes: &Receiver<Job>, group: usize, wake: &Wake) {
    while let Ok(first) = writes.recv_blocking() {
        let mut batch = Vec::new();
        let mut emitted = false;
        let outcome = commit_group(connection, first, writes, group, &mut batch, &mut emitted);
        if outcome.is_err() && !connection.is_autocommit() {
            let _ = run_plain(connection, "ROLLBACK");
        }
        let outcome = outcome.map_err(|error| error.to_string());
        for job in batch {
            job.finish(outcome.clone());
        }
        if emitted && outcome.is_ok() {
            wake.ring();
        }
    }
    // The last hand out puts the log back into the file, so that a copy of the file is whole.
    let _ = connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
}

fn commit_group(
    connection: &Connection,
    first: Job,
    writes: &Receiver<Job>,
    group: usize,
    batch: &mut Vec<Job>,
    emitted: &mut bool,
) -> Result<()> {
    let mut next = Some(first);
    let begun = run_plain(connection, "BEGIN IMMEDIATE");
    while let Some(mut job) = next.take() {
        if begun.is_ok() && job.is_wanted() {
            let wrote = run_in_savepoint(connection, &mut job);
            *emitted |= matches!(wrote, Ok(true));
            batch.push(job);
            wrote?;
        } else {
            batch.push(job);
        }
        if begun.is_ok() && batch.len() < group {
            next = writes.try_recv().ok();
        }
    }
    begun?;
    run_plain(connection, "COMMIT")
}

/// Runs one closure; what it wrote stays only if it succeeded. Returns whether it told of an event.
fn run_in_savepoint(connection: &Connection, job: &mut Job) -> Result<bool> {
    run_plain(connection, "SAVEPOINT one")?;
    let mut tx = Tx::new(On::Sqlite(connection));
    let kept = job.run(&mut tx);
    let emitted = tx.emitted && kept;
    if !kept {
        run_plain(connection, "ROLLBACK TO one")?;
    }
    run_plain(connection, "RELEASE one")?;
    Ok(emitted)
}

fn run_plain(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl TryFrom<ValueRef<'_>> for Value {
    type Error = FromSqlError;

    fn try_from(value: ValueRef<'_>) -> Result<Self, FromSqlError> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(_) => Self::Text(value.as_str()?.to_owned()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        })
    }
}
