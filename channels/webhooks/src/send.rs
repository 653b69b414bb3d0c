//! Sending what is due, on one node at a time: many receivers at once, and none of them waits for another.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use audit::{Actor, Entry, Origin};
use jiff::{SignedDuration, Timestamp};
use kernel::id::{Delivery as DeliveryKind, Id, Webhook as Kind};
use kernel::{Error, NewEvent, Result};
use serde_json::json;
use store::Tx;
use tokio::task::JoinSet;
use vault::Secret;

use crate::delivery::{Delivery, DeliveryState};
use crate::post::Outcome;
use crate::webhook::{State, Webhook};
use crate::{GIVEN_UP, Webhooks, keep, subject};

const LEASE_NAME: &str = "webhooks";
/// How long a node that died keeps others from sending, and when the living one renews its lease.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
const RENEWED: SignedDuration = SignedDuration::from_secs(10);
/// Deliveries under way at a time, in all and to one receiver.
const AT_ONCE: usize = 64;
const AT_ONE: usize = 4;
/// Due deliveries looked at in one turn: a receiver that is slow leaves room for others behind it.
const LOOKED_AT: u16 = 512;
/// The longest wait between two looks, which also renews the lease.
const TURN: Duration = Duration::from_secs(5);

/// Deliveries under way.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<(Id<DeliveryKind>, Id<Kind>)>,
    deliveries: HashSet<Id<DeliveryKind>>,
    receivers: HashMap<Id<Kind>, usize>,
    /// When the lease was taken or renewed.
    leads_since: Option<Timestamp>,
}

/// A delivery with all that is needed to send it.
struct Ready {
    webhook: Webhook,
    delivery: Delivery,
    secrets: Vec<Secret<String>>,
}

impl Webhooks {
    /// Sends what is due until the store closes; while another node does it, waits for its turn.
    pub async fn run(&self, holder: String) -> Result<()> {
        let mut changes = self.store().changes();
        let mut under_way = UnderWay::default();
        while !self.store().is_closing() {
            let turn = self.turn(&holder, &mut under_way).await;
            let wait = match turn {
                Ok(wait) => wait,
                Err(_) if self.store().is_closing() => break,
                Err(error) => {
                    tracing::error!(%error, "sending to webhooks failed and goes on");
                    TURN
                }
            };
            tokio::select! {
                Some(done) = under_way.tasks.join_next() => {
                    if let Ok((delivery, receiver)) = done {
                        under_way.ended(delivery, receiver);
                    }
                }
                go_on = self.store().changed(&mut changes) => if !go_on { break },
                () = tokio::time::sleep(wait) => {}
            }
        }
        under_way.tasks.shutdown().await;
        Ok(())
    }

    /// Takes up what is due and there is room for; says how long to wait for the next.
    async fn turn(&self, holder: &str, under_way: &mut UnderWay) -> Result<Duration> {
        if !self.leads(holder, under_way).await? {
            return Ok(TURN);
        }
        let (now, webhooks) = (self.now(), self.clone());
        let (ready, next) =
            self.store().read(move |tx| Ok((webhooks.ready(tx, now)?, keep::next_due(tx, now)?))).await?;
        for ready in ready {
            if under_way.has_room_for(&ready.delivery) {
                under_way.begin(self, ready);
            }
        }
        let until = next.map_or(SignedDuration::MAX, |next| next.duration_since(now));
        Ok(Duration::try_from(until).unwrap_or(TURN).min(TURN))
    }

    /// Whether this node is the one that sends.
    async fn leads(&self, holder: &str, under_way: &mut UnderWay) -> Result<bool> {
        let now = self.now();
        if under_way.leads_since.is_some_and(|since| now.duration_since(since) < RENEWED) {
            return Ok(true);
        }
        let holder = holder.to_owned();
        let leads = self.store().write(move |tx| tx.take_lease(LEASE_NAME, &holder, now, LEASE)).await?;
        under_way.leads_since = leads.then_some(now);
        Ok(leads)
    }

    /// What is due, with all that is needed to send it.
    fn ready(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Ready>> {
        let due = keep::due(tx, now, LOOKED_AT)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let (key, mut known) = (self.0.vault.key(tx, &subject())?, HashMap::new());
        for webhook in keep::all(tx)? {
            let secrets = keep::secrets(tx, &key, webhook.id, now)?;
            known.insert(webhook.id, (webhook, secrets));
        }
        let ready = due.into_iter().filter_map(|delivery| {
            let (webhook, secrets) = known.get(&delivery.webhook)?.clone();
            Some(Ready { webhook, delivery, secrets })
        });
        Ok(ready.collect())
    }

    async fn attempt(&self, ready: Ready) -> Result<()> {
        let Ready { webhook, delivery, secrets } = ready;
        let outcome = self.post(&webhook, &delivery, &secrets).await;
        let webhooks = self.clone();
        self.store().write(move |tx| webhooks.settle(tx, webhook.id, &delivery, &outcome)).await
    }

    fn settle(&self, tx: &mut Tx<'_>, id: Id<Kind>, delivery: &Delivery, outcome: &Outcome) -> Result<()> {
        let now = self.now();
        let mut webhook = match keep::find(tx, id) {
            Ok(webhook) => webhook,
            // It was removed while we were sending.
            Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error),
        };
        if outcome.taken {
            keep::settle(tx, delivery, DeliveryState::Delivered, now, &outcome.text, now)?;
            return keep::set_failing(tx, id, None);
        }
        let schedule = &self.settings().schedule;
        let wait = schedule.wait_after(delivery.attempts + 1, fastrand::f64());
        let (state, due_at) = match wait {
            Some(wait) => (DeliveryState::Due, self.later(wait)?),
            None => (DeliveryState::Failed, now),
        };
        keep::settle(tx, delivery, state, due_at, &outcome.text, now)?;
        let since = webhook.failing_since.unwrap_or(now);
        keep::set_failing(tx, id, Some(since))?;
        let too_long = now.duration_since(since) >= schedule.gives_up_after;
        if webhook.state != State::On || !(too_long || outcome.gone) {
            return Ok(());
        }
        let seen = webhook.version;
        webhook.state = State::Failed;
        webhook.failing_since = Some(since);
        webhook.version += 1;
        keep::save(tx, &webhook, seen)?;
        let data = json!({ "since": since.to_string(), "outcome": outcome.text });
        tx.emit(now, &NewEvent { kind: GIVEN_UP, subject: id.to_string(), data: data.clone() })?;
        let origin = Origin { address: None, node: self.settings().node.clone() };
        let entry = Entry::new("webhooks.give_up", id)
            .by(Actor::system())
            .from(origin)
            .ending(audit::Outcome::Failed);
        self.0.trail.append(tx, now, &entry.with(data))?;
        Ok(())
    }
}

impl UnderWay {
    fn has_room_for(&self, delivery: &Delivery) -> bool {
        let at_one = self.receivers.get(&delivery.webhook).copied().unwrap_or(0);
        self.tasks.len() < AT_ONCE && at_one < AT_ONE && !self.deliveries.contains(&delivery.id)
    }

    fn begin(&mut self, webhooks: &Webhooks, ready: Ready) {
        let (id, receiver) = (ready.delivery.id, ready.webhook.id);
        self.deliveries.insert(id);
        *self.receivers.entry(receiver).or_default() += 1;
        let webhooks = webhooks.clone();
        self.tasks.spawn(async move {
            if let Err(error) = webhooks.attempt(ready).await {
                tracing::error!(%error, delivery = %id, "a delivery's outcome could not be kept");
            }
            (id, receiver)
        });
    }

    fn ended(&mut self, delivery: Id<DeliveryKind>, receiver: Id<Kind>) {
        self.deliveries.remove(&delivery);
        if let Some(count) = self.receivers.get_mut(&receiver) {
            *count = count.saturating_sub(1);
        }
        self.receivers.retain(|_, count| *count > 0);
    }
}
