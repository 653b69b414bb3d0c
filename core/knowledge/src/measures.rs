//! What the help is worth: counted by day, without anything that could tell who somebody is.
//!
//! Counts are gathered in memory and written together, so that showing a page never waits for them; a crash
//! loses some seconds of counting.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ::store::{Store, Tx, params};
use jiff::{SignedDuration, Timestamp};
use kernel::{Language, Result};
use sha2::{Digest, Sha256};
use vault::masking::mask;

use crate::knowledge::Knowledge;
use crate::library::Votes;

/// Characters of a question that are kept.
const LONGEST: usize = 80;
/// Different things counted between two writings; more are not counted, so that memory is bounded.
const MOST_GATHERED: usize = 20_000;
/// Digits in a row that may tell somebody: an account, a telephone number.
const TELLING_DIGITS: usize = 4;
/// A question is shown when it was asked this often: what many ask is about nobody.
pub const ASKED_BY_ENOUGH: i64 = 3;
const DAY: i64 = 86_400;
/// How long votes lift an article.
const VOTES_COUNT_FOR: i64 = 365;

/// Votes by slug and language.
pub(crate) type AllVotes = HashMap<(String, String), Votes>;

/// Counts that are not written yet.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Default, Clone)]
struct Counts {
    asked: HashMap<(i64, String, String), Asked>,
    read: HashMap<(i64, String, String), i64>,
    visits: HashMap<String, Visit>,
}

#[derive(Default, Clone, Copy)]
struct Asked {
    times: i64,
    unanswered: i64,
    opened: i64,
}

#[derive(Default, Clone, Copy)]
struct Visit {
    at: Timestamp,
    searches: i64,
    unanswered: i64,
    articles: i64,
    contacted_at: Option<Timestamp>,
}

/// What somebody looked for, for days added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedFor {
    pub words: String,
    pub asked: i64,
    pub unanswered: i64,
    /// How often something that was found was opened.
    pub opened: i64,
}

/// How an article did, for days added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helpfulness {
    pub slug: String,
    pub language: Language,
    pub seen: i64,
    pub helped: i64,
    pub not_helped: i64,
}

/// Visits of the help on some days. A contact counts when it came within a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deflection {
    pub visits: i64,
    pub searched: i64,
    /// Visits with a search that found nothing.
    pub unanswered: i64,
    pub searched_and_contacted: i64,
    /// Visits that read something.
    pub read: i64,
    pub read_and_contacted: i64,
}

impl Deflection {
    /// The share of visits that read something and made no contact within a day.
    pub fn share(&self) -> Option<f64> {
        let count = |number: i64| u32::try_from(number).map(f64::from).ok();
        let (read, contacted) = (count(self.read)?, count(self.read_and_contacted)?);
        (read > 0.0).then(|| (read - contacted) / read)
    }
}

impl Knowledge {
    /// Somebody searched. `visit` is the number their browser was given; only its hash is kept.
    pub fn asked(&self, words: &str, language: &Language, found: usize, visit: Option<&str>) {
        let Some(words) = harmless(words) else { return };
        let now = self.now();
        self.inner.tally.count(|counts| {
            let asked = counts.asked.entry((day(now), language.to_string(), words)).or_default();
            asked.times += 1;
            asked.unanswered += i64::from(found == 0);
            if let Some(visit) = visit {
                let visit = counts.visits.entry(hashed(visit)).or_insert_with(|| Visit::at(now));
                visit.searches += 1;
                visit.unanswered += i64::from(found == 0);
            }
        });
    }

    /// Somebody opened an article, perhaps from a search for these words.
    pub fn opened(&self, slug: &str, language: &Language, after: Option<&str>, visit: Option<&str>) {
        let now = self.now();
        let after = after.and_then(harmless);
        self.inner.tally.count(|counts| {
            *counts.read.entry((day(now), slug.to_owned(), language.to_string())).or_default() += 1;
            if let Some(words) = after {
                counts.asked.entry((day(now), language.to_string(), words)).or_default().opened += 1;
            }
            if let Some(visit) = visit {
                counts.visits.entry(hashed(visit)).or_insert_with(|| Visit::at(now)).articles += 1;
            }
        });
    }

    /// The visitor made contact after all: began a chat, wrote, asked for a number to call.
    pub fn contacted(&self, visit: &str) {
        let now = self.now();
        self.inner.tally.count(|counts| {
            let visit = counts.visits.entry(hashed(visit)).or_insert_with(|| Visit::at(now));
            visit.contacted_at.get_or_insert(now);
        });
    }

    /// What a reader says of an article. Saying it again changes it; it counts once a day.
    pub async fn rate(&self, slug: &str, language: &Language, helped: bool, visit: &str) -> Result<()> {
        let (now, visit, slug, language) = (self.now(), hashed(visit), slug.to_owned(), language.to_string());
        self.inner.store.write(move |tx| rate(tx, &slug, &language, helped, &visit, now)).await
    }

    /// Writes what was counted, and tidies what is a day old. Call it every few seconds.
    pub async fn settle_counts(&self) -> Result<()> {
        let counts = self.inner.tally.take();
        let now = self.now();
        let kept = counts.clone();
        let written = self
            .inner
            .store
            .write(move |tx| {
                write(tx, &counts)?;
                tidy(tx, now)
            })
            .await;
        if written.is_err() {
            self.inner.tally.put_back(kept);
        }
        written
    }

    /// What was asked most in the last days and found nothing: what to write next.
    pub async fn to_write(&self, language: &Language, days: i64, limit: u16) -> Result<Vec<AskedFor>> {
        self.asked_for(
            language,
            days,
            limit,
            "HAVING CAST(SUM(unanswered) AS BIGINT) >= ?3 ORDER BY 3 DESC, 1",
        )
        .await
    }

    /// What was asked most in the last days.
    pub async fn most_asked(&self, language: &Language, days: i64, limit: u16) -> Result<Vec<AskedFor>> {
        self.asked_for(language, days, limit, "HAVING CAST(SUM(asked) AS BIGINT) >= ?3 ORDER BY 2 DESC, 1")
            .await
    }

    async fn asked_for(
        &self,
        language: &Language,
        days: i64,
        limit: u16,
        which: &'static str,
    ) -> Result<Vec<AskedFor>> {
        let (since, language) = (day(self.now()) - days, language.to_string());
        let read = self.inner.store.read(move |tx| {
            tx.query(
                &format!(
                    "SELECT words, CAST(SUM(asked) AS BIGINT), CAST(SUM(unanswered) AS BIGINT), \
                     CAST(SUM(opened) AS BIGINT) FROM knowledge_asked WHERE day > ?1 AND language = ?2 \
                     GROUP BY words {which} LIMIT ?4"
                ),
                params![since, language, ASKED_BY_ENOUGH, i64::from(limit)],
                |row| {
                    Ok(AskedFor {
                        words: row.take(0)?,
                        asked: row.take(1)?,
                        unanswered: row.take(2)?,
                        opened: row.take(3)?,
                    })
                },
            )
        });
        read.await
    }

    /// How articles did in the last days, the least helpful first.
    pub async fn helpfulness(&self, days: i64, limit: u16) -> Result<Vec<Helpfulness>> {
        let since = day(self.now()) - days;
        let read = self.inner.store.read(move |tx| {
            tx.query(
                "SELECT slug, language, CAST(SUM(seen) AS BIGINT), CAST(SUM(helped) AS BIGINT), \
                 CAST(SUM(not_helped) AS BIGINT) FROM knowledge_read WHERE day > ?1 GROUP BY slug, language \
                 ORDER BY SUM(not_helped) - SUM(helped) DESC, SUM(seen) DESC, slug, language LIMIT ?2",
                params![since, i64::from(limit)],
                |row| {
                    Ok(Helpfulness {
                        slug: row.take(0)?,
                        language: row.take(1)?,
                        seen: row.take(2)?,
                        helped: row.take(3)?,
                        not_helped: row.take(4)?,
                    })
                },
            )
        });
        read.await
    }

    /// How many visits found their answer without a contact, on the last days that are over.
    pub async fn deflection(&self, days: i64) -> Result<Deflection> {
        let since = day(self.now()) - days;
        let read = self.inner.store.read(move |tx| {
            let sum = |column: &str| format!("CAST(COALESCE(SUM({column}), 0) AS BIGINT)");
            let columns = [
                "visits",
                "searched",
                "unanswered",
                "searched_and_contacted",
                "read_visits",
                "read_and_contacted",
            ];
            let sums: Vec<String> = columns.iter().map(|column| sum(column)).collect();
            tx.query_one(
                &format!("SELECT {} FROM knowledge_day WHERE day > ?1", sums.join(", ")),
                params![since],
                |row| {
                    Ok(Deflection {
                        visits: row.take(0)?,
                        searched: row.take(1)?,
                        unanswered: row.take(2)?,
                        searched_and_contacted: row.take(3)?,
                        read: row.take(4)?,
                        read_and_contacted: row.take(5)?,
                    })
                },
            )
        });
        read.await
    }
}

impl Visit {
    fn at(at: Timestamp) -> Self {
        Self { at, ..Self::default() }
    }
}

impl Tally {
    fn count(&self, add: impl FnOnce(&mut Counts)) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.asked.len() + counts.read.len() + counts.visits.len() < MOST_GATHERED {
            add(&mut counts);
        }
    }

    fn take(&self) -> Counts {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What could not be written waits for the next time, unless something newer took its place.
    fn put_back(&self, counts: Counts) {
        let mut newer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if newer.asked.is_empty() && newer.read.is_empty() && newer.visits.is_empty() {
            *newer = counts;
        }
    }
}

/// The words of a question without what could tell who asked: masked, without addresses and long numbers.
/// `None` when nothing is left.
fn harmless(words: &str) -> Option<String> {
    let masked = mask(words).text;
    let telling = |word: &str| {
        word.contains('@')
            || word.contains('•')
            || word.contains('*')
            || word.chars().filter(char::is_ascii_digit).count() >= TELLING_DIGITS
    };
    let kept: Vec<String> =
        masked.split_whitespace().filter(|word| !telling(word)).map(str::to_lowercase).collect();
    let kept: String = kept.join(" ").chars().take(LONGEST).collect();
    let kept = kept.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    (!kept.is_empty()).then_some(kept)
}

fn hashed(visit: &str) -> String {
    let hash = hex::encode(Sha256::digest(visit));
    hash.get(..32).unwrap_or_default().to_owned()
}

fn day(now: Timestamp) -> i64 {
    now.as_second().div_euclid(DAY)
}

fn write(tx: &mut Tx<'_>, counts: &Counts) -> Result<()> {
    for ((day, language, words), asked) in &counts.asked {
        tx.execute(
            "INSERT INTO knowledge_asked (day, language, words, asked, unanswered, opened) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day, language, words) DO UPDATE SET \
             asked = knowledge_asked.asked + excluded.asked, \
             unanswered = knowledge_asked.unanswered + excluded.unanswered, \
             opened = knowledge_asked.opened + excluded.opened",
            params![day, language, words, asked.times, asked.unanswered, asked.opened],
        )?;
    }
    for ((day, slug, language), seen) in &counts.read {
        add_read(tx, *day, slug, language, (*seen, 0, 0))?;
    }
    for (visit, seen) in &counts.visits {
        tx.execute(
            "INSERT INTO knowledge_visit (visit, at, searches, unanswered, articles, contacted_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (visit) DO UPDATE SET \
             searches = knowledge_visit.searches + excluded.searches, \
             unanswered = knowledge_visit.unanswered + excluded.unanswered, \
             articles = knowledge_visit.articles + excluded.articles, \
             contacted_at = COALESCE(knowledge_visit.contacted_at, excluded.contacted_at)",
            params![visit, seen.at, seen.searches, seen.unanswered, seen.articles, seen.contacted_at],
        )?;
    }
    Ok(())
}

fn add_read(tx: &mut Tx<'_>, day: i64, slug: &str, language: &str, more: (i64, i64, i64)) -> Result<()> {
    tx.execute(
        "INSERT INTO knowledge_read (day, slug, language, seen, helped, not_helped) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day, slug, language) DO UPDATE SET \
         seen = knowledge_read.seen + excluded.seen, helped = knowledge_read.helped + excluded.helped, \
         not_helped = knowledge_read.not_helped + excluded.not_helped",
        params![day, slug, language, more.0, more.1, more.2],
    )?;
    Ok(())
}

fn rate(
    tx: &mut Tx<'_>,
    slug: &str,
    language: &str,
    helped: bool,
    visit: &str,
    now: Timestamp,
) -> Result<()> {
    let before: Option<(bool, Timestamp)> = tx.query_opt(
        "SELECT helped, at FROM knowledge_vote WHERE visit = ?1 AND slug = ?2 AND language = ?3",
        params![visit, slug, language],
        |row| Ok((row.take(0)?, row.take(1)?)),
    )?;
    let counted = |helped: bool, by: i64| if helped { (0, by, 0) } else { (0, 0, by) };
    if let Some((said, at)) = before {
        if said == helped {
            return Ok(());
        }
        add_read(tx, day(at), slug, language, counted(said, -1))?;
    }
    tx.execute(
        "INSERT INTO knowledge_vote (visit, slug, language, helped, at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (visit, slug, language) DO UPDATE SET helped = excluded.helped, at = excluded.at",
        params![visit, slug, language, helped, now],
    )?;
    add_read(tx, day(now), slug, language, counted(helped, 1))
}

/// Visits that are over become numbers of their day; nothing of them is kept besides.
fn tidy(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    let over = now.checked_sub(SignedDuration::from_secs(DAY)).unwrap_or(now);
    let days: Vec<i64> = tx.query(
        &format!("SELECT DISTINCT at / {} FROM knowledge_visit WHERE at <= ?1", DAY * 1_000_000),
        params![over],
        |row| row.take(0),
    )?;
    for day in days {
        tx.execute(
            &format!(
                "INSERT INTO knowledge_day (day, visits, searched, unanswered, searched_and_contacted, \
                 read_visits, read_and_contacted) \
                 SELECT CAST(?2 AS BIGINT), COUNT(*), COUNT(*) FILTER (WHERE searches > 0), \
                 COUNT(*) FILTER (WHERE unanswered > 0), \
                 COUNT(*) FILTER (WHERE searches > 0 AND contacted_at IS NOT NULL), \
                 COUNT(*) FILTER (WHERE articles > 0), \
                 COUNT(*) FILTER (WHERE articles > 0 AND contacted_at IS NOT NULL) \
                 FROM knowledge_visit WHERE at <= ?1 AND at / {micros} = ?2 \
                 ON CONFLICT (day) DO UPDATE SET visits = knowledge_day.visits + excluded.visits, \
                 searched = knowledge_day.searched + excluded.searched, \
                 unanswered = knowledge_day.unanswered + excluded.unanswered, \
                 searched_and_contacted = knowledge_day.searched_and_contacted + excluded.searched_and_contacted, \
                 read_visits = knowledge_day.read_visits + excluded.read_visits, \
                 read_and_contacted = knowledge_day.read_and_contacted + excluded.read_and_contacted",
                micros = DAY * 1_000_000
            ),
            params![over, day],
        )?;
    }
    tx.execute("DELETE FROM knowledge_visit WHERE at <= ?1", params![over])?;
    tx.execute("DELETE FROM knowledge_vote WHERE at <= ?1", params![over])?;
    Ok(())
}

/// What readers said lately, by slug and language.
pub(crate) async fn votes(store: &Store, now: Timestamp) -> Result<AllVotes> {
    let since = day(now) - VOTES_COUNT_FOR;
    let read = store.read(move |tx| {
        tx.query(
            "SELECT slug, language, CAST(SUM(helped) AS BIGINT), CAST(SUM(not_helped) AS BIGINT) \
             FROM knowledge_read WHERE day > ?1 GROUP BY slug, language \
             HAVING CAST(SUM(helped + not_helped) AS BIGINT) > 0",
            params![since],
            |row| {
                let count = |votes: i64| u32::try_from(votes).unwrap_or(0);
                let votes = Votes { helped: count(row.take(2)?), not_helped: count(row.take(3)?) };
                Ok(((row.take(0)?, row.take(1)?), votes))
            },
        )
    });
    Ok(read.await?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_question_tells_nobody() {
        for (asked, kept) in [
            ("  Why was my CARD declined? ", Some("why was my card declined")),
            ("card 4111 1111 1111 1111 declined", Some("card declined")),
            ("write to jane@example.com please", Some("write to please")),
            ("loan 12345678 payoff", Some("loan payoff")),
            ("form 1098", Some("form")),
            ("4111111111111111", None),
            ("?!", None),
        ] {
            assert_eq!(harmless(asked).as_deref(), kept, "{asked}");
        }
        assert_eq!(harmless(&"long ".repeat(100)).unwrap().chars().count(), LONGEST - 1);
    }

    #[test]
    fn a_flood_of_visits_does_not_fill_the_memory() {
        let tally = Tally::default();
        for number in 0..MOST_GATHERED * 2 {
            tally.count(|counts| {
                counts.visits.insert(number.to_string(), Visit::default());
            });
        }
        assert_eq!(tally.take().visits.len(), MOST_GATHERED);
    }
}
