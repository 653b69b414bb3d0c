//! Webhooks: other programs are told what happens, by a signed request to an address of theirs.
//!
//! An event becomes a delivery in the transaction in which it is consumed, so that neither a crash nor a
//! receiver that is away loses one. What is sent holds ids and facts, never personal data: whoever may know
//! more asks the API. Nothing is sent to addresses inside our own network.

mod address;
mod commands;
mod delivery;
mod hear;
mod keep;
mod post;
mod schedule;
mod send;
mod sign;
mod webhook;

use std::sync::Arc;

use audit::Trail;
use jiff::{SignedDuration, Timestamp};
use kernel::Result;
use store::Store;
use vault::{DataKey, Subject, Vault};

pub use delivery::{Delivery, DeliveryState};
pub use schedule::Schedule;
pub use sign::SigningSecret;
pub use webhook::{Change, NewWebhook, State, Webhook};

/// The name under which events are consumed.
pub const CONSUMER: &str = "webhooks";
/// Says that a webhook was given up, because nothing was taken for so long.
pub const GIVEN_UP: &str = "webhooks.given_up";

/// What an operator decides about webhooks.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Lets addresses of our own network and plain HTTP be told. Whoever may add a webhook can then make
    /// this program knock at any door inside.
    pub private_receivers: bool,
    pub schedule: Schedule,
    /// This node's name in the audit trail.
    pub node: String,
}

/// Webhooks and what is on its way to them. Cloning shares it.
#[derive(Clone)]
pub struct Webhooks(Arc<Inner>);

struct Inner {
    store: Store,
    vault: Vault,
    trail: Trail,
    settings: Settings,
    client: reqwest::Client,
}

impl Webhooks {
    pub fn new(store: Store, vault: Vault, trail: Trail, settings: Settings) -> Result<Self> {
        let client = post::client(&settings)?;
        Ok(Self(Arc::new(Inner { store, vault, trail, settings, client })))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.store.clock().now()
    }

    /// Seals secrets; they belong to no person.
    pub(crate) fn key(&self, tx: &mut store::Tx<'_>) -> Result<DataKey> {
        self.0.vault.key_or_new(tx, &subject(), self.now())
    }

    pub(crate) fn later(&self, by: SignedDuration) -> Result<Timestamp> {
        Ok(self.now().checked_add(by)?)
    }
}

fn subject() -> Subject {
    Subject::system("webhooks")
}
