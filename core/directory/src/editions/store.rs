//! All SQL of the directory.

use ::store::{Row, Tx, params};
use kernel::Result;
use kernel::id::{DirectoryEdition, Id};

use super::Edition;

const COLUMNS: &str = "id, institution, valid_from, valid_to, recorded_at, recorded_by, note, digest";

pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<Edition>> {
    let sql = format!("SELECT {COLUMNS} FROM directory_edition ORDER BY recorded_at, id");
    tx.query(&sql, params![], decode)
}

pub(super) fn source(tx: &mut Tx<'_>, id: &Id<DirectoryEdition>) -> Result<String> {
    tx.query_one("SELECT source FROM directory_edition WHERE id = ?1", params![id], |row| row.take(0))
}

pub(super) fn insert(tx: &mut Tx<'_>, edition: &Edition, source: &str) -> Result<()> {
    tx.execute(
        &format!(
            "INSERT INTO directory_edition ({COLUMNS}, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
        ),
        params![
            edition.id,
            edition.institution,
            edition.valid_from,
            edition.valid_to,
            edition.recorded_at,
            edition.recorded_by,
            edition.note,
            edition.digest,
            source
        ],
    )?;
    Ok(())
}

fn decode(row: &mut Row) -> Result<Edition> {
    Ok(Edition {
        id: row.take(0)?,
        institution: row.take(1)?,
        valid_from: row.take(2)?,
        valid_to: row.take(3)?,
        recorded_at: row.take(4)?,
        recorded_by: row.take(5)?,
        note: row.take(6)?,
        digest: row.take(7)?,
    })
}
