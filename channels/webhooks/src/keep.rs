//! Webhooks and deliveries in the database.

use jiff::Timestamp;
use kernel::id::{Delivery as DeliveryKind, Id, Webhook as Kind};
use kernel::{Error, Fault, Refusal, Result};
use store::{Row, Tx, params};
use url::Url;
use vault::{DataKey, Opened, Sealed, Secret};

use crate::delivery::{Delivery, DeliveryState};
use crate::sign::SigningSecret;
use crate::webhook::{State, Webhook};

vault::field!(pub(crate) WebhookSecret: String = "webhook"."secret");
vault::field!(pub(crate) OldWebhookSecret: String = "webhook"."old_secret");

const WEBHOOK: &str = "SELECT id, name, url, events, state, failing_since, version, made_at FROM webhook";
const DELIVERY: &str = "SELECT id, webhook, kind, body, state, attempts, due_at, made_at, tried_at, outcome \
                        FROM webhook_delivery";

pub(crate) fn insert(tx: &mut Tx<'_>, key: &DataKey, new: &Webhook, secret: &SigningSecret) -> Result<()> {
    let sealed = key.seal::<WebhookSecret>(new.id, secret.secret())?;
    tx.execute(
        "INSERT INTO webhook (id, name, url, events, state, secret, version, made_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            new.id,
            new.name,
            new.url.as_str(),
            new.events.join(" "),
            new.state.as_str(),
            sealed,
            new.version,
            new.made_at
        ],
    )?;
    Ok(())
}

pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Webhook>> {
    tx.query(&format!("{WEBHOOK} ORDER BY made_at, id"), params![], read)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<Webhook> {
    tx.query_opt(&format!("{WEBHOOK} WHERE id = ?1"), params![id], read)?.ok_or(Error::NotFound)
}

/// Those that events are kept for.
pub(crate) fn listening(tx: &mut Tx<'_>) -> Result<Vec<Webhook>> {
    tx.query(&format!("{WEBHOOK} WHERE state <> 'off'"), params![], read)
}

fn read(row: &mut Row) -> Result<Webhook> {
    let (url, events, state): (String, String, String) = (row.take(2)?, row.take(3)?, row.take(4)?);
    let state = State::parse(&state).ok_or_else(|| Fault::new(format!("a webhook is {state}")))?;
    Ok(Webhook {
        id: row.take(0)?,
        name: row.take(1)?,
        url: Url::parse(&url)?,
        events: events.split(' ').map(str::to_owned).collect(),
        state,
        failing_since: row.take(5)?,
        version: row.take(6)?,
        made_at: row.take(7)?,
    })
}

/// Saves a webhook whose caller saw the version before.
pub(crate) fn save(tx: &mut Tx<'_>, webhook: &Webhook, seen: i64) -> Result<()> {
    let changed = tx.execute(
        "UPDATE webhook SET name = ?1, url = ?2, events = ?3, state = ?4, failing_since = ?5, version = ?6 \
         WHERE id = ?7 AND version = ?8",
        params![
            webhook.name,
            webhook.url.as_str(),
            webhook.events.join(" "),
            webhook.state.as_str(),
            webhook.failing_since,
            webhook.version,
            webhook.id,
            seen
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(Refusal::new("webhooks.changed_meanwhile").into()) }
}

/// The secrets that sign now, the newest first.
pub(crate) fn secrets(
    tx: &mut Tx<'_>,
    key: &DataKey,
    id: Id<Kind>,
    now: Timestamp,
) -> Result<Vec<Secret<String>>> {
    let (new, old, until) = tx
        .query_opt("SELECT secret, old_secret, old_until FROM webhook WHERE id = ?1", params![id], |row| {
            Ok((
                row.take::<Sealed<WebhookSecret>>(0)?,
                row.take::<Option<Sealed<OldWebhookSecret>>>(1)?,
                row.take::<Option<Timestamp>>(2)?,
            ))
        })?
        .ok_or(Error::NotFound)?;
    let erased = || Fault::new("the key of webhooks was destroyed");
    let mut secrets = vec![plain(key.open(id, &new)?).ok_or_else(erased)?];
    if let Some(old) = old.filter(|_| until.is_some_and(|until| now < until)) {
        secrets.push(plain(key.open(id, &old)?).ok_or_else(erased)?);
    }
    Ok(secrets)
}

fn plain(opened: Opened<String>) -> Option<Secret<String>> {
    opened.plain()
}

/// Puts a new secret in place; the one before signs too until then.
pub(crate) fn renew(
    tx: &mut Tx<'_>,
    key: &DataKey,
    id: Id<Kind>,
    secret: &SigningSecret,
    old: &Secret<String>,
    until: Timestamp,
) -> Result<()> {
    let (new, old) =
        (key.seal::<WebhookSecret>(id, secret.secret())?, key.seal::<OldWebhookSecret>(id, old)?);
    tx.execute(
        "UPDATE webhook SET secret = ?1, old_secret = ?2, old_until = ?3 WHERE id = ?4",
        params![new, old, until, id],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &mut Tx<'_>, id: Id<Kind>) -> Result<()> {
    tx.execute("DELETE FROM webhook_delivery WHERE webhook = ?1", params![id])?;
    let gone = tx.execute("DELETE FROM webhook WHERE id = ?1", params![id])?;
    if gone == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Since when nothing was taken: from the first failure until the next success.
pub(crate) fn set_failing(tx: &mut Tx<'_>, id: Id<Kind>, since: Option<Timestamp>) -> Result<()> {
    let sql = "UPDATE webhook SET failing_since = ?1 WHERE id = ?2 AND failing_since IS DISTINCT FROM ?1";
    tx.execute(sql, params![since, id])?;
    Ok(())
}

pub(crate) fn put(tx: &mut Tx<'_>, new: &Delivery, event: &str) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_delivery (id, webhook, event, kind, body, state, attempts, due_at, made_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'due', 0, ?6, ?6)",
        params![new.id, new.webhook, event, new.kind, new.body, new.made_at],
    )?;
    Ok(())
}

/// What is due now at webhooks that are told.
pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp, limit: u16) -> Result<Vec<Delivery>> {
    let sql = format!(
        "{DELIVERY} WHERE state = 'due' AND due_at <= ?1 \
         AND webhook IN (SELECT id FROM webhook WHERE state = 'on') ORDER BY due_at, id LIMIT {limit}"
    );
    tx.query(&sql, params![now], read_delivery)
}

/// When the next delivery is due that is not due yet.
pub(crate) fn next_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Timestamp>> {
    tx.query_one(
        "SELECT MIN(due_at) FROM webhook_delivery WHERE state = 'due' AND due_at > ?1",
        params![now],
        |row| row.take(0),
    )
}

/// A webhook's deliveries, the newest first, from a place on.
pub(crate) fn deliveries(
    tx: &mut Tx<'_>,
    webhook: Id<Kind>,
    state: Option<DeliveryState>,
    before: Option<Id<DeliveryKind>>,
    limit: u16,
) -> Result<Vec<Delivery>> {
    let sql = format!(
        "{DELIVERY} WHERE webhook = ?1 AND (CAST(?2 AS TEXT) IS NULL OR state = ?2) \
         AND (CAST(?3 AS TEXT) IS NULL OR id < ?3) ORDER BY id DESC LIMIT {limit}"
    );
    tx.query(&sql, params![webhook, state.map(DeliveryState::as_str), before], read_delivery)
}

fn read_delivery(row: &mut Row) -> Result<Delivery> {
    let state: String = row.take(4)?;
    let state = DeliveryState::parse(&state).ok_or_else(|| Fault::new(format!("a delivery is {state}")))?;
    Ok(Delivery {
        id: row.take(0)?,
        webhook: row.take(1)?,
        kind: row.take(2)?,
        body: row.take(3)?,
        state,
        attempts: row.take(5)?,
        due_at: row.take(6)?,
        made_at: row.take(7)?,
        tried_at: row.take(8)?,
        outcome: row.take(9)?,
    })
}

/// What came of an attempt, if the delivery is still as it was when it was taken up.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    delivery: &Delivery,
    state: DeliveryState,
    due_at: Timestamp,
    outcome: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE webhook_delivery SET state = ?1, attempts = ?2, due_at = ?3, tried_at = ?4, outcome = ?5 \
         WHERE id = ?6 AND state = 'due' AND attempts = ?7",
        params![state.as_str(), delivery.attempts + 1, due_at, now, outcome, delivery.id, delivery.attempts],
    )?;
    Ok(())
}

/// Puts deliveries of a webhook that were given up, or one of whatever state, in line again.
pub(crate) fn send_again(
    tx: &mut Tx<'_>,
    webhook: Id<Kind>,
    one: Option<Id<DeliveryKind>>,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64> {
    tx.execute(
        "UPDATE webhook_delivery SET state = 'due', attempts = 0, due_at = ?1 \
         WHERE webhook = ?2 AND made_at >= ?3 \
         AND (id = ?4 OR (CAST(?4 AS TEXT) IS NULL AND state = 'failed'))",
        params![now, webhook, since, one],
    )
}

pub(crate) fn forget_before(tx: &mut Tx<'_>, then: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM webhook_delivery WHERE made_at < ?1", params![then])
}
