//! The trail itself: writing, signing and checking it.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::id::{self, AuditKey};
use kernel::{Refusal, Result};
use store::{Store, Tx};
use vault::{Opened, Subject, Vault};

use crate::INTERVAL;
use crate::checker::{Anchor, Broken, Checker, Verdict};
use crate::model::{Entry, Recorded};
use crate::query::Filter;
use crate::rows::{self, KeyRow, Seed};
use crate::sign::{Checkpoint, PublicKey, SigningKey, random_seed};

/// Entries read in one transaction.
pub(crate) const PAGE: u32 = 1000;

/// A handle on the audit trail. Cloning it is cheap.
#[derive(Clone)]
pub struct Trail {
    inner: Arc<Inner>,
}

struct Inner {
    key: SigningKey,
    /// The keys of this house: those whose secret half lies in our vault.
    keys: Vec<PublicKey>,
}

impl Trail {
    /// Opens the trail of this database; its signing key is made on the first start.
    /// Refused with `audit.key_unusable` when there are keys but the vault opens none of them.
    pub async fn open(store: &Store, vault: &Vault) -> Result<Self> {
        let (vault, clock) = (vault.clone(), Arc::clone(store.clock()));
        let keys = store
            .write(move |tx| {
                rows::begin(tx)?;
                signing_keys(tx, &vault, clock.now())
            })
            .await?;
        let public = keys.iter().map(SigningKey::public).collect();
        let key = keys.into_iter().next().ok_or_else(|| Refusal::new("audit.key_unusable"))?;
        Ok(Self { inner: Arc::new(Inner { key, keys: public }) })
    }

    /// What auditors check signatures with; the active key is the first.
    pub fn public_keys(&self) -> &[PublicKey] {
        &self.inner.keys
    }

    /// Writes an entry in the caller's transaction and returns its number.
    ///
    /// Call it last in the closure: from here until the transaction ends, others wait to write theirs (or,
    /// on PostgreSQL, start again).
    pub fn append(&self, tx: &mut Tx<'_>, now: Timestamp, entry: &Entry) -> Result<i64> {
        let head = rows::advance(tx)?;
        let recorded = entry.at_place(head.seq, now, head.hash)?;
        rows::insert(tx, &recorded)?;
        if head.seq % INTERVAL == 0 {
            self.sign(tx, now, &recorded)?;
        }
        Ok(head.seq)
    }

    /// Writes an entry in a transaction of its own: for what was refused or failed, where the caller's
    /// transaction has left nothing.
    pub async fn record(&self, store: &Store, entry: Entry) -> Result<i64> {
        let (trail, clock) = (self.clone(), Arc::clone(store.clock()));
        store.write(move |tx| trail.append(tx, clock.now(), &entry)).await
    }

    fn sign(&self, tx: &mut Tx<'_>, now: Timestamp, last: &Recorded) -> Result<Checkpoint> {
        let number = rows::last_checkpoint(tx)?.map_or(0, |checkpoint| checkpoint.number) + 1;
        let checkpoint = self.inner.key.sign(number, last.seq, now, last.hash)?;
        rows::insert_checkpoint(tx, &checkpoint)?;
        Ok(checkpoint)
    }

    /// Signs everything up to now, unless it is signed already, and writes the place into the log: a copy
    /// of the log is then a witness that the end was not cut off.
    pub async fn checkpoint(&self, store: &Store) -> Result<Option<Checkpoint>> {
        let (trail, clock) = (self.clone(), Arc::clone(store.clock()));
        let checkpoint = store
            .write(move |tx| {
                let Some(head) = rows::head(tx)? else { return Ok(None) };
                let signed = rows::last_checkpoint(tx)?.map_or(0, |checkpoint| checkpoint.seq);
                let last = rows::range(tx, head.seq, head.seq, 1)?.pop();
                last.filter(|last| last.seq > signed)
                    .map(|last| trail.sign(tx, clock.now(), &last))
                    .transpose()
            })
            .await?;
        if let Some(checkpoint) = &checkpoint {
            tracing::info!(seq = checkpoint.seq, hash = %checkpoint.hash, "audit trail signed");
        }
        Ok(checkpoint)
    }

    /// Checks the whole trail, a page at a time, and names the first entry at which it breaks.
    pub async fn verify(&self, store: &Store, anchor: Option<Anchor>) -> Result<Verdict> {
        let mut checker = Checker::from_start(&self.inner.keys, anchor);
        // Even an entry before the first is somebody's doing.
        let mut first = i64::MIN;
        loop {
            let page = store.read(move |tx| Page::read(tx, first)).await?;
            if let Err(broken) = page.check(&mut checker) {
                return Ok(Verdict::Broken(broken));
            }
            if page.entries.is_empty() {
                return Ok(checker.finish().into());
            }
            first = checker.next();
        }
    }

    /// Wanted entries, newest first; `before` is the number of the last one already seen.
    pub fn entries(
        &self,
        tx: &mut Tx<'_>,
        filter: &Filter,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Recorded>> {
        rows::find(tx, filter, before, limit.min(PAGE))
    }
}

/// A piece of the trail, read at one moment.
struct Page {
    entries: Vec<Recorded>,
    checkpoints: Vec<Checkpoint>,
    head: Option<Anchor>,
}

impl Page {
    fn read(tx: &mut Tx<'_>, first: i64) -> Result<Self> {
        let entries = rows::range(tx, first, i64::MAX, PAGE)?;
        // After the last entry there must be no checkpoint, so on the last page all are wanted.
        let end = entries.last().map_or(i64::MAX, |entry| entry.seq);
        Ok(Self { entries, checkpoints: rows::checkpoints(tx, first, end)?, head: rows::head(tx)? })
    }

    fn check(&self, checker: &mut Checker<'_>) -> Result<(), Broken> {
        if self.entries.is_empty() {
            return checker.end(self.head, &self.checkpoints);
        }
        let mut rest = self.checkpoints.as_slice();
        for entry in &self.entries {
            checker.entry(&entry.link())?;
            let count = rest.partition_point(|checkpoint| checkpoint.seq <= entry.seq);
            let (here, later) = rest.split_at(count);
            checker.checkpoints(entry.seq, here)?;
            rest = later;
        }
        Ok(())
    }
}

/// The keys whose secret half our vault opens, newest first; one is made if there is none at all.
/// A row that somebody put there without our vault is no key of ours.
fn signing_keys(tx: &mut Tx<'_>, vault: &Vault, now: Timestamp) -> Result<Vec<SigningKey>> {
    let lock = vault.key_or_new(tx, &Subject::system("audit"), now)?;
    let rows = rows::keys(tx)?;
    if rows.is_empty() {
        let (id, seed) = (id::new::<AuditKey>(now).to_string(), random_seed()?);
        let key = SigningKey::from_seed(id.clone(), &seed)?;
        let sealed = lock.seal::<Seed>(&id, &seed)?;
        let row = KeyRow { id, public: key.public().bytes, seed: sealed };
        rows::insert_key(tx, &row, now)?;
        return Ok(vec![key]);
    }
    let own = rows.into_iter().filter_map(|row| {
        let Ok(Opened::Plain(seed)) = lock.open::<Seed>(&row.id, &row.seed) else { return None };
        SigningKey::from_seed(row.id, &seed).ok().filter(|key| key.public().bytes == row.public)
    });
    Ok(own.collect())
}
