//! The handle through which everybody reaches what is prepared.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use audit::Trail;
use conversations::Conversations;
use customers::Customers;
use jiff::Timestamp;
use kernel::Result;
use routing::{QueueId, Routing};
use store::{Store, Tx};

use crate::rules::Rulebook;

/// Canned replies, macros and rules. Cloning it is cheap.
#[derive(Clone)]
pub struct Automation {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub trail: Trail,
    pub conversations: Conversations,
    pub customers: Customers,
    pub routing: Routing,
    /// Rules that are on, as last read.
    pub rules: RwLock<Arc<Rulebook>>,
    /// Which queues are open, as last looked.
    pub open: RwLock<HashMap<QueueId, bool>>,
}

impl Automation {
    pub fn new(
        store: Store,
        trail: Trail,
        conversations: Conversations,
        customers: Customers,
        routing: Routing,
    ) -> Self {
        let (rules, open) = (RwLock::default(), RwLock::default());
        Self { inner: Arc::new(Inner { store, trail, conversations, customers, routing, rules, open }) }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.inner.trail
    }

    pub(crate) fn conversations(&self) -> &Conversations {
        &self.inner.conversations
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.store.clock().now()
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let automation = self.clone();
        self.inner.store.write(move |tx| work(&automation, tx)).await
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let automation = self.clone();
        self.inner.store.read(move |tx| work(&automation, tx)).await
    }
}
