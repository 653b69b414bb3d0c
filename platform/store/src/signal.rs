//! Signals: what is true for a moment only, such as "somebody types". They reach every node that listens
//! just now, are written nowhere, and may be lost; what must not be lost is an event.

use kernel::{Fault, Result};
use tokio::sync::broadcast;

use crate::postgres::SIGNALS;
use crate::{Engine, Store, params};

/// What PostgreSQL takes in one notification is a little less than 8,000 bytes.
const LONGEST: usize = 4_000;

/// A momentary word to all nodes. Never personal data: it passes through the database in the clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// What it is about, such as the id of a conversation.
    pub topic: String,
    pub data: String,
}

impl Signal {
    fn line(&self) -> String {
        format!("{}\n{}", self.topic, self.data)
    }

    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (topic, data) = line.split_once('\n')?;
        Some(Self { topic: topic.to_owned(), data: data.to_owned() })
    }
}

impl Store {
    /// Sends a signal to every node, this one too.
    pub async fn signal(&self, signal: Signal) -> Result<()> {
        let line = signal.line();
        if line.len() > LONGEST || signal.topic.contains('\n') {
            return Err(
                Fault::new(format!("a signal about {} is too long or has two topics", signal.topic)).into()
            );
        }
        match self.engine() {
            Engine::Sqlite => self.wake().signal(signal),
            Engine::Postgres => {
                let note = format!("SELECT CAST(pg_notify('{SIGNALS}', ?1) AS TEXT)");
                self.write(move |tx| tx.query(&note, params![line], |_| Ok(())).map(|_| ())).await?;
            }
        }
        Ok(())
    }

    /// Signals from now on. Whoever is slow to take them misses some.
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.wake().signals()
    }
}
