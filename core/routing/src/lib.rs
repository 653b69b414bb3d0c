//! Which work waits where, who may take it, and whom it is offered to.
//!
//! The rules are a pure engine ([`engine::Engine`]) that is told what waits and who is there and answers
//! with decisions; it knows no clock and no database, so that a simulation runs the very same one. The
//! [`Runner`] keeps one in step with the database on the one node that leads, and carries out what it
//! decides. All that is true is in the database: whoever takes over begins where the other was cut off.

mod agent;
mod agent_rows;
mod book;
mod configure;
pub mod engine;
pub mod erlang;
mod estimate;
mod events;
mod model;
mod offers;
mod opening;
mod presence;
mod queries;
mod queue;
mod queue_rows;
mod runner;
mod steps;
mod take;
#[cfg(test)]
mod tests;
mod work;
mod work_rows;

use std::sync::{Arc, PoisonError, RwLock};

use audit::Trail;
use directory::Directories;
use kernel::{Event, Result};
use store::Store;

use estimate::Sightings;

pub use agent::{Agent, Membership, PresenceRecord, Profile, Takes};
pub use book::Book;
pub use configure::QueueFile;
pub use estimate::{Ahead, Crew, Estimate, expected_wait};
pub use events::{
    AGENT_CHANGED, DESK_CLOSED, FINISHED, MOVED, OFFER_ENDED, OFFERED, OVERFLOWED, PAUSED, PRESENCE_CHANGED,
    QUEUE_CHANGED, RELEASED, RESUMED, TAKEN, WAITING, WRAPPING,
};
pub use model::{Capacity, Ending, Load, Needs, OfferEnd, Presence, QueueId, State, Urgency};
pub use opening::Opening;
pub use queries::{AgentStand, QueueStand};
pub use queue::{Hours, Overflow, Priority, Queue, Strategy, WhenClosed};
pub use queue_rows::KeptQueue;
pub use runner::Runner;
pub use work::{How, NewWork, OpenOffer, Placement, Resumed, Work};

/// The area's commands and queries. Cloning it is cheap.
#[derive(Clone)]
pub struct Routing {
    store: Store,
    directories: Directories,
    trail: Trail,
    /// Queues and who serves them, as this node knows them.
    book: Arc<RwLock<Arc<Book>>>,
    sightings: Sightings,
}

impl Routing {
    pub async fn open(store: Store, directories: Directories, trail: Trail) -> Result<Self> {
        let routing =
            Self { store, directories, trail, book: Arc::default(), sightings: Sightings::default() };
        routing.refresh().await?;
        Ok(routing)
    }

    /// Queues and who serves them: in memory, for what is asked at every turn.
    pub fn book(&self) -> Arc<Book> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hears what other nodes change.
    pub async fn hear(&self, event: &Event) -> Result<()> {
        match event.kind.as_str() {
            QUEUE_CHANGED | AGENT_CHANGED => self.refresh().await,
            _ => Ok(()),
        }
    }

    async fn refresh(&self) -> Result<()> {
        let book = self.store.read(Book::read).await?;
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(book);
        Ok(())
    }
}
