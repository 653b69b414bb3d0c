//! The area itself: what it works with, and how its commands reach the store.

use std::sync::Arc;

use audit::Trail;
use customers::Customers;
use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Conversation as Kind, Id};
use routing::Routing;
use store::{Store, Tx};
use vault::Vault;

use crate::conversation::Conversation;
use crate::disposition::Dispositions;
use crate::edit::Edit;
use crate::files::{Blobs, TableBlobs};
use crate::live::Live;

/// All conversations. Cloning it is cheap.
#[derive(Clone)]
pub struct Conversations {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    vault: Vault,
    trail: Trail,
    customers: Customers,
    routing: Routing,
    dispositions: Dispositions,
    blobs: Arc<dyn Blobs>,
    live: Live,
}

impl Conversations {
    /// With files kept in the database.
    pub fn new(
        store: Store,
        vault: Vault,
        trail: Trail,
        customers: Customers,
        routing: Routing,
        dispositions: Dispositions,
    ) -> Self {
        let blobs = Arc::new(TableBlobs::new(store.clone()));
        let live = Live::default();
        let inner = Inner { store, vault, trail, customers, routing, dispositions, blobs, live };
        Self { inner: Arc::new(inner) }
    }

    /// The same with files kept elsewhere. To be called before anything else is done with it.
    pub fn with_blobs(&self, blobs: Arc<dyn Blobs>) -> Self {
        let Inner { store, vault, trail, customers, routing, dispositions, blobs: _, live } = &*self.inner;
        let inner = Inner {
            store: store.clone(),
            vault: vault.clone(),
            trail: trail.clone(),
            customers: customers.clone(),
            routing: routing.clone(),
            dispositions: dispositions.clone(),
            blobs,
            live: live.clone(),
        };
        Self { inner: Arc::new(inner) }
    }

    pub(crate) fn blobs(&self) -> &Arc<dyn Blobs> {
        &self.inner.blobs
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.inner.trail
    }

    pub(crate) fn customers(&self) -> &Customers {
        &self.inner.customers
    }

    pub(crate) fn routing(&self) -> &Routing {
        &self.inner.routing
    }

    /// How conversations may end.
    pub fn dispositions(&self) -> &Dispositions {
        &self.inner.dispositions
    }

    /// What is going on right now, on this node.
    pub fn live(&self) -> &Live {
        &self.inner.live
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.store.clock().now()
    }

    pub(crate) fn edit(&self, tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Edit> {
        Edit::begin(tx, self.vault(), id, self.now())
    }

    pub(crate) fn edit_at(&self, tx: &mut Tx<'_>, id: Id<Kind>, version: i64) -> Result<Edit> {
        Edit::begin_at(tx, self.vault(), id, version, self.now())
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let conversations = self.clone();
        self.inner.store.write(move |tx| work(&conversations, tx)).await
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let conversations = self.clone();
        self.inner.store.read(move |tx| work(&conversations, tx)).await
    }

    /// A write that changes one conversation; whoever watches it on this node hears at once.
    pub(crate) async fn change(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<Conversation> + Send + 'static,
    ) -> Result<Conversation> {
        let conversation = self.write(work).await?;
        self.live().head_changed(conversation.id, conversation.last_number);
        Ok(conversation)
    }
}
