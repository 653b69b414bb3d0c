//! How often somebody may try. Guessing gets slow, and the rightful person is never shut out for good:
//! every wait has a cap, a device they signed in from has a count of its own, and passkeys, which cannot
//! be guessed, do not share the count of passwords.

mod model;
mod store;

use ::store::Tx;
use jiff::Timestamp;
use kernel::{Refusal, Result};

use crate::staff::Staff;
pub(crate) use model::Bucket;
use model::Forgiving;

/// Counts an attempt in every bucket, or refuses it when one of them has to cool down first. Counting
/// comes before checking, so that a thousand guesses at once are a thousand guesses.
pub(crate) fn begin(staff: &Staff, tx: &mut Tx<'_>, buckets: &[Bucket]) -> Result<Result<(), Refusal>> {
    let now = staff.now();
    let mut counted = Vec::new();
    for bucket in buckets {
        let key = store::key(staff.vault(), bucket);
        let count = store::find(tx, &key)?;
        let open_at = count.map_or(Timestamp::MIN, |count| bucket.limit.open_at(count));
        if open_at > now {
            let seconds = open_at.duration_since(now).as_secs().max(1);
            let refusal = Refusal::new("staff.too_many_attempts").with("minutes", (seconds + 59) / 60);
            return Ok(Err(refusal.with("seconds", seconds)));
        }
        counted.push((key, bucket.limit.counted(count, now)));
    }
    for (key, count) in counted {
        store::save(tx, &key, count)?;
    }
    Ok(Ok(()))
}

/// The attempt was right after all.
pub(crate) fn succeed(staff: &Staff, tx: &mut Tx<'_>, buckets: &[Bucket]) -> Result<()> {
    for bucket in buckets {
        let key = store::key(staff.vault(), bucket);
        match bucket.limit.forgiving {
            Forgiving::All => store::delete(tx, &key)?,
            Forgiving::One => store::take_one(tx, &key)?,
        }
    }
    Ok(())
}

/// Drops counts that no limit remembers any more.
pub(crate) fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    store::delete_older(tx, now.checked_sub(model::LONGEST_MEMORY)?)
}
