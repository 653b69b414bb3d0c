//! Finding the edition for a moment, and following what other nodes and commands record.

use std::sync::{Arc, PoisonError, RwLock};

use ::store::Store;
use jiff::Timestamp;
use kernel::id::{DirectoryEdition, Id};
use kernel::{Error, Event, Fault, Result};
use quick_cache::sync::Cache;

use super::{Directories, Edition, KEPT, Published, in_force, none_in_force, store};
use crate::Directory;

/// The event of a new edition.
pub(super) const PUBLISHED: &str = "directory.published";

impl Directories {
    /// Reads the register of editions.
    pub async fn open(store: Store) -> Result<Self> {
        let register = Arc::new(RwLock::new(Arc::from([])));
        let directories = Self { store, register, read: Arc::new(Cache::new(KEPT)) };
        directories.refresh().await?;
        Ok(directories)
    }

    /// All editions, in the order they were recorded.
    pub fn editions(&self) -> Arc<[Edition]> {
        self.register.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The directory that holds at `moment`, by what we know now or by what we knew at `known_at`.
    pub async fn at(&self, moment: Timestamp, known_at: Option<Timestamp>) -> Result<Arc<Published>> {
        let editions = self.editions();
        let known_at = known_at.unwrap_or(Timestamp::MAX);
        let found = in_force(&editions, moment, known_at);
        let edition = found.ok_or_else(|| none_in_force(&editions, moment, known_at))?;
        self.published(edition).await
    }

    /// One edition, whether it holds or not.
    pub async fn edition(&self, id: &Id<DirectoryEdition>) -> Result<Arc<Published>> {
        let editions = self.editions();
        let edition = editions.iter().find(|edition| edition.id == *id).ok_or(Error::NotFound)?;
        self.published(edition).await
    }

    /// The file that an edition was read from, to the byte.
    pub async fn source(&self, id: &Id<DirectoryEdition>) -> Result<String> {
        let id = *id;
        self.store.read(move |tx| store::source(tx, &id)).await
    }

    async fn published(&self, edition: &Edition) -> Result<Arc<Published>> {
        let key = edition.id.to_string();
        if let Some(published) = self.read.get(&key) {
            return Ok(published);
        }
        let source = self.source(&edition.id).await?;
        let loaded = Directory::load(&source, &key);
        // It was sound when it was recorded; a stricter version of the program must not hide it silently.
        let directory = loaded.map_err(|findings| {
            let first = findings.first().map(ToString::to_string).unwrap_or_default();
            Fault::new(format!("an edition on record cannot be read any more: {first}"))
        })?;
        let published = Arc::new(Published { edition: edition.clone(), directory });
        self.read.insert(key, published.clone());
        Ok(published)
    }

    /// Reads the register again.
    pub(super) async fn refresh(&self) -> Result<()> {
        #[allow(clippy::redundant_closure)] // the function alone is not general enough
        let editions = self.store.read(|tx| store::all(tx)).await?;
        *self.register.write().unwrap_or_else(PoisonError::into_inner) = editions.into();
        Ok(())
    }

    /// Hears of what other nodes and commands record.
    pub async fn hear(&self, event: &Event) -> Result<()> {
        if event.kind == PUBLISHED { self.refresh().await } else { Ok(()) }
    }
}
