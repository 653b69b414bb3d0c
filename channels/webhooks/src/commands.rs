//! Making, changing and removing webhooks, and looking at what became of deliveries.

use audit::{Actor, Entry, Origin};
use jiff::{SignedDuration, Timestamp};
use kernel::id::{self, Delivery as DeliveryKind, Id, Webhook as Kind};
use kernel::{Error, Refusal, Result};
use serde_json::{Value, json};
use store::Tx;

use crate::delivery::{Delivery, DeliveryState};
use crate::sign::SigningSecret;
use crate::webhook::{Change, NewWebhook, State, Webhook, checked_events, checked_name, checked_url};
use crate::{Webhooks, keep};

/// Webhooks of one centre.
const MOST: usize = 50;
/// Deliveries that one list shows.
const LISTED: u16 = 100;
/// The secret before signs for so long after it was renewed.
const OLD_SIGNS: SignedDuration = SignedDuration::from_hours(24);
/// Deliveries are kept for so long, to be looked at and sent again.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

impl Webhooks {
    /// Adds a webhook. The secret that it checks signatures with is in the answer and nowhere else.
    pub async fn add(&self, new: NewWebhook, by: &Actor) -> Result<(Webhook, SigningSecret)> {
        let webhook = Webhook {
            id: id::new(self.now()),
            name: checked_name(&new.name)?,
            url: checked_url(&new.url, self.settings())?,
            events: checked_events(&new.events)?,
            state: State::On,
            failing_since: None,
            version: 1,
            made_at: self.now(),
        };
        let (webhooks, by, secret) = (self.clone(), by.clone(), SigningSecret::random()?);
        self.store()
            .write(move |tx| {
                if keep::all(tx)?.len() >= MOST {
                    return Err(Refusal::new("webhooks.too_many").with("most", MOST).into());
                }
                let key = webhooks.key(tx)?;
                keep::insert(tx, &key, &webhook, &secret)?;
                let details = json!({ "host": webhook.url.host_str(), "events": webhook.events });
                webhooks.account(tx, "webhooks.add", webhook.id, &by, details)?;
                Ok((webhook.clone(), secret.clone()))
            })
            .await
    }

    pub async fn list(&self) -> Result<Vec<Webhook>> {
        self.store().read(keep::all).await
    }

    pub async fn get(&self, id: Id<Kind>) -> Result<Webhook> {
        self.store().read(move |tx| keep::find(tx, id)).await
    }

    /// Makes changes to a webhook that the caller saw at `version`, all or none.
    pub async fn change(
        &self,
        id: Id<Kind>,
        version: i64,
        changes: Vec<Change>,
        by: &Actor,
    ) -> Result<Webhook> {
        let (webhooks, by) = (self.clone(), by.clone());
        self.store()
            .write(move |tx| {
                let mut webhook = keep::find(tx, id)?;
                if webhook.version != version {
                    return Err(Refusal::new("webhooks.changed_meanwhile").into());
                }
                for change in &changes {
                    webhooks.apply(&mut webhook, change)?;
                }
                webhook.version += 1;
                keep::save(tx, &webhook, version)?;
                let details = json!({
                    "host": webhook.url.host_str(), "events": webhook.events, "state": webhook.state.as_str(),
                });
                webhooks.account(tx, "webhooks.change", id, &by, details)?;
                Ok(webhook)
            })
            .await
    }

    fn apply(&self, webhook: &mut Webhook, change: &Change) -> Result<(), Refusal> {
        match change {
            Change::Name(name) => webhook.name = checked_name(name)?,
            Change::Url(url) => webhook.url = checked_url(url, self.settings())?,
            Change::Events(events) => webhook.events = checked_events(events)?,
            Change::On => (webhook.state, webhook.failing_since) = (State::On, None),
            Change::Off => webhook.state = State::Off,
        }
        Ok(())
    }

    /// Makes a new secret. The one before signs too for a day, so that the receiver can change over.
    pub async fn renew_secret(&self, id: Id<Kind>, by: &Actor) -> Result<SigningSecret> {
        let (webhooks, by, secret) = (self.clone(), by.clone(), SigningSecret::random()?);
        self.store()
            .write(move |tx| {
                let (now, key) = (webhooks.now(), webhooks.key(tx)?);
                let old = keep::secrets(tx, &key, id, now)?.into_iter().next().ok_or(Error::NotFound)?;
                keep::renew(tx, &key, id, &secret, &old, webhooks.later(OLD_SIGNS)?)?;
                webhooks.account(tx, "webhooks.renew_secret", id, &by, json!({}))?;
                Ok(secret.clone())
            })
            .await
    }

    /// Removes a webhook, with what was on its way to it.
    pub async fn remove(&self, id: Id<Kind>, by: &Actor) -> Result<()> {
        let (webhooks, by) = (self.clone(), by.clone());
        self.store()
            .write(move |tx| {
                keep::remove(tx, id)?;
                webhooks.account(tx, "webhooks.remove", id, &by, json!({}))
            })
            .await
    }

    /// What is or was on its way to a webhook, the newest first.
    pub async fn deliveries(
        &self,
        webhook: Id<Kind>,
        state: Option<DeliveryState>,
        before: Option<Id<DeliveryKind>>,
        limit: u16,
    ) -> Result<Vec<Delivery>> {
        self.store()
            .read(move |tx| {
                keep::find(tx, webhook)?;
                keep::deliveries(tx, webhook, state, before, limit.clamp(1, LISTED))
            })
            .await
    }

    /// Sends a delivery again, whatever became of it.
    pub async fn send_again(&self, webhook: Id<Kind>, delivery: Id<DeliveryKind>, by: &Actor) -> Result<()> {
        let count = self.again(webhook, Some(delivery), Timestamp::MIN, by).await?;
        if count == 1 { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Sends again what was given up since then. Returns how many there are.
    pub async fn send_failed_again(&self, webhook: Id<Kind>, since: Timestamp, by: &Actor) -> Result<u64> {
        self.again(webhook, None, since, by).await
    }

    async fn again(
        &self,
        webhook: Id<Kind>,
        one: Option<Id<DeliveryKind>>,
        since: Timestamp,
        by: &Actor,
    ) -> Result<u64> {
        let (webhooks, by) = (self.clone(), by.clone());
        self.store()
            .write(move |tx| {
                keep::find(tx, webhook)?;
                let count = keep::send_again(tx, webhook, one, since, webhooks.now())?;
                if count > 0 {
                    webhooks.account(tx, "webhooks.send_again", webhook, &by, json!({ "count": count }))?;
                }
                Ok(count)
            })
            .await
    }

    /// Forgets deliveries that nobody will ask about any more. To be called now and then.
    pub async fn tidy(&self) -> Result<u64> {
        let then = self.now().checked_sub(KEPT)?;
        self.store().write(move |tx| keep::forget_before(tx, then)).await
    }

    fn account(
        &self,
        tx: &mut Tx<'_>,
        action: &'static str,
        on: Id<Kind>,
        by: &Actor,
        details: Value,
    ) -> Result<()> {
        let origin = Origin { address: None, node: self.settings().node.clone() };
        let entry = Entry::new(action, on).by(by.clone()).from(origin).with(details);
        self.0.trail.append(tx, self.now(), &entry)?;
        Ok(())
    }
}
