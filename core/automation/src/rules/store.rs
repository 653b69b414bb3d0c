//! All SQL of rules.

use std::collections::BTreeSet;

use audit::Actor;
use jiff::Timestamp;
use kernel::Result;
use kernel::id::{Conversation, Id};
use store::{Row, Tx, params};

use super::judge::Rulebook;
use super::model::{KeptVersion, Outcome, Rule, RuleId, Run};

const COLUMNS: &str = "id, place, on_since, version, body";

fn decode(row: &mut Row) -> Result<Rule> {
    let body: String = row.take(4)?;
    Ok(Rule {
        id: row.take(0)?,
        place: row.take(1)?,
        on_since: row.take(2)?,
        version: row.take(3)?,
        draft: serde_json::from_str(&body)?,
    })
}

/// All rules in their order, whether on or off.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Rule>> {
    let sql = format!("SELECT {COLUMNS} FROM automation_rule WHERE retired_at IS NULL ORDER BY place, id");
    tx.query(&sql, params![], decode)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: RuleId) -> Result<Option<Rule>> {
    let sql = format!("SELECT {COLUMNS} FROM automation_rule WHERE id = ?1 AND retired_at IS NULL");
    tx.query_opt(&sql, params![id], decode)
}

pub(crate) fn is_empty(tx: &mut Tx<'_>) -> Result<bool> {
    let sql = "SELECT id FROM automation_rule LIMIT 1";
    Ok(tx.query_opt(sql, params![], |row| row.take::<String>(0))?.is_none())
}

/// Writes a rule and, if its text is new, the version of it. Every write begins a new revision.
pub(crate) fn put(tx: &mut Tx<'_>, rule: &Rule, by: &Actor, now: Timestamp) -> Result<()> {
    let body = serde_json::to_string(&rule.draft)?;
    tx.execute(
        "INSERT INTO automation_rule (id, place, is_on, on_since, version, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (id) DO UPDATE SET place = excluded.place, is_on = excluded.is_on, \
         on_since = excluded.on_since, version = excluded.version, body = excluded.body",
        params![rule.id, rule.place, rule.on_since.is_some(), rule.on_since, rule.version, body],
    )?;
    tx.execute(
        "INSERT INTO automation_rule_version (rule, version, body, author_kind, author, at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (rule, version) DO NOTHING",
        params![rule.id, rule.version, body, by.kind.as_str(), by.id, now],
    )?;
    revise(tx)
}

pub(crate) fn retire(tx: &mut Tx<'_>, id: RuleId, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE automation_rule SET retired_at = ?2, is_on = 0, on_since = NULL WHERE id = ?1",
        params![id, now],
    )?;
    revise(tx)
}

pub(crate) fn set_place(tx: &mut Tx<'_>, id: RuleId, place: i64) -> Result<()> {
    tx.execute("UPDATE automation_rule SET place = ?2 WHERE id = ?1", params![id, place])?;
    Ok(())
}

pub(crate) fn last_place(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = "SELECT COALESCE(MAX(place), 0) FROM automation_rule WHERE retired_at IS NULL";
    tx.query_one(sql, params![], |row| row.take(0))
}

pub(crate) fn versions(tx: &mut Tx<'_>, id: RuleId) -> Result<Vec<KeptVersion>> {
    tx.query(
        "SELECT version, body, author_kind, author, at FROM automation_rule_version \
         WHERE rule = ?1 ORDER BY version DESC",
        params![id],
        |row| {
            let (body, kind): (String, String) = (row.take(1)?, row.take(2)?);
            Ok(KeptVersion {
                version: row.take(0)?,
                draft: serde_json::from_str(&body)?,
                by: Actor { kind: kind.parse()?, id: row.take(3)? },
                at: row.take(4)?,
            })
        },
    )
}

pub(crate) fn revise(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO automation_revision (name, number) VALUES ('rules', 1) \
         ON CONFLICT (name) DO UPDATE SET number = automation_revision.number + 1",
        params![],
    )?;
    Ok(())
}

pub(crate) fn revision(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = "SELECT number FROM automation_revision WHERE name = 'rules'";
    Ok(tx.query_opt(sql, params![], |row| row.take(0))?.unwrap_or(0))
}

/// The rules that are on.
pub(crate) fn book(tx: &mut Tx<'_>, revision: i64) -> Result<Rulebook> {
    let rules = all(tx)?.into_iter().filter(|rule| rule.on_since.is_some()).collect();
    Ok(Rulebook { revision, rules })
}

const RUN: &str = "number, cause, rule, version, conversation, entry, decided_at, outcome, code";

fn decode_run(row: &mut Row) -> Result<Run> {
    let outcome: String = row.take(7)?;
    Ok(Run {
        number: row.take(0)?,
        cause: row.take(1)?,
        rule: row.take(2)?,
        version: row.take(3)?,
        conversation: row.take(4)?,
        entry: row.take(5)?,
        at: row.take(6)?,
        outcome: outcome.parse()?,
        code: row.take(8)?,
    })
}

/// Writes down that a rule was set off; `false` when this cause has set it off before.
pub(crate) fn insert_run(tx: &mut Tx<'_>, run: &Run) -> Result<bool> {
    let touched = tx.execute(
        "INSERT INTO automation_run (cause, rule, version, conversation, entry, decided_at, outcome, code) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (cause, rule) DO NOTHING",
        params![
            run.cause,
            run.rule,
            run.version,
            run.conversation,
            run.entry,
            run.at,
            *run.outcome.name(),
            run.code
        ],
    )?;
    Ok(touched == 1)
}

/// The rules that a cause has set off.
pub(crate) fn fired(tx: &mut Tx<'_>, cause: &str) -> Result<BTreeSet<RuleId>> {
    let rules =
        tx.query("SELECT rule FROM automation_run WHERE cause = ?1", params![*cause], |row| row.take(0))?;
    Ok(rules.into_iter().collect())
}

/// How many rules did something to a conversation since.
pub(crate) fn count_since(
    tx: &mut Tx<'_>,
    conversation: Id<Conversation>,
    since: Timestamp,
) -> Result<usize> {
    tx.query_one(
        "SELECT COUNT(*) FROM automation_run \
         WHERE conversation = ?1 AND decided_at > ?2 AND outcome <> 'too_many'",
        params![conversation, since],
        |row| Ok(usize::try_from(row.take::<i64>(0)?)?),
    )
}

/// The oldest that is decided and not carried out.
pub(crate) fn next_pending(tx: &mut Tx<'_>) -> Result<Option<Run>> {
    let sql = format!("SELECT {RUN} FROM automation_run WHERE outcome = 'pending' ORDER BY number LIMIT 1");
    tx.query_opt(&sql, params![], decode_run)
}

/// Writes down how a run ended; `false` when it had ended before.
pub(crate) fn end_run(tx: &mut Tx<'_>, number: i64, outcome: Outcome, code: Option<&str>) -> Result<bool> {
    let touched = tx.execute(
        "UPDATE automation_run SET outcome = ?2, code = ?3 WHERE number = ?1 AND outcome = 'pending'",
        params![number, *outcome.name(), code],
    )?;
    Ok(touched == 1)
}

/// What a rule did, newest first; `before` is the number of the last one already seen.
pub(crate) fn runs(tx: &mut Tx<'_>, rule: RuleId, before: Option<i64>, limit: u16) -> Result<Vec<Run>> {
    let sql = format!(
        "SELECT {RUN} FROM automation_run WHERE rule = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"
    );
    tx.query(&sql, params![rule, before.unwrap_or(i64::MAX), i64::from(limit)], decode_run)
}

/// Forgets what rules did before an instant.
pub(crate) fn forget_runs(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM automation_run WHERE decided_at < ?1 AND outcome <> 'pending'", params![before])
}
