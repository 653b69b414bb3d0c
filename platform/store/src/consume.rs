//! Durable consumers: each event takes effect once, on one node, whatever is killed in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Event, Position, Result};

use crate::tx::Tx;
use crate::{Store, params};

/// Events whose effects share a transaction. Few, so that no writer waits long for them.
const BATCH: u16 = 32;
/// How often in a row it may fail to get through before somebody is told, and how long it rests each time.
const STUMBLES: u32 = 8;
const AFTER_STUMBLE: Duration = Duration::from_millis(20);
/// How long a node that died keeps others from going on.
const LEASE: SignedDuration = SignedDuration::from_secs(10);

/// How a turn of a consumer ended.
enum Turn {
    Done,
    /// Another node does the work.
    NotMine,
    /// An effect was refused by the consumer itself. A database that could not be reached is an error.
    Failed(Error),
}

/// Who does the work: its name, and the holder of its lease.
struct Duty {
    name: &'static str,
    lease: String,
    holder: String,
}

impl Store {
    /// Lets `hear` take effect once for every event since the beginning, in order, until the store closes.
    ///
    /// The position moves in the transaction of the effects. Events whose effects fail together are tried
    /// one by one; one that fails alone is left in `consumer_failure` with the reason, and the next has its
    /// turn.
    pub async fn consume<F>(&self, name: &'static str, holder: &str, hear: F) -> Result<()>
    where
        F: Fn(&mut Tx<'_>, &Event) -> Result<()> + Send + Sync + 'static,
    {
        let hear = Arc::new(hear);
        let duty = Arc::new(Duty { name, lease: format!("consumer {name}"), holder: holder.to_owned() });
        let mut changes = self.changes();
        let mut stumbles = 0;
        loop {
            let from = self.read(move |tx| position(tx, name)).await?;
            // A batch that crosses busy writers again and again gets through in small pieces.
            let limit = if stumbles == 0 { BATCH } else { 1 };
            let events = self.read(move |tx| tx.events_after(from, limit)).await?;
            if events.is_empty() {
                if !self.changed_after(from, &mut changes).await? {
                    return Ok(());
                }
                continue;
            }
            match self.take(&duty, from, events, &hear).await {
                Ok(Turn::NotMine) if !self.changed(&mut changes).await => return Ok(()),
                Ok(_) => stumbles = 0,
                Err(error) if stumbles < STUMBLES && !self.is_closing() => {
                    tracing::debug!(%error, name, "a consumer stumbled");
                    stumbles += 1;
                    tokio::time::sleep(AFTER_STUMBLE * stumbles).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes a batch: together if that works, else one by one.
    async fn take<F>(
        &self,
        duty: &Arc<Duty>,
        mut from: Position,
        events: Vec<Event>,
        hear: &Arc<F>,
    ) -> Result<Turn>
    where
        F: Fn(&mut Tx<'_>, &Event) -> Result<()> + Send + Sync + 'static,
    {
        match self.turn(duty, from, events.clone(), hear).await? {
            Turn::Failed(_) => {}
            turn => return Ok(turn),
        }
        for event in events {
            let to = event.position;
            match self.turn(duty, from, vec![event.clone()], hear).await? {
                Turn::Done => {}
                Turn::NotMine => return Ok(Turn::NotMine),
                Turn::Failed(error) => {
                    tracing::error!(%error, name = duty.name, event = %event.id, "a consumer left an event behind");
                    self.leave_behind(duty, from, event, &error).await?;
                }
            }
            from = to;
        }
        Ok(Turn::Done)
    }

    async fn turn<F>(
        &self,
        duty: &Arc<Duty>,
        from: Position,
        events: Vec<Event>,
        hear: &Arc<F>,
    ) -> Result<Turn>
    where
        F: Fn(&mut Tx<'_>, &Event) -> Result<()> + Send + Sync + 'static,
    {
        let refused = Arc::new(AtomicBool::new(false));
        let (duty, hear, clock) = (Arc::clone(duty), Arc::clone(hear), self.clock().clone());
        let said = Arc::clone(&refused);
        let turn = self
            .write(move |tx| {
                said.store(false, Ordering::Relaxed);
                if !may_go_on(tx, &duty, from, clock.now())? {
                    return Ok(Turn::NotMine);
                }
                let mut last = from;
                for event in &events {
                    if let Err(error) = hear(tx, event) {
                        said.store(!tx.retry, Ordering::Relaxed);
                        return Err(error);
                    }
                    last = event.position;
                }
                advance(tx, duty.name, last)?;
                Ok(Turn::Done)
            })
            .await;
        match turn {
            Err(error) if refused.load(Ordering::Relaxed) => Ok(Turn::Failed(error)),
            turn => turn,
        }
    }

    async fn leave_behind(
        &self,
        duty: &Arc<Duty>,
        from: Position,
        event: Event,
        error: &Error,
    ) -> Result<()> {
        let (duty, clock, reason) = (Arc::clone(duty), self.clock().clone(), error.to_string());
        self.write(move |tx| {
            let now = clock.now();
            if !may_go_on(tx, &duty, from, now)? {
                return Ok(());
            }
            tx.execute(
                "INSERT INTO consumer_failure (consumer, event, at, reason) VALUES (?1, ?2, ?3, ?4)",
                params![duty.name, event.id, now, reason],
            )?;
            advance(tx, duty.name, event.position)
        })
        .await
    }
}

/// Whether the work is this node's, and no other has been here since the events were read.
fn may_go_on(tx: &mut Tx<'_>, duty: &Duty, from: Position, now: Timestamp) -> Result<bool> {
    Ok(tx.take_lease(&duty.lease, &duty.holder, now, LEASE)? && position(tx, duty.name)? == from)
}

fn position(tx: &mut Tx<'_>, name: &str) -> Result<Position> {
    let found = tx.query_opt("SELECT tx, number FROM consumer WHERE name = ?1", params![name], |row| {
        Ok(Position { transaction: row.take(0)?, number: row.take(1)? })
    })?;
    Ok(found.unwrap_or_default())
}

fn advance(tx: &mut Tx<'_>, name: &str, to: Position) -> Result<()> {
    tx.execute(
        "INSERT INTO consumer (name, tx, number) VALUES (?1, ?2, ?3) \
         ON CONFLICT (name) DO UPDATE SET tx = excluded.tx, number = excluded.number",
        params![name, to.transaction, to.number],
    )?;
    Ok(())
}
