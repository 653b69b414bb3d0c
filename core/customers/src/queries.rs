//! Reading people.

use std::collections::HashMap;

use ::store::Tx;
use kernel::{Error, Result};

use crate::customers::Customers;
use crate::model::{Brief, Person, PersonId};
use crate::profile::{Family, joined};
use crate::{notes, store};

impl Customers {
    /// Everything about one person, by any id that means them.
    pub async fn person(&self, id: PersonId) -> Result<Person> {
        self.read(move |customers, tx| customers.person_in(tx, id)).await
    }

    /// The same within a transaction.
    pub fn person_in(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<Person> {
        let family = self.family(tx, id)?;
        let identities: Vec<PersonId> = family.ids().collect();
        let points = joined(store::points(tx, self.vault(), &identities)?);
        let notes = notes::of(tx, self.vault(), &identities)?;
        let (name, called) = (family.name().cloned(), family.called().cloned());
        let (also, needs) = (family.also(), family.needs());
        let (language, channel) = (family.language().cloned(), family.channel());
        let head = family.head;
        Ok(Person {
            id: head.id,
            kind: head.kind,
            name,
            called,
            also,
            language,
            channel,
            needs,
            points,
            notes,
            identities,
            version: head.version,
            created_at: head.created_at,
            erased: head.erased,
        })
    }

    /// What a list shows of each of these people, by the id that was asked for; unknown ids are left out.
    pub async fn people(&self, ids: &[PersonId]) -> Result<HashMap<PersonId, Brief>> {
        let ids = ids.to_vec();
        self.read(move |customers, tx| customers.people_in(tx, &ids)).await
    }

    /// The same within a transaction.
    pub fn people_in(&self, tx: &mut Tx<'_>, ids: &[PersonId]) -> Result<HashMap<PersonId, Brief>> {
        let families = store::families(tx, self.vault(), ids)?;
        Ok(families.into_iter().map(|(id, family)| (id, family.brief())).collect())
    }

    /// Every id that means this person now, the survivor's first: whatever any area keeps under one of them
    /// is theirs.
    pub async fn identities(&self, id: PersonId) -> Result<Vec<PersonId>> {
        self.read(move |customers, tx| customers.identities_in(tx, id)).await
    }

    /// The same within a transaction.
    pub fn identities_in(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<PersonId>> {
        let family = store::kinship(tx, &[id])?.family(id);
        if family.is_empty() { Err(Error::NotFound) } else { Ok(family) }
    }

    /// Who somebody is now, within a transaction.
    pub fn survivor(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<PersonId> {
        store::kinship(tx, &[id])?.survivor(id).ok_or(Error::NotFound)
    }

    pub(crate) fn family(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<Family> {
        store::families(tx, self.vault(), &[id])?.remove(&id).ok_or(Error::NotFound)
    }
}
