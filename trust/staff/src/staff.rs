//! The handle through which everything about staff is asked and ordered.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit::Trail;
use audit::{Entry, Origin, Outcome};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Error, Fault, Language, Refusal, Result};
use store::{Store, Tx};
use url::Url;
use vault::Vault;

use crate::caller::Role;
use crate::policy::Policies;
use crate::provider::{HttpClient, Provider, ProviderSettings};
use crate::reveal::{NoMatters, OpenMatters, RevealLimits};
use crate::sessions::Sessions;
use crate::sign_in::{Hasher, Passkeys};

/// What an institution decides about its staff's sign-in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The institution's name, as authenticator apps and passkey dialogs show it.
    pub institution: String,
    /// Where the desk is reached, such as `https://desk.example.com`. Passkeys are bound to its host.
    pub origin: Url,
    /// This node's name in the audit trail.
    pub node: String,
    /// The language of people whom the provider adds.
    pub language: Language,
    /// A session ends when nothing was done for so long …
    pub idle: SignedDuration,
    /// … and after so long in any case.
    pub longest: SignedDuration,
    pub link_validity: SignedDuration,
    /// Lets one-time links sign in fully. Only for a demonstration with invented people.
    pub demonstration: bool,
    pub provider: Option<ProviderSettings>,
    pub reveals: RevealLimits,
}

impl Settings {
    pub fn new(institution: impl Into<String>, origin: Url, language: Language) -> Self {
        Self {
            institution: institution.into(),
            origin,
            node: String::new(),
            language,
            idle: SignedDuration::from_mins(60),
            longest: SignedDuration::from_hours(12),
            link_validity: SignedDuration::from_hours(24),
            demonstration: false,
            provider: None,
            reveals: RevealLimits::default(),
        }
    }
}

/// What the vault says of a sealed value that does not open.
const UNREADABLE: &str = "vault.unreadable";

/// Groups of the sign-in provider, and the role that each brings.
pub type GroupRoles = BTreeMap<String, Role>;

/// Staff, their ways to sign in, their sessions and rights. Cloning it is cheap.
#[derive(Clone)]
pub struct Staff {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub store: Store,
    pub vault: Vault,
    pub trail: Trail,
    pub clock: Arc<dyn Clock>,
    pub settings: Settings,
    pub policies: Policies,
    pub matters: Arc<dyn OpenMatters>,
    pub hasher: Hasher,
    pub passkeys: Option<Passkeys>,
    pub provider: Option<Provider>,
    pub sessions: Sessions,
}

impl Staff {
    /// Refuses settings that cannot work, before anybody depends on them.
    pub fn new(
        store: Store,
        vault: Vault,
        trail: Trail,
        policies: Policies,
        settings: Settings,
    ) -> Result<Self> {
        let provider = settings.provider.clone().map(Provider::new).transpose()?;
        let inner = Inner {
            clock: Arc::clone(store.clock()),
            hasher: Hasher::new()?,
            passkeys: Passkeys::new(&settings)?,
            provider,
            sessions: Sessions::default(),
            matters: Arc::new(NoMatters),
            store,
            vault,
            trail,
            settings,
            policies,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// With another way to reach the sign-in provider than straight over the network.
    pub fn with_http(self, http: Arc<dyn HttpClient>) -> Result<Self> {
        let mut inner = self.into_inner()?;
        inner.provider = inner.provider.map(|provider| provider.with_http(http));
        Ok(Self { inner: Arc::new(inner) })
    }

    /// With the area that knows which matters are open; without one, none is.
    pub fn with_matters(self, matters: Arc<dyn OpenMatters>) -> Result<Self> {
        let mut inner = self.into_inner()?;
        inner.matters = matters;
        Ok(Self { inner: Arc::new(inner) })
    }

    fn into_inner(self) -> Result<Inner> {
        Arc::into_inner(self.inner).ok_or_else(|| Fault::new("staff is already in use").into())
    }

    pub fn policies(&self) -> &Policies {
        &self.inner.policies
    }

    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub(crate) fn trail(&self) -> &Trail {
        &self.inner.trail
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// A unit of work that writes. Like the store's own, but with the handle at hand.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let staff = self.clone();
        let done = self.inner.store.write(move |tx| work(&staff, tx)).await;
        self.witnessed(done).await
    }

    /// A unit of work whose refusal is written down too: an inner `Err` commits.
    pub(crate) async fn decide<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<Result<T, Refusal>> + Send + 'static,
    ) -> Result<T> {
        self.write(work).await?.map_err(Error::from)
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Self, &mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let staff = self.clone();
        let done = self.inner.store.read(move |tx| work(&staff, tx)).await;
        self.witnessed(done).await
    }

    /// Writes down that something sealed could not be opened: damage, or somebody's hand in the database.
    async fn witnessed<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(Error::Refusal(refusal)) = &done
            && refusal.code() == UNREADABLE
        {
            let place = refusal.details().find(|(name, _)| *name == "place").map_or("", |(_, place)| place);
            let entry = Entry::new(UNREADABLE, place).ending(Outcome::Failed);
            let origin = Origin { address: None, node: self.settings().node.clone() };
            self.inner.trail.record(&self.inner.store, entry.from(origin)).await?;
        }
        done
    }
}
