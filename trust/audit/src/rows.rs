//! All SQL of the audit trail.

use jiff::Timestamp;
use kernel::{Fault, Result};
use store::{Row, Tx, params};
use vault::Sealed;

use crate::chain::Hash;
use crate::checker::Anchor;
use crate::model::Recorded;
use crate::query::Filter;
use crate::sign::Checkpoint;

vault::field!(
    /// The seed of the key that signs.
    pub(crate) Seed: Vec<u8> = "audit_key"."sealed_seed"
);

const ENTRY: &str = "seq, at, actor_kind, actor, action, object, purpose, address, node, outcome, details, \
                     previous, hash";

/// An instant that cannot be one is somebody's doing, and has to be read to be named.
fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}

fn entry(row: &mut Row) -> Result<Recorded> {
    Ok(Recorded {
        seq: row.take(0)?,
        at: instant(row.take(1)?),
        actor_kind: row.take(2)?,
        actor: row.take(3)?,
        action: row.take(4)?,
        object: row.take(5)?,
        purpose: row.take(6)?,
        address: row.take(7)?,
        node: row.take(8)?,
        outcome: row.take(9)?,
        details: row.take(10)?,
        previous: row.take(11)?,
        hash: row.take(12)?,
    })
}

/// Makes the head of a trail that has nothing in it yet. One that lost its head stays headless.
pub(crate) fn begin(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO audit_head (one, seq, hash) SELECT 1, 0, ?1 \
         WHERE NOT EXISTS (SELECT 1 FROM audit_entry) AND NOT EXISTS (SELECT 1 FROM audit_head)",
        params![Hash::default()],
    )?;
    Ok(())
}

pub(crate) fn head(tx: &mut Tx<'_>) -> Result<Option<Anchor>> {
    tx.query_opt("SELECT seq, hash FROM audit_head WHERE one = 1", params![], |row| {
        Ok(Anchor { seq: row.take(0)?, hash: row.take(1)? })
    })
}

/// Takes the next number. Until this transaction ends no other gets one, so that there are no gaps.
pub(crate) fn advance(tx: &mut Tx<'_>) -> Result<Anchor> {
    let next = tx.query_opt(
        "UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq, hash",
        params![],
        |row| Ok(Anchor { seq: row.take(0)?, hash: row.take(1)? }),
    )?;
    next.ok_or_else(|| Fault::new("the audit trail has lost its head; run `audit verify`").into())
}

pub(crate) fn insert(tx: &mut Tx<'_>, entry: &Recorded) -> Result<()> {
    tx.execute(
        &format!(
            "INSERT INTO audit_entry ({ENTRY}) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        ),
        params![
            entry.seq,
            entry.at,
            entry.actor_kind,
            entry.actor,
            entry.action,
            entry.object,
            entry.purpose,
            entry.address,
            entry.node,
            entry.outcome,
            entry.details,
            entry.previous,
            entry.hash,
        ],
    )?;
    tx.execute("UPDATE audit_head SET hash = ?1 WHERE one = 1", params![entry.hash])?;
    Ok(())
}

/// Entries from `first` up to and with `last`, in order.
pub(crate) fn range(tx: &mut Tx<'_>, first: i64, last: i64, limit: u32) -> Result<Vec<Recorded>> {
    tx.query(
        &format!("SELECT {ENTRY} FROM audit_entry WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3"),
        params![first, last, limit],
        entry,
    )
}

/// Wanted entries, newest first, older than `before`.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Recorded>> {
    let mut condition = filter.condition();
    condition.and("seq <", before.as_ref());
    tx.query(
        &format!("SELECT {ENTRY} FROM audit_entry WHERE {} ORDER BY seq DESC LIMIT {limit}", condition.sql),
        &condition.values,
        entry,
    )
}

/// The first and the last entry that are wanted.
pub(crate) fn ends(tx: &mut Tx<'_>, filter: &Filter) -> Result<Option<(i64, i64)>> {
    let condition = filter.condition();
    let sql = format!("SELECT min(seq), max(seq) FROM audit_entry WHERE {}", condition.sql);
    let (first, last): (Option<i64>, Option<i64>) =
        tx.query_one(&sql, &condition.values, |row| Ok((row.take(0)?, row.take(1)?)))?;
    Ok(first.zip(last))
}

const CHECKPOINT: &str = "number, seq, at, hash, key, signature";

fn checkpoint(row: &mut Row) -> Result<Checkpoint> {
    Ok(Checkpoint {
        number: row.take(0)?,
        seq: row.take(1)?,
        at: instant(row.take(2)?),
        hash: row.take(3)?,
        key: row.take(4)?,
        signature: row.take(5)?,
    })
}

pub(crate) fn insert_checkpoint(tx: &mut Tx<'_>, checkpoint: &Checkpoint) -> Result<()> {
    tx.execute(
        &format!("INSERT INTO audit_checkpoint ({CHECKPOINT}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
        params![
            checkpoint.number,
            checkpoint.seq,
            checkpoint.at,
            checkpoint.hash,
            checkpoint.key,
            checkpoint.signature,
        ],
    )?;
    Ok(())
}

pub(crate) fn last_checkpoint(tx: &mut Tx<'_>) -> Result<Option<Checkpoint>> {
    let sql = format!("SELECT {CHECKPOINT} FROM audit_checkpoint ORDER BY number DESC LIMIT 1");
    tx.query_opt(&sql, params![], checkpoint)
}

/// Checkpoints from entry `first` up to and with `last`, in order.
pub(crate) fn checkpoints(tx: &mut Tx<'_>, first: i64, last: i64) -> Result<Vec<Checkpoint>> {
    let sql = format!(
        "SELECT {CHECKPOINT} FROM audit_checkpoint WHERE seq >= ?1 AND seq <= ?2 ORDER BY seq, number"
    );
    tx.query(&sql, params![first, last], checkpoint)
}

/// The first entry from `seq` on that has a checkpoint.
pub(crate) fn signed_from(tx: &mut Tx<'_>, seq: i64) -> Result<Option<i64>> {
    tx.query_one("SELECT min(seq) FROM audit_checkpoint WHERE seq >= ?1", params![seq], |row| row.take(0))
}

/// A signing key as it lies in the database.
pub(crate) struct KeyRow {
    pub id: String,
    pub public: Vec<u8>,
    pub seed: Sealed<Seed>,
}

/// The newest keys first.
pub(crate) fn keys(tx: &mut Tx<'_>) -> Result<Vec<KeyRow>> {
    let sql = "SELECT id, public_key, sealed_seed FROM audit_key ORDER BY created_at DESC, id DESC";
    tx.query(sql, params![], |row| Ok(KeyRow { id: row.take(0)?, public: row.take(1)?, seed: row.take(2)? }))
}

pub(crate) fn insert_key(tx: &mut Tx<'_>, key: &KeyRow, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO audit_key (id, public_key, sealed_seed, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![key.id, key.public, key.seed, now],
    )?;
    Ok(())
}
