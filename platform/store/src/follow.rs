//! Following events as they come.

use kernel::{Event, Position, Result};

use crate::Store;

/// Events read at a time.
const BATCH: u16 = 256;

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
            if is_last && !self.changed(&mut changes).await {
                return Ok(());
            }
        }
    }
}
