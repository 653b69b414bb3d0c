//! Notes about people.

use ::store::{Tx, params};
use audit::{Actor, Entry};
use jiff::Timestamp;
use kernel::{Error, Fault, Refusal, Result};
use serde_json::json;
use vault::{Sealed, Secret, Subject, Vault, masking};

use crate::customers::{CHANGED, Customers, event};
use crate::model::{Note, PersonId};
use crate::store::places;

/// Longest note, in characters.
const LONGEST: usize = 4_000;
/// Notes about one person.
const MOST: i64 = 500;

vault::field!(NoteBody: String = "customer_note"."body");

impl Customers {
    /// Writes a note about somebody and returns its number. Card numbers and the like are masked.
    pub async fn note(&self, id: PersonId, body: Secret<String>, by: &Actor) -> Result<i64> {
        let (body, by) = (checked(&body)?, by.clone());
        self.write(move |customers, tx| {
            let now = customers.now();
            let id = customers.survivor(tx, id)?;
            let key = customers.vault().key(tx, &Subject::of(&id))?;
            if key.is_destroyed() {
                return Err(Refusal::new("customers.erased").into());
            }
            let number = next_number(tx, id)?;
            let body = key.seal::<NoteBody>(place(id, number), &body)?;
            tx.execute(
                "INSERT INTO customer_note (person, number, body, author_kind, author, written_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![id, number, body, by.kind.as_str(), by.id, now],
            )?;
            tx.emit(now, &event(CHANGED, id, json!({})))?;
            let entry = Entry::new("customers.note", id).by(by.clone()).with(json!({ "note": number }));
            customers.trail().append(tx, now, &entry)?;
            Ok(number)
        })
        .await
    }

    /// Takes a note away. `of` is the person it was written about.
    pub async fn remove_note(&self, of: PersonId, number: i64, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |customers, tx| {
            let now = customers.now();
            let touched = tx.execute(
                "DELETE FROM customer_note WHERE person = ?1 AND number = ?2",
                params![of, number],
            )?;
            if touched == 0 {
                return Err(Error::NotFound);
            }
            let survivor = customers.survivor(tx, of)?;
            tx.emit(now, &event(CHANGED, survivor, json!({})))?;
            let entry = Entry::new("customers.remove_note", of).by(by.clone());
            customers.trail().append(tx, now, &entry.with(json!({ "note": number })))?;
            Ok(())
        })
        .await
    }
}

fn next_number(tx: &mut Tx<'_>, id: PersonId) -> Result<i64> {
    let sql = "SELECT COUNT(*), COALESCE(MAX(number), 0) FROM customer_note WHERE person = ?1";
    let (count, last): (i64, i64) = tx.query_one(sql, params![id], |row| Ok((row.take(0)?, row.take(1)?)))?;
    if count >= MOST {
        return Err(Refusal::new("customers.too_many_notes").with("most", MOST).into());
    }
    Ok(last + 1)
}

fn checked(body: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let body = body.expose().trim();
    let is_unfit = |c: char| c.is_control() && c != '\n' && c != '\t' && c != '\r';
    if body.is_empty() || body.chars().count() > LONGEST || body.contains(is_unfit) {
        return Err(Refusal::new("customers.note_malformed").with("longest", LONGEST));
    }
    Ok(Secret::new(masking::mask(body).text.into_owned()))
}

/// The record that a note is sealed for.
fn place(of: PersonId, number: i64) -> String {
    format!("{of}/{number}")
}

/// The notes about these rows, oldest first.
pub(crate) fn of(tx: &mut Tx<'_>, vault: &Vault, of: &[PersonId]) -> Result<Vec<Note>> {
    let subjects: Vec<Subject> = of.iter().map(Subject::of).collect();
    let keys = vault.keys(tx, &subjects)?;
    let mut notes = Vec::new();
    for page in of.chunks(crate::store::AT_ONCE) {
        let (places, values) = places(page);
        let sql = format!(
            "SELECT person, number, body, author_kind, author, written_at FROM customer_note \
             WHERE person IN ({places})"
        );
        let closed: Vec<(PersonId, i64, Sealed<NoteBody>, Actor, Timestamp)> =
            tx.query(&sql, &values, |row| {
                let kind: String = row.take(3)?;
                let author = Actor { kind: kind.parse()?, id: row.take(4)? };
                Ok((row.take(0)?, row.take(1)?, row.take(2)?, author, row.take(5)?))
            })?;
        for (of, number, body, author, at) in closed {
            let key = keys.get(&Subject::of(&of)).ok_or_else(|| Fault::new("a person without a key"))?;
            if let Some(body) = key.open(place(of, number), &body)?.plain() {
                notes.push(Note { of, number, body, author, at });
            }
        }
    }
    notes.sort_by_key(|note| (note.at, note.of, note.number));
    Ok(notes)
}
