//! Counts in the database, under keyed hashes: whose they are cannot be read there.

use std::fmt;

use jiff::Timestamp;
use kernel::Result;
use store::{Tx, params};
use vault::{Lookup, Normal, Secret, Vault};

use super::model::{ATTEMPT, Bucket, Count};

/// What a bucket counts and whose, as one text.
pub(crate) struct BucketName(Secret<String>);

impl Normal for BucketName {
    fn secret(&self) -> &Secret<String> {
        &self.0
    }
}

impl fmt::Debug for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

vault::lookup!(pub(crate) AttemptBucket: BucketName = "staff_attempt"."bucket");

pub(super) fn key(vault: &Vault, bucket: &Bucket) -> Lookup<AttemptBucket> {
    let name = format!("{}: {}", bucket.kind, bucket.whose.expose());
    vault.lookups().hash::<AttemptBucket>(&BucketName(Secret::new(name)))
}

pub(super) fn find(tx: &mut Tx<'_>, key: &Lookup<AttemptBucket>) -> Result<Option<Count>> {
    tx.query_opt("SELECT level, last_at FROM staff_attempt WHERE bucket = ?1", params![*key], |row| {
        Ok(Count { level: row.take(0)?, last_at: row.take(1)? })
    })
}

pub(super) fn save(tx: &mut Tx<'_>, key: &Lookup<AttemptBucket>, count: Count) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_attempt (bucket, level, last_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (bucket) DO UPDATE SET level = excluded.level, last_at = excluded.last_at",
        params![*key, count.level, count.last_at],
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Tx<'_>, key: &Lookup<AttemptBucket>) -> Result<()> {
    tx.execute("DELETE FROM staff_attempt WHERE bucket = ?1", params![*key])?;
    Ok(())
}

pub(super) fn take_one(tx: &mut Tx<'_>, key: &Lookup<AttemptBucket>) -> Result<()> {
    tx.execute(
        "UPDATE staff_attempt SET level = level - ?1 WHERE bucket = ?2 AND level >= ?1",
        params![ATTEMPT, *key],
    )?;
    Ok(())
}

pub(super) fn delete_older(tx: &mut Tx<'_>, than: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM staff_attempt WHERE last_at <= ?1", params![than])
}
