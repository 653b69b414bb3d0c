//! One transaction, as the closures of [`crate::Store`] see it.

use kernel::{Context, Error, Fault, Result};

use crate::postgres::Link;
use crate::value::{Row, Value};
use crate::{Engine, dialect};

/// An open transaction. It commits when the closure that was given it returns `Ok`.
///
/// After a statement failed, the transaction is lost on both engines, whatever the closure returns:
/// write `ON CONFLICT … RETURNING` where a conflict is an expected answer.
pub struct Tx<'c> {
    pub(crate) on: On<'c>,
    pub(crate) emitted: bool,
    pub(crate) failed: bool,
    pub(crate) retry: bool,
}

pub(crate) enum On<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut Link),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(on: On<'c>) -> Self {
        Self { on, emitted: false, failed: false, retry: false }
    }

    pub fn engine(&self) -> Engine {
        match self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement and returns how many rows it touched.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        let done = match &mut self.on {
            On::Sqlite(connection) => sqlite_execute(connection, sql, params),
            On::Postgres(link) => link.execute(sql, params, &mut self.retry),
        };
        self.note(done, sql)
    }

    /// Reads rows, each through `decode`.
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        mut decode: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<Vec<T>> {
        let rows = match &mut self.on {
            On::Sqlite(connection) => sqlite_query(connection, sql, params),
            On::Postgres(link) => link.query(sql, params, &mut self.retry),
        };
        self.note(rows, sql)?.iter_mut().map(&mut decode).collect::<Result<_>>().context(first_words(sql))
    }

    /// Reads at most one row; more than one is a fault.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        decode: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut rows = self.query(sql, params, decode)?;
        let last = rows.pop();
        if rows.is_empty() {
            Ok(last)
        } else {
            Err(Fault::new(format!("several rows where one was expected: {}", first_words(sql))).into())
        }
    }

    /// Reads the one row, or [`Error::NotFound`].
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value],
        decode: impl FnMut(&mut Row) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, decode)?.ok_or(Error::NotFound)
    }

    /// Runs several statements without parameters. Only migrations need it.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let done = match &mut self.on {
            On::Sqlite(connection) => connection.execute_batch(sql).map_err(Error::from),
            On::Postgres(link) => link.batch(sql).map_err(Error::from),
        };
        self.note(done, sql)
    }

    fn note<T>(&mut self, done: Result<T>, sql: &str) -> Result<T> {
        self.failed |= done.is_err();
        done.context(first_words(sql))
    }
}

/// Enough of a statement to find it; never its parameters.
fn first_words(sql: &str) -> String {
    sql.split_whitespace().take(8).collect::<Vec<_>>().join(" ")
}

fn sqlite_execute(connection: &rusqlite::Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(&dialect::statement(sql, Engine::Sqlite))?;
    Ok(u64::try_from(statement.execute(rusqlite::params_from_iter(params))?)?)
}

fn sqlite_query(connection: &rusqlite::Connection, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(&dialect::statement(sql, Engine::Sqlite))?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|index| Ok(row.get_ref(index)?.try_into()?)).collect::<Result<_>>()?;
        found.push(Row::new(values));
    }
    Ok(found)
}
