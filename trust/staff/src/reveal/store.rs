//! Who revealed what of whom, for counting. What was seen is not in here.

use jiff::{SignedDuration, Timestamp};
use kernel::id::{StaffAlert, StaffMember};
use kernel::{Id, Result};
use store::{Tx, params};

use super::alerts::Alert;

/// Counted for so long.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

pub(super) fn insert(
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    at: Timestamp,
    subject: &str,
    field: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_reveal (member, at, subject, field) VALUES (?1, ?2, ?3, ?4)",
        params![member, at, *subject, *field],
    )?;
    Ok(())
}

/// How often a member has revealed something since, and when that began.
pub(super) fn since(
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    since: Timestamp,
) -> Result<(usize, Option<Timestamp>)> {
    tx.query_one(
        "SELECT COUNT(*), MIN(at) FROM staff_reveal WHERE member = ?1 AND at > ?2",
        params![member, since],
        |row| Ok((usize::try_from(row.take::<i64>(0)?)?, row.take(1)?)),
    )
}

/// Of how many people.
pub(super) fn people_since(tx: &mut Tx<'_>, member: Id<StaffMember>, since: Timestamp) -> Result<usize> {
    tx.query_one(
        "SELECT COUNT(DISTINCT subject) FROM staff_reveal WHERE member = ?1 AND at > ?2",
        params![member, since],
        |row| Ok(usize::try_from(row.take::<i64>(0)?)?),
    )
}

pub(crate) fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM staff_reveal WHERE at <= ?1", params![now.checked_sub(KEPT)?])
}

pub(super) fn open_alert(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Option<Id<StaffAlert>>> {
    tx.query_opt("SELECT id FROM staff_alert WHERE member = ?1 AND seen_at IS NULL", params![member], |row| {
        row.take(0)
    })
}

pub(super) fn insert_alert(tx: &mut Tx<'_>, alert: &Alert) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_alert (id, member, raised_at, people) VALUES (?1, ?2, ?3, ?4)",
        params![alert.id, alert.member, alert.raised_at, alert.people],
    )?;
    Ok(())
}

pub(super) fn raise_alert(tx: &mut Tx<'_>, id: Id<StaffAlert>, people: usize) -> Result<()> {
    tx.execute("UPDATE staff_alert SET people = ?1 WHERE id = ?2 AND people < ?1", params![people, id])?;
    Ok(())
}

pub(super) fn alerts(tx: &mut Tx<'_>, limit: u16) -> Result<Vec<Alert>> {
    tx.query(
        "SELECT id, member, raised_at, people FROM staff_alert WHERE seen_at IS NULL \
         ORDER BY raised_at DESC, id DESC LIMIT ?1",
        params![i64::from(limit)],
        |row| {
            Ok(Alert {
                id: row.take(0)?,
                member: row.take(1)?,
                raised_at: row.take(2)?,
                people: usize::try_from(row.take::<i64>(3)?)?,
            })
        },
    )
}

pub(super) fn see_alert(
    tx: &mut Tx<'_>,
    id: Id<StaffAlert>,
    by: Id<StaffMember>,
    now: Timestamp,
) -> Result<bool> {
    // Nobody puts aside the warning about themselves.
    let seen = tx.execute(
        "UPDATE staff_alert SET seen_at = ?1, seen_by = ?2 \
         WHERE id = ?3 AND seen_at IS NULL AND member <> ?2",
        params![now, by, id],
    )?;
    Ok(seen == 1)
}
