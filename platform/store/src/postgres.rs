//! The PostgreSQL engine: a pool of threads with a connection each, and one that listens.
//!
//! Writes run at the serializable level, so closures may read and then write on both engines without
//! locks of their own; when the database finds that two of them crossed, the later one is run again.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ::postgres::error::SqlState;
use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use ::postgres::{Client, Statement};
use async_channel::Receiver;
use kernel::{Context, Error, Fault, Result};

use crate::engine::{Job, Wake, next_wanted};
use crate::options::Options;
use crate::signal::Signal;
use crate::transport::Server;
use crate::tx::{On, Tx};
use crate::value::{Row, Value};
use crate::{Engine, dialect};

pub(crate) const CHANNEL: &str = "switchboard_event";
/// Where signals travel.
pub(crate) const SIGNALS: &str = "switchboard_signal";
/// Prepared statements kept by each connection; past that the cache starts anew.
const STATEMENTS: usize = 512;
/// How often a closure is run again when the database asks for it, with growing pauses.
const ATTEMPTS: u32 = 24;
/// How long the listener waits for a note before it looks whether the store is closing.
const LISTEN: Duration = Duration::from_millis(500);

/// A connection and its prepared statements.
pub(crate) struct Link {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl Link {
    pub(crate) fn open(server: &Server) -> Result<Self> {
        Ok(Self { client: server.connect()?, statements: HashMap::new() })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&dialect::statement(sql, Engine::Postgres))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value], retry: &mut bool) -> Result<u64> {
        let run = |link: &mut Self| {
            let statement = link.prepare(sql)?;
            let bound: Vec<&(dyn ToSql + Sync)> = params.iter().map(|value| value as _).collect();
            link.client.execute(&statement, &bound)
        };
        run(self).map_err(|error| note(error, retry))
    }

    pub(crate) fn query(&mut self, sql: &str, params: &[Value], retry: &mut bool) -> Result<Vec<Row>> {
        let run = |link: &mut Self| {
            let statement = link.prepare(sql)?;
            link.client.query_raw(&statement, params)?.collect::<Vec<_>>()
        };
        let rows = run(self).map_err(|error| note(error, retry))?;
        rows.iter().map(decode).collect()
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), postgres::Error> {
        self.client.batch_execute(sql)
    }
}

fn note(error: postgres::Error, retry: &mut bool) -> Error {
    *retry |= is_crossing(&error);
    error.into()
}

fn is_crossing(error: &postgres::Error) -> bool {
    matches!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED))
}

pub(crate) fn start(
    server: &Server,
    options: &Options,
    writes: &Receiver<Job>,
    reads: &Receiver<Job>,
    wake: &Arc<Wake>,
) -> Result<Vec<JoinHandle<()>>> {
    // Fails here, at the start, when the address or the password is wrong.
    let listener = Link::open(server)?;
    let mut handles = Vec::new();
    for (name, jobs, count, begin) in [
        ("store-writer", writes, options.writers, "BEGIN ISOLATION LEVEL SERIALIZABLE"),
        ("store-reader", reads, options.readers, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
    ] {
        for _ in 0..count.max(1) {
            let (server, jobs) = (server.clone(), jobs.clone());
            handles.push(spawn(name, move || work_loop(&server, &jobs, begin))?);
        }
    }
    let (server, waker) = (server.clone(), Arc::clone(wake));
    handles.push(spawn("store-listener", move || listen_loop(&server, listener, &waker))?);
    Ok(handles)
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(body).context("starting a store thread")
}

fn work_loop(server: &Server, jobs: &Receiver<Job>, begin: &str) {
    let mut link: Option<Link> = None;
    while let Some(mut job) = next_wanted(jobs) {
        if link.as_ref().is_none_or(|link| link.client.is_closed()) {
            link = None;
            match Link::open(server) {
                Ok(opened) => link = Some(opened),
                Err(error) => {
                    job.finish(Err(error.to_string()));
                    continue;
                }
            }
        }
        if let Some(link) = &mut link {
            let outcome = run_until_it_counts(link, &mut job, begin);
            job.finish(outcome.map_err(|error| error.to_string()));
        }
    }
}

/// Runs a closure in a transaction, again and again while the database says that it crossed another one.
fn run_until_it_counts(link: &mut Link, job: &mut Job, begin: &str) -> Result<()> {
    for attempt in 0..ATTEMPTS {
        link.batch(begin)?;
        let mut tx = Tx::new(On::Postgres(link));
        let keep = job.run(&mut tx);
        let mut crossed = tx.retry;
        if keep {
            match link.batch("COMMIT") {
                Ok(()) => return Ok(()),
                Err(error) if is_crossing(&error) => crossed = true,
                Err(error) => return Err(error.into()),
            }
        } else {
            link.batch("ROLLBACK")?;
        }
        if !crossed {
            return Ok(());
        }
        thread::sleep(pause(attempt));
    }
    Err(Fault::new(format!("a transaction crossed others {ATTEMPTS} times")).into())
}

/// A pause that grows to 64 ms, of random length so that two crossing closures part.
fn pause(attempt: u32) -> Duration {
    let longest = 1000_u64 << attempt.min(6);
    let random = u64::try_from(uuid::Uuid::new_v4().as_u128() & 0xffff).unwrap_or(0);
    Duration::from_micros(longest * random / 0x1_0000)
}

fn listen_loop(server: &Server, first: Link, wake: &Wake) {
    let mut link = Some(first);
    while !wake.is_closing() {
        let Some(mut open) = link.take().or_else(|| Link::open(server).ok()) else {
            wake.rest(LISTEN);
            continue;
        };
        if open.batch(&format!("LISTEN {CHANNEL}; LISTEN {SIGNALS}")).is_err() {
            continue;
        }
        // Whatever happened while nobody listened.
        wake.ring();
        while !wake.is_closing() && !open.client.is_closed() {
            match open.client.notifications().timeout_iter(LISTEN).next() {
                Ok(Some(note)) if note.channel() == SIGNALS => {
                    if let Some(signal) = Signal::parse(note.payload()) {
                        wake.signal(signal);
                    }
                }
                Ok(Some(_)) => wake.ring(),
                Ok(None) => {}
                Err(_) => break,
            }
        }
    }
}

fn decode(row: &postgres::Row) -> Result<Row> {
    (0..row.len()).map(|index| cell(row, index)).collect::<Result<_>>().map(Row::new)
}

fn cell(row: &postgres::Row, index: usize) -> Result<Value> {
    let column = row.columns().get(index).ok_or_else(|| Fault::new("a row lacks a column it announced"))?;
    let value = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(index)?.map(|number| Value::Int(number.into())),
        Type::INT2 => row.try_get::<_, Option<i16>>(index)?.map(|number| Value::Int(number.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(index)?.map(|truth| Value::Int(truth.into())),
        Type::FLOAT8 => row.try_get::<_, Option<f64>>(index)?.map(Value::Real),
        Type::TEXT | Type::VARCHAR | Type::NAME => row.try_get::<_, Option<String>>(index)?.map(Value::Text),
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.map(Value::Blob),
        ref other => {
            return Err(Fault::new(format!(
                "column {} is {other}; cast sums and the like to BIGINT in the statement",
                column.name()
            ))
            .into());
        }
    };
    Ok(value.unwrap_or(Value::Null))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => match *kind {
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(kind, out),
                Type::BOOL => (*number != 0).to_sql(kind, out),
                Type::INT8 => number.to_sql(kind, out),
                _ => Err(unfit("an integer", kind)),
            },
            Self::Real(number) if *kind == Type::FLOAT8 => number.to_sql(kind, out),
            Self::Text(text) if <&str as ToSql>::accepts(kind) => text.to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            Self::Real(_) => Err(unfit("a real", kind)),
            Self::Text(_) => Err(unfit("text", kind)),
            Self::Blob(_) => Err(unfit("bytes", kind)),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn unfit(what: &str, kind: &Type) -> Box<dyn std::error::Error + Sync + Send> {
    format!("{what} does not fit a parameter of type {kind}").into()
}
