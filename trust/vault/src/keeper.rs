//! The vault itself: opens with the right master key or not at all, and hands out data keys.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use kernel::id::{self, Id, VaultKey};
use kernel::{Event, Fault, NewEvent, Refusal, Result};
use quick_cache::sync::Cache;
use store::{Store, Tx};

use crate::cipher::{Cipher, KeyBytes, random_key};
use crate::data_key::{DataKey, unreadable};
use crate::lookup::Lookups;
use crate::master::{KeyRing, MasterKeyId};
use crate::rows::{self, KeyRow};
use crate::subject::Subject;

/// Unwrapped keys held in memory.
const CACHED: usize = 4096;
/// Keys re-wrapped in one transaction.
const PAGE: u32 = 500;
/// Says in the event stream that a key is gone, so that every node forgets it.
const DESTROYED: &str = "vault.key_destroyed";

/// Hands out data keys. Cloning it is cheap.
///
/// Which key a subject has, and whether it still has one, is read from the database within the caller's
/// transaction, every time. Only the unwrapped key is cached, by its own id, so that neither a rolled
/// back transaction nor an erasure on another node can leave a wrong answer behind.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    ring: Arc<KeyRing>,
    cache: Cache<Id<VaultKey>, Arc<Cipher>>,
    lookups: Lookups,
}

/// What a rotation did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Data keys that the active master key wraps now.
    pub rewrapped: u64,
    /// Data keys whose wrapping is damaged; they were left as they are.
    pub damaged: u64,
    /// Retired master keys that still wrap something and must not be thrown away.
    pub still_needed: Vec<MasterKeyId>,
}

impl Vault {
    /// Opens the vault of this database, or refuses: a wrong or missing master key is never worked around.
    pub async fn open(store: &Store, ring: KeyRing) -> Result<Self> {
        let ring = Arc::new(ring);
        let (keys, clock) = (Arc::clone(&ring), Arc::clone(store.clock()));
        let lookup_key = store
            .write(move |tx| {
                check(tx, &keys)?;
                rows::register(tx, keys.active(), clock.now())?;
                let (_, key) = find_or_make(tx, &keys, &Subject::system("lookups"), clock.now())?;
                key.ok_or_else(|| Fault::new("the look-up key was destroyed").into())
            })
            .await?;
        let lookups = Lookups::new(&lookup_key)?;
        Ok(Self { inner: Arc::new(Inner { ring, cache: Cache::new(CACHED), lookups }) })
    }

    /// Whether no master key has been used with this database yet, so that a first one may be made.
    pub async fn is_new(store: &Store) -> Result<bool> {
        store.read(|tx| Ok(rows::proofs(tx)?.is_empty())).await
    }

    /// Hashes to find people by.
    pub fn lookups(&self) -> &Lookups {
        &self.inner.lookups
    }

    /// The master key that wraps what is new.
    pub fn active_master(&self) -> &MasterKeyId {
        self.inner.ring.active().id()
    }

    /// The key of a subject whose data exists. If even the memory of its key is gone, the data cannot be
    /// read and was not erased either: `vault.unreadable`.
    pub fn key(&self, tx: &mut Tx<'_>, subject: &Subject) -> Result<DataKey> {
        let row = rows::find(tx, subject)?.ok_or_else(|| unreadable("vault_data_key", "subject"))?;
        self.ready(row)
    }

    /// The key of a subject, made now if it has none. A destroyed key stays destroyed.
    pub fn key_or_new(&self, tx: &mut Tx<'_>, subject: &Subject, now: Timestamp) -> Result<DataKey> {
        if let Some(row) = rows::find(tx, subject)? {
            return self.ready(row);
        }
        let (row, _) = find_or_make(tx, &self.inner.ring, subject, now)?;
        self.ready(row)
    }

    /// The keys of many subjects at once, for lists. A subject without a key is left out.
    pub fn keys(&self, tx: &mut Tx<'_>, subjects: &[Subject]) -> Result<HashMap<Subject, DataKey>> {
        let mut keys = HashMap::with_capacity(subjects.len());
        for page in subjects.chunks(rows::AT_ONCE) {
            for row in rows::find_many(tx, page)? {
                keys.insert(row.subject.clone(), self.ready(row)?);
            }
        }
        Ok(keys)
    }

    fn ready(&self, row: KeyRow) -> Result<DataKey> {
        let KeyRow { subject, id, wrapped } = &row;
        let Some((master, bytes)) = wrapped else {
            return Ok(DataKey::new(row.subject, row.id, None));
        };
        if let Some(cipher) = self.inner.cache.get(id) {
            return Ok(DataKey::new(row.subject, row.id, Some(cipher)));
        }
        let key = unwrap(&self.inner.ring, subject, *id, master, bytes)?;
        let cipher = Arc::new(Cipher::new(&key)?);
        self.inner.cache.insert(*id, Arc::clone(&cipher));
        Ok(DataKey::new(row.subject, row.id, Some(cipher)))
    }

    /// Destroys a subject's key: everything sealed for it is erased from now on. Returns whether there was
    /// a key to destroy; a subject that never had one can have none later.
    pub fn destroy(&self, tx: &mut Tx<'_>, subject: &Subject, now: Timestamp) -> Result<bool> {
        if subject.is_system() {
            return Err(Refusal::new("vault.system_key").into());
        }
        let Some(row) = rows::find(tx, subject)? else {
            let stone = KeyRow { subject: subject.clone(), id: id::new(now), wrapped: None };
            rows::insert(tx, &stone, now)?;
            return Ok(false);
        };
        let destroyed = rows::destroy(tx, subject, now)?;
        if destroyed {
            self.inner.cache.remove(&row.id);
            let data = serde_json::json!({ "key": row.id.to_string() });
            tx.emit(now, &NewEvent { kind: DESTROYED, subject: subject.to_string(), data })?;
        }
        Ok(destroyed)
    }

    /// Forgets a key that another node destroyed. Fed from the event stream; hearing late is harmless,
    /// because a destroyed key is not handed out whatever the cache holds.
    pub fn hear(&self, event: &Event) {
        let key = event.data.get("key").and_then(serde_json::Value::as_str);
        if event.kind == DESTROYED
            && let Some(id) = key.and_then(|text| text.parse::<Id<VaultKey>>().ok())
        {
            self.inner.cache.remove(&id);
        }
    }

    /// Subjects whose key was destroyed after the given one, oldest first. A restored backup still has
    /// those keys; destroying them again is part of restoring.
    pub fn destroyed_after(
        &self,
        tx: &mut Tx<'_>,
        after: Option<&(Timestamp, Subject)>,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Subject)>> {
        let after = after.map_or((Timestamp::MIN, ""), |(at, subject)| (*at, subject.as_str()));
        rows::destroyed_after(tx, after, limit)
    }

    /// Wraps every data key with the active master key, a page at a time. What the keys sealed is not
    /// touched, and it may be stopped and run again.
    pub async fn rotate(&self, store: &Store) -> Result<Rotation> {
        let mut rotation = Rotation::default();
        let mut after = String::new();
        loop {
            let (vault, from) = (self.clone(), after);
            let page = store.write(move |tx| vault.rewrap_page(tx, &from)).await?;
            rotation.rewrapped += page.rewrapped;
            rotation.damaged += page.damaged;
            let Some(last) = page.last else { break };
            after = last;
        }
        let active = self.active_master().clone();
        let in_use = store.read(rows::masters_in_use).await?;
        rotation.still_needed = in_use.into_iter().filter(|id| *id != active).collect();
        Ok(rotation)
    }

    fn rewrap_page(&self, tx: &mut Tx<'_>, after: &str) -> Result<Page> {
        let active = self.inner.ring.active();
        let mut page = Page::default();
        for row in rows::not_under(tx, active.id(), after, PAGE)? {
            page.last = Some(row.subject.to_string());
            let Some((master, bytes)) = &row.wrapped else { continue };
            let id = row.id.to_string();
            match self.inner.ring.get(master)?.unwrap(row.subject.as_str(), &id, bytes) {
                Some(key) => {
                    let wrapped = active.wrap(row.subject.as_str(), &id, &key)?;
                    page.rewrapped += u64::from(rows::rewrap(tx, &row, active.id(), &wrapped)?);
                }
                None => page.damaged += 1,
            }
        }
        Ok(page)
    }
}

#[derive(Default)]
struct Page {
    rewrapped: u64,
    damaged: u64,
    last: Option<String>,
}

/// Refuses unless every master key that wraps something is at hand and is the one it claims to be.
fn check(tx: &mut Tx<'_>, ring: &KeyRing) -> Result<()> {
    for (id, proof) in rows::proofs(tx)? {
        if ring.all().any(|key| *key.id() == id && !key.is_proved_by(&proof)) {
            return Err(Refusal::new("vault.master_key_wrong").with("key", &id).into());
        }
    }
    let in_use = rows::masters_in_use(tx)?;
    let missing: Vec<_> = in_use.iter().filter(|id| ring.get(id).is_err()).collect();
    match missing.first() {
        None => Ok(()),
        Some(id) if missing.len() == in_use.len() => {
            Err(Refusal::new("vault.master_key_wrong").with("key", id).into())
        }
        Some(id) => Err(Refusal::new("vault.master_key_missing").with("key", id).into()),
    }
}

/// A subject's row and its key in the clear; made and wrapped by the active master key if there is none.
fn find_or_make(
    tx: &mut Tx<'_>,
    ring: &KeyRing,
    subject: &Subject,
    now: Timestamp,
) -> Result<(KeyRow, Option<KeyBytes>)> {
    if let Some(row) = rows::find(tx, subject)? {
        let key = match &row.wrapped {
            Some((master, bytes)) => Some(unwrap(ring, subject, row.id, master, bytes)?),
            None => None,
        };
        return Ok((row, key));
    }
    let (key, id) = (random_key()?, id::new::<VaultKey>(now));
    let wrapped = ring.active().wrap(subject.as_str(), &id.to_string(), &key)?;
    let row = KeyRow { subject: subject.clone(), id, wrapped: Some((ring.active().id().clone(), wrapped)) };
    rows::insert(tx, &row, now)?;
    Ok((row, Some(key)))
}

fn unwrap(
    ring: &KeyRing,
    subject: &Subject,
    id: Id<VaultKey>,
    master: &MasterKeyId,
    wrapped: &[u8],
) -> Result<KeyBytes> {
    ring.get(master)?
        .unwrap(subject.as_str(), &id.to_string(), wrapped)
        .ok_or_else(|| unreadable("vault_data_key", "wrapped").into())
}
