//! What conversations do by themselves: replies that are due are sent, snoozes end.
//! What is due stands in the database; one node at a time looks after it, and another takes over in seconds.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use kernel::id::{Conversation as Kind, Id};
use store::{Tx, params};
use tokio::sync::broadcast::error::RecvError;

use crate::author::Author;
use crate::change::wake_up;
use crate::conversations::Conversations;
use crate::state::StateKind;

const LEASE: &str = "conversations timers";
const LASTING: SignedDuration = SignedDuration::from_secs(5);
/// The longest and shortest time between two looks.
const LONGEST: Duration = Duration::from_millis(500);
const SHORTEST: Duration = Duration::from_millis(20);
/// Snoozes ended in one look.
const BATCH: i64 = 64;

impl Conversations {
    /// Does all of it until the store closes. To be run on every node.
    pub async fn run(&self, holder: &str) -> Result<()> {
        tokio::join!(self.keep_time(holder), self.keep_index(holder), self.hear_signals());
        Ok(())
    }

    async fn keep_time(&self, holder: &str) {
        let mut last = None;
        while !self.store().is_closing() {
            let rest = match self.look(holder, &mut last).await {
                Ok(rest) => rest,
                Err(error) => {
                    if !self.store().is_closing() {
                        tracing::error!(%error, "timers of conversations failed and go on");
                    }
                    LONGEST
                }
            };
            tokio::time::sleep(rest).await;
        }
    }

    /// One look at what is due. Returns how long to rest. `last` is what was due at the look before: what
    /// is still due did not work, and is not tried again at once.
    async fn look(&self, holder: &str, last: &mut Option<Timestamp>) -> Result<Duration> {
        let (holder, now) = (holder.to_owned(), self.now());
        let next = self.read(|_, tx| next_due(tx)).await?;
        if next.is_none_or(|next| next > now) {
            *last = None;
            return Ok(rest(next, now));
        }
        if std::mem::replace(last, next) == next {
            tokio::time::sleep(LONGEST).await;
        }
        let is_mine = self
            .write(move |conversations, tx| tx.take_lease(LEASE, &holder, conversations.now(), LASTING))
            .await?;
        if !is_mine {
            return Ok(LONGEST);
        }
        self.do_due().await?;
        Ok(SHORTEST)
    }

    /// Does everything that is due now, whoever holds the lease: for tests, and for one look.
    pub async fn do_due(&self) -> Result<()> {
        self.flush_due().await?;
        self.wake_due().await
    }

    async fn wake_due(&self) -> Result<()> {
        let due: Vec<Id<Kind>> = self
            .read(|conversations, tx| {
                tx.query(
                    "SELECT id FROM conversation WHERE state = 'snoozed' AND snoozed_until <= ?1 \
                     ORDER BY snoozed_until LIMIT ?2",
                    params![conversations.now(), BATCH],
                    |row| row.take(0),
                )
            })
            .await?;
        for id in due {
            let woken = self
                .change(move |conversations, tx| {
                    let mut edit = conversations.edit(tx, id)?;
                    // The customer may have been quicker.
                    if edit.head.state.kind() != StateKind::Snoozed {
                        return Ok(edit.head);
                    }
                    wake_up(tx, &mut edit, &Author::System)?;
                    conversations.finish(tx, edit, &Author::System)
                })
                .await;
            if let Err(error) = woken {
                tracing::error!(%error, conversation = %id, "a snooze did not end and is tried again");
            }
        }
        Ok(())
    }

    async fn hear_signals(&self) {
        let mut signals = self.store().signals();
        while !self.store().is_closing() {
            match tokio::time::timeout(LONGEST, signals.recv()).await {
                Ok(Ok(signal)) => self.hear_signal(&signal),
                Ok(Err(RecvError::Closed)) => return,
                // Missed signals are of the past anyway.
                Ok(Err(RecvError::Lagged(_))) | Err(_) => {}
            }
        }
    }
}

fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let held: Option<Timestamp> =
        tx.query_one("SELECT MIN(due) FROM conversation_held", params![], |row| row.take(0))?;
    let snoozed: Option<Timestamp> = tx.query_one(
        "SELECT MIN(snoozed_until) FROM conversation WHERE state = 'snoozed'",
        params![],
        |row| row.take(0),
    )?;
    Ok([held, snoozed].into_iter().flatten().min())
}

fn rest(next: Option<Timestamp>, now: Timestamp) -> Duration {
    let until = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
    until.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
}
