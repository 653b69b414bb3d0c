//! Erasing a person.

use ::store::Tx;
use audit::{Actor, Entry};
use kernel::Result;
use serde_json::json;
use vault::Subject;

use crate::customers::{Customers, event};
use crate::model::PersonId;
use crate::store;

/// A person's data is gone.
const ERASED: &str = "customers.erased";

impl Customers {
    /// Erases somebody and everybody found to be them: their keys are destroyed, which erases what any area
    /// sealed for them, and nothing finds them any more. The ids stay, as people without data.
    pub async fn forget(&self, id: PersonId, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |customers, tx| customers.forget_in(tx, id, &by)).await
    }

    /// The same within a transaction.
    pub fn forget_in(&self, tx: &mut Tx<'_>, id: PersonId, by: &Actor) -> Result<()> {
        let now = self.now();
        let family = self.identities_in(tx, id)?;
        for member in &family {
            self.vault().destroy(tx, &Subject::of(member), now)?;
            store::strip(tx, *member, now)?;
        }
        let survivor = family.first().copied().unwrap_or(id);
        tx.emit(now, &event(ERASED, survivor, json!({ "people": family.len() })))?;
        let entry = Entry::new("customers.forget", survivor).by(by.clone());
        self.trail().append(tx, now, &entry.with(json!({ "people": family.len() })))?;
        Ok(())
    }
}
