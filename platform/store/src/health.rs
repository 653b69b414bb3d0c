//! What `switchboard doctor` and readiness want to know of the database itself.

use jiff::Timestamp;
use kernel::Result;

use crate::tx::Tx;
use crate::{Engine, params};

/// How the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub version: String,
    /// What the engine's own check of its file found, if anything.
    pub damage: Option<String>,
    /// The database server's own clock, where there is one.
    pub server_time: Option<Timestamp>,
}

impl Tx<'_> {
    /// Asks the engine. On SQLite this reads the whole file once.
    pub fn health(&mut self) -> Result<Health> {
        match self.engine() {
            Engine::Sqlite => {
                let version = self.query_one("SELECT sqlite_version()", params![], |row| row.take(0))?;
                let verdict: Vec<String> =
                    self.query("PRAGMA quick_check(1)", params![], |row| row.take(0))?;
                let damage = verdict.into_iter().find(|line| line != "ok");
                Ok(Health { version, damage, server_time: None })
            }
            Engine::Postgres => self.query_one(
                "SELECT current_setting('server_version'), \
                 CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
                params![],
                |row| Ok(Health { version: row.take(0)?, damage: None, server_time: Some(row.take(1)?) }),
            ),
        }
    }

    /// The smallest sign of life.
    pub fn ping(&mut self) -> Result<()> {
        self.query_one("SELECT 1", params![], |_| Ok(()))
    }

    /// When the newest event was written: a clock that is behind it has gone backwards.
    pub fn newest_event(&mut self) -> Result<Option<Timestamp>> {
        self.query_one("SELECT MAX(at) FROM event", params![], |row| row.take(0))
    }
}
