//! Canned replies and macros in the database: both are something with a name, for somebody.

use kernel::id::{Id, Kind};
use kernel::{LocalText, Refusal, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Row, Tx, Value, params};

use crate::automation::Automation;
use crate::scope::{Reader, Scope};

/// A sort of prepared thing.
pub trait Sort: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its kind of id.
    type Id: Kind + Copy + Send + Sync;
    /// How the database and the audit trail call it.
    const NAME: &'static str;

    /// In the form in which it is kept, or why it makes no sense.
    fn checked(self, automation: &Automation, tx: &mut Tx<'_>) -> Result<Self>;

    /// What a search looks through besides its name.
    fn searched(&self) -> Vec<&str>;
}

/// Something prepared, as it is on record.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept<S: Sort> {
    pub id: Id<S::Id>,
    pub name: LocalText,
    /// What is typed to have it at once.
    pub shortcut: String,
    pub scope: Scope,
    pub body: S,
    pub version: i64,
    /// How often it was used.
    pub uses: i64,
}

const COLUMNS: &str = "id, name, shortcut, scope, whose, body, version, uses";

fn decode<S: Sort>(row: &mut Row) -> Result<Kept<S>> {
    let (name, body): (String, String) = (row.take(1)?, row.take(5)?);
    let (scope, whose): (String, String) = (row.take(3)?, row.take(4)?);
    Ok(Kept {
        id: row.take(0)?,
        name: serde_json::from_str(&name)?,
        shortcut: row.take(2)?,
        scope: Scope::read(&scope, &whose)?,
        body: serde_json::from_str(&body)?,
        version: row.take(6)?,
        uses: row.take(7)?,
    })
}

pub(crate) fn find<S: Sort>(tx: &mut Tx<'_>, id: Id<S::Id>) -> Result<Option<Kept<S>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_prepared WHERE id = ?1 AND sort = ?2 AND retired_at IS NULL"
    );
    tx.query_opt(&sql, params![id, *S::NAME], decode)
}

/// Everything of a sort that somebody may use.
pub(crate) fn offered<S: Sort>(tx: &mut Tx<'_>, reader: &Reader) -> Result<Vec<Kept<S>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_prepared WHERE sort = ?1 AND retired_at IS NULL \
         AND (scope <> 'own' OR whose = ?2) ORDER BY id"
    );
    let mut all: Vec<Kept<S>> = tx.query(&sql, params![*S::NAME, reader.staff], decode)?;
    all.retain(|kept| kept.scope.is_open_to(reader));
    Ok(all)
}

/// Everything of a sort that is not somebody's own.
pub(crate) fn shared<S: Sort>(tx: &mut Tx<'_>) -> Result<Vec<Kept<S>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM automation_prepared \
         WHERE sort = ?1 AND retired_at IS NULL AND scope <> 'own' ORDER BY id"
    );
    tx.query(&sql, params![*S::NAME], decode)
}

pub(crate) fn is_empty<S: Sort>(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT id FROM automation_prepared WHERE sort = ?1 LIMIT 1";
    Ok(tx.query_opt(sql, params![*S::NAME], |row| row.take::<String>(0))?.is_none())
}

/// Writes something new. Refused when its shortcut is taken in its scope.
pub(crate) fn insert<S: Sort>(tx: &mut Tx<'_>, kept: &Kept<S>, now: jiff::Timestamp) -> Result<()> {
    let touched = tx.execute(
        "INSERT INTO automation_prepared \
         (id, sort, shortcut, name, body, scope, whose, version, uses, changed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) ON CONFLICT DO NOTHING",
        params![
            kept.id,
            *S::NAME,
            kept.shortcut,
            serde_json::to_string(&kept.name)?,
            serde_json::to_string(&kept.body)?,
            *kept.scope.kind(),
            kept.scope.whose(),
            kept.version,
            now
        ],
    )?;
    if touched == 1 { Ok(()) } else { Err(taken(&kept.shortcut)) }
}

/// Writes a change of what was read at the version before.
pub(crate) fn update<S: Sort>(tx: &mut Tx<'_>, kept: &Kept<S>, now: jiff::Timestamp) -> Result<()> {
    let other: Option<String> = tx.query_opt(
        "SELECT id FROM automation_prepared WHERE sort = ?1 AND scope = ?2 AND whose = ?3 \
         AND shortcut = ?4 AND retired_at IS NULL AND id <> ?5",
        params![*S::NAME, *kept.scope.kind(), kept.scope.whose(), kept.shortcut, kept.id],
        |row| row.take(0),
    )?;
    if other.is_some() {
        return Err(taken(&kept.shortcut));
    }
    let values: &[Value] = params![
        kept.id,
        kept.shortcut,
        serde_json::to_string(&kept.name)?,
        serde_json::to_string(&kept.body)?,
        *kept.scope.kind(),
        kept.scope.whose(),
        kept.version,
        now
    ];
    tx.execute(
        "UPDATE automation_prepared SET shortcut = ?2, name = ?3, body = ?4, scope = ?5, whose = ?6, \
         version = ?7, changed_at = ?8 WHERE id = ?1",
        values,
    )?;
    Ok(())
}

pub(crate) fn retire<S: Sort>(tx: &mut Tx<'_>, id: Id<S::Id>, now: jiff::Timestamp) -> Result<()> {
    tx.execute("UPDATE automation_prepared SET retired_at = ?2 WHERE id = ?1", params![id, now])?;
    Ok(())
}

pub(crate) fn count_use<S: Sort>(tx: &mut Tx<'_>, id: Id<S::Id>) -> Result<()> {
    tx.execute("UPDATE automation_prepared SET uses = uses + 1 WHERE id = ?1", params![id])?;
    Ok(())
}

fn taken(shortcut: &str) -> kernel::Error {
    Refusal::new("automation.shortcut_taken").with("shortcut", shortcut).into()
}
