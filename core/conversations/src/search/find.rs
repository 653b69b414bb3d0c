//! Asking the index: conversations that have every word, the newest first, within what the searcher may see.

use std::collections::BTreeMap;

use kernel::id::{Conversation as Kind, Id, StaffMember};
use kernel::{Refusal, Result};
use store::{ToValue, Tx, Value};

use super::rows;
use super::tokens::{self, Token};
use crate::conversations::Conversations;
use crate::lists::{Listed, Scope};

/// Most hits at a time.
const MOST: u16 = 50;
/// The rarest word leads; from here on words count as equally frequent.
const FREQUENT: i64 = 2000;
/// Longest text of a search, in characters.
const LONGEST: usize = 200;

/// A conversation that has the words.
#[derive(Debug, Clone)]
pub struct Hit {
    pub listed: Listed,
    /// An entry with one of the words, to begin reading at.
    pub number: i64,
}

/// A piece of what was found.
#[derive(Debug, Clone)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Where the next piece begins, when there may be more.
    pub next: Option<Id<Kind>>,
}

impl Conversations {
    /// Conversations with all these words, in English or Spanish, the newest first.
    pub async fn search(
        &self,
        words: &str,
        scope: Scope,
        before: Option<Id<Kind>>,
        limit: u16,
        reader: Option<Id<StaffMember>>,
    ) -> Result<Found> {
        let words: String = words.chars().take(LONGEST).collect();
        let wanted = tokens::of_search(self.vault().lookups(), &words);
        if wanted.is_empty() {
            return Err(Refusal::new("conversations.search_empty").into());
        }
        let limit = limit.clamp(1, MOST);
        self.read(move |conversations, tx| {
            let wanted = rarest_first(tx, wanted.clone())?;
            let found = matching(tx, &wanted, &scope, before, limit)?;
            let next = found.last().map(|(id, _)| *id).filter(|_| found.len() == usize::from(limit));
            let ids: Vec<Id<Kind>> = found.iter().map(|(id, _)| *id).collect();
            let numbers: BTreeMap<Id<Kind>, i64> = found.into_iter().collect();
            let listed = conversations.listed(tx, &ids, reader)?;
            let hits = listed.into_iter().map(|listed| {
                let number = numbers.get(&listed.conversation.id).copied().unwrap_or(1);
                Hit { listed, number }
            });
            Ok(Found { hits: hits.collect(), next })
        })
        .await
    }
}

fn rarest_first(tx: &mut Tx<'_>, wanted: Vec<Vec<Token>>) -> Result<Vec<Vec<Token>>> {
    let mut counted = Vec::with_capacity(wanted.len());
    for forms in wanted {
        counted.push((rows::frequency(tx, &forms, FREQUENT)?, forms));
    }
    counted.sort();
    Ok(counted.into_iter().map(|(_, forms)| forms).collect())
}

/// The newest conversations with every word. Each form of the rarest word is a stream in the wanted order,
/// checked against the others as it is read.
fn matching(
    tx: &mut Tx<'_>,
    wanted: &[Vec<Token>],
    scope: &Scope,
    before: Option<Id<Kind>>,
    limit: u16,
) -> Result<Vec<(Id<Kind>, i64)>> {
    let Some((leading, others)) = wanted.split_first() else { return Ok(Vec::new()) };
    let mut found: BTreeMap<Id<Kind>, i64> = BTreeMap::new();
    for form in leading {
        let mut asked = Asked { clauses: Vec::new(), values: Vec::new() };
        let place = asked.bind(form.to_value());
        asked.clauses.push(format!("w.word = {place}"));
        if let Some(before) = before {
            let place = asked.bind(before.to_value());
            asked.clauses.push(format!("w.conversation < {place}"));
        }
        for (index, forms) in others.iter().enumerate() {
            let places: Vec<String> = forms.iter().map(|form| asked.bind(form.to_value())).collect();
            asked.clauses.push(format!(
                "EXISTS (SELECT 1 FROM conversation_word x{index} WHERE x{index}.word IN ({}) \
                 AND x{index}.conversation = w.conversation)",
                places.join(", ")
            ));
        }
        if let Scope::Queues(queues) = scope {
            let places: Vec<String> =
                queues.iter().map(|queue| asked.bind(queue.as_str().to_value())).collect();
            let list = if places.is_empty() { "NULL".to_owned() } else { places.join(", ") };
            asked.clauses.push(format!(
                "EXISTS (SELECT 1 FROM conversation c WHERE c.id = w.conversation AND c.queue IN ({list}))"
            ));
        }
        let place = asked.bind(i64::from(limit).to_value());
        let sql = format!(
            "SELECT w.conversation, w.number FROM conversation_word w WHERE {} \
             ORDER BY w.conversation DESC LIMIT {place}",
            asked.clauses.join(" AND ")
        );
        let rows =
            tx.query(&sql, &asked.values, |row| Ok((row.take::<Id<Kind>>(0)?, row.take::<i64>(1)?)))?;
        found.extend(rows);
    }
    Ok(found.into_iter().rev().take(usize::from(limit)).collect())
}

/// A statement as it is put together.
struct Asked {
    clauses: Vec<String>,
    values: Vec<Value>,
}

impl Asked {
    fn bind(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }
}
