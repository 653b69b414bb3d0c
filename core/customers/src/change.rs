//! Changing what is known of a person.

use ::store::Tx;
use audit::{Actor, Entry};
use directory::ChannelKind;
use kernel::{Error, Language, Refusal, Result};
use serde_json::json;
use vault::{Secret, masking};

use crate::contact::MOST_POINTS;
use crate::customers::{CHANGED, Customers, event};
use crate::model::{Needs, PersonId, PersonKind};
use crate::names;
use crate::point::{NewPoint, Point, PointHash};
use crate::profile::{Family, Row};
use crate::store;

/// Other names of one person.
const MOST_NAMES: usize = 10;
/// Longest description of needs, in characters.
const LONGEST_NEEDS: usize = 1_000;

/// One change to a person.
#[derive(Debug, Clone)]
pub enum Change {
    Kind(PersonKind),
    Name(Option<Secret<String>>),
    /// How they want to be addressed.
    Called(Option<Secret<String>>),
    /// Other names they are known by.
    Also(Vec<Secret<String>>),
    Language(Option<Language>),
    Channel(Option<ChannelKind>),
    Needs(Needs),
    AddPoint(NewPoint),
    /// By its number.
    VerifyPoint(i64),
    RemovePoint(i64),
}

impl Change {
    /// What the audit trail says was changed.
    fn name(&self) -> &'static str {
        match self {
            Self::Kind(_) => "kind",
            Self::Name(_) | Self::Called(_) | Self::Also(_) => "name",
            Self::Language(_) => "language",
            Self::Channel(_) => "channel",
            Self::Needs(_) => "needs",
            Self::AddPoint(_) => "point added",
            Self::VerifyPoint(_) => "point verified",
            Self::RemovePoint(_) => "point removed",
        }
    }
}

impl Customers {
    /// Makes changes to a person whom the caller saw at `version`, all or none. Returns the new version.
    pub async fn change(&self, id: PersonId, version: i64, changes: Vec<Change>, by: &Actor) -> Result<i64> {
        let by = by.clone();
        self.write(move |customers, tx| customers.change_in(tx, id, version, &changes, &by)).await
    }

    /// The same within a transaction.
    pub fn change_in(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        version: i64,
        changes: &[Change],
        by: &Actor,
    ) -> Result<i64> {
        let now = self.now();
        let family = self.family(tx, id)?;
        let mut row = family.head.clone();
        if row.erased {
            return Err(Refusal::new("customers.erased").into());
        }
        if row.version != version {
            return Err(Refusal::new("customers.changed_meanwhile").into());
        }
        for change in changes {
            match change {
                Change::AddPoint(point) => self.add_point(tx, &family, point)?,
                Change::VerifyPoint(number) => self.verify_point(tx, &family, *number)?,
                Change::RemovePoint(number) => self.remove_point(tx, &family, *number)?,
                of_row => apply(&mut row, &family, of_row)?,
            }
        }
        self.save(tx, &row)?;
        tx.emit(now, &event(CHANGED, row.id, json!({})))?;
        let changed: Vec<&str> = changes.iter().map(Change::name).collect();
        let entry = Entry::new("customers.change", row.id).by(by.clone());
        self.trail().append(tx, now, &entry.with(json!({ "changed": changed })))?;
        Ok(row.version + 1)
    }

    fn add_point(&self, tx: &mut Tx<'_>, family: &Family, point: &NewPoint) -> Result<()> {
        if store::count_points(tx, family.head.id)? >= MOST_POINTS {
            return Err(Refusal::new("customers.too_many_points").with("most", MOST_POINTS).into());
        }
        if !point.verified || !self.is_proven(tx, family, point)? {
            self.put_point(tx, family.head.id, point, self.now())?;
        }
        Ok(())
    }

    fn verify_point(&self, tx: &mut Tx<'_>, family: &Family, number: i64) -> Result<()> {
        let point = self.point(tx, family, number)?;
        let new = NewPoint { kind: point.kind, value: point.value, verified: true };
        if !self.is_proven(tx, family, &new)? {
            self.put_point(tx, point.of, &new, self.now())?;
        }
        Ok(())
    }

    /// Whether a point is verified for this family already; refused when it is for another.
    fn is_proven(&self, tx: &mut Tx<'_>, family: &Family, point: &NewPoint) -> Result<bool> {
        let hash = self.vault().lookups().hash::<PointHash>(&point.address());
        match store::holder(tx, &hash, &point.kind)? {
            None => Ok(false),
            Some(holder) if family.ids().any(|member| member == holder) => Ok(true),
            Some(_) => Err(Refusal::new("customers.point_taken").into()),
        }
    }

    /// Takes a point away from everybody who is this person.
    fn remove_point(&self, tx: &mut Tx<'_>, family: &Family, number: i64) -> Result<()> {
        let gone = self.point(tx, family, number)?;
        let members: Vec<PersonId> = family.ids().collect();
        for point in store::points(tx, self.vault(), &members)? {
            if point.kind == gone.kind && point.value.expose() == gone.value.expose() {
                store::remove_point(tx, point.of, point.number)?;
            }
        }
        Ok(())
    }

    fn point(&self, tx: &mut Tx<'_>, family: &Family, number: i64) -> Result<Point> {
        let members: Vec<PersonId> = family.ids().collect();
        let points = store::points(tx, self.vault(), &members)?;
        points.into_iter().find(|point| point.number == number).ok_or(Error::NotFound)
    }
}

/// Changes that lie in the person's own row.
fn apply(row: &mut Row, family: &Family, change: &Change) -> Result<(), Refusal> {
    let name = |name: &Option<Secret<String>>| name.as_ref().map(names::checked).transpose();
    match change {
        Change::Kind(kind) => row.kind = *kind,
        Change::Name(new) => row.profile.name = name(new)?,
        Change::Called(new) => row.profile.called = name(new)?,
        Change::Also(new) => {
            if new.len() > MOST_NAMES {
                return Err(Refusal::new("customers.too_many_names").with("most", MOST_NAMES));
            }
            row.profile.also = new.iter().map(names::checked).collect::<Result<_, _>>()?;
        }
        Change::Language(language) => row.language.clone_from(language),
        Change::Channel(channel) => row.channel = *channel,
        Change::Needs(needs) => {
            row.profile.needs.clone_from(&needs.kinds);
            row.profile.needs_words = needs.words.as_ref().map(needs_words).transpose()?;
            row.profile.needs_speak_for = family.others.iter().map(|other| other.id).collect();
        }
        Change::AddPoint(_) | Change::VerifyPoint(_) | Change::RemovePoint(_) => {}
    }
    Ok(())
}

fn needs_words(words: &Secret<String>) -> Result<Secret<String>, Refusal> {
    let words = words.expose().trim();
    let is_unfit = |c: char| c.is_control() && !c.is_whitespace();
    if words.is_empty() || words.chars().count() > LONGEST_NEEDS || words.contains(is_unfit) {
        return Err(Refusal::new("customers.needs_malformed").with("longest", LONGEST_NEEDS));
    }
    Ok(Secret::new(masking::mask(words).text.into_owned()))
}
