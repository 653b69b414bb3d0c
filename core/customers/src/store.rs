//! All SQL of people.

use std::collections::HashMap;

use ::store::{Row as Columns, ToValue, Tx, Value, params};
use directory::ChannelKind;
use jiff::Timestamp;
use kernel::{Fault, Language, Result};
use vault::{DataKey, Lookup, Sealed, Subject, Vault};

use crate::kinship::Kinship;
use crate::model::PersonId;
use crate::names::Token;
use crate::point::{NewPoint, Point, PointHash, PointKind, PointValue};
use crate::profile::{Family, PersonProfile, Profile, Row};

/// People asked for by one statement.
pub(crate) const AT_ONCE: usize = 32;

/// Ids as the places of a statement that is always the same, so that the database prepares it once:
/// places that are left over ask for the last one again.
pub(crate) fn places(ids: &[PersonId]) -> (String, Vec<Value>) {
    let names: Vec<String> = (1..=AT_ONCE).map(|place| format!("?{place}")).collect();
    let padded = ids.iter().chain(ids.last().into_iter().cycle()).take(AT_ONCE);
    (names.join(", "), padded.map(ToValue::to_value).collect())
}

/// Upwards to the survivors, then down to everybody who is one of them.
fn families_sql(places: &str, columns: &str) -> String {
    format!(
        "WITH RECURSIVE up (id, survivor) AS ( \
           SELECT id, survivor FROM customer_person WHERE id IN ({places}) \
           UNION SELECT p.id, p.survivor FROM up JOIN customer_person p ON p.id = up.survivor), \
         down (id) AS ( \
           SELECT id FROM up WHERE survivor IS NULL \
           UNION SELECT p.id FROM down JOIN customer_person p ON p.survivor = down.id) \
         SELECT {columns} FROM down JOIN customer_person p ON p.id = down.id"
    )
}

/// Who these people are now, with everybody else who is one of them.
pub(crate) fn kinship(tx: &mut Tx<'_>, ids: &[PersonId]) -> Result<Kinship> {
    let mut people = Vec::new();
    for page in ids.chunks(AT_ONCE) {
        let (places, values) = places(page);
        let sql = families_sql(&places, "p.id, p.survivor");
        people.extend(tx.query(&sql, &values, |row| Ok((row.take(0)?, row.take(1)?)))?);
    }
    Ok(Kinship::new(people))
}

/// The families of these people, opened, by each id that was asked for.
pub(crate) fn families(
    tx: &mut Tx<'_>,
    vault: &Vault,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Family>> {
    let mut closed: HashMap<PersonId, (Row, Sealed<PersonProfile>)> = HashMap::new();
    for page in ids.chunks(AT_ONCE) {
        let (places, values) = places(page);
        let columns = "p.id, p.kind, p.profile, p.language, p.channel, p.survivor, p.version, p.created_at, p.erased_at";
        for (row, profile) in tx.query(&families_sql(&places, columns), &values, decode)? {
            closed.insert(row.id, (row, profile));
        }
    }
    let kinship = Kinship::new(closed.values().map(|(row, _)| (row.id, row.survivor)));
    let subjects: Vec<Subject> = closed.keys().map(Subject::of).collect();
    let keys = vault.keys(tx, &subjects)?;
    let mut rows: HashMap<PersonId, Row> = HashMap::with_capacity(closed.len());
    for (id, (row, profile)) in closed {
        let key = keys.get(&Subject::of(&id));
        let key = key.ok_or_else(|| Fault::new("a person without a key"))?;
        rows.insert(id, opened(row, key, &profile)?);
    }
    let mut families = HashMap::with_capacity(ids.len());
    for id in ids {
        let mut members = kinship.family(*id).into_iter().filter_map(|member| rows.get(&member).cloned());
        if let Some(head) = members.next() {
            families.insert(*id, Family { head, others: members.collect() });
        }
    }
    Ok(families)
}

fn opened(row: Row, key: &DataKey, profile: &Sealed<PersonProfile>) -> Result<Row> {
    match key.open(row.id, profile)?.plain() {
        Some(profile) => Ok(Row { profile: profile.parse_json::<Profile>()?, ..row }),
        None => Ok(Row { erased: true, ..row }),
    }
}

fn decode(row: &mut Columns) -> Result<(Row, Sealed<PersonProfile>)> {
    let channel: Option<String> = row.take(4)?;
    let erased_at: Option<Timestamp> = row.take(8)?;
    let profile = row.take(2)?;
    let row = Row {
        id: row.take(0)?,
        kind: row.take::<String>(1)?.parse()?,
        profile: Profile::default(),
        language: row.take::<Option<Language>>(3)?,
        channel: channel.as_deref().map(read_channel).transpose()?,
        survivor: row.take(5)?,
        version: row.take(6)?,
        created_at: row.take(7)?,
        erased: erased_at.is_some(),
    };
    Ok((row, profile))
}

fn read_channel(name: &str) -> Result<ChannelKind> {
    let found = ChannelKind::ALL.into_iter().find(|kind| kind.as_str() == name);
    Ok(found.ok_or_else(|| Fault::new(format!("{name} is no channel")))?)
}

pub(crate) fn insert(tx: &mut Tx<'_>, key: &DataKey, row: &Row) -> Result<()> {
    let profile = key.seal::<PersonProfile>(row.id, &row.profile.to_secret()?)?;
    tx.execute(
        "INSERT INTO customer_person (id, kind, profile, language, channel, version, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.id,
            row.kind.name(),
            profile,
            row.language,
            row.channel.map(ChannelKind::as_str),
            row.version,
            row.created_at,
        ],
    )?;
    Ok(())
}

/// Writes a row that was read at `row.version`; `false` when somebody else changed it meanwhile.
pub(crate) fn update(tx: &mut Tx<'_>, key: &DataKey, row: &Row) -> Result<bool> {
    let profile = key.seal::<PersonProfile>(row.id, &row.profile.to_secret()?)?;
    let touched = tx.execute(
        "UPDATE customer_person SET kind = ?3, profile = ?4, language = ?5, channel = ?6, version = ?2 + 1 \
         WHERE id = ?1 AND version = ?2 AND survivor IS NULL AND erased_at IS NULL",
        params![
            row.id,
            row.version,
            row.kind.name(),
            profile,
            row.language,
            row.channel.map(ChannelKind::as_str),
        ],
    )?;
    Ok(touched == 1)
}

/// Counts a change that lies in another table.
pub(crate) fn touch(tx: &mut Tx<'_>, id: PersonId) -> Result<()> {
    tx.execute("UPDATE customer_person SET version = version + 1 WHERE id = ?1", params![id])?;
    Ok(())
}

/// Points somebody at the one they were found to be, or lets them stand for themselves again.
pub(crate) fn set_survivor(tx: &mut Tx<'_>, id: PersonId, survivor: Option<PersonId>) -> Result<bool> {
    let touched = tx.execute(
        "UPDATE customer_person SET survivor = ?2, version = version + 1 \
         WHERE id = ?1 AND (survivor IS NULL) <> (?3 = 1)",
        params![id, survivor, survivor.is_none()],
    )?;
    Ok(touched == 1)
}

pub(crate) fn set_tokens(tx: &mut Tx<'_>, id: PersonId, tokens: &[Token]) -> Result<()> {
    tx.execute("DELETE FROM customer_name_token WHERE person = ?1", params![id])?;
    for token in tokens {
        tx.execute("INSERT INTO customer_name_token (token, person) VALUES (?1, ?2)", params![*token, id])?;
    }
    Ok(())
}

/// The person who proved to hold a point.
pub(crate) fn holder(
    tx: &mut Tx<'_>,
    hash: &Lookup<PointHash>,
    kind: &PointKind,
) -> Result<Option<PersonId>> {
    tx.query_opt(
        "SELECT person FROM customer_point WHERE hash = ?1 AND place = ?2 AND verified_at IS NOT NULL",
        params![*hash, *kind.place()],
        |row| row.take(0),
    )
}

/// The record that a point's value is sealed for.
fn sealed_for(of: PersonId, kind: &PointKind) -> String {
    format!("{of}/{}/{}", kind.name(), kind.place())
}

/// Records a point of somebody, or makes their claim a verified one. `false` when it changes nothing.
pub(crate) fn put_point(
    tx: &mut Tx<'_>,
    key: &DataKey,
    of: PersonId,
    point: &NewPoint,
    hash: &Lookup<PointHash>,
    now: Timestamp,
) -> Result<bool> {
    let value = key.seal::<PointValue>(sealed_for(of, &point.kind), &point.value)?;
    let touched = tx.execute(
        "INSERT INTO customer_point (person, kind, place, value, hash, verified_at, added_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
         ON CONFLICT (person, hash, place) DO UPDATE SET verified_at = excluded.verified_at \
         WHERE customer_point.verified_at IS NULL AND excluded.verified_at IS NOT NULL",
        params![
            of,
            *point.kind.name(),
            *point.kind.place(),
            value,
            *hash,
            point.verified.then_some(now),
            now
        ],
    )?;
    Ok(touched == 1)
}

pub(crate) fn count_points(tx: &mut Tx<'_>, of: PersonId) -> Result<usize> {
    tx.query_one("SELECT COUNT(*) FROM customer_point WHERE person = ?1", params![of], |row| {
        Ok(usize::try_from(row.take::<i64>(0)?)?)
    })
}

/// All points of these rows, opened.
pub(crate) fn points(tx: &mut Tx<'_>, vault: &Vault, of: &[PersonId]) -> Result<Vec<Point>> {
    let subjects: Vec<Subject> = of.iter().map(Subject::of).collect();
    let keys = vault.keys(tx, &subjects)?;
    let mut points = Vec::new();
    for page in of.chunks(AT_ONCE) {
        let (places, values) = places(page);
        let sql = format!(
            "SELECT number, person, kind, place, value, verified_at, added_at FROM customer_point \
             WHERE person IN ({places}) ORDER BY number"
        );
        let closed = tx.query(&sql, &values, |row| {
            let of: PersonId = row.take(1)?;
            let kind: String = row.take(2)?;
            let kind = PointKind::read(&kind, row.take(3)?)?;
            let verified_at: Option<Timestamp> = row.take(5)?;
            let value: Sealed<PointValue> = row.take(4)?;
            Ok((row.take(0)?, of, kind, value, verified_at.is_some(), row.take(6)?))
        })?;
        for (number, of, kind, value, verified, added_at) in closed {
            let key = keys.get(&Subject::of(&of)).ok_or_else(|| Fault::new("a person without a key"))?;
            if let Some(value) = key.open(sealed_for(of, &kind), &value)?.plain() {
                points.push(Point { number, of, kind, value, verified, added_at });
            }
        }
    }
    Ok(points)
}

pub(crate) fn remove_point(tx: &mut Tx<'_>, of: PersonId, number: i64) -> Result<bool> {
    let touched =
        tx.execute("DELETE FROM customer_point WHERE number = ?1 AND person = ?2", params![number, of])?;
    Ok(touched == 1)
}

/// Takes away everything by which an erased person could still be found.
pub(crate) fn strip(tx: &mut Tx<'_>, id: PersonId, now: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM customer_point WHERE person = ?1", params![id])?;
    tx.execute("DELETE FROM customer_name_token WHERE person = ?1", params![id])?;
    tx.execute("DELETE FROM customer_note WHERE person = ?1", params![id])?;
    tx.execute(
        "UPDATE customer_person SET language = NULL, channel = NULL, erased_at = ?2, version = version + 1 \
         WHERE id = ?1 AND erased_at IS NULL",
        params![id, now],
    )?;
    Ok(())
}
