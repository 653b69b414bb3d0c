//! Following events as they come.

use std::time::Duration;

use kernel::{Event, Position, Result};
use tokio::sync::watch;

use crate::{Engine, Store};

/// Events read at a time.
const BATCH: u16 = 256;
/// How long to wait for transactions that hold events up.
const UNSETTLED: Duration = Duration::from_millis(3);

impl Store {
    /// Where the stream of events ends now. Take it before reading what the events are about, and follow
    /// from there: then nothing falls between the two.
    pub async fn events_end(&self) -> Result<Position> {
        #[allow(clippy::redundant_closure_for_method_calls)] // the method alone is not general enough
        self.read(|tx| tx.events_end()).await
    }

    /// Tells every event after a position, in order, until the store closes.
    pub async fn follow<F, Hearing>(&self, from: Position, mut hear: F) -> Result<()>
    where
        F: FnMut(Event) -> Hearing + Send,
        Hearing: Future<Output = Result<()>> + Send,
    {
        let mut changes = self.changes();
        let mut at = from;
        loop {
            let after = at;
            let events = self.read(move |tx| tx.events_after(after, BATCH)).await?;
            let is_last = events.len() < usize::from(BATCH);
            for event in events {
                at = event.position;
                hear(event).await?;
            }
            if is_last && !self.changed_after(at, &mut changes).await? {
                return Ok(());
            }
        }
    }

    /// Waits for events after a position. Those that are there but not yet settled are near: whatever holds
    /// them up may end without ringing, so they are looked for at once.
    pub(crate) async fn changed_after(
        &self,
        after: Position,
        changes: &mut watch::Receiver<u64>,
    ) -> Result<bool> {
        if self.engine() == Engine::Postgres && self.read(move |tx| tx.has_unsettled(after)).await? {
            tokio::time::sleep(UNSETTLED).await;
            return Ok(!self.wake().is_closing());
        }
        Ok(self.changed(changes).await)
    }
}
