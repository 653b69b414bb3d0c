//! Finding people by what staff type, and people who may be one.

use std::collections::{BTreeSet, HashMap, HashSet};

use ::store::{ToValue, Tx, Value, params};
use audit::{Actor, Entry};
use kernel::Result;
use serde_json::json;
use vault::{Lookup, Vault};

use crate::customers::Customers;
use crate::model::{Brief, PersonId};
use crate::names;
use crate::point::{NewPoint, PointHash, PointKind};
use crate::profile::Family;
use crate::store;

/// Words of a search that count.
const WORDS: usize = 5;
/// People looked at for one page of name matches …
const PAGE: usize = 200;
/// … and pages looked through; whoever searches so vaguely should say more.
const PAGES: usize = 5;
/// Other people with the same point who are looked at.
const SHARERS: i64 = 50;

/// People by a point: who proved it, and the newest who claim it. Many may claim one address.
const HOLDERS: &str =
    "SELECT person FROM customer_point WHERE hash = ?1 AND verified_at IS NOT NULL LIMIT ?2";
const CLAIMANTS: &str = "SELECT person FROM customer_point WHERE hash = ?1 AND verified_at IS NULL \
     ORDER BY person DESC LIMIT ?2";

/// What a search matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    Account,
    Email,
    Phone,
    Handle,
    Name,
}

/// Somebody a search found.
#[derive(Debug, Clone)]
pub struct Found {
    pub person: Brief,
    pub by: FoundBy,
    /// A point that is only claimed may not be theirs.
    pub verified: bool,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone)]
pub struct Suggestion {
    pub person: Brief,
    /// What both say is theirs.
    pub shares: PointKind,
    /// One of the two proved it.
    pub proven: bool,
}

/// A match before it is opened.
struct Hit {
    person: PersonId,
    by: FoundBy,
    verified: bool,
}

impl Customers {
    /// People by an exact email, phone number (as written in `region`), handle or account, or by the words
    /// or beginnings of words of their names; the surest first, each once.
    pub async fn search(&self, text: &str, region: &str, most: usize) -> Result<Vec<Found>> {
        let (text, region) = (text.trim().to_owned(), region.to_owned());
        self.read(move |customers, tx| {
            let mut hits = customers.by_point(tx, &text, &region, most)?;
            if hits.len() < most {
                hits.extend(customers.by_name(tx, &text, most)?);
            }
            customers.found(tx, hits, most)
        })
        .await
    }

    fn found(&self, tx: &mut Tx<'_>, hits: Vec<Hit>, most: usize) -> Result<Vec<Found>> {
        let ids: Vec<PersonId> = hits.iter().map(|hit| hit.person).collect();
        let people = self.people_in(tx, &ids)?;
        let mut seen = HashSet::new();
        let all = hits.into_iter().filter_map(|hit| {
            let person = people.get(&hit.person)?.clone();
            let is_wanted = !person.erased && seen.insert(person.id);
            is_wanted.then_some(Found { person, by: hit.by, verified: hit.verified })
        });
        Ok(all.take(most).collect())
    }

    fn by_point(&self, tx: &mut Tx<'_>, text: &str, region: &str, most: usize) -> Result<Vec<Hit>> {
        let mut hits = Vec::new();
        let is_number = text.chars().filter(char::is_ascii_digit).count() >= 7;
        let tries = [
            // Account and handle are hashed without their place, so that any place fits.
            (FoundBy::Account, NewPoint::account("any", text).ok()),
            (FoundBy::Email, NewPoint::email(text).ok()),
            (FoundBy::Phone, NewPoint::phone(text, region).ok().filter(|_| is_number)),
            (FoundBy::Handle, NewPoint::handle("any", text).ok()),
        ];
        for (by, point) in tries {
            let Some(point) = point else { continue };
            let hash = self.vault().lookups().hash::<PointHash>(&point.address());
            for (claim, sql) in [(false, HOLDERS), (true, CLAIMANTS)] {
                hits.extend(tx.query(sql, params![hash, most], |row| {
                    Ok(Hit { person: row.take(0)?, by, verified: !claim })
                })?);
            }
        }
        Ok(hits)
    }

    /// Whole words first, then beginnings. The index knows only the first letters of a word, so matches by
    /// longer beginnings are opened and compared.
    fn by_name(&self, tx: &mut Tx<'_>, text: &str, most: usize) -> Result<Vec<Hit>> {
        let mut words = names::words(text);
        // Long words are rarer: the first one leads the search.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words.truncate(WORDS);
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let mut people = self.with_names(tx, &words, false, most, most)?;
        if people.len() < most {
            people.extend(self.with_names(tx, &words, true, most, PAGE)?);
        }
        Ok(people.into_iter().map(|person| Hit { person, by: FoundBy::Name, verified: true }).collect())
    }

    fn with_names(
        &self,
        tx: &mut Tx<'_>,
        words: &[String],
        beginnings: bool,
        most: usize,
        page: usize,
    ) -> Result<Vec<PersonId>> {
        let (condition, mut values) = name_condition(self.vault(), words, beginnings);
        let (after_at, page_at) = (values.len() + 1, values.len() + 2);
        let sql = format!(
            "SELECT DISTINCT t.person FROM customer_name_token t \
             WHERE {condition} AND t.person > ?{after_at} ORDER BY t.person LIMIT ?{page_at}"
        );
        values.extend([Value::Text(String::new()), page.to_value()]);
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let people: Vec<PersonId> = tx.query(&sql, &values, |row| row.take(0))?;
            let is_last = people.len() < page;
            if let (Some(last), Some(after)) = (people.last(), values.get_mut(after_at - 1)) {
                *after = last.to_value();
            }
            found.extend(self.really_named(tx, words, people, beginnings)?);
            if is_last || found.len() >= most {
                break;
            }
        }
        found.truncate(most);
        Ok(found)
    }

    /// Of people whom the index names, those whose names fit.
    fn really_named(
        &self,
        tx: &mut Tx<'_>,
        words: &[String],
        people: Vec<PersonId>,
        beginnings: bool,
    ) -> Result<Vec<PersonId>> {
        if !beginnings {
            return Ok(people);
        }
        let families = store::families(tx, self.vault(), &people)?;
        let own = |family: &Family, id: &PersonId| {
            let row = family.rows().find(|row| row.id == *id);
            row.is_some_and(|row| names::matches(words, row.profile.names()))
        };
        let fits = |id: &PersonId| families.get(id).is_some_and(|family| own(family, id));
        Ok(people.into_iter().filter(fits).collect())
    }

    /// People who say that a point of this person is theirs: perhaps they are one. Those who were found to
    /// be two are left out.
    pub async fn suggestions(&self, id: PersonId) -> Result<Vec<Suggestion>> {
        self.read(move |customers, tx| {
            let family = customers.identities_in(tx, id)?;
            let mut sharers: Vec<(PersonId, PointKind, bool)> = Vec::new();
            let mut apart: BTreeSet<PersonId> = BTreeSet::new();
            for member in &family {
                sharers.extend(sharing(tx, *member)?);
                apart.extend(kept_apart(tx, *member)?);
            }
            let ids: Vec<PersonId> = sharers.iter().map(|(person, _, _)| *person).collect();
            let families = store::families(tx, customers.vault(), &ids)?;
            sharers.sort_by_key(|(person, _, proven)| (!proven, *person));
            Ok(suggested(&family, &apart, &families, sharers))
        })
        .await
    }

    /// Says that two people who look like one are two, so that nobody is asked again.
    pub async fn keep_apart(&self, one: PersonId, other: PersonId, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |customers, tx| {
            let now = customers.now();
            let (one, other) = (customers.survivor(tx, one)?, customers.survivor(tx, other)?);
            let (first, second) =
                if one.to_string() < other.to_string() { (one, other) } else { (other, one) };
            let touched = tx.execute(
                "INSERT INTO customer_apart (one, other) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                params![first, second],
            )?;
            if touched == 1 {
                let details = json!({ "other": other.to_string() });
                let entry = Entry::new("customers.keep_apart", one).by(by.clone()).with(details);
                customers.trail().append(tx, now, &entry)?;
            }
            Ok(())
        })
        .await
    }
}

fn suggested(
    family: &[PersonId],
    apart: &BTreeSet<PersonId>,
    families: &HashMap<PersonId, Family>,
    sharers: Vec<(PersonId, PointKind, bool)>,
) -> Vec<Suggestion> {
    let mut seen: HashSet<PersonId> = family.iter().copied().collect();
    let mut suggestions = Vec::new();
    for (person, shares, proven) in sharers {
        let Some(other) = families.get(&person) else { continue };
        let is_apart = other.ids().any(|id| apart.contains(&id));
        if !other.head.erased && !is_apart && seen.insert(other.head.id) {
            suggestions.push(Suggestion { person: other.brief(), shares, proven });
        }
    }
    suggestions
}

/// `token` of every word, as a condition with its values. With beginnings, a word may be longer than what
/// was typed; a word of fewer letters than a beginning must be whole.
fn name_condition(vault: &Vault, words: &[String], beginnings: bool) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut conditions: Vec<String> = Vec::new();
    for word in words {
        let beginning = if beginnings { names::beginning(vault, word) } else { None };
        let token = beginning.unwrap_or_else(|| names::whole(vault, word));
        values.push(token.to_value());
        let place = values.len();
        conditions.push(match place {
            1 => "t.token = ?1".to_owned(),
            _ => format!(
                "EXISTS (SELECT 1 FROM customer_name_token o WHERE o.token = ?{place} AND o.person = t.person)"
            ),
        });
    }
    (conditions.join(" AND "), values)
}

/// Who else says that a point of this row is theirs, and whether either proved it.
fn sharing(tx: &mut Tx<'_>, member: PersonId) -> Result<Vec<(PersonId, PointKind, bool)>> {
    let sql = "SELECT hash, kind, place, CASE WHEN verified_at IS NULL THEN 0 ELSE 1 END \
         FROM customer_point WHERE person = ?1";
    let own: Vec<(Lookup<PointHash>, PointKind, bool)> = tx.query(sql, params![member], |row| {
        let kind: String = row.take(1)?;
        Ok((row.take(0)?, PointKind::read(&kind, row.take(2)?)?, row.take(3)?))
    })?;
    let mut sharers = Vec::new();
    for (hash, kind, is_mine) in own {
        if let Some(holder) = store::holder(tx, &hash, &kind)?.filter(|holder| *holder != member) {
            sharers.push((holder, kind.clone(), true));
        }
        let claimants: Vec<PersonId> = tx.query(
            "SELECT person FROM customer_point WHERE hash = ?1 AND place = ?2 AND verified_at IS NULL \
             AND person <> ?3 ORDER BY person DESC LIMIT ?4",
            params![hash, *kind.place(), member, SHARERS],
            |row| row.take(0),
        )?;
        sharers.extend(claimants.into_iter().map(|person| (person, kind.clone(), is_mine)));
    }
    Ok(sharers)
}

fn kept_apart(tx: &mut Tx<'_>, member: PersonId) -> Result<Vec<PersonId>> {
    tx.query(
        "SELECT other FROM customer_apart WHERE one = ?1 UNION SELECT one FROM customer_apart WHERE other = ?1",
        params![member],
        |row| row.take(0),
    )
}
