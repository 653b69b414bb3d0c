//! The handle through which everybody reaches people.

use std::sync::Arc;

use ::store::{Store, Tx};
use audit::Trail;
use jiff::Timestamp;
use kernel::{NewEvent, Result};
use serde_json::Value;
use vault::Vault;

use crate::model::PersonId;

/// A person is new.
pub(crate) const CREATED: &str = "customers.created";
/// What is known of a person is different now.
pub(crate) const CHANGED: &str = "customers.changed";

/// People and everything about them. Cloning it is cheap.
#[derive(Clone)]
pub struct Customers {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    vault: Vault,
    trail: Trail,
}

impl Customers {
    pub fn new(store: Store, vault: Vault, trail: Trail) -> Self {
        Self { inner: Arc::new(Inner { store, vault, trail }) }
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.inner.trail
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.store.clock().now()
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let customers = self.clone();
        self.inner.store.write(move |tx| work(&customers, tx)).await
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let customers = self.clone();
        self.inner.store.read(move |tx| work(&customers, tx)).await
    }
}

pub(crate) fn event(kind: &'static str, subject: PersonId, data: Value) -> NewEvent {
    NewEvent { kind, subject: subject.to_string(), data }
}
