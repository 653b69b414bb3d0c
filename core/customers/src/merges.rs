//! Two people found to be one, and that finding taken back.

use ::store::{Row, Tx, params};
use audit::{Actor, Entry};
use jiff::Timestamp;
use kernel::{Error, Fault, Refusal, Result, id};
use serde_json::{Value, json};

use crate::customers::{Customers, event};
use crate::kinship::Union;
use crate::model::{MergeId, PersonId};
use crate::store;

/// Two people are one from now on; the subject is who stays, `other` who became them.
const MERGED: &str = "customers.merged";
/// They are two again.
const UNMERGED: &str = "customers.unmerged";

/// A finding that two people are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    pub id: MergeId,
    pub kept: PersonId,
    pub other: PersonId,
    pub by: Actor,
    pub at: Timestamp,
    pub undone_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, kept, other, author_kind, author, merged_at, undone_at";

fn decode(row: &mut Row) -> Result<Merge> {
    let kind: String = row.take(3)?;
    Ok(Merge {
        id: row.take(0)?,
        kept: row.take(1)?,
        other: row.take(2)?,
        by: Actor { kind: kind.parse()?, id: row.take(4)? },
        at: row.take(5)?,
        undone_at: row.take(6)?,
    })
}

impl Customers {
    /// Says that two people are one, and that `kept` is who they are. Nothing of theirs moves.
    pub async fn merge(&self, kept: PersonId, other: PersonId, by: &Actor) -> Result<MergeId> {
        let by = by.clone();
        self.write(move |customers, tx| customers.merge_in(tx, kept, other, &by)).await
    }

    /// The same within a transaction.
    pub fn merge_in(&self, tx: &mut Tx<'_>, kept: PersonId, other: PersonId, by: &Actor) -> Result<MergeId> {
        let union = store::kinship(tx, &[kept, other])?.merge(kept, other).ok_or(Error::NotFound)??;
        let families = store::families(tx, self.vault(), &[union.kept, union.other])?;
        if families.values().any(|family| family.head.erased) {
            return Err(Refusal::new("customers.erased").into());
        }
        let (now, id): (_, MergeId) = (self.now(), id::new(self.now()));
        if !store::set_survivor(tx, union.other, Some(union.kept))? {
            return Err(Fault::new("a survivor was merged within one transaction").into());
        }
        store::touch(tx, union.kept)?;
        tx.execute(
            "INSERT INTO customer_merge (id, kept, other, author_kind, author, merged_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![id, union.kept, union.other, by.kind.as_str(), by.id, now],
        )?;
        tx.emit(now, &event(MERGED, union.kept, facts(id, union)))?;
        let entry = Entry::new("customers.merge", union.kept).by(by.clone()).with(facts(id, union));
        self.trail().append(tx, now, &entry)?;
        Ok(id)
    }

    /// Takes a merge back, whatever was merged since: both are who they were.
    pub async fn undo_merge(&self, merge: MergeId, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |customers, tx| customers.undo_merge_in(tx, merge, &by)).await
    }

    /// The same within a transaction.
    pub fn undo_merge_in(&self, tx: &mut Tx<'_>, merge: MergeId, by: &Actor) -> Result<()> {
        let now = self.now();
        let sql = format!("SELECT {COLUMNS} FROM customer_merge WHERE id = ?1");
        let found = tx.query_one(&sql, params![merge], decode)?;
        if found.undone_at.is_some() {
            return Err(Refusal::new("customers.merge_undone").into());
        }
        let union = Union { kept: found.kept, other: found.other };
        tx.execute("UPDATE customer_merge SET undone_at = ?2 WHERE id = ?1", params![merge, now])?;
        if !store::set_survivor(tx, union.other, None)? {
            return Err(Fault::new("a merge stands of which the people do not know").into());
        }
        let survivor = self.survivor(tx, union.kept)?;
        store::touch(tx, survivor)?;
        tx.emit(now, &event(UNMERGED, survivor, facts(merge, union)))?;
        let entry = Entry::new("customers.undo_merge", survivor).by(by.clone()).with(facts(merge, union));
        self.trail().append(tx, now, &entry)?;
        Ok(())
    }

    /// The merges that made a person who they are, and those taken back, newest first.
    pub async fn merges(&self, id: PersonId) -> Result<Vec<Merge>> {
        self.read(move |customers, tx| {
            let mut merges: Vec<Merge> = Vec::new();
            for member in customers.identities_in(tx, id)? {
                let sql = format!("SELECT {COLUMNS} FROM customer_merge WHERE kept = ?1");
                merges.extend(tx.query(&sql, params![member], decode)?);
            }
            merges.sort_by_key(|merge| std::cmp::Reverse((merge.at, merge.id)));
            Ok(merges)
        })
        .await
    }
}

fn facts(id: MergeId, union: Union) -> Value {
    json!({ "merge": id.to_string(), "kept": union.kept.to_string(), "other": union.other.to_string() })
}
