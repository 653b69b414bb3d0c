//! Tokens in the database.

use std::collections::BTreeSet;

use ::store::{Row, Tx, params};
use jiff::Timestamp;
use kernel::id::{ApiToken, StaffMember};
use kernel::{Id, Result};

use super::model::{ApiTokenInfo, NewApiToken};
use crate::policy::Permission;
use crate::token::TokenHash;

const COLUMNS: &str = "SELECT id, name, queues, made_by, made_at, expires_at, used_at, revoked_at \
                       FROM staff_api_token";

pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: Id<ApiToken>,
    hash: &TokenHash,
    new: &NewApiToken,
    made_by: Option<Id<StaffMember>>,
    now: Timestamp,
) -> Result<()> {
    let queues = new.queues.as_ref().map(|queues| queues.iter().cloned().collect::<Vec<_>>().join(" "));
    tx.execute(
        "INSERT INTO staff_api_token (id, hash, name, queues, made_by, made_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, *hash, new.name, queues, made_by, now, new.expires_at],
    )?;
    for scope in &new.scopes {
        tx.execute(
            "INSERT INTO staff_api_scope (token, permission) VALUES (?1, ?2)",
            params![id, scope.name()],
        )?;
    }
    Ok(())
}

pub(super) fn find(tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<ApiTokenInfo>> {
    let found = tx.query_opt(&format!("{COLUMNS} WHERE hash = ?1"), params![*hash], read)?;
    found.map(|info| with_scopes(tx, info)).transpose()
}

/// The newest first; at most so many.
pub(super) fn list(tx: &mut Tx<'_>, limit: u16) -> Result<Vec<ApiTokenInfo>> {
    let sql = format!("{COLUMNS} ORDER BY made_at DESC, id DESC LIMIT {limit}");
    let found = tx.query(&sql, params![], read)?;
    found.into_iter().map(|info| with_scopes(tx, info)).collect()
}

fn read(row: &mut Row) -> Result<ApiTokenInfo> {
    let queues: Option<String> = row.take(2)?;
    Ok(ApiTokenInfo {
        id: row.take(0)?,
        name: row.take(1)?,
        scopes: BTreeSet::new(),
        queues: queues.map(|queues| queues.split(' ').map(str::to_owned).collect()),
        made_by: row.take(3)?,
        made_at: row.take(4)?,
        expires_at: row.take(5)?,
        used_at: row.take(6)?,
        revoked_at: row.take(7)?,
    })
}

fn with_scopes(tx: &mut Tx<'_>, info: ApiTokenInfo) -> Result<ApiTokenInfo> {
    let sql = "SELECT permission FROM staff_api_scope WHERE token = ?1";
    let names: Vec<String> = tx.query(sql, params![info.id], |row| row.take(0))?;
    // A permission that is no more permits nothing.
    let known = Permission::FOR_PROGRAMS.iter().filter(|scope| names.iter().any(|name| name == scope.name()));
    Ok(ApiTokenInfo { scopes: known.copied().collect(), ..info })
}

/// Notes that the token was used; never backwards.
pub(super) fn touch(tx: &mut Tx<'_>, id: Id<ApiToken>, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE staff_api_token SET used_at = ?1 WHERE id = ?2 AND (used_at IS NULL OR used_at < ?1)",
        params![now, id],
    )?;
    Ok(())
}

/// Whether there was a token to revoke.
pub(super) fn revoke(tx: &mut Tx<'_>, id: Id<ApiToken>, now: Timestamp) -> Result<bool> {
    let sql = "UPDATE staff_api_token SET revoked_at = ?1 WHERE id = ?2 AND revoked_at IS NULL";
    Ok(tx.execute(sql, params![now, id])? == 1)
}
