//! Sessions and known devices in the database.

use jiff::Timestamp;
use kernel::id::{StaffMember, StaffSession};
use kernel::{Id, Language, Result};
use serde::{Deserialize, Serialize};
use store::{Row, Tx, params};
use vault::{DataKey, Sealed, Secret, Subject, Vault};

use super::model::{Session, Times};
use crate::caller::{Method, Theme};
use crate::token::TokenHash;
use crate::visit::Visit;

vault::field!(pub SessionPlace: String = "staff_session"."place");

/// Where a session was opened, sealed as one value.
#[derive(Serialize, Deserialize)]
struct Place {
    network: String,
    agent: String,
}

pub(crate) struct NewSession<'a> {
    pub id: Id<StaffSession>,
    pub hash: &'a TokenHash,
    pub member: Id<StaffMember>,
    pub method: Method,
    pub visit: &'a Visit,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

pub(crate) fn insert(tx: &mut Tx<'_>, key: &DataKey, new: &NewSession<'_>) -> Result<()> {
    let place = Place { network: new.visit.network(), agent: new.visit.agent.clone() };
    let place = key.seal::<SessionPlace>(new.id, &Secret::from_json(&place)?)?;
    tx.execute(
        "INSERT INTO staff_session (id, hash, member, method, place, signed_in_at, seen_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)",
        params![new.id, *new.hash, new.member, new.method.name(), place, new.at, new.expires_at],
    )?;
    Ok(())
}

/// What a request needs to know of its session: one indexed read.
pub(crate) struct Found {
    pub id: Id<StaffSession>,
    pub member: Id<StaffMember>,
    pub method: Method,
    pub signed_in_at: Timestamp,
    pub times: Times,
    pub language: Language,
    pub theme: Theme,
}

/// The session behind a token, if its member still works here.
pub(crate) fn find(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<Found>> {
    tx.query_opt(
        "SELECT s.id, s.member, s.method, s.signed_in_at, s.seen_at, s.expires_at, m.language, m.theme \
         FROM staff_session s JOIN staff_member m ON m.id = s.member \
         WHERE s.hash = ?1 AND m.status = 'active'",
        params![*hash],
        |row| {
            Ok(Found {
                id: row.take(0)?,
                member: row.take(1)?,
                method: row.take::<String>(2)?.parse()?,
                signed_in_at: row.take(3)?,
                times: Times { seen_at: row.take(4)?, expires_at: row.take(5)? },
                language: row.take(6)?,
                theme: row.take::<String>(7)?.parse()?,
            })
        },
    )
}

/// Notes that the session was used; never backwards.
pub(crate) fn touch(tx: &mut Tx<'_>, id: Id<StaffSession>, now: Timestamp) -> Result<()> {
    tx.execute("UPDATE staff_session SET seen_at = ?1 WHERE id = ?2 AND seen_at < ?1", params![now, id])?;
    Ok(())
}

/// A member's sessions, the newest first.
pub(crate) fn of_member(tx: &mut Tx<'_>, vault: &Vault, member: Id<StaffMember>) -> Result<Vec<Session>> {
    let key = vault.key(tx, &Subject::of(&member))?;
    tx.query(
        "SELECT id, method, place, signed_in_at, seen_at, expires_at FROM staff_session \
         WHERE member = ?1 ORDER BY signed_in_at DESC, id DESC",
        params![member],
        |row| session(row, &key),
    )
}

fn session(row: &mut Row, key: &DataKey) -> Result<Session> {
    let id: Id<StaffSession> = row.take(0)?;
    let place = match key.open::<SessionPlace>(id, &row.take::<Sealed<SessionPlace>>(2)?)?.plain() {
        Some(place) => place.parse_json()?,
        None => Place { network: String::new(), agent: String::new() },
    };
    Ok(Session {
        id,
        method: row.take::<String>(1)?.parse()?,
        network: place.network,
        agent: place.agent,
        signed_in_at: row.take(3)?,
        seen_at: row.take(4)?,
        expires_at: row.take(5)?,
    })
}

/// The ids of a member's sessions, the oldest first.
pub(crate) fn ids(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Vec<Id<StaffSession>>> {
    tx.query(
        "SELECT id FROM staff_session WHERE member = ?1 ORDER BY signed_in_at, id",
        params![member],
        |row| row.take(0),
    )
}

pub(crate) fn delete(tx: &mut Tx<'_>, member: Id<StaffMember>, id: Id<StaffSession>) -> Result<bool> {
    tx.execute(
        "DELETE FROM staff_provider_session WHERE session IN \
         (SELECT id FROM staff_session WHERE id = ?1 AND member = ?2)",
        params![id, member],
    )?;
    Ok(tx.execute("DELETE FROM staff_session WHERE id = ?1 AND member = ?2", params![id, member])? == 1)
}

/// Removes what time has ended. Returns how many there were.
pub(crate) fn delete_over(tx: &mut Tx<'_>, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
    tx.execute(
        "DELETE FROM staff_provider_session WHERE session IN \
         (SELECT id FROM staff_session WHERE expires_at <= ?1 OR seen_at <= ?2)",
        params![now, idle_since],
    )?;
    tx.execute("DELETE FROM staff_session WHERE expires_at <= ?1 OR seen_at <= ?2", params![now, idle_since])
}

pub(crate) fn knows_device(
    tx: &mut Tx<'_>,
    hash: &TokenHash,
    member: Id<StaffMember>,
    now: Timestamp,
) -> Result<bool> {
    let known = tx.query_opt(
        "SELECT 1 FROM staff_device WHERE hash = ?1 AND member = ?2 AND expires_at > ?3",
        params![*hash, member, now],
        |_| Ok(()),
    )?;
    Ok(known.is_some())
}

pub(crate) fn remember_device(
    tx: &mut Tx<'_>,
    hash: &TokenHash,
    member: Id<StaffMember>,
    expires_at: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO staff_device (hash, member, expires_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (hash) DO UPDATE SET expires_at = excluded.expires_at",
        params![*hash, member, expires_at],
    )?;
    Ok(())
}

pub(crate) fn forget_devices(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM staff_device WHERE expires_at <= ?1", params![now])
}
