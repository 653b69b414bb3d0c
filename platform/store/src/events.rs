//! The outbox: events written with the change they tell of, and read in an order nobody can overtake.

use jiff::Timestamp;
use kernel::id::{self, EventKind, Id};
use kernel::{Event, NewEvent, Position, Result};

use crate::postgres::CHANNEL;
use crate::tx::Tx;
use crate::{Engine, params};

impl Tx<'_> {
    /// Writes an event and, once this transaction commits, wakes whoever waits for events.
    pub fn emit(&mut self, now: Timestamp, event: &NewEvent) -> Result<Id<EventKind>> {
        let id: Id<EventKind> = id::new(now);
        let own = match self.engine() {
            Engine::Sqlite => "0",
            Engine::Postgres => "CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)",
        };
        self.execute(
            &format!(
                "INSERT INTO event (tx, id, at, kind, subject, data) VALUES ({own}, ?1, ?2, ?3, ?4, ?5)"
            ),
            params![id, now, event.kind, event.subject, event.data.to_string()],
        )?;
        if self.engine() == Engine::Postgres && !self.emitted {
            // The database folds equal notes of one transaction into one and sends it at commit.
            self.query(&format!("SELECT CAST(pg_notify('{CHANNEL}', '') AS TEXT)"), params![], |_| Ok(()))?;
        }
        self.emitted = true;
        Ok(id)
    }

    /// The next events after a position, oldest first.
    ///
    /// On PostgreSQL only events of transactions before the oldest one still under way are shown; a
    /// younger one that committed first waits until nothing can appear before it.
    pub fn events_after(&mut self, after: Position, limit: u16) -> Result<Vec<Event>> {
        let settled = self.settled();
        self.query(
            &format!(
                "SELECT tx, number, id, at, kind, subject, data FROM event \
                 WHERE (tx, number) > (?1, ?2) {settled} ORDER BY tx, number LIMIT ?3"
            ),
            params![after.transaction, after.number, i64::from(limit)],
            |row| {
                let position = Position { transaction: row.take(0)?, number: row.take(1)? };
                let data: String = row.take(6)?;
                Ok(Event {
                    position,
                    id: row.take(2)?,
                    at: row.take(3)?,
                    kind: row.take(4)?,
                    subject: row.take(5)?,
                    data: serde_json::from_str(&data)?,
                })
            },
        )
    }

    /// The position of the newest event that `events_after` would show: where a consumer starts that only
    /// wants what comes.
    pub fn events_end(&mut self) -> Result<Position> {
        let settled = self.settled();
        let end = self.query_opt(
            &format!(
                "SELECT tx, number FROM event WHERE tx >= 0 {settled} ORDER BY tx DESC, number DESC LIMIT 1"
            ),
            params![],
            |row| Ok(Position { transaction: row.take(0)?, number: row.take(1)? }),
        )?;
        Ok(end.unwrap_or_default())
    }

    /// Whether there are events after a position, settled or not.
    pub(crate) fn has_unsettled(&mut self, after: Position) -> Result<bool> {
        let found = self.query(
            "SELECT number FROM event WHERE (tx, number) > (?1, ?2) LIMIT 1",
            params![after.transaction, after.number],
            |row| row.take::<i64>(0),
        )?;
        Ok(!found.is_empty())
    }

    fn settled(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite => "",
            Engine::Postgres => {
                "AND tx < CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"
            }
        }
    }
}
