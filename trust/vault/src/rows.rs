//! All SQL of the vault.

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Id, VaultKey};
use store::{Row, ToValue, Tx, Value, params};

use crate::master::{MasterKey, MasterKeyId};
use crate::subject::Subject;

/// A data key as it lies in the database.
pub(crate) struct KeyRow {
    pub subject: Subject,
    pub id: Id<VaultKey>,
    /// Which master key wraps it and the wrapped bytes; nothing once it was destroyed.
    pub wrapped: Option<(MasterKeyId, Vec<u8>)>,
}

const COLUMNS: &str = "subject, id, master_key, wrapped";

fn key_row(row: &mut Row) -> Result<KeyRow> {
    let master: Option<String> = row.take(2)?;
    let wrapped: Option<Vec<u8>> = row.take(3)?;
    Ok(KeyRow { subject: row.take(0)?, id: row.take(1)?, wrapped: master.map(MasterKeyId).zip(wrapped) })
}

/// The proofs of every master key this database has seen.
pub(crate) fn proofs(tx: &mut Tx<'_>) -> Result<Vec<(MasterKeyId, Vec<u8>)>> {
    tx.query("SELECT id, proof FROM vault_master_key ORDER BY id", params![], |row| {
        Ok((MasterKeyId(row.take(0)?), row.take(1)?))
    })
}

pub(crate) fn register(tx: &mut Tx<'_>, key: &MasterKey, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO vault_master_key (id, proof, registered_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (id) DO NOTHING",
        params![key.id().0, key.proof(), now],
    )?;
    Ok(())
}

/// The master keys that wrap something.
pub(crate) fn masters_in_use(tx: &mut Tx<'_>) -> Result<Vec<MasterKeyId>> {
    tx.query(
        "SELECT m.id FROM vault_master_key m \
         WHERE EXISTS (SELECT 1 FROM vault_data_key k WHERE k.master_key = m.id) ORDER BY m.id",
        params![],
        |row| row.take(0).map(MasterKeyId),
    )
}

pub(crate) fn find(tx: &mut Tx<'_>, subject: &Subject) -> Result<Option<KeyRow>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM vault_data_key WHERE subject = ?1"),
        params![subject],
        key_row,
    )
}

/// Keys that one statement reads.
pub(crate) const AT_ONCE: usize = 32;

/// The keys of at most [`AT_ONCE`] subjects. The statement is always the same one, so that the database
/// prepares it once: places that are left over ask for the last subject again.
pub(crate) fn find_many(tx: &mut Tx<'_>, subjects: &[Subject]) -> Result<Vec<KeyRow>> {
    let Some(last) = subjects.last() else { return Ok(Vec::new()) };
    let places: Vec<String> = (1..=AT_ONCE).map(|place| format!("?{place}")).collect();
    let padded = subjects.iter().chain(std::iter::repeat(last)).take(AT_ONCE);
    let values: Vec<Value> = padded.map(ToValue::to_value).collect();
    let sql = format!("SELECT {COLUMNS} FROM vault_data_key WHERE subject IN ({})", places.join(", "));
    tx.query(&sql, &values, key_row)
}

/// Adds a key, or a destroyed one's stone when `row` has nothing wrapped.
pub(crate) fn insert(tx: &mut Tx<'_>, row: &KeyRow, now: Timestamp) -> Result<()> {
    let (master, wrapped) = row.wrapped.as_ref().map(|(master, bytes)| (&master.0, bytes)).unzip();
    let destroyed = wrapped.is_none().then_some(now);
    tx.execute(
        "INSERT INTO vault_data_key (subject, id, master_key, wrapped, created_at, destroyed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![row.subject, row.id, master, wrapped, now, destroyed],
    )?;
    Ok(())
}

/// Takes the key away for good. Returns whether there was one to take.
pub(crate) fn destroy(tx: &mut Tx<'_>, subject: &Subject, now: Timestamp) -> Result<bool> {
    let touched = tx.execute(
        "UPDATE vault_data_key SET master_key = NULL, wrapped = NULL, destroyed_at = ?2 \
         WHERE subject = ?1 AND destroyed_at IS NULL",
        params![subject, now],
    )?;
    Ok(touched == 1)
}

/// The next keys that another master key than `active` wraps, by subject.
pub(crate) fn not_under(
    tx: &mut Tx<'_>,
    active: &MasterKeyId,
    after: &str,
    limit: u32,
) -> Result<Vec<KeyRow>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM vault_data_key \
             WHERE subject > ?1 AND master_key <> ?2 ORDER BY subject LIMIT ?3"
        ),
        params![after, active.0, limit],
        key_row,
    )
}

/// Replaces a key's wrapping, unless it changed meanwhile.
pub(crate) fn rewrap(tx: &mut Tx<'_>, row: &KeyRow, master: &MasterKeyId, wrapped: &[u8]) -> Result<bool> {
    let was = row.wrapped.as_ref().map(|(master, _)| &master.0);
    let touched = tx.execute(
        "UPDATE vault_data_key SET master_key = ?3, wrapped = ?4 WHERE subject = ?1 AND master_key = ?2",
        params![row.subject, was, master.0, wrapped],
    )?;
    Ok(touched == 1)
}

/// Subjects whose key was destroyed, oldest first: what must be destroyed again in a restored backup.
pub(crate) fn destroyed_after(
    tx: &mut Tx<'_>,
    after: (Timestamp, &str),
    limit: u32,
) -> Result<Vec<(Timestamp, Subject)>> {
    tx.query(
        "SELECT destroyed_at, subject FROM vault_data_key \
         WHERE destroyed_at IS NOT NULL AND (destroyed_at, subject) > (?1, ?2) \
         ORDER BY destroyed_at, subject LIMIT ?3",
        params![after.0, after.1, limit],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )
}
