//! Somebody makes contact: who is it?

use ::store::Tx;
use directory::ChannelKind;
use jiff::Timestamp;
use kernel::{Fault, Language, Refusal, Result, id};
use serde_json::json;
use vault::{Secret, Subject};

use crate::customers::{CHANGED, CREATED, Customers, event};
use crate::model::{PersonId, PersonKind};
use crate::names;
use crate::point::{NewPoint, PointHash};
use crate::profile::{Family, Profile, Row};
use crate::store;

/// Points one person may have.
pub(crate) const MOST_POINTS: usize = 50;

/// What a contact tells about who makes it.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    pub kind: PersonKind,
    pub name: Option<Secret<String>>,
    pub points: Vec<NewPoint>,
    pub language: Option<Language>,
    pub channel: Option<ChannelKind>,
}

impl Customers {
    /// The person who makes contact, in the caller's transaction.
    ///
    /// Only a verified point finds somebody who is already known; account before email before phone before
    /// handle. Everything else makes a new person, on whom the claims are recorded: what a stranger typed
    /// must not open somebody's history.
    pub fn find_or_create(&self, tx: &mut Tx<'_>, contact: &Contact, now: Timestamp) -> Result<PersonId> {
        let contact = contact.checked()?;
        match self.known(tx, &contact, now)? {
            Some(person) => self.learn(tx, person, &contact, now),
            None => self.create(tx, &contact, now),
        }
    }

    /// Somebody whom we already talk to proves more about themselves, in the caller's transaction. Returns
    /// who they are: another person, when what they proved is that person's. Then the caller decides what
    /// becomes of what they said as a stranger.
    pub fn recognise(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        contact: &Contact,
        now: Timestamp,
    ) -> Result<PersonId> {
        let contact = contact.checked()?;
        let person = self.known(tx, &contact, now)?.unwrap_or(person);
        self.learn(tx, person, &contact, now)
    }

    /// Whoever proved to hold one of the verified points.
    fn known(&self, tx: &mut Tx<'_>, contact: &Contact, now: Timestamp) -> Result<Option<PersonId>> {
        for point in contact.points.iter().filter(|point| point.verified) {
            let hash = self.vault().lookups().hash::<PointHash>(&point.address());
            let Some(holder) = store::holder(tx, &hash, &point.kind)? else { continue };
            if self.vault().key(tx, &Subject::of(&holder))?.is_destroyed() {
                // Erased by the key alone, as when a backup is restored: the traces go too.
                store::strip(tx, holder, now)?;
                continue;
            }
            return Ok(Some(holder));
        }
        Ok(None)
    }

    fn create(&self, tx: &mut Tx<'_>, contact: &Contact, now: Timestamp) -> Result<PersonId> {
        let row = Row {
            id: id::new(now),
            kind: contact.kind,
            profile: Profile { name: contact.name.clone(), ..Profile::default() },
            language: contact.language.clone(),
            channel: contact.channel,
            survivor: None,
            version: 1,
            created_at: now,
            erased: false,
        };
        let key = self.vault().key_or_new(tx, &Subject::of(&row.id), now)?;
        store::insert(tx, &key, &row)?;
        store::set_tokens(tx, row.id, &names::tokens(self.vault(), row.profile.names()))?;
        for point in &contact.points {
            self.put_point(tx, row.id, point, now)?;
        }
        tx.emit(now, &event(CREATED, row.id, json!({ "kind": row.kind.name() })))?;
        Ok(row.id)
    }

    /// Fills in what was not known. It never overwrites: what staff or the person wrote counts more.
    fn learn(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        contact: &Contact,
        now: Timestamp,
    ) -> Result<PersonId> {
        let family = self.family(tx, person)?;
        let (mut row, mut learned) = (family.head.clone(), false);
        if row.erased {
            return Err(Refusal::new("customers.erased").into());
        }
        if contact.name.is_some() && family.name().is_none() {
            (row.profile.name, learned) = (contact.name.clone(), true);
        }
        if contact.language.is_some() && family.language().is_none() {
            (row.language, learned) = (contact.language.clone(), true);
        }
        if contact.channel.is_some() && family.channel().is_none() {
            (row.channel, learned) = (contact.channel, true);
        }
        if learned {
            self.save(tx, &row)?;
        }
        let mut reached = false;
        for point in &contact.points {
            reached |= self.learn_point(tx, &family, point, now)?;
        }
        if reached && !learned {
            store::touch(tx, row.id)?;
        }
        if learned || reached {
            tx.emit(now, &event(CHANGED, row.id, json!({})))?;
        }
        Ok(row.id)
    }

    fn learn_point(
        &self,
        tx: &mut Tx<'_>,
        family: &Family,
        point: &NewPoint,
        now: Timestamp,
    ) -> Result<bool> {
        let hash = self.vault().lookups().hash::<PointHash>(&point.address());
        let is_theirs = store::holder(tx, &hash, &point.kind)?
            .is_some_and(|holder| family.ids().any(|member| member == holder));
        // A point too many is left out: a contact is not turned away for it.
        if is_theirs || store::count_points(tx, family.head.id)? >= MOST_POINTS {
            return Ok(false);
        }
        self.put_point(tx, family.head.id, point, now)
    }

    /// Records a point. One that another person proved to hold stays a claim here, and tells staff that
    /// the two may be one.
    pub(crate) fn put_point(
        &self,
        tx: &mut Tx<'_>,
        of: PersonId,
        point: &NewPoint,
        now: Timestamp,
    ) -> Result<bool> {
        let hash = self.vault().lookups().hash::<PointHash>(&point.address());
        let mut point = point.clone();
        if point.verified && store::holder(tx, &hash, &point.kind)?.is_some_and(|holder| holder != of) {
            point.verified = false;
        }
        let key = self.vault().key(tx, &Subject::of(&of))?;
        store::put_point(tx, &key, of, &point, &hash, now)
    }

    /// Writes a row and what it is found by.
    pub(crate) fn save(&self, tx: &mut Tx<'_>, row: &Row) -> Result<()> {
        let key = self.vault().key(tx, &Subject::of(&row.id))?;
        if !store::update(tx, &key, row)? {
            return Err(Fault::new("a person changed within one transaction").into());
        }
        store::set_tokens(tx, row.id, &names::tokens(self.vault(), row.profile.names()))
    }
}

impl Contact {
    /// With a name that fits, and its strongest points first.
    fn checked(&self) -> Result<Self, Refusal> {
        let mut contact = self.clone();
        contact.name = contact.name.as_ref().map(names::checked).transpose()?;
        contact.points.sort_by(|one, other| one.kind.cmp(&other.kind));
        if contact.points.len() > MOST_POINTS {
            return Err(Refusal::new("customers.too_many_points").with("most", MOST_POINTS));
        }
        Ok(contact)
    }
}
