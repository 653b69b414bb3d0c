//! All SQL of those who take work: profiles, memberships and presence.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Id, StaffMember};
use store::{Row, Tx, params};

use crate::agent::{Agent, Membership, PresenceRecord, Profile};
use crate::model::{Presence, QueueId, Urgency};

const COLUMNS: &str = "a.staff, a.profile, a.version, p.chosen, p.since, p.idle_since, p.missed, \
     p.heard_until, p.gone_since, a.changed_at";
const FROM: &str = "routing_agent a LEFT JOIN routing_presence p ON p.staff = a.staff";

pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Agent>> {
    let mut agents =
        tx.query(&format!("SELECT {COLUMNS} FROM {FROM} ORDER BY a.staff"), params![], decode)?;
    let members = tx.query(
        "SELECT staff, queue, takes_from FROM routing_member ORDER BY staff, queue",
        params![],
        |row| Ok((row.take::<Id<StaffMember>>(0)?, member(row, 1)?)),
    )?;
    let mut of: BTreeMap<Id<StaffMember>, BTreeMap<QueueId, Membership>> = BTreeMap::new();
    for (staff, (queue, membership)) in members {
        of.entry(staff).or_default().insert(queue, membership);
    }
    for agent in &mut agents {
        agent.profile.queues = of.remove(&agent.staff).unwrap_or_default();
    }
    Ok(agents)
}

pub(crate) fn find(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<Option<Agent>> {
    let sql = format!("SELECT {COLUMNS} FROM {FROM} WHERE a.staff = ?1");
    let Some(mut agent) = tx.query_opt(&sql, params![staff], decode)? else { return Ok(None) };
    let queues = tx.query(
        "SELECT queue, takes_from FROM routing_member WHERE staff = ?1 ORDER BY queue",
        params![staff],
        |row| member(row, 0),
    )?;
    agent.profile.queues = queues.into_iter().collect();
    Ok(Some(agent))
}

fn member(row: &mut Row, at: usize) -> Result<(QueueId, Membership)> {
    let urgency = Urgency::from_number(row.take(at + 1)?)?;
    Ok((row.take::<String>(at)?.parse()?, Membership::reserved_for(urgency)))
}

/// Writes a profile over the version that was read; 0 is "none yet". `false`: somebody was quicker.
pub(crate) fn put_profile(
    tx: &mut Tx<'_>,
    staff: Id<StaffMember>,
    version: i64,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool> {
    let text = serde_json::to_string(profile)?;
    let written = tx.execute(
        "INSERT INTO routing_agent (staff, profile, version, changed_at) VALUES (?1, ?2, ?3 + 1, ?4) \
         ON CONFLICT (staff) DO UPDATE SET profile = excluded.profile, version = excluded.version, \
         changed_at = excluded.changed_at WHERE routing_agent.version = ?3",
        params![staff, text, version, now],
    )?;
    // Somebody who has a version has been written before.
    if written == 0 || (version > 0 && find_version(tx, staff)? != Some(version + 1)) {
        return Ok(false);
    }
    tx.execute("DELETE FROM routing_member WHERE staff = ?1", params![staff])?;
    for (queue, membership) in &profile.queues {
        tx.execute(
            "INSERT INTO routing_member (queue, staff, takes_from) VALUES (?1, ?2, ?3)",
            params![queue.as_str(), staff, membership.takes_from.0.number()],
        )?;
    }
    Ok(true)
}

fn find_version(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<Option<i64>> {
    tx.query_opt("SELECT version FROM routing_agent WHERE staff = ?1", params![staff], |row| row.take(0))
}

pub(crate) fn presence(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<Option<PresenceRecord>> {
    tx.query_opt(
        "SELECT chosen, since, idle_since, missed, heard_until, gone_since FROM routing_presence \
         WHERE staff = ?1",
        params![staff],
        |row| decode_presence(row, 0),
    )
}

/// What everybody is who was ever here.
pub(crate) fn presences(tx: &mut Tx<'_>) -> Result<Vec<(Id<StaffMember>, PresenceRecord)>> {
    tx.query(
        "SELECT chosen, since, idle_since, missed, heard_until, gone_since, staff FROM routing_presence",
        params![],
        |row| Ok((row.take(6)?, decode_presence(row, 0)?)),
    )
}

pub(crate) fn put_presence(tx: &mut Tx<'_>, staff: Id<StaffMember>, record: &PresenceRecord) -> Result<()> {
    tx.execute(
        "INSERT INTO routing_presence (staff, chosen, since, idle_since, missed, heard_until, gone_since) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (staff) DO UPDATE SET chosen = excluded.chosen, \
         since = excluded.since, idle_since = excluded.idle_since, missed = excluded.missed, \
         heard_until = excluded.heard_until, gone_since = excluded.gone_since",
        params![
            staff,
            record.chosen.as_str(),
            record.since,
            record.idle_since,
            record.missed,
            record.heard_until,
            record.gone_since
        ],
    )?;
    Ok(())
}

/// Something came to somebody, or left them: they are idle from now on at the earliest.
pub(crate) fn touched(tx: &mut Tx<'_>, staff: Id<StaffMember>, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE routing_presence SET idle_since = ?2 WHERE staff = ?1", params![staff, now])?;
    Ok(())
}

pub(crate) fn forget_missed(tx: &mut Tx<'_>, staff: Id<StaffMember>) -> Result<()> {
    tx.execute("UPDATE routing_presence SET missed = 0 WHERE staff = ?1 AND missed > 0", params![staff])?;
    Ok(())
}

/// Desks that are there stay so until then; those that were thought gone are left to `arrive`.
pub(crate) fn heard(tx: &mut Tx<'_>, staff: Id<StaffMember>, until: Timestamp) -> Result<bool> {
    let kept = tx.execute(
        "UPDATE routing_presence SET heard_until = ?2 WHERE staff = ?1 AND gone_since IS NULL",
        params![staff, until],
    )?;
    Ok(kept == 1)
}

/// Desks of which nothing was heard for too long are gone. Returns whose.
pub(crate) fn lose_silent(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Id<StaffMember>>> {
    tx.query(
        "UPDATE routing_presence SET gone_since = ?1 \
         WHERE gone_since IS NULL AND chosen <> 'offline' AND heard_until <= ?1 RETURNING staff",
        params![now],
        |row| row.take(0),
    )
}

/// When the next desk falls silent, if nothing more is heard of it.
pub(crate) fn next_silence(tx: &mut Tx<'_>) -> Result<Option<Timestamp>> {
    let first = tx.query(
        "SELECT heard_until FROM routing_presence WHERE gone_since IS NULL AND chosen <> 'offline' \
         ORDER BY heard_until LIMIT 1",
        params![],
        |row| row.take(0),
    )?;
    Ok(first.first().copied())
}

fn decode(row: &mut Row) -> Result<Agent> {
    let changed_at = row.take(9)?;
    let mut profile: Profile = serde_json::from_str(&row.take::<String>(1)?)?;
    profile.queues = BTreeMap::new();
    let presence = match row.take::<Option<String>>(3)? {
        None => PresenceRecord::never(changed_at),
        Some(chosen) => PresenceRecord { chosen: chosen.parse()?, ..decode_times(row, 4)? },
    };
    Ok(Agent { staff: row.take(0)?, profile, version: row.take(2)?, presence })
}

fn decode_presence(row: &mut Row, at: usize) -> Result<PresenceRecord> {
    let chosen: Presence = row.take::<String>(at)?.parse()?;
    Ok(PresenceRecord { chosen, ..decode_times(row, at + 1)? })
}

fn decode_times(row: &mut Row, at: usize) -> Result<PresenceRecord> {
    Ok(PresenceRecord {
        chosen: Presence::Offline,
        since: row.take(at)?,
        idle_since: row.take(at + 1)?,
        missed: row.take(at + 2)?,
        heard_until: row.take(at + 3)?,
        gone_since: row.take(at + 4)?,
    })
}
